package fhir

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/sealform/sealform/forms"
)

// renderings are the other ways to write an item's text: with marks, and in
// other languages.
func (x *exporter) renderings(o object, it *forms.Item) {
	var out []any
	if it.Kind == forms.Note && it.MD != "" {
		out = append(out, object{"url": markdownURL, "valueMarkdown": it.MD})
	}
	for _, tr := range x.t.Translations {
		texts := tr.Items[it.ID]
		if s := firstOf(texts.Ask, map[bool]string{true: forms.PlainText(texts.MD)}[it.Kind == forms.Note]); s != "" {
			out = append(out, translated(tr.Language, s))
		}
	}
	if out != nil {
		o["_text"] = object{"extension": out}
	}
}

func translated(language, s string) object {
	return object{"url": translationURL, "extension": []any{object{"url": "lang", "valueCode": language}, object{"url": "content", "valueString": s}}}
}

func (x *exporter) options(o object, it *forms.Item) {
	put(o, "answerValueSet", it.ValueSet)
	if it.ValueSet != "" || len(it.Options) == 0 || it.Kind == forms.Scale {
		return
	}
	var out []any
	for _, opt := range it.Options {
		made := answerOption(opt)
		var others []any
		for _, tr := range x.t.Translations {
			if s := tr.Items[it.ID].Options[opt.Code]; s != "" {
				others = append(others, translated(tr.Language, s))
			}
		}
		if others != nil {
			sub(made, "valueCoding")["_display"] = object{"extension": others}
		}
		out = append(out, made)
	}
	o["answerOption"] = out
}

func answerOption(opt forms.Option) object {
	o := object{"valueCoding": coded("system", opt.System, "code", opt.Code, "display", opt.Text)}
	var ext []any
	if opt.Score != nil {
		ext = append(ext, object{"url": ordinalValue, "valueDecimal": integer(*opt.Score)})
	}
	if opt.Exclusive {
		ext = append(ext, object{"url": optionExclusive, "valueBoolean": true})
	}
	if ext != nil {
		o["extension"] = ext
	}
	return o
}

func (x *exporter) conditions(o object, it *forms.Item) {
	var out []any
	for _, c := range it.ShowIf {
		w := object{"question": x.links[c.Question], "operator": c.Op}
		kind, v := x.awaited(c)
		w["answer"+kind] = v
		out = append(out, w)
	}
	if out == nil {
		return
	}
	o["enableWhen"] = out
	if len(out) > 1 {
		o["enableBehavior"] = map[bool]string{true: "any", false: "all"}[it.ShowAny]
	}
}

// awaited is the value of a condition as answer[x].
func (x *exporter) awaited(c forms.Condition) (string, any) {
	target := x.t.Item(c.Question)
	if c.Op == "exists" {
		return "Boolean", c.Value == "true"
	}
	switch {
	case target == nil:
	case target.Option(c.Value) != nil && target.Kind != forms.Scale:
		opt := target.Option(c.Value)
		return "Coding", coded("system", opt.System, "code", opt.Code)
	}
	if target != nil {
		switch typeOf(target.Kind) {
		case "boolean":
			return "Boolean", c.Value == "true"
		case "integer":
			if !strings.ContainsAny(c.Value, ".eE") {
				return "Integer", json.Number(c.Value)
			}
			return "Decimal", json.Number(c.Value)
		case "decimal":
			return "Decimal", json.Number(c.Value)
		case "quantity":
			return "Quantity", object{"value": json.Number(c.Value)}
		case "date":
			if !strings.HasPrefix(c.Value, "today") {
				return "Date", c.Value
			}
		case "dateTime":
			if !strings.HasPrefix(c.Value, "today") {
				return "DateTime", c.Value
			}
		case "time":
			return "Time", c.Value + ":00"
		case "choice":
			return "Coding", object{"code": c.Value} // of options that are kept elsewhere
		}
	}
	return "String", c.Value
}

