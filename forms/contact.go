package forms

import (
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"
)

// readEmail checks the shape of an address only: whether it works shows when a
// message arrives.
func (it *Item) readEmail(s string) value {
	if !emailShaped(s) {
		return it.bad(s, "", it.say.Word("Enter an email address in the correct format, like name@example.com"))
	}
	return value{state: good, text: s, answer: s, key: s}
}

func emailShaped(s string) bool {
	at := strings.LastIndexByte(s, '@')
	if at < 1 || at > 64 || strings.ContainsFunc(s, notInEmail) || strings.IndexByte(s, '@') != at {
		return false
	}
	local, domain := s[:at], s[at+1:]
	if local[0] == '.' || local[at-1] == '.' || strings.Contains(local, "..") || !strings.Contains(domain, ".") {
		return false
	}
	for label := range strings.SplitSeq(domain, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' ||
			strings.ContainsFunc(label, func(c rune) bool {
				return c != '-' && !unicode.IsLetter(c) && !unicode.IsDigit(c) && !unicode.IsMark(c)
			}) {
			return false
		}
	}
	return true
}

func notInEmail(c rune) bool {
	return unicode.IsSpace(c) || !unicode.IsPrint(c) || strings.ContainsRune(`"(),:;<>[\]`, c)
}

// readPhone reads a number as people in the practice's country write it, or
// with + from anywhere. Only its length is checked against the country's plan,
// since plans change faster than we are built.
func (r *reading) readPhone(it *Item, s string) value {
	typed := westernDigits(s)
	n, err := phonenumbers.Parse(typed, r.c.Country)
	if err != nil || !phonenumbers.IsPossibleNumber(n) {
		if r.c.Country == "" && !strings.HasPrefix(typed, "+") {
			return it.bad(s, "", it.say.Word("Enter a phone number that begins with + and the country code"))
		}
		return it.bad(s, "", it.say.Word("Enter a real phone number, with + and the country code if it is from another country"))
	}
	e164 := phonenumbers.Format(n, phonenumbers.E164)
	text := phonenumbers.Format(n, phonenumbers.INTERNATIONAL)
	if ext := n.GetExtension(); ext != "" {
		e164 += ";ext=" + ext
	}
	return value{state: good, text: text, answer: e164, key: e164}
}
