package vault_test

import (
	"bytes"
	"errors"
	"sync"
	"testing"

	"github.com/sealform/sealform/internal/vault"
)

func newPair(t *testing.T) *vault.Pair {
	t.Helper()
	pair, err := vault.NewSeed().Pair()
	if err != nil {
		t.Fatal(err)
	}
	return pair
}

func sealTo(t *testing.T, pair *vault.Pair, plaintext, label string, fields ...[]byte) []byte {
	t.Helper()
	public, err := vault.ParsePublic(pair.Public())
	if err != nil {
		t.Fatal(err)
	}
	blob, err := public.Seal([]byte(plaintext), label, fields...)
	if err != nil {
		t.Fatal(err)
	}
	return blob
}

func TestHolderOpensInItsPlaceOnly(t *testing.T) {
	holder, other := newPair(t), newPair(t)
	for i, sealed := range places {
		blob := sealTo(t, holder, "document key", sealed.label, sealed.fields...)
		for j, opened := range places {
			got, err := holder.Open(blob, opened.label, opened.fields...)
			if i == j {
				if err != nil || string(got) != "document key" {
					t.Errorf("place %d: got %q, %v", i, got, err)
				}
				continue
			}
			mustBeOpenError(t, "another place", got, err)
		}
		got, err := other.Open(blob, sealed.label, sealed.fields...)
		mustBeOpenError(t, "another holder", got, err)
	}
}

func TestDamagedHolderSealDoesNotOpen(t *testing.T) {
	holder := newPair(t)
	blob := sealTo(t, holder, "document key, 32 bytes in length", "dek", practice, document)
	if len(blob) != 1168 {
		t.Errorf("a sealed document key takes %d bytes, documented are 1168", len(blob))
	}
	for how, damaged := range damages(blob) {
		got, err := holder.Open(damaged, "dek", practice, document)
		mustBeOpenError(t, how, got, err)
	}
}

func TestPairsGrowFromTheirSecretAlone(t *testing.T) {
	seed := vault.NewSeed()
	first, err1 := seed.Pair()
	again, err2 := seed.Pair()
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first.Public(), again.Public()) {
		t.Error("one seed, two pairs")
	}
	got, err := again.Open(sealTo(t, first, "grant", "grant"), "grant")
	if err != nil || string(got) != "grant" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestDerivedPairsDifferBySecretLabelAndField(t *testing.T) {
	secret := vault.NewSecret()
	derive := func(secret []byte, label string, fields ...[]byte) *vault.Pair {
		pair, err := vault.DerivePair(secret, label, fields...)
		if err != nil {
			t.Fatal(err)
		}
		return pair
	}
	blob := sealTo(t, derive(secret, "api-holder", practice), "grant", "grant")
	if got, err := derive(secret, "api-holder", practice).Open(blob, "grant"); err != nil || string(got) != "grant" {
		t.Errorf("derived again: got %q, %v", got, err)
	}
	strangers := map[string]*vault.Pair{
		"secret": derive(vault.NewSecret(), "api-holder", practice),
		"label":  derive(secret, "kit-holder", practice),
		"field":  derive(secret, "api-holder", document),
	}
	for what, stranger := range strangers {
		got, err := stranger.Open(blob, "grant")
		mustBeOpenError(t, "another "+what, got, err)
	}
}

func TestUnusableKeysAreRefused(t *testing.T) {
	good := newPair(t).Public()
	lowOrder := bytes.Clone(good) // the X25519 half comes last
	clear(lowOrder[len(lowOrder)-32:])
	public := map[string][]byte{
		"none":                     nil,
		"all zero":                 make([]byte, len(good)),
		"short":                    good[:len(good)-1],
		"long":                     append(bytes.Clone(good), 0),
		"zero X25519 half":         lowOrder,
		"ML-KEM half out of range": append(bytes.Repeat([]byte{0xff}, len(good)-32), good[len(good)-32:]...),
	}
	for name, b := range public {
		if key, err := vault.ParsePublic(b); !errors.Is(err, vault.ErrKey) || key != nil {
			t.Errorf("%s: got %v, %v", name, key, err)
		}
	}
	if pair, err := (vault.Seed{}).Pair(); !errors.Is(err, vault.ErrKey) || pair != nil {
		t.Errorf("zero seed: got %v, %v", pair, err)
	}
	if pair, err := vault.DerivePair(make([]byte, 31), "api-holder"); !errors.Is(err, vault.ErrKey) || pair != nil {
		t.Errorf("short secret: got %v, %v", pair, err)
	}
}

func TestCallersCannotAlterAPair(t *testing.T) {
	pair := newPair(t)
	clear(pair.Public())
	if _, err := vault.ParsePublic(pair.Public()); err != nil {
		t.Error(err)
	}
}

func TestKeysServeManyGoroutines(t *testing.T) {
	pair := newPair(t)
	public, err := vault.ParsePublic(pair.Public())
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 10 {
				blob, err := public.Seal([]byte("dek"), "dek", document)
				if err != nil {
					t.Error(err)
				}
				if got, err := pair.Open(blob, "dek", document); err != nil || string(got) != "dek" {
					t.Errorf("got %q, %v", got, err)
				}
			}
		})
	}
	group.Wait()
}
