package vault_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/sealform/sealform/internal/vault"
)

// What is sealed today must open in every later release, so testdata holds
// secrets of nobody with what was once sealed under them. Files are never
// written over: a new kind of blob is a new file.
var freeze = flag.String("freeze", "", "seal new vectors into this new file in testdata")

type frozen struct {
	Ring    string // key file
	Checks  map[string][]byte
	Derived []vector // Secret, place, Text is the key
	Sealed  []vector // Secret is the key
	Kept    []vector // sealed by the ring
	MACs    []vector // Blob is the MAC
	Seeded  []vector // to the pair of the seed Secret
	Held    []vector // to the pair derived from Secret, label "holder" and Fields
	Kits    map[string][]byte
	Wrapped []wrapped
}

type vector struct {
	Secret []byte   `json:",omitempty"`
	Label  string   `json:",omitempty"`
	Fields [][]byte `json:",omitempty"`
	Text   []byte   `json:",omitempty"`
	Public []byte   `json:",omitempty"`
	Blob   []byte   `json:",omitempty"`
}

type wrapped struct {
	Passphrase   string
	Member, Blob []byte
	Seed         []byte
}

func TestFrozenVectors(t *testing.T) {
	if *freeze != "" {
		writeFrozen(t, filepath.Join("testdata", *freeze))
	}
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no vectors: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var vectors frozen
			if err := json.Unmarshal(text, &vectors); err != nil {
				t.Fatal(err)
			}
			vectors.check(t)
		})
	}
}

func (f *frozen) check(t *testing.T) {
	ring, err := vault.ParseRing([]byte(f.Ring))
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range f.Checks {
		same(t, "check of "+id, want, ring.Check(id), nil)
	}
	for i, v := range f.Derived {
		same(t, fmt.Sprint("derived ", i), v.Text, vault.Derive(v.Secret, v.Label, v.Fields...), nil)
	}
	for i, v := range f.Sealed {
		got, err := vault.Open(v.Secret, v.Blob, v.Label, v.Fields...)
		same(t, fmt.Sprint("sealed ", i), v.Text, got, err)
	}
	for i, v := range f.Kept {
		got, err := ring.Open(v.Blob, v.Label, v.Fields...)
		same(t, fmt.Sprint("kept ", i), v.Text, got, err)
	}
	for i, v := range f.MACs {
		same(t, fmt.Sprint("MAC ", i), v.Blob, ring.MACWith(vault.KeyID(v.Blob), v.Label, v.Fields...), nil)
	}
	for i, v := range f.Seeded {
		pair, err := vault.Seed(v.Secret).Pair()
		v.checkPair(t, fmt.Sprint("seeded ", i), pair, err)
	}
	for i, v := range f.Held {
		pair, err := vault.DerivePair(v.Secret, "holder", v.Fields...)
		v.checkPair(t, fmt.Sprint("held ", i), pair, err)
	}
	for kit, secret := range f.Kits {
		got, err := vault.ParseKit(kit)
		same(t, "kit", secret, got, err)
	}
	for i, w := range f.Wrapped {
		seed, err := vault.UnwrapSeed(t.Context(), ring, w.Passphrase, [16]byte(w.Member), w.Blob)
		same(t, fmt.Sprint("wrapped ", i), w.Seed, seed[:], err)
	}
}

func (v *vector) checkPair(t *testing.T, what string, pair *vault.Pair, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	same(t, what+" public", v.Public, pair.Public(), nil)
	got, err := pair.Open(v.Blob, v.Label, v.Fields...)
	same(t, what, v.Text, got, err)
}

func same(t *testing.T, what string, want, got []byte, err error) {
	t.Helper()
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s: got %x, %v, want %x", what, got, err, want)
	}
}
