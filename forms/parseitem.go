package forms

import (
	"slices"
	"strings"

	"github.com/sealform/sealform/internal/lazyregexp"
)

// itemID leaves out names that begin with an underscore: pages have buttons and
// fields of their own called so, such as _back.
var itemID = lazyregexp.New(`^[A-Za-z0-9.-][A-Za-z0-9._-]{0,63}$`)

// IsID reports whether a text can be the id of an item.
func IsID(text string) bool { return itemID().MatchString(text) }

// children reads a list of items.
func (p *parsing) children(n *node, parent *Item, depth int) []*Item {
	if n.kind != list || len(n.list) == 0 {
		p.fail(n.line, "items: must be a list with at least one item")
		return nil
	}
	if depth > maxDepth {
		p.fail(n.line, "items are nested more than %d deep; make the form flatter", maxDepth)
		return nil
	}
	var out []*Item
	for _, e := range n.list {
		if p.items++; p.items == maxItems+1 {
			p.fail(e.line, "the form has more than %d items; split it", maxItems)
		}
		if p.items > maxItems {
			break
		}
		out = append(out, p.one(e, parent, depth))
	}
	return out
}

// one reads an item, with the items in it.
func (p *parsing) one(n *node, parent *Item, depth int) *Item {
	it := &Item{}
	p.lines[it] = n.line
	p.item = ""
	if n.kind != table {
		p.fail(n.line, "an item must be keys and values, such as {id: dob, type: date, ask: Date of birth}")
		return it
	}
	if v := n.get("id"); v != nil {
		it.ID = p.matching("id", v, itemID(), "1 to 64 letters, digits, dots, hyphens or underscores, not an underscore first")
		p.item = it.ID
	} else {
		p.fail(n.line, "id: is missing; give every item its own")
	}
	row := parent != nil && parent.Kind == Scale
	p.kind(n, it, parent == nil, row)
	if row && it.Kind != Pick && it.Kind != "" {
		p.fail(n.line, "type: only picks stand in a group with scale:; move it out")
	}
	it.Hidden = it.Kind == Score // unless it says hidden: false
	for _, kv := range n.keys {
		p.key(it, kv)
	}
	if it.Kind == "" {
		return it
	}
	if row {
		p.row(n, it, parent)
	}
	p.fill(it)
	p.complain(n, it)
	if v := n.get("items"); v != nil && it.holdsItems() {
		it.Items = p.children(v, it, depth+1)
		p.item = it.ID
	} else if v == nil {
		p.expand(it)
	}
	if it.holdsItems() && len(it.Items) == 0 && n.get("items") == nil {
		p.fail(n.line, "items: is missing; a group needs at least one")
	}
	return it
}

func (it *Item) holdsItems() bool { return it.Kind == Group || it.Kind == Page || it.Kind == Scale }

// row gives a row of a scale the shared options.
func (p *parsing) row(n *node, it, scale *Item) {
	if v := n.get("options"); v != nil {
		p.fail(v.line, "options: the group's scale: holds them; remove them here")
	}
	it.Options = slices.Clone(scale.Options)
}

// key reads one key of an item.
func (p *parsing) key(it *Item, kv pair) {
	switch kv.key {
	case "id", "type", "field", "control", "repeats":
		return // read before the others
	case "items":
		if it.Kind != "" && !it.holdsItems() {
			p.fail(kv.line, "items: belong in groups; put follow-up questions after this one, with show_if")
		}
		return
	}
	k, ok := itemKeys[kv.key]
	switch {
	case !ok && slices.Contains(laterKeys, kv.key):
		p.fail(kv.line, "%s: is not supported yet by this version; remove it", kv.key)
	case !ok:
		p.fail(kv.line, "%s: is no key of an item; check its spelling, and put text with a comma in quotes", kv.key)
	case it.Kind == "": // already reported
	case k.on != nil && !k.on(it):
		p.fail(kv.line, "%s: does not belong on type: %s; remove it", kv.key, it.typeName())
	default:
		k.set(p, it, kv.value)
	}
}

