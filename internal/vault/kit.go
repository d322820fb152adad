package vault

import (
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"strings"
	"unicode"
)

// A kit is "SF", 52 characters of base32 and 6 of checksum, in groups of four.
// The alphabet is Crockford's, without I, L, O and U. The checksum is the BCH
// code of BIP 173 with the constant of BIP 350: up to 89 characters it catches
// every mistake in up to four of them, and others but once in a thousand million.
const (
	kitAlphabet  = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	kitPrefix    = "SF"
	kitChecksum  = 6
	kitLength    = len(kitPrefix) + 52 + kitChecksum
	kitConstant  = 0x2bc830a3
	kitGroup     = 4
	kitSeparator = "-"
)

var kitText = base32.NewEncoding(kitAlphabet).WithPadding(base32.NoPadding)

// NewKit returns a recovery kit to print and the 32-byte secret it spells out.
func NewKit() (kit string, secret []byte) {
	secret = NewSecret()
	return group(spell(secret)), secret
}

// ParseKit returns the secret of a kit as someone typed it. Case, spaces and
// dashes do not matter, and O is read as 0, I and L as 1, since no kit has
// those letters. Every other single wrong character is an [ErrKit].
func ParseKit(typed string) (secret []byte, err error) {
	if len(typed) > typedLimit {
		return nil, fmt.Errorf("%w: far too long", ErrKit)
	}
	symbols, err := kitSymbols(typed)
	if err != nil {
		return nil, err
	}
	if len(symbols) != kitLength {
		return nil, fmt.Errorf("%w: %d of %d characters", ErrKit, len(symbols), kitLength)
	}
	secret, err = kitText.DecodeString(symbols[len(kitPrefix) : kitLength-kitChecksum])
	if err != nil {
		return nil, fmt.Errorf("%w: a character no kit has", ErrKit)
	}
	// Spelling the secret again checks prefix, checksum and spare bits at once.
	if subtle.ConstantTimeCompare([]byte(spell(secret)), []byte(symbols)) != 1 {
		return nil, fmt.Errorf("%w: at least one character is wrong", ErrKit)
	}
	return secret, nil
}

func kitSymbols(typed string) (string, error) {
	var symbols strings.Builder
	for _, r := range typed {
		r, keep := foldTyped(r)
		if !keep {
			continue
		}
		switch r = unicode.ToUpper(r); r {
		case 'O':
			r = '0'
		case 'I', 'L':
			r = '1'
		}
		if !strings.ContainsRune(kitAlphabet, r) {
			return "", fmt.Errorf("%w: a character no kit has", ErrKit)
		}
		symbols.WriteRune(r)
	}
	return symbols.String(), nil
}

// spell returns the ungrouped characters of a kit.
func spell(secret []byte) string {
	text := kitPrefix + kitText.EncodeToString(secret)
	rest := polymod(text+strings.Repeat("0", kitChecksum)) ^ kitConstant
	for i := range kitChecksum {
		text += string(kitAlphabet[rest>>(5*(kitChecksum-1-i))&31])
	}
	return text
}

// polymod is the remainder of BIP 173 over characters of the alphabet.
func polymod(text string) uint32 {
	generator := [...]uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3}
	rest := uint32(1)
	for i := range len(text) {
		top := rest >> 25
		rest = rest&0x1ffffff<<5 ^ uint32(strings.IndexByte(kitAlphabet, text[i]))
		for bit, g := range generator {
			if top>>bit&1 == 1 {
				rest ^= g
			}
		}
	}
	return rest
}

func group(text string) string {
	groups := make([]string, 0, kitLength/kitGroup)
	for ; len(text) > kitGroup; text = text[kitGroup:] {
		groups = append(groups, text[:kitGroup])
	}
	return strings.Join(append(groups, text), kitSeparator)
}
