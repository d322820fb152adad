package forms

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sealform/sealform/internal/lazyregexp"
	"github.com/sealform/sealform/internal/words"
)

// Bounds of one form.
const (
	maxDepth = 20
	maxItems = 2000
)

// Parse reads one template from YAML, the grammar of which is in the package
// comment. The error is an [Errors] with everything that is wrong, each with
// the file, line and item it concerns and what to do about it. file is used
// in errors only.
func Parse(file string, yaml []byte) (*Template, error) {
	if !utf8.Valid(yaml) {
		return nil, Errors{{File: file, Text: "the file is not UTF-8; save it as UTF-8"}}
	}
	root, err := readYAML(strings.TrimPrefix(string(yaml), "\ufeff"))
	if err != nil {
		err.File = file
		return nil, Errors{*err}
	}
	p := &parsing{file: file, lines: map[*Item]int{}, said: map[said]int{}}
	t := p.template(root)
	t.link()
	p.check(t)
	p.checkTranslations(t)
	if len(p.errs) > 0 {
		return nil, p.sorted()
	}
	return t, nil
}

// A parsing holds what is wrong so far.
type parsing struct {
	file  string
	errs  Errors
	more  int // errors past maxErrors
	items int
	lines map[*Item]int // where each item begins
	item  string        // the id being read, for errors
	own   []string      // countries of the template
	usual words.Speaker // what a template leaves to us, in its language
	said  map[said]int  // where the translation of an item stands
}

func (p *parsing) fail(line int, format string, args ...any) {
	if len(p.errs) >= maxErrors {
		p.more++
		return
	}
	p.errs = append(p.errs, Error{p.file, line, p.item, fmt.Sprintf(format, args...)})
}

func (p *parsing) failItem(it *Item, format string, args ...any) {
	p.item = it.ID
	p.fail(p.lines[it], format, args...)
}

func (p *parsing) sorted() Errors {
	slices.SortStableFunc(p.errs, func(a, b Error) int { return a.Line - b.Line })
	if p.more > 0 {
		p.errs = append(p.errs, Error{File: p.file, Text: fmt.Sprintf("and %d more; put these right first", p.more)})
	}
	return p.errs
}

var (
	formName   = lazyregexp.New(`^[a-z0-9][a-z0-9-]{0,63}$`)
	versionOf  = lazyregexp.New(`^\d{1,6}\.\d{1,6}\.\d{1,6}$`)
	languageOf = lazyregexp.New(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)
	countryOf  = lazyregexp.New(`^[A-Z]{2}$`)
)

// IsLanguage reports whether a text can be the language of a form or translation.
func IsLanguage(tag string) bool { return languageOf().MatchString(tag) }

func (p *parsing) template(root *node) *Template {
	t := &Template{Status: "active", Language: "en", Sign: &Sign{}}
	if root.kind != table {
		p.fail(root.line, "the file must be keys and values, such as form: adult-intake")
		return t
	}
	var items *node
	for _, kv := range root.keys {
		key, n := kv.key, kv.value
		switch key {
		case "form":
			t.Name = p.matching(key, n, formName(), "lower-case letters, digits and hyphens")
		case "version":
			t.Version = p.matching(key, n, versionOf(), `three numbers in quotes, such as "1.0.0"`)
		case "title":
			t.Title = p.text(key, n)
		case "status":
			t.Status = p.among(key, n, "draft", "active", "retired")
		case "kind":
			t.Type = p.among(key, n, "intake", "consent", "acknowledgement", "notice", "measure")
		case "countries":
			t.Countries = p.countries(n)
		case "language":
			t.Language = p.matching(key, n, languageOf(), "a language tag such as en-AU")
		case "who":
			t.Who = p.eachAmong(key, n, "client", "guardian", "representative")
		case "minutes":
			t.Minutes = p.whole(key, n, 1, 240)
		case "sign":
			p.sign(n, t.Sign)
		case "reviewed":
			t.Reviewed = p.date(key, n)
		case "citations":
			t.Citations = p.texts(key, n)
		case "clauses":
			t.Clauses = p.texts(key, n)
		case "fhir":
			t.FHIR = p.kept(n)
		case "items":
			items = n
		case "translations":
			p.translations(t, n)
		default:
			p.fail(kv.line, "%s: is no key of a form; use one of form, version, title, status, kind, countries, language, who, minutes, sign, reviewed, citations, clauses, fhir, items, translations", key)
		}
	}
	p.complete(t, root, items)
	return t
}

// complete reports what a template lacks, and reads the items.
func (p *parsing) complete(t *Template, root, items *node) {
	for _, key := range []string{"form", "version", "title", "kind", "items"} {
		if root.get(key) == nil {
			p.fail(root.line, "%s: is missing; every form needs it", key)
		}
	}
	if t.Sign.Role == "" {
		t.Sign.Role = map[string]string{"consent": "consent", "acknowledgement": "acknowledge", "notice": "acknowledge"}[t.Type]
	}
	if t.Sign.Role == "" {
		t.Sign.Role = "author"
	}
	if t.Sign.Statement == "" {
		t.Sign.Statement = sentences.In(t.Language).Word(statements[t.Sign.Role])
	}
	p.own, p.usual = t.Countries, sentences.In(t.Language)
	if items == nil {
		return
	}
	if items.kind != list || len(items.list) == 0 {
		p.fail(items.line, "items: must be a list with at least one item")
		return
	}
	t.Items = p.children(items, nil, 1)
}

var statements = map[string]string{
	"consent":     "I have read this form and I agree to what I have chosen in it.",
	"author":      "The answers I have given are true, as far as I know.",
	"acknowledge": "I have received this notice.",
}

func (p *parsing) sign(n *node, s *Sign) {
	if n.kind != table {
		p.fail(n.line, "sign: must be {role: consent, statement: …}")
		return
	}
	for _, kv := range n.keys {
		switch kv.key {
		case "role":
			s.Role = p.among("role", kv.value, "consent", "author", "acknowledge")
		case "statement":
			s.Statement = p.text("statement", kv.value)
		case "witness":
			s.Witness = p.truth("witness", kv.value)
		default:
			p.fail(kv.line, "%s: is no key of sign; use role, statement and witness", kv.key)
		}
	}
}
