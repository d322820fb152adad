package vault_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/sealform/sealform/internal/vault"
)

// FuzzOpen feeds one input to everything that opens blobs of the database. What
// the fuzzer cannot know the key of must never open.
func FuzzOpen(f *testing.F) {
	key, ring := bytes.Repeat([]byte{1}, 32), vault.NewRing()
	pair, err := vault.Seed{1}.Pair()
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(nil), "", []byte(nil))
	f.Add(vault.Seal(vault.NewSecret(), []byte("mother of two"), "answers", practice), "answers", practice)
	f.Add(ring.Rotate().Seal([]byte("0123 456"), "phone", practice), "phone", practice)
	f.Add(append(ring.MAC("")[:4], make([]byte, vault.Overhead)...), "outer", practice)
	f.Fuzz(func(t *testing.T, blob []byte, label string, field []byte) {
		if strings.ContainsRune(label, 0) {
			return // labels are constants without a zero byte
		}
		got, err := vault.Open(key, blob, label, field)
		mustBeOpenError(t, "Open", got, err)
		got, err = ring.Open(blob, label, field)
		mustBeOpenError(t, "Ring.Open", got, err)
		got, err = pair.Open(blob, label, field)
		mustBeOpenError(t, "Pair.Open", got, err)
		got, err = vault.RewrapOuter(ring, member, blob)
		mustBeOpenError(t, "RewrapOuter", got, err)
		if ring.Verify(blob, label, field) {
			t.Error("a MAC verifies")
		}
		if id := vault.KeyID(blob); len(id) != 8 && len(blob) >= 36 {
			t.Errorf("key id %q", id)
		}
	})
}

func FuzzParseRing(f *testing.F) {
	file := vault.NewRing().Rotate().Bytes()
	f.Add(file)
	f.Add(bytes.ReplaceAll(file, []byte("\n"), []byte("\r\n")))
	f.Add(file[:len(file)-1])
	f.Fuzz(func(t *testing.T, file []byte) {
		ring, err := vault.ParseRing(file)
		if err != nil {
			if !errors.Is(err, vault.ErrKeyFile) || ring != nil {
				t.Errorf("got %v, %v", ring, err)
			}
			return
		}
		if want := append(bytes.TrimSuffix(file, []byte("\n")), '\n'); !bytes.Equal(ring.Bytes(), want) {
			t.Errorf("%q is written back as %q", file, ring.Bytes())
		}
	})
}

func FuzzNormalizeCode(f *testing.F) {
	for _, typed := range []string{"", "1234 5678", "１２３４－５６７８", "۱۲۳۴۵۶۷۸", "1234567", "\u200e12345678", "\xff"} {
		f.Add(typed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		code, ok := vault.NormalizeCode(typed)
		if !ok && code != "" {
			t.Errorf("refused, and yet gave %q", code)
		}
		if ok && (len(code) != 8 || strings.Trim(code, "0123456789") != "") {
			t.Errorf("%q gives %q", typed, code)
		}
		if again, okAgain := vault.NormalizeCode(code); ok && (!okAgain || again != code) {
			t.Errorf("%q gives %q on the second pass", code, again)
		}
	})
}

func FuzzParseKit(f *testing.F) {
	kit, _ := vault.NewKit()
	for _, typed := range []string{"", kit, strings.ToLower(kit), kit[:20], strings.Repeat("0", 60)} {
		f.Add(typed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		secret, err := vault.ParseKit(typed)
		if err != nil && !errors.Is(err, vault.ErrKit) {
			t.Errorf("untyped error %v", err)
		}
		if (err == nil) != (len(secret) == 32) {
			t.Errorf("%d bytes and error %v", len(secret), err)
		}
	})
}
