package vault_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/sealform/sealform/internal/vault"
)

func TestKeyFileRoundTrip(t *testing.T) {
	ring := vault.NewRing().Rotate().Rotate()
	blob := ring.Seal([]byte("0123 456"), "phone")
	file := ring.Bytes()
	for name, text := range map[string][]byte{"as written": file, "no last line break": bytes.TrimSuffix(file, []byte("\n"))} {
		read, err := vault.ParseRing(text)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !slices.Equal(read.IDs(), ring.IDs()) || !bytes.Equal(read.Bytes(), file) {
			t.Errorf("%s: another ring came back", name)
		}
		if got, err := read.Open(blob, "phone"); err != nil || string(got) != "0123 456" {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
}

func TestKeyFileMistakesAreNamed(t *testing.T) {
	const header = "sealform server keys v1\n"
	lines := strings.SplitAfter(string(vault.NewRing().Rotate().Bytes()), "\n")
	one, two := lines[1], lines[2]
	id, key, _ := strings.Cut(strings.TrimSuffix(one, "\n"), " ")
	otherID, _, _ := strings.Cut(two, " ")
	flip := map[byte]string{'A': "B"}[key[0]]
	if flip == "" {
		flip = "A"
	}
	mistakes := []struct{ name, file, want string }{
		{"nothing", "", "it is empty"},
		{"only a line break", "\n", "it is empty"},
		{"no header", one, "line 1: it must read"},
		{"other version", "sealform server keys v2\n" + one, "line 1: it must read"},
		{"mark", "\ufeff" + header + one, "line 1: it starts with a byte order mark"},
		{"carriage return in header", "sealform server keys v1\r\n" + one, "line 1: it ends in a carriage return"},
		{"carriage return", header + one + strings.TrimSuffix(two, "\n") + "\r\n", "line 3: it ends in a carriage return"},
		{"no key", header, "it holds no key"},
		{"blank line", header + "\n" + one, "line 2: it is blank"},
		{"blank line at the end", header + one + "\n", "line 3: it is blank"},
		{"key alone", header + key + "\n", "line 2: it must hold an id"},
		{"two spaces", header + id + "  " + key, "line 2: the key must be 43"},
		{"space at the end", header + id + " " + key + " \n", "line 2: the key must be 43"},
		{"space at the start", header + " " + one, "line 2: the id must be eight"},
		{"tab", header + id + "\t" + key, "line 2: it must hold an id"},
		{"swapped", header + key + " " + id, "line 2: the id must be eight"},
		{"upper-case id", header + "ABCDEF01 " + key, "line 2: the id must be eight"},
		{"short key", header + id + " " + key[:42], "line 2: the key must be 43"},
		{"padded key", header + id + " " + key + "=", "line 2: the key must be 43"},
		{"other base64", header + id + " " + strings.Repeat("+", 43), "line 2: the key must be 43"},
		{"altered key", header + id + " " + flip + key[1:], "line 2: id and key do not belong together"},
		{"other id", header + otherID + " " + key, "line 2: id and key do not belong together"},
		{"twice", header + one + two + one, "line 4: the same key stands on an earlier line"},
		{"comment", header + "# ours\n" + one, "line 2: the id must be eight"},
	}
	for _, mistake := range mistakes {
		t.Run(mistake.name, func(t *testing.T) {
			ring, err := vault.ParseRing([]byte(mistake.file))
			if ring != nil || !errors.Is(err, vault.ErrKeyFile) {
				t.Fatalf("got %v, %v", ring, err)
			}
			if !strings.Contains(err.Error(), mistake.want) {
				t.Errorf("says %q, want %q in it", err, mistake.want)
			}
			if strings.Contains(err.Error(), key[1:]) {
				t.Errorf("gives a key away: %q", err)
			}
		})
	}
}

func TestEveryAlteredCharacterOfAKeyFileIsNoticed(t *testing.T) {
	file := vault.NewRing().Bytes()
	for how, damaged := range damages(bytes.TrimSuffix(file, []byte("\n"))) {
		if ring, err := vault.ParseRing(damaged); !errors.Is(err, vault.ErrKeyFile) || ring != nil {
			t.Errorf("%s: got %v, %v", how, ring, err)
		}
	}
}
