package forms

import (
	"fmt"
	"slices"
	"strings"
)

// A Change is one thing that differs between two versions of a template.
type Change struct {
	Item string // id; "" when it concerns the whole form
	Text string // what is new, and what it was
}

func (c Change) String() string {
	if c.Item == "" {
		return c.Text
	}
	return c.Item + ": " + c.Text
}

// Changes tells, in the order of the newer version, what differs from the older
// one: what was added, changed, moved and, at the end, left out. It compares
// every key that [Template.Keys] and [Item.Keys] know, so a new one is compared as well.
func Changes(older, newer *Template) []Change {
	changes := differing("", older.Keys(), newer.Keys())
	for _, it := range newer.order {
		was := older.byID[it.ID]
		if was == nil {
			changes = append(changes, Change{it.ID, "is new: " + short(it.Label())})
			continue
		}
		changes = append(changes, differing(it.ID, was.Keys(), it.Keys())...)
		if before, after := older.precursor(was, newer), newer.precursor(it, older); before != after {
			changes = append(changes, Change{it.ID, "comes after " + orElse(after, "nothing") + "; it came after " + orElse(before, "nothing")})
		}
	}
	for _, was := range older.order {
		if newer.byID[was.ID] == nil {
			changes = append(changes, Change{was.ID, "is left out: " + short(was.Label())})
		}
	}
	return changes
}

// precursor returns the id of what the item comes after and the other version
// knows as well: an elder sibling, or else the group it begins.
func (t *Template) precursor(it *Item, other *Template) string {
	siblings := t.Items
	if it.parent != nil {
		siblings = it.parent.Items
	}
	for i := slices.Index(siblings, it) - 1; i >= 0; i-- {
		if other.byID[siblings[i].ID] != nil {
			return siblings[i].ID
		}
	}
	if it.parent != nil {
		return it.parent.ID
	}
	return ""
}

// keyWords name the keys of the canonical form for people.
var keyWords = map[string]string{
	"ask": "the question", "md": "the text", "hint": "the hint", "help": "the help", "title": "the title",
	"options": "the options", "scale": "the options", "show_if": "when it is shown", "show_when": "how its conditions join",
	"required": "whether it must be answered", "sign": "what is signed", "version": "the version", "countries": "the countries",
	"min": "the least", "max": "the most", "min_len": "the shortest answer", "max_len": "the longest answer",
	"clauses": "the clauses", "citations": "the citations", "reviewed": "the date of review", "translations": "the translations",
	"type": "the kind of question", "field": "the kind of question", "score": "how it is scored", "flag": "when staff are told",
}

func differing(item string, older, newer []Key) (changes []Change) {
	find := func(all []Key, key string) string {
		i := slices.IndexFunc(all, func(k Key) bool { return k.Name == key })
		if i < 0 {
			return ""
		}
		return all[i].YAML
	}
	var keys []string
	for _, k := range slices.Concat(newer, older) {
		if k.Name != "form" && !slices.Contains(keys, k.Name) {
			keys = append(keys, k.Name)
		}
	}
	for _, key := range keys {
		before, after := find(older, key), find(newer, key)
		if before == after {
			continue
		}
		what := orElse(keyWords[key], key)
		switch {
		case before == "":
			changes = append(changes, Change{item, fmt.Sprintf("%s is new: %s", what, short(after))})
		case after == "":
			changes = append(changes, Change{item, fmt.Sprintf("%s is gone; it was %s", what, short(before))})
		default:
			changes = append(changes, Change{item, fmt.Sprintf("%s is %s; it was %s", what, short(after), short(before))})
		}
	}
	return changes
}

// short cuts a text that is too long to be compared by eye.
func short(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > 300 {
		return string(r[:300]) + " …"
	}
	return text
}