// Keys of form definitions that this version does not know what to do with.
var laterKeys = []string{
	"show_if_expr", "step", "format", "orient", "short",
	"calc", "sign", "role", "document", "tr",
}

// typeName is how a template writes the item's kind.
func (it *Item) typeName() string {
	typ := baseType(it.Kind)
	if it.Field != "" {
		return typ + " with field: " + string(it.Field)
	}
	return typ
}

// baseType returns the word after type: for a kind.
func baseType(k Kind) string {
	switch k {
	case Page, Scale:
		return "group"
	case PickMany, DropDown, Agree:
		return "pick"
	case BirthDate:
		return "date"
	case Email, Phone, Initials:
		return "text"
	case Acknowledge:
		return "yesno"
	case Score:
		return "integer"
	case Signature:
		return "file"
	default:
		return string(k)
	}
}

// complain reports what an item of its kind lacks or has too much of.
func (p *parsing) complain(n *node, it *Item) {
	switch {
	case it.Kind == Note && it.MD == "" && it.Ask == "":
		p.fail(n.line, "md: is missing; a note needs text")
	case it.Kind == Page && it.Ask == "" && n.get("ask") == nil:
		p.fail(n.line, "ask: is missing; a page needs a heading")
	case it.Kind == Group && it.Repeats && it.Ask == "" && n.get("ask") == nil:
		p.fail(n.line, "ask: is missing; a repeating group needs a name for one row, such as Medicine")
	case it.Asked() && it.Ask == "" && n.get("ask") == nil:
		p.fail(n.line, "ask: is missing; a question needs its text")
	}
	switch {
	case it.choosable() && len(it.Options) == 0 && it.ValueSet == "" && n.get("options") == nil:
		p.fail(n.line, "options: is missing; a pick needs at least one")
	case it.Kind == Scale && len(it.Options) == 0:
		p.fail(n.line, "scale: needs options")
	case it.Kind == Score && it.Score == nil:
		p.fail(n.line, "score: is missing; write score: {sum: the group's id}")
	case it.Required && it.ReadOnly && it.Prefill == "" && len(it.Initial) == 0:
		p.fail(n.line, "required: nobody can fill in what is read_only; remove one of the two")
	}
	if it.Required && it.holdsItems() && !it.Repeats && it.Field == "" {
		p.fail(n.line, "required: belongs on the questions of a group, not on the group")
	}
	p.limits(n, it)
}

func (it *Item) choosable() bool {
	switch it.Kind {
	case Pick, PickMany, DropDown, PickOrType, Agree:
		return true
	}
	return false
}

// limits checks that lower limits lie below upper ones.
func (p *parsing) limits(n *node, it *Item) {
	if it.MinLen > it.MaxLen && it.MaxLen > 0 {
		p.fail(n.line, "min_len: is above max_len:; swap them")
	}
	if it.Kind == File && it.MaxTimes > MaxFiles {
		p.fail(n.line, "max_times: a document holds at most %d files", MaxFiles)
	}
	if it.MinTimes > it.MaxTimes && it.MaxTimes > 0 {
		p.fail(n.line, "min_times: is above max_times:; swap them")
	}
	if it.Min == "" || it.Max == "" {
		return
	}
	if it.numeric() && number(it.Min) > number(it.Max) ||
		!it.numeric() && !strings.HasPrefix(it.Min+it.Max, "today") && !strings.Contains(it.Max, "today") && it.Min > it.Max {
		p.fail(n.line, "min: is above max:; swap them")
	}
}

func (it *Item) numeric() bool {
	return it.Kind == Number || it.Kind == Integer || it.Kind == Quantity || it.Kind == Score
}

func (it *Item) dated() bool {
	return it.Kind == Date || it.Kind == BirthDate || it.Kind == DateTime
}
