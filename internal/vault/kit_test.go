package vault_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/sealform/sealform/internal/vault"
)

var printedKit = regexp.MustCompile(`^SF[0-9A-HJKMNP-TV-Z]{2}(-[0-9A-HJKMNP-TV-Z]{4}){14}$`)

func TestKitRoundTrip(t *testing.T) {
	for range 100 {
		kit, secret := vault.NewKit()
		if !printedKit.MatchString(kit) {
			t.Fatalf("printed as %q", kit)
		}
		got, err := vault.ParseKit(kit)
		if err != nil || !bytes.Equal(got, secret) || len(secret) != 32 {
			t.Fatalf("%d bytes came back, %v", len(got), err)
		}
	}
}

func TestKitAsPeopleTypeIt(t *testing.T) {
	kit, secret := vault.NewKit()
	plain := strings.ReplaceAll(kit, "-", "")
	ways := map[string]string{
		"lower case":       strings.ToLower(kit),
		"no separators":    plain,
		"spaces":           strings.ReplaceAll(kit, "-", " "),
		"lines":            "\n " + strings.ReplaceAll(kit, "-", "\r\n"),
		"en dashes":        strings.ReplaceAll(kit, "-", " – "),
		"other groups":     plain[:5] + " " + plain[5:31] + "-" + plain[31:],
		"O for zero":       strings.ReplaceAll(kit, "0", "O"),
		"o for zero":       strings.ReplaceAll(kit, "0", "o"),
		"I for one":        strings.ReplaceAll(kit, "1", "I"),
		"l for one":        strings.ReplaceAll(kit, "1", "l"),
		"full-width":       fullWidth(plain),
		"full-width lower": fullWidth(strings.ToLower(plain)),
	}
	for name, typed := range ways {
		if got, err := vault.ParseKit(typed); err != nil || !bytes.Equal(got, secret) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func fullWidth(text string) string {
	return strings.Map(func(r rune) rune { return r - '!' + '！' }, text)
}

// sameSymbol tells whether two characters are read alike: case, and the look-alikes.
func sameSymbol(a, b byte) bool {
	alike := strings.NewReplacer("O", "0", "I", "1", "L", "1")
	return alike.Replace(strings.ToUpper(string(a))) == alike.Replace(strings.ToUpper(string(b)))
}

func TestEverySingleWrongCharacterOfAKitIsCaught(t *testing.T) {
	kit, _ := vault.NewKit()
	plain := strings.ReplaceAll(kit, "-", "")
	refuse := func(how, typed string) {
		t.Helper()
		if secret, err := vault.ParseKit(typed); !errors.Is(err, vault.ErrKit) || secret != nil {
			t.Errorf("%s: got %d bytes, %v", how, len(secret), err)
		}
	}
	for i := range plain {
		for wrong := byte(' '); wrong < 0x7f; wrong++ {
			if !sameSymbol(plain[i], wrong) {
				refuse("wrong character", plain[:i]+string(wrong)+plain[i+1:])
			}
		}
		refuse("missing character", plain[:i]+plain[i+1:])
		refuse("doubled character", plain[:i]+plain[i:i+1]+plain[i:])
		if i > 0 && plain[i-1] != plain[i] {
			refuse("swapped characters", plain[:i-1]+plain[i:i+1]+plain[i-1:i]+plain[i+1:])
		}
	}
}

func TestUpToFourWrongCharactersOfAKitAreCaught(t *testing.T) {
	const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	kit, _ := vault.NewKit()
	plain := strings.ReplaceAll(kit, "-", "")
	for i := range 10_000 {
		typed := []byte(plain)
		for _, at := range rand.Perm(len(plain))[:2+i%3] {
			was := strings.IndexByte(alphabet, plain[at])
			typed[at] = alphabet[(was+1+rand.IntN(31))%32]
		}
		if _, err := vault.ParseKit(string(typed)); !errors.Is(err, vault.ErrKit) {
			t.Fatalf("%s typed as %s: %v", plain, typed, err)
		}
	}
}

func TestWhatIsNoKit(t *testing.T) {
	kit, _ := vault.NewKit()
	other, _ := vault.NewKit()
	for name, typed := range map[string]string{
		"nothing":        "",
		"separators":     "- - -",
		"prefix alone":   "SF",
		"one group less": kit[:len(kit)-5],
		"two halves":     kit[:35] + other[35:],
		"a code":         "1234 5678",
		"zeros":          strings.Repeat("0", 60),
		"broken UTF-8":   kit[:20] + "\xff" + kit[21:],
		"a million":      strings.Repeat(kit, 20_000),
	} {
		if secret, err := vault.ParseKit(typed); !errors.Is(err, vault.ErrKit) || secret != nil {
			t.Errorf("%s: got %d bytes, %v", name, len(secret), err)
		}
	}
}
