package fhir

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/sealform/sealform/forms"
)

// Export returns the template as a FHIR R4 Questionnaire.
func Export(t *forms.Template) []byte {
	return []byte(encode(newExporter(t).questionnaire()))
}

// An exporter makes FHIR of one template.
type exporter struct {
	t     *forms.Template
	r     *reader // understands what it makes as Import would
	links map[string]string
	// made are the items as they were exported, by id, for whoever answers them.
	made map[string]object
}

func newExporter(t *forms.Template) *exporter {
	x := &exporter{t: t, links: map[string]string{}, made: map[string]object{}}
	used := map[string]bool{}
	t.Walk(func(it *forms.Item) bool {
		link := str(parse(it.FHIR), "linkId")
		if link == "" || used[link] {
			link = it.ID
		}
		x.links[it.ID], used[link] = link, true
		return true
	})
	x.r = &reader{ids: map[string]string{}, items: map[string]object{}, sets: map[string]object{}}
	for id, link := range x.links {
		x.r.ids[link] = id
	}
	return x
}

func (x *exporter) questionnaire() object {
	kept := parse(x.t.FHIR)
	x.r.own = !drops(kept, ownForm)
	root := x.overlay(x.root(), kept, func(q object) []forms.Key { return byName(x.r.root(q)) })
	for _, c := range objects(root["contained"]) {
		x.r.sets[str(c, "id")] = c
	}
	x.r.paged = len(x.t.Items) > 0 && x.t.Items[0].Kind == forms.Page
	root["resourceType"] = "Questionnaire"
	root["item"] = x.items(x.t.Items, object{}, place{root: true})
	return root
}

// drops reports whether the original had no such extension.
func drops(kept object, url string) bool {
	for _, e := range objects(kept["extension"]) {
		if e[dropped] == url {
			return true
		}
	}
	return false
}

// root is what a Questionnaire says about itself, without resourceType.
func (x *exporter) root() object {
	t := x.t
	q := object{
		"resourceType": "Questionnaire", "id": t.Name, "url": Base + "Questionnaire/" + t.Name, "version": t.Version,
		"name": computerName(t.Name), "title": t.Title, "status": t.Status, "language": t.Language, "subjectType": []any{"Patient"},
	}
	var countries []any
	for _, c := range t.Countries {
		countries = append(countries, object{"coding": []any{object{"system": "urn:iso:std:iso:3166", "code": c}}})
	}
	if countries != nil {
		q["jurisdiction"] = countries
	}
	var titles []any
	for _, tr := range t.Translations {
		if tr.Title != "" {
			titles = append(titles, translated(tr.Language, tr.Title))
		}
	}
	if titles != nil {
		q["_title"] = object{"extension": titles}
	}
	var own []any
	for _, k := range t.Keys() {
		if _, core := q[k.Name]; !core && k.Name != "form" {
			own = append(own, object{"url": k.Name, "valueString": k.YAML})
		}
	}
	q["extension"] = []any{
		object{"url": signatureNeeded, "valueCodeableConcept": object{"coding": []any{signatureCode(t.Sign.Role)}}},
		object{"url": ownForm, "extension": own},
	}
	return q
}

// computerName makes what FHIR calls a name (que-0) of ours.
func computerName(name string) string {
	var b strings.Builder
	for _, word := range strings.Split(name, "-") {
		if word != "" {
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	if s := b.String(); s[0] >= 'A' && s[0] <= 'Z' {
		return s
	}
	return "Form" + b.String()
}

// signatureCode is what a signature means, in the words of ASTM E1762.
func signatureCode(role string) object {
	code, display := "1.2.840.10065.1.12.1.1", "Author's Signature"
	switch role {
	case "consent":
		code, display = "1.2.840.10065.1.12.1.7", "Consent Signature"
	case forms.WitnessSigns:
		code, display = witnessCode, "Witness Signature"
	case "acknowledge":
		code, display = "1.2.840.10065.1.12.1.5", "Verification Signature"
	}
	return object{"system": "urn:iso-astm:E1762-95:2013", "code": code, "display": display}
}

const witnessCode = "1.2.840.10065.1.12.1.8"

// signatureOf is what an item's signature means.
func signatureOf(it *forms.Item) object {
	if it.Signer == forms.WitnessSigns {
		return signatureCode(forms.WitnessSigns)
	}
	return signatureCode("consent")
}

// items exports what stands within parent, which is exported already.
func (x *exporter) items(items []*forms.Item, parent object, at place) []any {
	var out []any
	for _, it := range items {
		out = append(out, x.item(it, parent, at))
	}
	return out
}

// item exports an item with the items in it. parent is the item around as far
// as it is made.
func (x *exporter) item(it *forms.Item, parent object, at place) object {
	question, inner := asked(it)
	if len(parent) > 0 {
		at = x.inside(parent, it, at)
	}
	base := x.element(it)
	shown := x.displays(question, inner)
	made := x.overlay(base, parse(question.FHIR), func(o object) []forms.Key {
		o["item"] = shown // a question may have its words from there
		defer delete(o, "item")
		return unusual(x.r.element(o, at), question, it)
	})
	x.made[question.ID], x.r.items[str(made, "linkId")] = made, made
	var children []any
	children = append(children, extras(question, str(made, "linkId"))...)
	for i, child := range inner {
		if i == 0 {
			made["item"] = children // what follows looks at what came before
		}
		child := x.item(child, made, at)
		children = append(children, child)
		made["item"] = children
	}
	if len(children) > 0 {
		made["item"] = children
	}
	return made
}

// unusual is what a meaning says beyond what its item would be anyway.
func unusual(m *meaning, question, outer *forms.Item) []forms.Key {
	own, rows := usual(question).Keys(), usual(outer).Keys()
	return slices.DeleteFunc(m.said(), func(k forms.Key) bool {
		if name, is := strings.CutPrefix(k.Name, "group."); is {
			return !telling[name] && contains(rows, forms.Key{Name: name, YAML: k.YAML})
		}
		return !telling[k.Name] && contains(own, k)
	})
}

// displays are the texts within a question as far as that may be asked in their
// words.
func (x *exporter) displays(question *forms.Item, inner []*forms.Item) []any {
	if !question.Asked() {
		return nil
	}
	out := extras(question, x.links[question.ID])
	for _, it := range inner {
		if it.Kind == forms.Note {
			base := x.element(it)
			out = append(out, object{"type": "display", "text": str(x.merge(base, x.current(base, parse(it.FHIR))), "text")})
		}
	}
	return out
}

// inside is the place of an item in the one around it, as the reader sees it.
func (x *exporter) inside(parent object, it *forms.Item, at place) place {
	question, _ := asked(it)
	child := object{"linkId": x.links[question.ID], "type": typeOf(question.Kind)}
	seen := object{}
	for k, v := range parent {
		seen[k] = v
	}
	seen["item"] = append(slices.Clone(list(parent["item"])), child)
	return at.inside(x.r, seen, child)
}

func list(v any) []any {
	l, _ := v.([]any)
	return l
}

// asked returns the question of a group with field: question and what is asked
// under it; or the item itself.
func asked(it *forms.Item) (*forms.Item, []*forms.Item) {
	if it.Field == forms.Question && len(it.Items) > 0 && it.Items[0].Asked() {
		return it.Items[0], it.Items[1:]
	}
	return it, it.Items
}

func integer(n int) json.Number { return json.Number(jsonInt(n)) }
