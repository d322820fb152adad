package pdf

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxMarks is how many combining marks may stack on one letter. More of them
// would paint over neighbouring answers, so a dotted circle starts a new stack.
const maxMarks = 6

const dottedCircle = '\u25CC'

// clean makes any text safe to draw on one line. What a reader could not see
// is dropped or becomes a space: controls, and the characters that reorder or
// hide text, with which one answer could be made to read as another.
func clean(s string) string {
	if printable(s) {
		return s
	}
	s = norm.NFC.String(strings.ToValidUTF8(s, "\uFFFD"))
	var b strings.Builder
	b.Grow(len(s))
	marks := 0
	for _, r := range s {
		if r = safe(r); r < 0 {
			continue
		}
		if !unicode.In(r, unicode.Mn, unicode.Me) {
			marks = 0
		} else if marks++; marks > maxMarks {
			b.WriteRune(dottedCircle)
			marks = 1
		}
		b.WriteRune(r)
	}
	return b.String()
}

func printable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// safe returns what to draw for a rune, -1 for nothing.
func safe(r rune) rune {
	switch {
	case unicode.IsControl(r), r == '\u2028', r == '\u2029':
		return ' '
	case unicode.Is(unicode.Bidi_Control, r), r == '\u00AD', r == '\uFEFF',
		r >= '\u2060' && r <= '\u206F', r >= '\uFFF9' && r <= '\uFFFB',
		r >= 0xE0000 && r <= 0xE007F:
		return -1
	case r&0xFFFE == 0xFFFE, r >= 0xFDD0 && r <= 0xFDEF: // not characters
		return unicode.ReplacementChar
	}
	return r
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\v", "\n", "\f", "\n", "\u2028", "\n", "\u2029", "\n")

// paragraphs splits text where its writer ended lines. Blank lines at the ends
// go, and no more than one stays between paragraphs.
func paragraphs(s string) []string {
	if printable(s) {
		return []string{s}
	}
	var out []string
	for line := range strings.SplitSeq(lineEnds.Replace(s), "\n") {
		line = strings.TrimRightFunc(clean(line), unicode.IsSpace)
		if line == "" && (len(out) == 0 || out[len(out)-1] == "") {
			continue
		}
		out = append(out, line)
	}
	if n := len(out); n > 0 && out[n-1] == "" {
		out = out[:n-1]
	}
	if len(out) == 0 {
		return []string{""}
	}
	return out
}
