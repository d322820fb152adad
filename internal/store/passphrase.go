package store

import (
	"crypto/rand"
	"math/big"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sealform/sealform/internal/fault"
)

// The length of a passphrase in characters (NIST SP 800-63B-4, for one that
// stands alone).
const (
	minPassphrase = 15
	maxPassphrase = 1024
)

// common are the words that people make guessable passphrases of.
var common = []string{
	"correcthorsebatterystaple", "passphrase", "password", "passwort", "motdepasse", "contrasena", "administrator", "admin", "letmein", "iloveyou", "trustno", "welcome",
	"changeme", "secret", "sealform", "login", "default", "whatever", "master", "hello", "test", "user", "access", "health", "clinic", "practice", "doctor",
	"1q2w3e4r5t6y7u8i9o0p", "1qaz2wsx3edc4rfv", "qazwsxedc", "qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "yxcvbnm", "zxcvbnm", "qwerty", "qwertz", "azerty", "asdf",
	"spring", "summer", "autumn", "winter", "monday", "friday", "sunday", "january", "february", "march", "april", "june", "july", "august", "september", "october", "november", "december",
	"sunshine", "princess", "football", "baseball", "basketball", "superman", "batman", "monkey", "dragon", "shadow", "michael", "jordan", "jesus", "family", "forever", "london", "freedom", "starwars", "love",
}

// checkPassphrase refuses what a thief of the server key would guess: what is
// short, common, of one piece over and over, or made of the names of those it
// belongs to. It takes the passphrase as normalPassphrase left it.
func checkPassphrase(passphrase string, names ...string) error {
	switch n := utf8.RuneCountInString(passphrase); {
	case n < minPassphrase:
		return fault.Newf(fault.Invalid, "Choose a passphrase of at least %d characters. Several random words are easiest to keep.", minPassphrase)
	case n > maxPassphrase:
		return fault.New(fault.Invalid, "Choose a passphrase of 1,024 characters or fewer.")
	}
	plain := letters(passphrase)
	for _, name := range names {
		name, _, _ = strings.Cut(name, "@")
		if name = letters(name); utf8.RuneCountInString(name) > 3 && strings.Contains(plain, name) {
			return fault.New(fault.Invalid, "Choose a passphrase without the practice's name or your own in it.")
		}
	}
	if guessable(plain) {
		return fault.New(fault.Invalid, "Use words that nobody would guess: this one is common or repeats itself.")
	}
	return nil
}

// guessable reports whether little is left of a passphrase once the commonest
// words and runs such as "1234" are taken out of it, or whether it is one piece
// over and over.
func guessable(rest string) bool {
	for _, c := range common {
		rest = strings.ReplaceAll(rest, c, "")
	}
	for size := 1; size <= len(rest)/2; size++ {
		if strings.Repeat(rest[:size], len(rest)/size+1)[:len(rest)] == rest {
			return true
		}
	}
	return withoutRuns(rest) < 6 || distinct(rest) < 6
}

func distinct(text string) int {
	seen := map[rune]bool{}
	for _, r := range text {
		seen[r] = true
	}
	return len(seen)
}

// withoutRuns counts the characters that neither follow nor equal the one
// before them: one each in "abcd" and "1111".
func withoutRuns(text string) int {
	n, last := 0, rune(-2)
	for _, r := range text {
		if step := r - last; step < -1 || step > 1 {
			n++
		}
		last = r
	}
	return n
}

func letters(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
}

// SuggestPassphrase returns five made-up words of two syllables each, such as
// "bado-kine-tuma-lero-sufi": 63 bits that can be said over a telephone.
func SuggestPassphrase() string {
	const consonants, vowels = "bdfghjklmnprstvz", "aeiou"
	words := make([]string, 5)
	for i := range words {
		words[i] = string([]byte{oneOf(consonants), oneOf(vowels), oneOf(consonants), oneOf(vowels)})
	}
	return strings.Join(words, "-")
}

func oneOf(letters string) byte {
	n, err := rand.Int(rand.Reader, big.NewInt(int64(len(letters))))
	if err != nil {
		panic("internal error: crypto/rand never fails: " + err.Error())
	}
	return letters[n.Int64()]
}
