package fhir

import (
	"slices"
	"strconv"
	"strings"

	"github.com/sealform/sealform/forms"
)

// A reader says what elements of one Questionnaire mean in a form.
type reader struct {
	own   bool              // we wrote it
	paged bool              // its items at the root are pages
	ids   map[string]string // of items, by linkId
	items map[string]object // by linkId
	sets  map[string]object // contained resources by id
}

func newReader(q object, order []object) *reader {
	r := &reader{own: extension(q, ownForm) != nil, items: map[string]object{}, sets: map[string]object{}}
	for _, it := range order {
		r.items[str(it, "linkId")] = it
	}
	for _, c := range objects(q["contained"]) {
		r.sets[str(c, "id")] = c
	}
	r.paged = r.pages(objects(q["item"]))
	return r
}

func (r *reader) pages(root []object) bool {
	for _, it := range root {
		if str(it, "type") != "group" || control(it) != "page" || truth(it, "repeats") || r.plain(str(it, "text")) == "" || hidden(it) {
			return false
		}
	}
	return len(root) > 0
}

// A place is what an item's meaning depends on besides itself.
type place struct {
	root     bool
	scale    string // the answers that the rows of the scale around it share, as YAML
	unseen   bool   // in a hidden group
	rows     bool   // in something that repeats
	optional bool   // under a condition that only other programs can work out
	heading  string // of a group in which this is the first question
}

// inside is the place of an item's own items.
func (p place) inside(r *reader, it object, child object) place {
	in := place{optional: p.optional || r.uncertain(it), unseen: p.unseen || hidden(it), scale: ownPart(it, "scale"), rows: p.rows || truth(it, "repeats")}
	for _, first := range objects(it["item"]) {
		if str(first, "type") == "display" {
			continue
		}
		if str(first, "linkId") == str(child, "linkId") {
			in.heading = r.plain(str(it, "text"))
		}
		break
	}
	return in
}

// A meaning is what one element says in the words of the YAML grammar, in an
// order of its own.
type meaning struct {
	id   string
	keys []forms.Key // of the item
	rows []forms.Key // of the group around it, where it needs one: what shows or repeats it
	ask  string
	// question is false of groups and displays, repeats true of what may be
	// answered several times other than by ticking several options.
	question, repeats bool
}

func (m *meaning) set(name, yaml string) {
	for i := range m.keys {
		if m.keys[i].Name == name {
			m.keys[i].YAML = yaml
			return
		}
	}
	m.keys = append(m.keys, forms.Key{Name: name, YAML: yaml})
}

func (m *meaning) text(name, s string) {
	if s != "" {
		m.set(name, forms.QuoteText(s))
	}
}

func (m *meaning) outer(name, yaml string) {
	m.rows = append(m.rows, forms.Key{Name: name, YAML: yaml})
}

// said returns everything the element says, by name, but what the group around
// a question is called: that nobody else needs to know.
func (m *meaning) said() []forms.Key {
	all := slices.Clone(m.keys)
	for _, k := range m.rows {
		if k.Name != "id" {
			all = append(all, forms.Key{Name: "group." + k.Name, YAML: k.YAML})
		}
	}
	return byName(all)
}

func byName(keys []forms.Key) []forms.Key {
	return slices.SortedStableFunc(slices.Values(keys), func(a, b forms.Key) int { return strings.Compare(a.Name, b.Name) })
}

// alike reports whether two meanings, by name, are one.
func alike(a, b []forms.Key) bool {
	return slices.EqualFunc(a, b, sameKey)
}

func sameKey(a, b forms.Key) bool {
	return a.Name == b.Name && (a.YAML == b.YAML || forms.SameYAML(a.YAML, b.YAML))
}

func (m *meaning) has(name string) bool {
	return slices.ContainsFunc(m.keys, func(k forms.Key) bool { return k.Name == name })
}

