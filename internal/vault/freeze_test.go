package vault_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/sealform/sealform/internal/vault"
)

func writeFrozen(t *testing.T, file string) {
	older := vault.NewRing()
	ring := older.Rotate()
	f := frozen{Ring: string(ring.Bytes()), Checks: map[string][]byte{}, Kits: map[string][]byte{}}
	for _, id := range ring.IDs() {
		f.Checks[id] = ring.Check(id)
	}
	for i := range 60 {
		v := someVector(i)
		v.Blob = vault.Seal(v.Secret, v.Text, v.Label, v.Fields...)
		f.Sealed = append(f.Sealed, v)

		v = someVector(i)
		v.Text = vault.Derive(v.Secret, v.Label, v.Fields...)
		f.Derived = append(f.Derived, v)

		v = someVector(i)
		by := []*vault.Ring{ring, older}[i%2]
		v.Secret, v.Blob = nil, by.Seal(v.Text, v.Label, v.Fields...)
		f.Kept = append(f.Kept, v)
		v.Text, v.Blob = nil, by.MAC(v.Label, v.Fields...)
		f.MACs = append(f.MACs, v)
	}
	for i := range 8 {
		v := someVector(i)
		pair, err := vault.Seed(v.Secret).Pair()
		f.Seeded = append(f.Seeded, v.sealTo(t, pair, err))
		pair, err = vault.DerivePair(v.Secret, "holder", v.Fields...)
		f.Held = append(f.Held, v.sealTo(t, pair, err))
		kit, secret := vault.NewKit()
		f.Kits[kit] = secret
	}
	seed := vault.NewSeed()
	today, err := vault.WrapSeed(t.Context(), ring, passphrase, member, seed)
	if err != nil {
		t.Fatal(err)
	}
	f.Wrapped = append(f.Wrapped, wrapped{passphrase, member[:], today, seed[:]})
	dearer, err := vault.WrapSeedAtCost(t.Context(), older, "пароль из пяти слов", member, seed, 4, 80*1024, 1)
	if err != nil {
		t.Fatal(err)
	}
	f.Wrapped = append(f.Wrapped, wrapped{"пароль из пяти слов", member[:], dearer, seed[:]})
	save(t, file, f)
}

// someVector is a secret, a place and a text of a few bytes to a few hundred.
func someVector(i int) vector {
	v := vector{Secret: vault.NewSecret(), Label: fmt.Sprintf("kind %d", i)}
	for range i % 5 {
		v.Fields = append(v.Fields, bytes.Repeat([]byte{byte(i)}, i))
	}
	v.Text = bytes.Repeat([]byte("answer "), i%30)
	return v
}

func (v vector) sealTo(t *testing.T, pair *vault.Pair, err error) vector {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	v.Public, v.Blob = pair.Public(), sealTo(t, pair, string(v.Text), v.Label, v.Fields...)
	return v
}

func save(t *testing.T, file string, f frozen) {
	t.Helper()
	text, err := json.MarshalIndent(f, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	out, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := out.Write(append(text, '\n')); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
}
