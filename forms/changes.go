package forms

import (
	"fmt"
	"slices"
	"strings"
)

// Changes tells in English, for whoever reviews a new version of a form, what b
// asks otherwise than a. Nothing to tell is no change that anybody could see.
func Changes(a, b *Template) []string {
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if a.Title != b.Title {
		say("Title: “%s” is now “%s”", a.Title, b.Title)
	}
	if a.Sign.Statement != b.Sign.Statement {
		say("What is signed: “%s” is now “%s”", a.Sign.Statement, b.Sign.Statement)
	}
	if a.Sign.Witness != b.Sign.Witness {
		say("A witness %s", map[bool]string{true: "signs as well now", false: "no longer signs"}[b.Sign.Witness])
	}
	for _, it := range a.order {
		if b.byID[it.ID] == nil {
			say("Removed: %s", it.named())
		}
	}
	for _, it := range b.order {
		before := a.byID[it.ID]
		if before == nil {
			say("New: %s", it.named())
			continue
		}
		for _, text := range changesOf(before, it) {
			say("%s: %s", it.named(), text)
		}
	}
	if before, now := order(a, b), order(b, a); !slices.Equal(before, now) {
		say("The order of the items changed")
	}
	for _, language := range b.Languages() {
		if !slices.Contains(a.Languages(), language) {
			say("New language: %s", language)
		}
	}
	for _, language := range a.Languages() {
		if !slices.Contains(b.Languages(), language) {
			say("Removed language: %s", language)
		}
	}
	return out
}

// named is the item as a reviewer knows it: its words, and its id.
func (it *Item) named() string {
	if label := it.Label(); label != "" {
		return fmt.Sprintf("“%s” (%s)", shorten(label, maxQuoted), it.ID)
	}
	return it.ID
}

// order returns the ids of a's items that b has as well, as a asks them.
func order(a, b *Template) []string {
	var ids []string
	for _, it := range a.order {
		if b.byID[it.ID] != nil {
			ids = append(ids, it.ID)
		}
	}
	return ids
}

// changesOf compares all that the two say about themselves, key by key.
func changesOf(a, b *Item) []string {
	before, now := map[string]string{}, map[string]string{}
	var names []string
	for _, k := range a.Keys() {
		before[k.Name] = k.YAML
		names = append(names, k.Name)
	}
	for _, k := range b.Keys() {
		now[k.Name] = k.YAML
		if _, ok := before[k.Name]; !ok {
			names = append(names, k.Name)
		}
	}
	var out []string
	for _, name := range names {
		switch was, is := before[name], now[name]; {
		case was == is:
		case is == "":
			out = append(out, fmt.Sprintf("%s: is gone, was %s", name, plainYAML(was)))
		case was == "":
			out = append(out, fmt.Sprintf("%s: is new, %s", name, plainYAML(is)))
		default:
			out = append(out, fmt.Sprintf("%s: was %s, is now %s", name, plainYAML(was), plainYAML(is)))
		}
	}
	return out
}

// plainYAML is a value as people would write it.
func plainYAML(s string) string {
	if t := strings.Trim(s, `"`); !strings.ContainsAny(t, `"\`) {
		s = t
	}
	return shorten(strings.ReplaceAll(s, `\n`, " "), 200)
}
