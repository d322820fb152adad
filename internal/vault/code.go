package vault

import (
	"crypto/rand"
	"fmt"
	"math/big"
)

const (
	codeLength = 8

	// typedLimit is how many bytes anyone may type for a code or a kit, with
	// room for every separator. More is not looked at.
	typedLimit = 1024
)

var codes = big.NewInt(100_000_000)

// NewCode returns eight random decimal digits, each code equally likely.
func NewCode() string {
	n, err := rand.Int(rand.Reader, codes) // draws again where a remainder would favour some
	if err != nil {
		panic("vault: internal error: " + err.Error())
	}
	return fmt.Sprintf("%08d", n)
}

// NormalizeCode returns the eight digits that someone typed with any spaces,
// hyphens or dashes and with full-width, Arabic or Persian digits. It returns
// false for everything that cannot be a code, which must cost no attempt.
func NormalizeCode(typed string) (code string, ok bool) {
	if len(typed) > typedLimit {
		return "", false
	}
	digits := make([]byte, 0, codeLength)
	for _, r := range typed {
		r, keep := foldTyped(r)
		if !keep {
			continue
		}
		if r < '0' || r > '9' || len(digits) == codeLength {
			return "", false
		}
		digits = append(digits, byte(r))
	}
	if len(digits) != codeLength {
		return "", false
	}
	return string(digits), true
}
