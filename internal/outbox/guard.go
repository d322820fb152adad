package outbox

import (
	"errors"
	"slices"
	"strings"
	"unicode"

	"github.com/sealform/sealform/internal/lazyregexp"
	"github.com/sealform/sealform/internal/practice"
)

var (
	errBoth    = errors.New("a link and a code in one message")
	errMeet    = errors.New("link and code would go to one address")
	errMissing = errors.New("the link or code is not in the text")
	errStray   = errors.New("a link or code that the message does not name")
)

// anyLink finds what looks like a client's link, anyCode eight digits however
// they are grouped.
var (
	anyLink = lazyregexp.New(`/d/[A-Za-z0-9_-]{43}`)
	anyCode = lazyregexp.New(`(?:^|\D)((?:\d[ ,.\-\x{a0}]{0,2}){7}\d)(?:\D|$)`)
)

// guard is the last look at a message before it leaves. It trusts nothing that
// wrote it: the text itself may hold no link beside a code, and neither may go
// where the other went.
func guard(m *Message) error {
	text := m.Subject + "\n" + m.Body
	if m.Link != "" && m.Code != "" {
		return errBoth
	}
	if m.Link != "" && !strings.Contains(m.Body, m.Link) || m.Code != "" && !slices.Contains(codesIn(text), m.Code) {
		return errMissing
	}
	rest := text
	if m.Link != "" {
		rest = strings.ReplaceAll(text, m.Link, "")
	}
	if anyLink().MatchString(rest) {
		return errStray
	}
	if m.Link != "" && slices.ContainsFunc(codesIn(rest), m.IsCode) {
		return errBoth
	}
	to := Normal(m.Channel, m.To)
	if (m.Link != "" || m.Code != "") && slices.ContainsFunc(m.Other, func(other string) bool { return other == to }) {
		return errMeet
	}
	return nil
}

// codesIn returns every run of exactly eight digits, without what groups them.
// A phone number may be one too.
func codesIn(text string) (codes []string) {
	for rest := text; ; {
		at := anyCode().FindStringSubmatchIndex(rest)
		if at == nil {
			return codes
		}
		codes = append(codes, strings.Map(func(r rune) rune {
			if unicode.IsDigit(r) {
				return r
			}
			return -1
		}, rest[at[2]:at[3]]))
		rest = rest[at[3]:]
	}
}

// Normal returns what two spellings of one address have in common: an e-mail
// address in lower case without a +tag; for text messages and calls alike the
// number.
func Normal(channel practice.Channel, address string) string {
	address = strings.TrimSpace(address)
	if channel != practice.Email {
		return "phone:" + strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' || r == '+' {
				return r
			}
			return -1
		}, address)
	}
	address = strings.ToLower(address)
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return "email:" + address
	}
	local, _, _ := strings.Cut(address[:at], "+")
	return "email:" + local + address[at:]
}
