package practice

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold returns text as it is compared: in small letters, without accents, with
// single spaces, so that "José  MARÍN" and "jose marin" are one.
func Fold(text string) string {
	if ascii(text) {
		return strings.Join(strings.Fields(strings.ToLower(text)), " ")
	}
	var b strings.Builder
	for _, r := range norm.NFKD.String(text) {
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func ascii(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return false
		}
	}
	return true
}

// SameName reports whether two names can be one person's: each word of the
// shorter stands in the longer, so that a middle name is no difference.
func SameName(a, b string) bool {
	short, long := nameWords(a), nameWords(b)
	if len(short) > len(long) {
		short, long = long, short
	}
	for _, word := range short {
		if !slices.Contains(long, word) {
			return false
		}
	}
	return true
}

func nameWords(name string) []string {
	return strings.FieldsFunc(Fold(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}
