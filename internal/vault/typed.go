package vault

import "unicode"

// Zeros of the decimal digits that phone keyboards offer: ASCII, Arabic,
// Persian and Urdu, full-width.
var zeros = [...]rune{'0', '٠', '۰', '０'}

// foldTyped returns the plain ASCII character that a typed one stands for, and
// false for what people put between groups: spaces, hyphens and dashes of every
// script, and the invisible marks that copying leaves behind. What is neither
// comes back as it is.
func foldTyped(r rune) (folded rune, keep bool) {
	switch {
	case unicode.IsSpace(r), unicode.In(r, unicode.Pd, unicode.Cf), r == '−', r == 'ー', r == 'ｰ':
		return 0, false
	case r >= 'Ａ' && r <= 'Ｚ', r >= 'ａ' && r <= 'ｚ':
		return r - 'Ａ' + 'A', true
	}
	for _, zero := range zeros {
		if r >= zero && r <= zero+9 {
			return '0' + r - zero, true
		}
	}
	return r, true
}
