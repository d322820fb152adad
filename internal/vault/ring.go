package vault

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"sync"
)

const (
	tagSize = 4
	macSize = tagSize + sha256.Size
)

// Ring is the server's keys, newest first. The first, current one seals and
// signs; the older ones only open and verify, until nothing needs them any
// more. What a ring makes starts with the four-byte id of the key that made it.
//
// A ring never changes: rotating gives a new one. Many goroutines may use it.
// What it can open is readable by whoever steals the key file, so it must never
// wrap a draft, a submission, an attachment or a PDF, directly or by a chain.
type Ring struct{ keys []ringKey }

// A ringKey is one server key and what is derived from it.
type ringKey struct {
	secret []byte
	tag    [tagSize]byte

	operational []byte     // seals what the server itself must read
	outer       []byte     // seals over wraps that a passphrase holds
	hashes      *sync.Pool // of HMAC-SHA256 under the key of MACs: keying one anew costs more than a sum
}

// The tag is derived from the secret, so a key file proves itself line by line
// and no two places can disagree about which key an id names.
func newRingKey(secret []byte) ringKey {
	mac := Derive(secret, "mac")
	return ringKey{
		secret:      secret,
		tag:         [tagSize]byte(Derive(secret, "id")[:tagSize]),
		operational: Derive(secret, "op"),
		outer:       Derive(secret, "outer"),
		hashes:      &sync.Pool{New: func() any { return hmac.New(sha256.New, mac) }},
	}
}

func (k *ringKey) id() string { return hex.EncodeToString(k.tag[:]) }

// NewRing returns a ring of one fresh key.
func NewRing() *Ring { return new(Ring).Rotate() }

// Rotate returns a ring with a fresh current key before those of r.
func (r *Ring) Rotate() *Ring {
	fresh := newRingKey(NewSecret())
	for r.find(fresh.tag[:]) != nil {
		fresh = newRingKey(NewSecret())
	}
	return &Ring{keys: append([]ringKey{fresh}, r.keys...)}
}

// Without returns a ring that lacks the older key of that id: what it sealed no
// longer opens. It returns nil for the current key, which cannot be left out;
// rotate first.
func (r *Ring) Without(id string) *Ring {
	if id == r.Current() {
		return nil
	}
	return &Ring{keys: slices.DeleteFunc(slices.Clone(r.keys), func(k ringKey) bool { return k.id() == id })}
}

// Current returns the id of the key that seals: eight hexadecimal digits.
func (r *Ring) Current() string { return r.keys[0].id() }

// IDs returns the ids of all keys, the current one first.
func (r *Ring) IDs() []string {
	ids := make([]string, len(r.keys))
	for i := range r.keys {
		ids[i] = r.keys[i].id()
	}
	return ids
}

// Check returns the value by which a database recognises the key of that id and
// which reveals nothing of it; nil if the ring does not hold the key.
func (r *Ring) Check(id string) []byte {
	key := r.named(id)
	if key == nil {
		return nil
	}
	return Derive(key.secret, "check")
}

// Seal encrypts plaintext under the current key, bound to a kind and fields.
func (r *Ring) Seal(plaintext []byte, kind string, fields ...[]byte) []byte {
	key := &r.keys[0]
	return key.seal(key.operational, plaintext, kind, fields)
}

// Open returns the plaintext of a blob of [Ring.Seal] by any key of the ring,
// and [ErrOpen] for everything else.
func (r *Ring) Open(blob []byte, kind string, fields ...[]byte) ([]byte, error) {
	key := r.find(blob)
	if key == nil {
		return nil, ErrOpen
	}
	return Open(key.operational, blob[tagSize:], kind, fields...)
}

func (k *ringKey) seal(under, plaintext []byte, kind string, fields [][]byte) []byte {
	blob := append(make([]byte, 0, tagSize+Overhead+len(plaintext)), k.tag[:]...)
	return appendSealed(blob, under, plaintext, kind, fields)
}

// KeyID returns the id of the server key that a blob or MAC of a ring names, or
// "" for what no ring has made. It does not tell whether it is genuine.
func KeyID(blob []byte) string {
	if len(blob) < macSize {
		return ""
	}
	return hex.EncodeToString(blob[:tagSize])
}

// find returns the key that a blob or MAC starts with, or nil.
func (r *Ring) find(blob []byte) *ringKey {
	if len(blob) < tagSize {
		return nil
	}
	for i := range r.keys {
		if r.keys[i].tag == [tagSize]byte(blob) {
			return &r.keys[i]
		}
	}
	return nil
}

func (r *Ring) named(id string) *ringKey {
	tag, err := hex.DecodeString(id)
	if err != nil || len(tag) != tagSize {
		return nil
	}
	return r.find(tag)
}