// kindOf is the type in a form of each of FHIR's. A reference becomes the words
// a person writes for it.
var kindOf = map[string]string{
	"display": "note", "group": "group", "string": "text", "text": "long", "boolean": "yesno", "decimal": "number", "integer": "integer",
	"quantity": "measure", "date": "date", "dateTime": "datetime", "time": "time", "url": "url", "choice": "pick",
	"open-choice": "pick_or_type", "attachment": "file", "reference": "text",
}

// element reads one item, without the items in it.
func (r *reader) element(it object, at place) *meaning {
	m := r.standard(it, at)
	r.ours(m, it)
	return m
}

// standard reads what FHIR says of an item, apart from our own extension.
func (r *reader) standard(it object, at place) *meaning {
	m := &meaning{id: r.ids[str(it, "linkId")], question: str(it, "type") != "group" && str(it, "type") != "display"}
	typ := kindOf[str(it, "type")]
	if m.question && it["answerOption"] != nil && typ != "pick_or_type" {
		typ = "pick"
	}
	if typ == "pick_or_type" && it["answerOption"] == nil && it["answerValueSet"] == nil {
		typ = "text"
	}
	m.text("type", typ)
	r.words(m, it, at)
	r.numbers(m, it)
	if typ == "pick" || typ == "pick_or_type" {
		r.choices(m, it, typ, at)
	}
	r.control(m, it, typ, at)
	if hidden(it) {
		m.set("hidden", "true")
	}
	switch {
	case m.question && truth(it, "readOnly") && typ == "file":
		m.set("hidden", "true") // nobody may add one, and forms bring none along
	case m.question && truth(it, "readOnly"):
		m.set("read_only", "true")
	}
	r.codes(m, it, typ)
	r.conditions(m, it)
	r.occurrence(m, it, typ, at)
	if !at.rows && !m.repeats {
		r.initial(m, it, typ)
	}
	return m
}

// words reads what people read.
func (r *reader) words(m *meaning, it object, at place) {
	m.text("prefix", r.plain(str(it, "prefix")))
	text := str(it, "text")
	m.ask = r.plain(text)
	if str(it, "type") == "display" {
		r.note(m, it, text)
		return
	}
	if m.ask == "" {
		m.ask = r.instead(m, it, at)
	}
	m.text("ask", m.ask)
}

func (r *reader) note(m *meaning, it object, text string) {
	md, lines := "", false // lines when it is made of the text
	if e := extension(sub(it, "_text"), markdownURL); e != nil {
		md = r.rich(str(e, "valueMarkdown"))
	}
	if md == "" && strings.ContainsAny(strings.TrimSpace(text), "\n\r") {
		if md = paragraphs(text); tag().MatchString(text) || entity().MatchString(text) || variable().MatchString(text) {
			md = ""
		}
		lines = md != ""
	}
	switch {
	case md != "" && forms.PlainText(md) == m.ask, lines:
		m.ask = ""
	case m.ask == "" && md == "":
		m.ask = r.plain(str(extension(sub(it, "_text"), xhtmlURL), "valueString"))
	}
	m.text("ask", m.ask)
	m.text("md", md)
}

// instead finds words for a question that has no text.
func (r *reader) instead(m *meaning, it object, at place) string {
	candidates := []string{
		str(extension(sub(it, "_text"), xhtmlURL), "valueString"),
		str(extension(sub(it, "_text"), markdownURL), "valueMarkdown"),
		str(extension(it, shortText), "valueString"),
	}
	for _, c := range objects(it["code"]) {
		candidates = append(candidates, str(c, "display"))
	}
	if m.question {
		for _, child := range objects(it["item"]) {
			if str(child, "type") == "display" {
				candidates = append(candidates, str(child, "text"))
			}
		}
		candidates = append(candidates, at.heading, str(it, "prefix"))
	}
	if hidden(it) || at.unseen || !m.question && truth(it, "repeats") {
		candidates = append(candidates, "Entry")
	}
	if !m.question && !truth(it, "repeats") {
		return "" // a group needs no heading
	}
	for _, s := range candidates {
		if s = r.plain(s); s != "" {
			return s
		}
	}
	return ""
}

