package fhir

import (
	"html"
	"strings"
	"unicode"

	"github.com/sealform/sealform/internal/lazyregexp"
)

var (
	tag      = lazyregexp.New(`</?[A-Za-z][A-Za-z0-9]*(\s[^<>]*)?/?>|<!--`)
	entity   = lazyregexp.New(`&(#?[A-Za-z0-9]{2,8});`)
	variable = lazyregexp.New(`\{([a-z_]+)\}`)
)

// plain makes plain text of one line of what a Questionnaire calls text: markup
// goes, and braces that a form would take for a variable become brackets,
// unless the Questionnaire is ours.
func (r *reader) plain(s string) string {
	s = strings.Map(func(c rune) rune {
		if unicode.IsControl(c) || c == '\ufeff' {
			return ' '
		}
		return c
	}, strings.ToValidUTF8(s, "\ufffd"))
	for range 10 {
		clean := entity().ReplaceAllStringFunc(tag().ReplaceAllString(s, " "), unescape)
		if clean == s {
			break
		}
		s = clean
	}
	s = entity().ReplaceAllString(tag().ReplaceAllString(s, " "), "$1")
	if !r.own {
		s = variable().ReplaceAllString(s, "($1)")
	}
	return strings.Join(strings.Fields(s), " ")
}

func unescape(s string) string {
	if u := html.UnescapeString(s); u != s {
		return strings.ReplaceAll(u, "\u00a0", " ")
	}
	return strings.Trim(s, "&;")
}

// rich returns Markdown that a form can hold, or "".
func (r *reader) rich(s string) string {
	s = strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))
	escaped := strings.NewReplacer(`\\`, "", `\<`, "", `\>`, "").Replace(s)
	control := strings.ContainsFunc(s, func(c rune) bool { return unicode.IsControl(c) && c != '\n' && c != '\t' })
	if tag().MatchString(escaped) || control || len(s) > maxProse || !r.own && variable().MatchString(s) {
		return ""
	}
	return s
}

// maxProse is the most bytes of one text of a form.
const maxProse = 20_000

// paragraphs makes Markdown of plain text on several lines.
func paragraphs(s string) string {
	var out []string
	for _, line := range strings.Split(strings.ReplaceAll(s, "\r", "\n"), "\n") {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, markdownEscape(line))
		}
	}
	return strings.Join(out, "\n\n")
}

func markdownEscape(s string) string {
	var b strings.Builder
	digits := true
	for _, c := range s {
		if strings.ContainsRune("\\`*_[]<>()#+-=|~&!", c) || (c == '.' || c == ')') && digits && b.Len() > 0 {
			b.WriteByte('\\')
		}
		digits = digits && c >= '0' && c <= '9'
		b.WriteRune(c)
	}
	return b.String()
}
