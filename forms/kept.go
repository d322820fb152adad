package forms

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// A Key is one key of an item as YAML on one line, such as max_len and 40.
type Key struct{ Name, YAML string }

// Keys returns what the item says about itself, in canonical order, without
// the items in it.
func (it *Item) Keys() []Key {
	var keys []Key
	w := writer{keys: &keys}
	w.own(it)
	return keys
}

// Keys returns what the template says about itself, in canonical order, without
// its items.
func (t *Template) Keys() []Key {
	var keys []Key
	w := writer{keys: &keys}
	w.head(t)
	if len(t.Translations) > 0 {
		w.raw("translations", translationsYAML(t.Translations))
	}
	return keys
}

func translationsYAML(all []Translation) string {
	var languages []string
	for _, tr := range all {
		var items []string
		for _, id := range slices.Sorted(maps.Keys(tr.Items)) {
			items = append(items, quote(id)+": "+tr.Items[id].yaml())
		}
		one := strings.TrimSuffix(flowTable("title", tr.Title, "statement", tr.Statement), "}")
		if len(items) > 0 {
			one += ", items: {" + strings.Join(items, ", ") + "}"
		}
		languages = append(languages, quote(tr.Language)+": "+one+"}")
	}
	return "{" + strings.Join(languages, ", ") + "}"
}

// QuoteText returns s as YAML on one line.
func QuoteText(s string) string { return quote(s) }

// QuoteJSON returns JSON as YAML text on one line that people can still read.
func QuoteJSON(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// SameYAML reports whether two values say the same in YAML, however they are
// written.
func SameYAML(a, b string) bool {
	x, bad := readYAML(a)
	y, worse := readYAML(b)
	return bad == nil && worse == nil && x.same(y)
}

func (n *node) same(other *node) bool {
	return n.kind == other.kind && n.text == other.text && slices.EqualFunc(n.list, other.list, (*node).same) &&
		slices.EqualFunc(n.keys, other.keys, func(a, b pair) bool { return a.key == b.key && a.value.same(b.value) })
}

// kept reads fhir:, a JSON object in quotes.
func (p *parsing) kept(n *node) string {
	before := len(p.errs)
	s := p.scalar("fhir", n)
	var object map[string]json.RawMessage
	if len(p.errs) == before && (json.Unmarshal([]byte(s), &object) != nil || object == nil) {
		p.fail(n.line, "fhir: must be a JSON object in quotes; leave it as it was imported, or remove it")
	}
	return s
}

func (w *writer) kept(object string) {
	if object != "" {
		w.raw("fhir", QuoteJSON(object))
	}
}
