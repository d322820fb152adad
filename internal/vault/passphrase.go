package vault

import (
	"context"
	"encoding/binary"
	"fmt"
	"runtime"
	"time"

	"golang.org/x/crypto/argon2"
)

// A cost is what stretching one passphrase takes. Each wrap stores its own, so
// that raising it later leaves older wraps openable.
type cost struct {
	passes  uint32
	memory  uint32 // KiB
	threads uint8
}

// The cost of new wraps: RFC 9106's recommendation for less memory, in one lane,
// since each lane is a core at work and slots keep one free. About 0.3 s.
var costToday = cost{passes: 3, memory: 64 * 1024, threads: 1}

const (
	saltSize = 16
	costSize = 4 + 4 + 1

	// patience is how long a passphrase waits for its turn.
	patience = 3 * time.Second
)

// slots bounds how many passphrases are stretched at once in this process: one
// core stays free for everybody else, and memory has a ceiling.
var slots = make(chan struct{}, max(1, runtime.GOMAXPROCS(0)-1))

// WrapSeed wraps a member's seed under the passphrase, bound to the member, with
// an outer layer under the ring. No hash of the passphrase is kept: opening the
// wrap is the check. The caller has put the passphrase in Unicode form NFC and
// enforced its length. It fails with [ErrBusy], or [ErrKey] for a zero seed.
func WrapSeed(ctx context.Context, r *Ring, passphrase string, member [16]byte, s Seed) ([]byte, error) {
	return wrapSeed(ctx, r, passphrase, member, s, costToday)
}

func wrapSeed(ctx context.Context, r *Ring, passphrase string, member [16]byte, s Seed, c cost) ([]byte, error) {
	if s == (Seed{}) {
		return nil, fmt.Errorf("%w: empty seed", ErrKey)
	}
	salt := NewSecret()[:saltSize]
	key, err := passphraseKey(ctx, passphrase, member, salt, c)
	if err != nil {
		return nil, err
	}
	wrap := append(c.bytes(), salt...)
	wrap = appendSealed(wrap, key, s[:], "pw", [][]byte{member[:]})
	return r.keys[0].sealOuter(wrap, member), nil
}

// UnwrapSeed returns the seed that [WrapSeed] wrapped for the member. It fails
// with [ErrPassphrase] for a wrong passphrase, [ErrBusy] when no turn came, and
// [ErrOpen] when the wrap is damaged, another member's or of an unknown key; the
// last costs no stretching.
func UnwrapSeed(ctx context.Context, r *Ring, passphrase string, member [16]byte, blob []byte) (Seed, error) {
	wrap, err := r.openOuter(member, blob)
	if err != nil {
		return Seed{}, err
	}
	c, salt, sealed, err := splitWrap(wrap)
	if err != nil {
		return Seed{}, err
	}
	key, err := passphraseKey(ctx, passphrase, member, salt, c)
	if err != nil {
		return Seed{}, err
	}
	seed, err := Open(key, sealed, "pw", member[:])
	if err != nil {
		return Seed{}, ErrPassphrase
	}
	return Seed(seed), nil
}

// RewrapOuter moves the outer layer of a wrap to the ring's current key. It
// needs no passphrase, so a rotation can run without the members.
func RewrapOuter(r *Ring, member [16]byte, blob []byte) ([]byte, error) {
	wrap, err := r.openOuter(member, blob)
	if err != nil {
		return nil, err
	}
	return r.keys[0].sealOuter(wrap, member), nil
}

// BurnPassphrase takes as long as [UnwrapSeed] does, so that an unknown address
// cannot be told from a wrong passphrase. It fails with [ErrBusy] alone.
func BurnPassphrase(ctx context.Context, passphrase string) error {
	_, err := stretch(ctx, passphrase, make([]byte, saltSize), costToday)
	return err
}

func (k *ringKey) sealOuter(wrap []byte, member [16]byte) []byte {
	return k.seal(k.outer, wrap, "outer", [][]byte{member[:]})
}

func (r *Ring) openOuter(member [16]byte, blob []byte) ([]byte, error) {
	key := r.find(blob)
	if key == nil {
		return nil, ErrOpen
	}
	return Open(key.outer, blob[tagSize:], "outer", member[:])
}

func splitWrap(wrap []byte) (c cost, salt, sealed []byte, err error) {
	if len(wrap) != costSize+saltSize+Overhead+secretSize {
		return cost{}, nil, nil, ErrOpen
	}
	c = cost{
		passes:  binary.BigEndian.Uint32(wrap),
		memory:  binary.BigEndian.Uint32(wrap[4:]),
		threads: wrap[8],
	}
	if !c.sane() {
		return cost{}, nil, nil, ErrOpen
	}
	return c, wrap[costSize : costSize+saltSize], wrap[costSize+saltSize:], nil
}

func (c cost) bytes() []byte {
	b := binary.BigEndian.AppendUint32(nil, c.passes)
	b = binary.BigEndian.AppendUint32(b, c.memory)
	return append(b, c.threads)
}

// sane refuses costs that would panic or take the machine down.
func (c cost) sane() bool {
	return c.passes >= 1 && c.passes <= 64 && c.memory >= 8*1024 && c.memory <= 1<<20 && c.threads >= 1 && c.threads <= 16
}

func passphraseKey(ctx context.Context, passphrase string, member [16]byte, salt []byte, c cost) ([]byte, error) {
	stretched, err := stretch(ctx, passphrase, salt, c)
	if err != nil {
		return nil, err
	}
	return Derive(stretched, "pw-kek", member[:]), nil
}

// stretch runs Argon2id in one of the slots. A wait that ends without one is
// ErrBusy, joined with the reason why the wait ended.
func stretch(ctx context.Context, passphrase string, salt []byte, c cost) ([]byte, error) {
	wait, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := wait.Err(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBusy, err) // select would choose at random
	}
	select {
	case slots <- struct{}{}:
		defer func() { <-slots }()
	case <-wait.Done():
		return nil, fmt.Errorf("%w: %w", ErrBusy, wait.Err())
	}
	return argon2.IDKey([]byte(passphrase), salt, c.passes, c.memory, c.threads, secretSize), nil
}
