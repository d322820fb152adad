package fhir

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/sealform/sealform/forms"
)

// Import makes a template of a FHIR R4 Questionnaire. The error is a [Problems].
func Import(src []byte) (*forms.Template, error) {
	t, err := imported(src)
	var problems Problems
	if errors.As(err, &problems) {
		return nil, problems.placed(src)
	}
	return t, err
}

func imported(src []byte) (*forms.Template, error) {
	q, bad := decode(src)
	if bad != nil {
		return nil, Problems{*bad}
	}
	c, problems := check(q)
	if len(problems) > 0 {
		return nil, problems
	}
	r := newReader(q, c.order)
	r.ids = ids(slices.DeleteFunc(slices.Clone(c.order), func(it object) bool { return r.isExtra(c, it) }))
	if problems := r.unusable(c); len(problems) > 0 {
		return nil, problems
	}
	w := &writing{r: r, originals: map[string]object{}, places: map[string]place{}, taken: map[string]bool{}}
	for _, id := range r.ids {
		w.taken[id] = true
	}
	w.form(q)
	t, err := forms.Parse("", w.b.Bytes())
	if err != nil {
		return nil, r.inFHIR(err)
	}
	if problems := w.keep(t, q); len(problems) > 0 {
		return nil, problems
	}
	// What was kept is part of the form, so it must fit into one too.
	again, err := forms.Parse("", t.Canonical())
	if err != nil {
		return nil, r.inFHIR(err)
	}
	if link, key, found := lost(q, parse(string(Export(again)))); found {
		return nil, Problems{{Name: NotKept, Item: link, Text: "the element \"" + key + "\" would not come back as it is in the file; change it, or leave it out"}}
	}
	return t, nil
}

// lost returns the first item that says something else when it comes back, by
// its linkId, "" at the top, and the element that does.
func lost(q, back object) (link, key string, found bool) {
	if key, differs := different(without(q, "item"), without(back, "item")); differs {
		return str(q, "linkId"), key, true
	}
	items, returned := objects(q["item"]), objects(back["item"])
	if len(items) != len(returned) || len(items) == 0 && !same(q["item"], back["item"]) {
		return str(q, "linkId"), "item", true
	}
	for i, it := range items {
		if link, key, found = lost(it, returned[i]); found {
			return link, key, true
		}
	}
	return "", "", false
}

// different returns the first element, by name, that only one has, or that
// they have differently.
func different(a, b object) (key string, differs bool) {
	for _, o := range []object{a, b} {
		for _, key := range sortedKeys(o) {
			v, has := a[key]
			w, both := b[key]
			if !has || !both || !same(v, w) {
				return key, true
			}
		}
	}
	return "", false
}

// inFHIR says what forms find wrong by the names of the Questionnaire.
func (r *reader) inFHIR(err error) error {
	var wrong forms.Errors
	if !errors.As(err, &wrong) {
		return Problems{{Name: NotAForm, Text: err.Error()}}
	}
	links := map[string]string{}
	for link, id := range r.ids {
		links[id] = link
	}
	var out Problems
	for _, e := range wrong {
		out = append(out, Problem{Name: NotAForm, Item: firstOf(links[e.Item], e.Item), Text: e.Text})
	}
	return out
}

// unusable reports items that nobody could answer.
func (r *reader) unusable(c *checker) Problems {
	c.problems = nil
	for _, it := range c.order {
		link := str(it, "linkId")
		if r.isExtra(c, it) {
			continue
		}
		m := r.element(it, r.placeOf(c, it))
		if typ := str(it, "type"); m.ask == "" && !m.has("md") && (m.question || typ == "display" || truth(it, "repeats")) {
			c.fail(NoText, link, "a %s without text cannot be asked; write what people read", typ)
		}
		for _, w := range objects(it["enableWhen"]) {
			target := r.items[str(w, "question")]
			if str(target, "type") != "choice" || str(w, "operator") != "=" && str(w, "operator") != "!=" {
				continue
			}
			_, answer := value(w, "answer")
			_, here := r.options(target)
			if _, ok := r.chosen(target, answer); here && !ok {
				c.fail(UnknownAnswer, link, "is shown depending on an answer that %q does not offer; use one of its options", str(w, "question"))
			}
		}
	}
	return c.problems
}

func (r *reader) isExtra(c *checker, it object) bool {
	link := str(it, "linkId")
	parent := r.items[c.parent[link]]
	name, within := strings.CutPrefix(link, str(parent, "linkId")+"/")
	if parent == nil || !within || !slices.Contains(extraNames, name) {
		return false
	}
	keys, _ := inner(parent)
	return slices.ContainsFunc(keys, func(k forms.Key) bool { return k.Name == name })
}

func (r *reader) placeOf(c *checker, it object) place {
	parent := c.parent[str(it, "linkId")]
	if parent == "" {
		return place{root: true}
	}
	return r.placeOf(c, r.items[parent]).inside(r, r.items[parent], it)
}

// A writing is YAML being made of a Questionnaire.
type writing struct {
	r         *reader
	b         bytes.Buffer
	originals map[string]object // by id
	places    map[string]place  // by id
	taken     map[string]bool   // ids
}

