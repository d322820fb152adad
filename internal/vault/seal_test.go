package vault_test

import (
	"bytes"
	"testing"

	"github.com/sealform/sealform/internal/vault"
)

func TestSealOpensInItsPlaceOnly(t *testing.T) {
	key := vault.NewSecret()
	for i, sealed := range places {
		plaintext := []byte("mother of two")
		blob := vault.Seal(key, plaintext, sealed.label, sealed.fields...)
		if len(blob) != len(plaintext)+vault.Overhead {
			t.Errorf("blob of %d bytes for %d", len(blob), len(plaintext))
		}
		for j, opened := range places {
			got, err := vault.Open(key, blob, opened.label, opened.fields...)
			if i == j {
				if err != nil || !bytes.Equal(got, plaintext) {
					t.Errorf("place %d: got %q, %v", i, got, err)
				}
				continue
			}
			mustBeOpenError(t, "another place", got, err)
		}
		got, err := vault.Open(vault.NewSecret(), blob, sealed.label, sealed.fields...)
		mustBeOpenError(t, "another key", got, err)
		got, err = vault.Open(nil, blob, sealed.label, sealed.fields...)
		mustBeOpenError(t, "no key", got, err)
		got, err = vault.Open(append(key, 0), blob, sealed.label, sealed.fields...)
		mustBeOpenError(t, "longer key", got, err)
	}
}

func TestSealTakesAnySize(t *testing.T) {
	key := vault.NewSecret()
	for _, size := range []int{0, 1, 15, 16, 17, 1 << 20} {
		plaintext := bytes.Repeat([]byte{7}, size)
		got, err := vault.Open(key, vault.Seal(key, plaintext, "attachment"), "attachment")
		if err != nil || !bytes.Equal(got, plaintext) {
			t.Errorf("%d bytes: %d bytes came back, %v", size, len(got), err)
		}
	}
}

func TestDamagedSealDoesNotOpen(t *testing.T) {
	key := vault.NewSecret()
	for _, plaintext := range []string{"", "mother of two"} {
		blob := vault.Seal(key, []byte(plaintext), "answers", practice, document)
		for how, damaged := range damages(blob) {
			got, err := vault.Open(key, damaged, "answers", practice, document)
			mustBeOpenError(t, how, got, err)
		}
	}
}

func TestWrongVersionDoesNotOpen(t *testing.T) {
	key := vault.NewSecret()
	blob := vault.Seal(key, []byte("mother of two"), "answers")
	for version := range 256 {
		if version == 1 {
			continue
		}
		blob[0] = byte(version)
		got, err := vault.Open(key, blob, "answers")
		mustBeOpenError(t, "version", got, err)
	}
}

// The nonce stands at bytes 33 to 45. Blobs that shared one would give away the
// difference of their plaintexts.
func TestNoncesDoNotRepeat(t *testing.T) {
	key := vault.NewSecret()
	seen := make(map[[12]byte]bool)
	for range 100_000 {
		nonce := [12]byte(vault.Seal(key, nil, "answers")[33:45])
		if seen[nonce] {
			t.Fatal("a nonce repeats")
		}
		seen[nonce] = true
	}
}
