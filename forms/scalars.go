package forms

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/sealform/sealform/internal/lazyregexp"
)

// scalar returns the text of a value, reporting any other shape.
func (p *parsing) scalar(key string, n *node) string {
	switch {
	case n.kind == empty:
		p.fail(n.line, "%s: has no value; give it one or remove it", key)
	case n.kind != scalar:
		p.fail(n.line, "%s: must be one value, not a list or keys; put text with : or , in quotes", key)
	case strings.ContainsFunc(n.text, forbidden):
		p.fail(n.line, "%s: holds a control character; type it again", key)
	default:
		return strings.TrimSpace(n.text)
	}
	return ""
}

// forbidden holds for control characters other than line break and tab.
func forbidden(r rune) bool {
	return unicode.IsControl(r) && r != '\n' && r != '\t'
}

// maxProse is the most bytes of one text; reading Markdown is quadratic in it.
const maxProse = 20_000

var (
	markup   = lazyregexp.New(`</?[A-Za-z][A-Za-z0-9]*(\s[^<>]*)?/?>|<!--|&(#?[A-Za-z0-9]{2,8});`)
	escapes  = strings.NewReplacer(`\\`, "", `\<`, "", `\>`, "")
	variable = lazyregexp.New(`\{([a-z_]+)\}`)
)

// text returns plain text without markup, on one line.
func (p *parsing) text(key string, n *node) string {
	s := p.prose(key, n)
	if m := markup().FindString(s); m != "" {
		p.fail(n.line, "%s: holds the markup %s; write plain text here, or Markdown in md:", key, m)
	}
	return strings.Join(strings.Fields(s), " ")
}

// rich returns Markdown without HTML.
func (p *parsing) rich(key string, n *node) string {
	s := p.prose(key, n)
	if m := markup().FindString(escapes.Replace(s)); m != "" && m[0] == '<' {
		p.fail(n.line, "%s: holds the HTML %s; write Markdown, such as **bold** and - lists", key, m)
	}
	return s
}

// prose returns text whose variables are all known, and which is not empty.
func (p *parsing) prose(key string, n *node) string {
	before := len(p.errs)
	s := p.scalar(key, n)
	switch {
	case s == "" && len(p.errs) == before:
		p.fail(n.line, "%s: is empty; write something or remove it", key)
	case len(s) > maxProse:
		p.fail(n.line, "%s: is longer than %d characters; split it", key, maxProse)
	}
	for _, m := range variable().FindAllStringSubmatch(s, -1) {
		if !slices.Contains(variableNames, m[1]) {
			p.fail(n.line, "%s: uses %s, which is no variable; use one of {%s}", key, m[0], strings.Join(variableNames, "} {"))
		}
	}
	return s
}

func (p *parsing) matching(key string, n *node, re *regexp.Regexp, what string) string {
	before := len(p.errs)
	s := p.scalar(key, n)
	if len(p.errs) == before && !re.MatchString(s) {
		p.fail(n.line, "%s: is %q; write %s", key, s, what)
	}
	return s
}

func (p *parsing) among(key string, n *node, allowed ...string) string {
	before := len(p.errs)
	s := p.scalar(key, n)
	if len(p.errs) == before && !slices.Contains(allowed, s) {
		p.fail(n.line, "%s: is %q; use one of %s", key, s, strings.Join(allowed, ", "))
	}
	return s
}

// elements returns the values of a list that must not be empty.
func (p *parsing) elements(key string, n *node) []*node {
	if n.kind != list || len(n.list) == 0 {
		p.fail(n.line, "%s: must be a list, such as [one, two]", key)
		return nil
	}
	return n.list
}

func (p *parsing) eachAmong(key string, n *node, allowed ...string) []string {
	var out []string
	for _, e := range p.elements(key, n) {
		out = append(out, p.among(key, e, allowed...))
	}
	return out
}

func (p *parsing) texts(key string, n *node) []string {
	var out []string
	for _, e := range p.elements(key, n) {
		out = append(out, p.text(key, e))
	}
	return out
}

func (p *parsing) countries(n *node) []string {
	var out []string
	for _, e := range p.elements("countries", n) {
		out = append(out, p.matching("countries", e, countryOf(), "two capital letters such as AU, or EU"))
	}
	return out
}

func (p *parsing) whole(key string, n *node, low, high int) int {
	before := len(p.errs)
	s := p.scalar(key, n)
	i, err := strconv.Atoi(s)
	if len(p.errs) == before && (err != nil || i < low || i > high) {
		p.fail(n.line, "%s: is %q; write a whole number from %d to %d", key, s, low, high)
		return low
	}
	return i
}

func (p *parsing) truth(key string, n *node) bool {
	return p.among(key, n, "true", "false") == "true"
}

func (p *parsing) date(key string, n *node) string {
	before := len(p.errs)
	s := p.scalar(key, n)
	if _, err := time.Parse(time.DateOnly, s); len(p.errs) == before && err != nil {
		p.fail(n.line, "%s: is %q; write a date as 2026-05-31", key, s)
	}
	return s
}