// uncertain reports whether an item is shown by a rule that forms cannot work
// out, so that nothing in it may be required.
func (r *reader) uncertain(it object) bool {
	if extension(it, shownBy) != nil {
		return true
	}
	for _, w := range objects(it["enableWhen"]) {
		if r.condition(w) == "" {
			return true
		}
	}
	return false
}

// occurrence reads how often an item is answered, and whether it has to be.
func (r *reader) occurrence(m *meaning, it object, typ string, at place) {
	repeats := truth(it, "repeats")
	required := truth(it, "required") && !at.optional && !r.uncertain(it) && !hidden(it) && !truth(it, "readOnly")
	least, most := r.occurs(it, minOccurs), r.occurs(it, maxOccurs)
	if required && m.question {
		m.set("required", "true")
	}
	if typ == "file" && required && !signs(it) {
		if !repeats {
			least = 1
		}
		m.set("min_times", strconv.Itoa(min(max(least, 1), forms.MaxFiles)))
	}
	switch {
	case !repeats || typ == "note":
		return
	case typ == "file":
		if most == 0 {
			most = forms.MaxFiles
		}
		m.set("max_times", strconv.Itoa(min(max(most, least), forms.MaxFiles)))
		return
	case typ == "pick":
		m.set("repeats", "true")
		if least > 0 && least <= optionCount(m) {
			m.set("min_times", strconv.Itoa(least))
		}
		if most > 0 && most >= least {
			m.set("max_times", strconv.Itoa(most))
		}
		return
	}
	m.repeats = true
	m.outer("repeats", "true")
	if required {
		least = max(least, 1)
	} else {
		least = 0
	}
	if least > 0 {
		m.outer("min_times", strconv.Itoa(least))
	}
	if most == 0 && least > usualRows {
		most = least
	}
	if most > 0 && most >= least {
		m.outer("max_times", strconv.Itoa(most))
	}
}

// maxTimes is the most rows of a group.
const maxTimes = 100

func (r *reader) occurs(it object, url string) int {
	digits, _ := number(extension(it, url)["valueInteger"])
	n, err := strconv.Atoi(digits)
	if err != nil || n < 0 {
		return 0
	}
	return min(n, maxTimes)
}

// conditions reads what shows an item. What forms cannot work out is left out:
// then the item is shown and nothing in it is required.
func (r *reader) conditions(m *meaning, it object) {
	var list []string
	for _, w := range objects(it["enableWhen"]) {
		if c := r.condition(w); c != "" {
			list = append(list, c)
		} else if str(it, "enableBehavior") == "any" {
			return
		}
	}
	if len(list) == 0 {
		return
	}
	if str(it, "enableBehavior") == "any" && len(list) > 1 {
		m.outer("show_when", "any")
	}
	m.outer("show_if", "["+strings.Join(list, ", ")+"]")
}

// ours reads our own extension, whose word counts before any other.
func (r *reader) ours(m *meaning, it object) {
	for _, part := range objects(extension(it, ownItem)["extension"]) {
		name, yaml := str(part, "url"), str(part, "valueString")
		if strings.ContainsAny(yaml, "\n\r") || !ownKey().MatchString(name) {
			continue
		}
		if outer, is := strings.CutPrefix(name, "group."); is {
			m.outer(outer, yaml)
			continue
		}
		m.set(name, yaml)
	}
	if forms.SameYAML(ownPart(it, "field"), string(forms.Score)) && ownPart(it, "hidden") == "" {
		m.set("hidden", strconv.FormatBool(hidden(it))) // of a score, saying nothing would say true
	}
}

// ownPart returns the YAML of a key that only our own extension has a word for.
func ownPart(it object, key string) string {
	for _, part := range objects(extension(it, ownItem)["extension"]) {
		if part["url"] == key {
			return str(part, "valueString")
		}
	}
	return ""
}

func hidden(it object) bool { return truth(extension(it, hiddenURL), "valueBoolean") }

// control returns the first code of the item's itemControl.
func control(it object) string {
	for _, c := range objects(sub(extension(it, itemControl), "valueCodeableConcept")["coding"]) {
		return str(c, "code")
	}
	return ""
}
