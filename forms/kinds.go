package forms

import (
	"slices"
	"strings"
)

// fieldKinds says what a type becomes with a field. A field that Parse expands
// leaves the kind of its group or question.
var fieldKinds = map[string]map[Kind]Kind{
	"group":        {Name: Group, Address: Group, Insurance: Group, Question: Group},
	"text":         {Email: Email, Phone: Phone, Initials: Initials},
	"yesno":        {Acknowledge: Acknowledge},
	"date":         {BirthDate: BirthDate},
	"integer":      {Score: Score},
	"file":         {Signature: Signature},
	"pick":         {Sex: Pick, Agree: Agree},
	"pick_or_type": {Gender: PickOrType, Pronouns: PickOrType},
}

var controls = map[string][]string{
	"group":        {"page", "gtable", "grid", "table"},
	"pick":         {"drop-down", "radio-button", "check-box"},
	"pick_or_type": {"radio-button"},
	"file":         {"photo"},
}

// types are the words after type:, in the order they are offered.
var types = []string{
	"note", "group", "text", "long", "yesno", "number", "integer", "measure",
	"date", "datetime", "time", "url", "pick", "pick_or_type", "file",
}

// otherNames are words that other form languages use for our types.
var otherNames = map[string]string{
	"display": "note", "string": "text", "boolean": "yesno", "decimal": "number", "quantity": "measure",
	"dateTime": "datetime", "choice": "pick", "coding": "pick", "open-choice": "pick_or_type", "question": "text", "attachment": "file",
	"page": "group with control: page", "scale": "group with scale: and the shared options", "dob": "date with field: dob",
	"email": "text with field: email", "phone": "text with field: phone", "consent": "pick with field: consent",
	"acknowledge": "yesno with field: acknowledge", "score": "integer with field: score", "signature": "file with field: signature", "name": "group with field: name",
	"address": "group with field: address", "drop-down": "pick with control: drop-down", "pick_many": "pick with repeats: true",
}

// kind works out what an item is from type, field, control and repeats.
func (p *parsing) kind(n *node, it *Item, root, row bool) {
	typ, field := p.word(n, "type"), Kind(p.word(n, "field"))
	it.Field, it.Control = field, p.word(n, "control")
	if v := n.get("repeats"); v != nil {
		it.Repeats = p.truth("repeats", v)
	}
	if typ == "" && row {
		typ = "pick"
	}
	if !p.knownType(n, typ, field) {
		return
	}
	it.Kind = Kind(typ)
	if field != "" {
		it.Kind = fieldKinds[typ][field]
	}
	if it.Control != "" && !slices.Contains(controls[typ], it.Control) {
		p.fail(n.get("control").line, "control: %s does not belong on type: %s; %s", it.Control, typ, oneOf("use", controls[typ]))
	}
	p.refine(n, it, root)
}

func (p *parsing) word(n *node, key string) string {
	if v := n.get(key); v != nil {
		return p.scalar(key, v)
	}
	return ""
}

func (p *parsing) knownType(n *node, typ string, field Kind) bool {
	at := n.line
	if v := n.get("type"); v != nil {
		at = v.line
	}
	switch {
	case typ == "":
		p.fail(at, "type: is missing; use one of %s", strings.Join(types, ", "))
		return false
	case otherNames[typ] != "":
		p.fail(at, "type: %s is another system's word; write type: %s", typ, otherNames[typ])
		return false
	case !slices.Contains(types, typ):
		p.fail(at, "type: %s is unknown; use one of %s", typ, strings.Join(types, ", "))
		return false
	case field != "" && fieldKinds[typ][field] == "":
		p.fail(n.get("field").line, "field: %s does not belong on type: %s; %s", field, typ, fieldAdvice(field, typ))
		return false
	}
	return true
}

// fieldAdvice names the type a field belongs on, or the fields of the type.
func fieldAdvice(field Kind, typ string) string {
	for t, fields := range fieldKinds {
		if _, ok := fields[field]; ok {
			return "write type: " + t
		}
	}
	var names []string
	for f := range fieldKinds[typ] {
		names = append(names, string(f))
	}
	slices.Sort(names)
	return oneOf("use", names)
}

func oneOf(verb string, words []string) string {
	if len(words) == 0 {
		return "remove it"
	}
	return verb + " " + strings.Join(words, ", ") + ", or remove it"
}

// refine turns a type into the kind that its control, scale and repeats make it.
func (p *parsing) refine(n *node, it *Item, root bool) {
	switch {
	case it.Control == "page" && !root:
		p.fail(n.line, "a page must stand at the root of the form, not inside another group")
	case it.Control == "page" && it.Repeats:
		p.fail(n.line, "a page cannot repeat; put a repeating group on it")
	case it.Control == "page":
		it.Kind = Page
	case it.Kind == Group && n.get("scale") != nil && it.Repeats:
		p.fail(n.line, "a group with scale: cannot repeat; put it into a repeating group")
	case it.Kind == Group && n.get("scale") != nil:
		it.Kind = Scale
	case it.Kind == Group && it.Repeats && (it.Field == Name || it.Field == Address || it.Field == Insurance):
		p.fail(n.line, "field: %s cannot repeat; put it into a repeating group", it.Field)
	case it.Kind == Signature && it.Control != "":
		p.fail(n.line, "control: does not belong on a signature; remove it")
	case it.Kind == Pick && it.Repeats && it.Control != "drop-down":
		it.Kind, it.Repeats = PickMany, false
	case it.Repeats && it.Kind == PickOrType:
		p.fail(n.line, "pick_or_type cannot repeat; write type: pick with an option for something else, and a text item with show_if")
	case it.Repeats && it.Kind == File:
		p.fail(n.line, "a file does not repeat; write max_times: with how many files there may be")
	case it.Repeats && it.Kind != Group:
		p.fail(n.line, "only groups and picks repeat; put this into a group with repeats: true")
	case it.Control == "check-box":
		p.fail(n.line, "control: check-box needs repeats: true")
	case it.Kind == Pick && it.Control == "drop-down":
		it.Kind = DropDown
	}
}
