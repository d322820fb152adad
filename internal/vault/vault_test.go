package vault_test

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"github.com/sealform/sealform/internal/vault"
)

var (
	practice = []byte("practice 16 byte")
	document = []byte("document 16 byte")
)

// damages yields every way to flip one bit of blob and to cut it short, and one
// way to lengthen it.
func damages(blob []byte) func(yield func(how string, damaged []byte) bool) {
	return func(yield func(string, []byte) bool) {
		for bit := range 8 * len(blob) {
			damaged := bytes.Clone(blob)
			damaged[bit/8] ^= 1 << (bit % 8)
			if !yield(fmt.Sprintf("bit %d flipped", bit), damaged) {
				return
			}
		}
		for length := range blob {
			if !yield(fmt.Sprintf("cut to %d bytes", length), bytes.Clone(blob[:length])) {
				return
			}
		}
		yield("one byte longer", append(bytes.Clone(blob), 0))
	}
}

// places are labels with fields which differ from each other as little as can
// be; what is bound to one of them must not open in any other.
var places = []struct {
	label  string
	fields [][]byte
}{
	{"answers", [][]byte{practice, document}},
	{"attachment", [][]byte{practice, document}},
	{"answer", [][]byte{practice, document}},
	{"", [][]byte{practice, document}},
	{"answers", [][]byte{document, practice}},
	{"answers", [][]byte{practice}},
	{"answers", [][]byte{practice, document, nil}},
	{"answers", [][]byte{nil, practice, document}},
	{"answers", [][]byte{append(bytes.Clone(practice), document...)}},
	{"answers", [][]byte{append(bytes.Clone(practice), document[0]), document[1:]}},
	{"answers", [][]byte{practice, document[:15]}},
	{"answers", nil},
	{"answers", [][]byte{bytes.Repeat([]byte{0}, 70_000)}},
	{"answers", [][]byte{bytes.Repeat([]byte{0}, 70_000-1<<16)}},
}

func mustBeOpenError(t *testing.T, what string, plaintext []byte, err error) {
	t.Helper()
	if !errors.Is(err, vault.ErrOpen) || plaintext != nil {
		t.Fatalf("%s: got %q and error %v, want nothing and ErrOpen", what, plaintext, err)
	}
}

func TestDeriveSeparatesSecretsLabelsAndFields(t *testing.T) {
	seen := map[string]string{}
	for s := range 2 {
		secret := bytes.Repeat([]byte{byte(s)}, 32)
		for i, place := range places {
			key := vault.Derive(secret, place.label, place.fields...)
			if len(key) != 32 {
				t.Fatalf("key of %d bytes", len(key))
			}
			if !bytes.Equal(key, vault.Derive(secret, place.label, place.fields...)) {
				t.Errorf("place %d: not the same twice", i)
			}
			name := fmt.Sprintf("secret %d, place %d", s, i)
			if other, taken := seen[string(key)]; taken {
				t.Errorf("%s has the key of %s", name, other)
			}
			seen[string(key)] = name
		}
	}
}

func TestMistakesOfTheCallerPanic(t *testing.T) {
	secret := vault.NewSecret()
	mistakes := map[string]func(){
		"no secret":            func() { vault.Derive(nil, "link-kek") },
		"short secret":         func() { vault.Derive(secret[:31], "link-kek") },
		"label of Seal's keys": func() { vault.Derive(secret, "obj") },
		"zero byte in label":   func() { vault.Derive(secret, "link\x00kek") },
		"seal without a key":   func() { vault.Seal(nil, nil, "answers") },
		"seal, short key":      func() { vault.Seal(secret[:31], nil, "answers") },
		"seal, long key":       func() { vault.Seal(append(secret, 0), nil, "answers") },
	}
	for name, mistake := range mistakes {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("went through")
				}
			}()
			mistake()
		})
	}
}

func TestSecretsPrintAsTheirName(t *testing.T) {
	seed := vault.NewSeed()
	pair, err := seed.Pair()
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%q", "%d"} {
		got := fmt.Sprintf(verb+" "+verb+" "+verb, seed, pair, vault.NewRing())
		if got != "vault.Seed vault.Pair vault.Ring" {
			t.Errorf("%s prints %s", verb, got)
		}
	}
	if text, err := seed.MarshalText(); err == nil || text != nil {
		t.Errorf("a seed was encoded as %q", text)
	}
}