func (w *writing) line(indent int, dash bool, key, value string) {
	w.b.WriteString(strings.Repeat("  ", indent))
	if dash {
		w.b.WriteString("- ")
	} else {
		w.b.WriteString("  ")
	}
	w.b.WriteString(key + ": " + value + "\n")
}

func (w *writing) form(q object) {
	for _, k := range w.r.root(q) {
		w.b.WriteString(k.Name + ": " + k.YAML + "\n")
	}
	w.b.WriteString("items:\n")
	for _, it := range objects(q["item"]) {
		w.item(it, place{root: true}, 0)
	}
}

// item writes one item, in a group of its own when it repeats or holds others.
func (w *writing) item(it object, at place, indent int) {
	m := w.r.element(it, at)
	w.originals[m.id], w.places[m.id] = it, at
	extras, inner := inner(it)
	for _, k := range extras {
		m.set(k.Name, k.YAML)
	}
	grouped := m.question && (m.repeats || len(inner) > 0)
	if grouped {
		w.group(m, indent)
		indent++
	} else {
		m.keys = append(m.keys, m.rows...)
	}
	w.line(indent, true, "id", forms.QuoteText(m.id))
	for _, k := range m.keys {
		w.line(indent, false, k.Name, k.YAML)
	}
	if !m.question && len(inner) > 0 {
		w.line(indent, false, "items", "")
		indent++
	}
	for _, child := range inner {
		w.item(child, at.inside(w.r, it, child), indent)
	}
}

func (w *writing) group(m *meaning, indent int) {
	outer := groupOf(m, func(id string) string { return free(id, w.taken) })
	w.line(indent, true, "id", outer[0].YAML)
	for _, k := range outer[1:] {
		w.line(indent, false, k.Name, k.YAML)
	}
	w.line(indent, false, "items", "")
}

// groupOf returns the keys of the group around a question, its id first.
func groupOf(m *meaning, unused func(string) string) []forms.Key {
	g := &meaning{}
	if m.repeats {
		g.text("ask", m.ask)
	}
	id := ""
	for _, k := range m.rows {
		if k.Name == "id" {
			id = k.YAML
			continue
		}
		g.set(k.Name, k.YAML)
	}
	if id == "" {
		id = forms.QuoteText(unused(m.id + rowsSuffix))
	}
	return append([]forms.Key{{Name: "id", YAML: id}, {Name: "type", YAML: `"group"`}, {Name: "field", YAML: `"question"`}}, g.keys...)
}

// root reads what the Questionnaire says about itself.
func (r *reader) root(q object) []forms.Key {
	m := &meaning{keys: slices.Clone(usualForm())}
	name := formName(str(q, "id"), str(q, "url"), str(q, "name"), str(q, "title"))
	m.text("form", name)
	m.text("version", formVersion(str(q, "version")))
	m.text("title", firstOf(r.plain(str(q, "title")), r.plain(str(q, "name")), name))
	if status := str(q, "status"); status != "unknown" {
		m.text("status", status)
	}
	if language := str(q, "language"); forms.IsLanguage(language) {
		m.text("language", language)
	}
	for _, part := range objects(extension(q, ownForm)["extension"]) {
		if name, yaml := str(part, "url"), str(part, "valueString"); ownKey().MatchString(name) && !strings.ContainsAny(yaml, "\n\r") {
			m.set(name, yaml)
		}
	}
	return m.keys
}

// usualForm is what a form says about itself when it says no more than it must.
var usualForm = sync.OnceValue(func() []forms.Key {
	t, err := forms.Parse("", []byte(`{form: usual, version: "1.0.0", title: Usual, kind: intake, items: [{id: a, type: text, ask: A}]}`))
	if err != nil {
		panic("fhir: " + err.Error())
	}
	return t.Keys()
})

// keep gives every item, and the form, what they have no word for.
func (w *writing) keep(t *forms.Template, q object) (problems Problems) {
	contradicted := func(link, what string) {
		if what != "" && len(problems) < maxProblems {
			problems = append(problems, Problem{Name: Contradiction, Item: link, Text: fmt.Sprintf("says one thing of %q in FHIR and another in the extension %s; make both agree, or remove the extension", what, ownItem)})
		}
	}
	x := newExporter(t)
	for id, link := range w.links() {
		x.links[id] = link
	}
	x.r = w.r
	root := x.root()
	contradicted("", w.r.contradiction(root, q, place{}))
	t.FHIR = x.kept(root, without(q, "item"))
	t.Walk(func(it *forms.Item) bool {
		if original := w.originals[it.ID]; original != nil {
			base := x.element(it)
			contradicted(str(original, "linkId"), w.r.contradiction(base, original, w.places[it.ID]))
			base["linkId"] = it.ID
			it.FHIR = x.kept(base, without(original, "item"))
		}
		return true
	})
	return problems
}

func (w *writing) links() map[string]string {
	links := map[string]string{}
	for link, id := range w.r.ids {
		links[id] = link
	}
	return links
}

func without(o object, key string) object {
	out := object{}
	for k, v := range o {
		if k != key {
			out[k] = v
		}
	}
	return out
}
