package vault

import (
	"bytes"
	"crypto/hpke"
	"fmt"
)

// Holders' keys are HPKE (RFC 9180) with the hybrid of ML-KEM-768 and X25519,
// so that what is copied today stays sealed should either of them fall.
var kem = hpke.MLKEM768X25519()

// Seed is the 32 bytes a holder's key pair grows from, and all that is kept of
// it. It prints as a placeholder and refuses to be encoded as text or JSON.
type Seed [secretSize]byte

// NewSeed returns a random seed.
func NewSeed() Seed { return Seed(NewSecret()) }

// Pair returns the seed's key pair, or [ErrKey] for the zero seed, which is one
// that somebody forgot to make.
func (s Seed) Pair() (*Pair, error) {
	if s == (Seed{}) {
		return nil, fmt.Errorf("%w: empty seed", ErrKey)
	}
	private, err := kem.NewPrivateKey(s[:])
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKey, err)
	}
	return newPair(private), nil
}

// DerivePair returns the key pair that belongs to a bearer secret for one
// purpose and place, the same each time: an API key and the recovery kit are
// holders without a stored seed. A secret shorter than 32 bytes is [ErrKey].
func DerivePair(secret []byte, label string, fields ...[]byte) (*Pair, error) {
	if len(secret) < secretSize {
		return nil, fmt.Errorf("%w: short secret", ErrKey)
	}
	private, err := kem.DeriveKeyPair(Derive(secret, label, fields...))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKey, err)
	}
	return newPair(private), nil
}

// Pair is a holder's key pair. It may be used by many goroutines.
type Pair struct {
	private hpke.PrivateKey
	public  []byte
}

func newPair(private hpke.PrivateKey) *Pair {
	return &Pair{private: private, public: private.PublicKey().Bytes()}
}

// Public returns the 1,216 bytes of the public half, for [ParsePublic].
func (p *Pair) Public() []byte { return bytes.Clone(p.public) }

// Open returns what was sealed to this pair under the same label and fields,
// and [ErrOpen] for everything else.
func (p *Pair) Open(blob []byte, label string, fields ...[]byte) ([]byte, error) {
	plaintext, err := hpke.Open(p.private, hpke.HKDFSHA256(), hpke.AES256GCM(), bind(label, fields), blob)
	if err != nil {
		return nil, ErrOpen
	}
	return plaintext, nil
}

// PublicKey is the public half of a holder's pair. It may be kept and used by
// many goroutines; parsing costs about as much as sealing.
type PublicKey struct{ key hpke.PublicKey }

// ParsePublic reads what [Pair.Public] wrote. Some keys parse and still cannot
// be sealed to, the all-zero one among them, so it seals once and returns
// [ErrKey] when that fails. It says nothing about whose key it is: check the
// pin before sealing to a key that comes from the database.
func ParsePublic(b []byte) (*PublicKey, error) {
	key, err := kem.NewPublicKey(b)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKey, err)
	}
	public := &PublicKey{key: key}
	if _, err := public.Seal(nil, "self-test"); err != nil {
		return nil, err
	}
	return public, nil
}

// Seal encrypts plaintext to the holder, bound to a label and fields. The blob
// is 1,136 bytes longer than the plaintext. Anyone with the public key can seal:
// who did is for row MACs to say.
func (k *PublicKey) Seal(plaintext []byte, label string, fields ...[]byte) ([]byte, error) {
	blob, err := hpke.Seal(k.key, hpke.HKDFSHA256(), hpke.AES256GCM(), bind(label, fields), plaintext)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKey, err)
	}
	return blob, nil
}
