package portal

import (
	"crypto/rand"
	"math/big"
	"strings"
	"unicode"
)

// common are the bodies of what people choose most.
var common = []string{
	"correcthorsebatterystaple", "passphrase", "password", "administrator", "letmein", "iloveyou", "welcome", "changeme", "secret", "sealform",
	"1q2w3e4r5t6y7u8i9o0p", "qwertyuiop", "qwertzuiop", "asdfghjkl", "yxcvbnm", "zxcvbnm", "qwerty",
	"sunshine", "princess", "football", "monkey", "dragon",
}

// guessable reports whether little is left of a passphrase once the commonest
// ones and runs such as "1234" are taken out of it, or whether it is one piece
// over and over. The store checks the rest.
func guessable(passphrase string) bool {
	rest := letters(passphrase)
	for _, c := range common {
		rest = strings.ReplaceAll(rest, c, "")
	}
	for size := 1; size <= len(rest)/2; size++ {
		if strings.Repeat(rest[:size], len(rest)/size+1)[:len(rest)] == rest {
			return true
		}
	}
	return withoutRuns(rest) < 6
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

// suggestPassphrase returns five made-up words of two syllables each, such as
// "bado-kine-tuma-lero-sufi": 63 bits that can be said over a telephone.
func suggestPassphrase() string {
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
