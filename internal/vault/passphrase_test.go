package vault_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/sealform/sealform/internal/vault"
)

const passphrase = "correct horse battery staple"

var member = [16]byte([]byte("member, 16 bytes"))

// Stretching is slow on purpose, so one wrap serves this whole test.
func TestWrappedSeed(t *testing.T) {
	ring, seed := vault.NewRing(), vault.NewSeed()
	blob, err := vault.WrapSeed(t.Context(), ring, passphrase, member, seed)
	if err != nil {
		t.Fatal(err)
	}
	t.Run("wrong passphrase", func(t *testing.T) {
		got, err := vault.UnwrapSeed(t.Context(), ring, passphrase+" ", member, blob)
		if !errors.Is(err, vault.ErrPassphrase) || got != (vault.Seed{}) {
			t.Errorf("got error %v", err)
		}
	})
	refuse := func(t *testing.T, how string, ring *vault.Ring, member [16]byte, blob []byte) {
		t.Helper()
		if got, err := vault.UnwrapSeed(t.Context(), ring, passphrase, member, blob); !errors.Is(err, vault.ErrOpen) || got != (vault.Seed{}) {
			t.Fatalf("%s: unwrapped with error %v", how, err)
		}
		if got, err := vault.RewrapOuter(ring, member, blob); !errors.Is(err, vault.ErrOpen) || got != nil {
			t.Fatalf("%s: rewrapped with error %v", how, err)
		}
	}
	t.Run("damaged", func(t *testing.T) {
		for how, damaged := range damages(blob) {
			refuse(t, how, ring, member, damaged)
		}
	})
	t.Run("another member or ring", func(t *testing.T) {
		refuse(t, "member", ring, [16]byte{1}, blob)
		refuse(t, "ring", vault.NewRing(), member, blob)
		if _, err := ring.Open(blob, "outer", member[:]); !errors.Is(err, vault.ErrOpen) {
			t.Error("the outer layer opens as operational data")
		}
	})
	t.Run("outer layer rotates without the passphrase", func(t *testing.T) {
		both := ring.Rotate()
		moved, err := vault.RewrapOuter(both, member, blob)
		if err != nil {
			t.Fatal(err)
		}
		if vault.KeyID(blob) != ring.Current() || vault.KeyID(moved) != both.Current() {
			t.Errorf("key ids %s, then %s", vault.KeyID(blob), vault.KeyID(moved))
		}
		only := both.Without(ring.Current())
		refuse(t, "not moved", only, member, blob)
		got, err := vault.UnwrapSeed(t.Context(), only, passphrase, member, moved)
		if err != nil || got != seed {
			t.Errorf("moved: error %v, same seed: %v", err, got == seed)
		}
	})
}

func TestZeroSeedIsNotWrapped(t *testing.T) {
	if _, err := vault.WrapSeed(t.Context(), vault.NewRing(), passphrase, member, vault.Seed{}); !errors.Is(err, vault.ErrKey) {
		t.Errorf("got error %v", err)
	}
}

// Nobody writes such costs, but whoever holds the server key could.
func TestRuinousCostsAreRefused(t *testing.T) {
	ring := vault.NewRing()
	defer vault.OccupySlots()() // so that only a refusal answers, never a stretching
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		passes, memory uint32
		threads        uint8
	}{
		{0, 64 * 1024, 2}, {65, 64 * 1024, 2}, {math.MaxUint32, 64 * 1024, 2},
		{3, 0, 2}, {3, 8*1024 - 1, 2}, {3, 1<<20 + 1, 2}, {3, math.MaxUint32, 2},
		{3, 64 * 1024, 0}, {3, 64 * 1024, 17},
	} {
		blob := vault.OuterWrap(ring, member, c.passes, c.memory, c.threads)
		if _, err := vault.UnwrapSeed(cancelled, ring, passphrase, member, blob); !errors.Is(err, vault.ErrOpen) {
			t.Errorf("%v: got error %v", c, err)
		}
	}
	sane := vault.OuterWrap(ring, member, 3, 64*1024, 2)
	if _, err := vault.UnwrapSeed(cancelled, ring, passphrase, member, sane); !errors.Is(err, vault.ErrBusy) {
		t.Errorf("today's cost: got error %v", err)
	}
}

func TestBusy(t *testing.T) {
	release := vault.OccupySlots()
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if err := vault.BurnPassphrase(cancelled, passphrase); !errors.Is(err, vault.ErrBusy) || !errors.Is(err, context.Canceled) {
		t.Errorf("hung up: got error %v", err)
	}
	if err := vault.BurnPassphrase(t.Context(), passphrase); !errors.Is(err, vault.ErrBusy) {
		t.Errorf("no slot: got error %v", err)
	}
	if blob, err := vault.WrapSeed(cancelled, vault.NewRing(), passphrase, member, vault.NewSeed()); !errors.Is(err, vault.ErrBusy) || blob != nil {
		t.Errorf("no slot to wrap: got error %v", err)
	}
	release()
	if err := vault.BurnPassphrase(cancelled, passphrase); !errors.Is(err, vault.ErrBusy) {
		t.Errorf("hung up though a slot is free: got error %v", err)
	}
	if err := vault.BurnPassphrase(t.Context(), passphrase); err != nil {
		t.Errorf("slot free again: got error %v", err)
	}
}