// extras are the displays under a question or group that forms keep as keys of
// it: longer text, hint and help. Their linkIds are none that an item can have.
func extras(it *forms.Item, link string) []any {
	var out []any
	if it.MD != "" && it.Kind != forms.Note {
		out = append(out, object{
			"linkId": link + "/md", "type": "display", "text": forms.PlainText(it.MD),
			"_text": object{"extension": []any{object{"url": markdownURL, "valueMarkdown": it.MD}}},
		})
	}
	if it.Hint != "" {
		out = append(out, extra(link+"/hint", it.Hint, displayCategory, "http://hl7.org/fhir/questionnaire-display-category", "instructions"))
	}
	if it.Help != "" {
		out = append(out, extra(link+"/help", it.Help, itemControl, itemControlCodes, "help"))
	}
	return out
}

func extra(link, text, url, system, code string) object {
	return object{
		"linkId": link, "type": "display", "text": text,
		"extension": []any{object{"url": url, "valueCodeableConcept": object{"coding": []any{object{"system": system, "code": code}}}}},
	}
}

// inner parts an item's own items into the keys they were exported from, and
// the rest.
func inner(it object) (keys []forms.Key, rest []object) {
	rest = objects(it["item"])
	for _, name := range extraNames {
		if len(rest) == 0 {
			break
		}
		if k, is := extraKey(str(it, "linkId"), name, rest[0]); is {
			keys, rest = append(keys, k), rest[1:]
		}
	}
	return keys, rest
}

// extraNames are the keys that become displays, in the order of those: before
// every other item.
var extraNames = []string{"md", "hint", "help"}

// extraKey returns the key of the name that a display was exported from: it must
// be just as we would export it.
func extraKey(link, name string, child object) (forms.Key, bool) {
	if str(child, "linkId") != link+"/"+name {
		return forms.Key{}, false
	}
	made := &forms.Item{Kind: forms.Group}
	switch name {
	case "md":
		made.MD = str(extension(sub(child, "_text"), markdownURL), "valueMarkdown")
	case "hint":
		made.Hint = str(child, "text")
	case "help":
		made.Help = str(child, "text")
	}
	again := extras(made, link)
	if len(again) != 1 || !same(again[0], child) {
		return forms.Key{}, false
	}
	return forms.Key{Name: name, YAML: forms.QuoteText(made.MD + made.Hint + made.Help)}, true
}

// formula is how FHIRPath works out a score: nothing unless enough is answered.
// A score over questions that are not always asked has none, since how many it
// needs depends on the answers.
func (x *exporter) formula(it *forms.Item) string {
	if it.Kind != forms.Score || it.Score == nil {
		return ""
	}
	links, certain := x.summed(it)
	if !certain || len(links) == 0 {
		return ""
	}
	need := len(links)
	if it.Score.Need > 0 {
		need = it.Score.Need
	}
	counted := "%resource.descendants().where((linkId in (" + strings.Join(links, "|") + ")) and answer.exists())"
	return "iif(" + counted + ".count() >= " + strconv.Itoa(need) + ", " + counted +
		".answer.value.select(extension('" + ordinalValue + "').value | ofType(integer)).sum(), {})"
}

// summed returns the linkIds of the questions a score adds up, quoted, and
// whether all of them are always asked.
func (x *exporter) summed(it *forms.Item) (links []string, certain bool) {
	certain = true
	seen := map[string]bool{}
	var visit func(*forms.Item)
	visit = func(q *forms.Item) {
		certain = certain && len(q.ShowIf) == 0 && len(q.Countries) == 0
		counts := q.Kind == forms.Integer
		for _, o := range q.Options {
			counts = counts || o.Score != nil
		}
		if q.Asked() && counts && !seen[q.ID] {
			seen[q.ID] = true
			links = append(links, "'"+strings.ReplaceAll(strings.ReplaceAll(x.links[q.ID], `\`, `\\`), "'", `\'`)+"'")
		}
		for _, child := range q.Items {
			visit(child)
		}
	}
	for _, id := range it.Score.Sum {
		target := x.t.Item(id)
		if target == nil {
			continue
		}
		for p := target.Parent(); p != nil; p = p.Parent() {
			certain = certain && len(p.ShowIf) == 0
		}
		visit(target)
	}
	return links, certain
}
