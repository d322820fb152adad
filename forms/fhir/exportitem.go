package fhir

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/sealform/sealform/forms"
)

func jsonInt(n int) string { return strconv.Itoa(n) }

// typeOf returns FHIR's type for a kind.
func typeOf(k forms.Kind) string {
	switch k {
	case forms.Note:
		return "display"
	case forms.Group, forms.Page, forms.Scale:
		return "group"
	case forms.Text, forms.Email, forms.Phone, forms.Initials:
		return "string"
	case forms.Long:
		return "text"
	case forms.YesNo, forms.Acknowledge:
		return "boolean"
	case forms.Number:
		return "decimal"
	case forms.Integer, forms.Score:
		return "integer"
	case forms.Quantity:
		return "quantity"
	case forms.Date, forms.BirthDate:
		return "date"
	case forms.DateTime:
		return "dateTime"
	case forms.Time:
		return "time"
	case forms.URL:
		return "url"
	case forms.Pick, forms.PickMany, forms.DropDown, forms.Agree:
		return "choice"
	case forms.PickOrType:
		return "open-choice"
	case forms.File, forms.Signature:
		return "attachment"
	}
	return "" // a test walks the kinds
}

// element exports one item as if nothing had been kept, without the items in
// it. For a group around a question it is the question.
func (x *exporter) element(it *forms.Item) object {
	outer := it
	it, _ = asked(outer)
	if p := it.Parent(); p != nil && p.Field == forms.Question && p.Items[0] == it && it.Asked() {
		outer = p
	}
	o := object{"linkId": x.links[it.ID], "type": typeOf(it.Kind)}
	text := it.Ask
	if it.Kind == forms.Note && text == "" {
		text = forms.PlainText(it.MD)
	}
	put(o, "text", text)
	put(o, "prefix", it.Prefix)
	put(o, "definition", it.Definition)
	var codes []any
	for _, c := range it.Codes {
		codes = append(codes, coded("system", c.System, "code", c.Code, "display", c.Display))
	}
	if codes != nil {
		o["code"] = codes
	}
	x.renderings(o, it)
	if it.Required && it.Asked() || outer.Repeats && outer.MinTimes > 0 {
		o["required"] = true
	}
	if it.ReadOnly {
		o["readOnly"] = true
	}
	if outer.Repeats || it.Kind == forms.PickMany || it.Kind == forms.File && it.MaxTimes > 1 {
		o["repeats"] = true
	}
	if it.MaxLen > 0 && it.MaxLen != usual(it).MaxLen && it.Kind != forms.PickOrType {
		o["maxLength"] = integer(it.MaxLen)
	}
	x.options(o, it)
	x.initial(o, it)
	x.conditions(o, outer)
	ext := x.extensions(it, outer)
	if ext != nil {
		o["extension"] = ext
	}
	if own := x.own(o, it, outer); own != nil {
		o["extension"] = append(ext, own)
	}
	return o
}

func put(o object, key, s string) {
	if s != "" {
		o[key] = s
	}
}

// coded makes an object of keys and values, without empty ones.
func coded(keysAndValues ...string) object {
	o := object{}
	for i := 0; i < len(keysAndValues); i += 2 {
		put(o, keysAndValues[i], keysAndValues[i+1])
	}
	return o
}

func (x *exporter) extensions(it, outer *forms.Item) []any {
	var out []any
	add := func(url, key string, v any) { out = append(out, object{"url": url, key: v}) }
	if c := it.Control; c != "" {
		add(itemControl, "valueCodeableConcept", object{"coding": []any{object{"system": itemControlCodes, "code": c}}})
	}
	if it.Hidden {
		add(hiddenURL, "valueBoolean", true)
	}
	if it.Unit != "" {
		add(unitURL, "valueCoding", object{"display": it.Unit})
	}
	for _, u := range it.Units {
		c := coded("system", u.System, "code", u.Code, "display", u.Text)
		add(unitOption, "valueCoding", c)
	}
	for _, l := range []struct{ url, limit string }{{minValue, it.Min}, {maxValue, it.Max}} {
		if key, v := limitValue(it, l.limit); key != "" {
			add(l.url, key, v)
		}
	}
	if written := map[string]string{forms.ByMonth: "YYYY-MM", forms.ByYear: "YYYY"}[it.Precision]; written != "" {
		add(entryFormat, "valueString", written)
	}
	if it.MinLen > 0 {
		add(minLength, "valueInteger", integer(it.MinLen))
	}
	put2 := func(url, s string) {
		if s != "" {
			add(url, "valueString", s)
		}
	}
	put2(regexURL, strict(it.Pattern))
	if it.Decimals != nil {
		add(decimalPlaces, "valueInteger", integer(*it.Decimals))
	}
	if it.OtherLabel != usual(it).OtherLabel {
		put2(openLabel, it.OtherLabel)
	}
	if outer.Repeats || it.Required && (it.Kind == forms.PickMany || it.Kind == forms.File) {
		if outer.MinTimes > 1 {
			add(minOccurs, "valueInteger", integer(outer.MinTimes))
		}
	}
	if n := outer.MaxTimes; n > 0 && (it.Kind == forms.PickMany || it.Kind == forms.File && n > 1 || outer.Repeats && n != max(usualRows, outer.MinTimes)) {
		add(maxOccurs, "valueInteger", integer(n))
	}
	if !slices.Equal(it.Accept, usual(it).Accept) {
		for _, kind := range it.Accept {
			add(mimeType, "valueCode", kind)
		}
	}
	if n := it.MaxBytes; n != usual(it).MaxBytes {
		add(maxSize, "valueDecimal", json.Number(strconv.FormatFloat(float64(n)/1e6, 'f', -1, 64)))
	}
	if it.Kind == forms.Signature {
		add(signatureNeeded, "valueCodeableConcept", object{"coding": []any{signatureOf(it)}})
	}
	if formula := x.formula(it); formula != "" {
		add(calculated, "valueExpression", object{"language": "text/fhirpath", "expression": formula})
	}
	return out
}

// usualRows is the most rows of a group that does not say.
const usualRows = 20

// limitValue is a limit as value[x]; "" for one that is relative to today.
func limitValue(it *forms.Item, limit string) (string, any) {
	if limit == "" || strings.HasPrefix(limit, "today") {
		return "", nil
	}
	switch it.Kind {
	case forms.Number, forms.Quantity:
		return "valueDecimal", json.Number(limit)
	case forms.Integer:
		if strings.ContainsAny(limit, ".eE") {
			return "valueDecimal", json.Number(limit)
		}
		return "valueInteger", json.Number(limit)
	case forms.Date, forms.BirthDate:
		return "valueDate", limit
	case forms.DateTime:
		return "valueDateTime", limit
	}
	return "", nil
}

// own is the extension for what FHIR has no word for: every key of the item
// that reading o would not bring back.
func (x *exporter) own(o object, it, outer *forms.Item) any {
	at := place{root: it.Parent() == nil}
	if it.Parent() != nil && it.Parent().Kind == forms.Scale {
		shared, _ := x.r.options(o)
		at.scale = flow(shared)
	}
	m := x.r.element(o, at)
	for _, k := range []struct{ name, s string }{{"md", it.MD}, {"hint", it.Hint}, {"help", it.Help}} {
		if k.name != "md" || it.Kind != forms.Note {
			m.text(k.name, k.s) // become items of their own
		}
	}
	if outer == it {
		m.keys = append(m.keys, m.rows...)
	}
	parts := missing("", it.Keys(), m.keys, usual(it).Keys())
	if outer != it {
		group := groupOf(m, func(id string) string { return id })
		parts = append(parts, missing("group.", outer.Keys(), group, usual(outer).Keys())...)
		if outer.ID != it.ID+rowsSuffix {
			parts = append(parts, object{"url": "group.id", "valueString": forms.QuoteText(outer.ID)})
		}
	}
	if parts == nil {
		return nil
	}
	return object{"url": ownItem, "extension": parts}
}

// missing returns the keys that are neither read already nor the usual ones.
func missing(prefix string, keys, read, usual []forms.Key) []any {
	var out []any
	for _, k := range keys {
		if k.Name == "id" || k.Name == "fhir" || contains(read, k) || contains(usual, k) && !names(read, k.Name) && !telling[k.Name] {
			continue
		}
		out = append(out, object{"url": prefix + k.Name, "valueString": k.YAML})
	}
	return out
}

// telling are the keys by which usual knows what an item is.
var telling = map[string]bool{"type": true, "field": true, "control": true, "repeats": true, "options": true, "score": true, "scale": true}

func contains(keys []forms.Key, k forms.Key) bool {
	for _, other := range keys {
		if other == k {
			return true
		}
	}
	return false
}

func names(keys []forms.Key, name string) bool {
	for _, k := range keys {
		if k.Name == name {
			return true
		}
	}
	return false
}

var usualItems sync.Map // of forms.Item by what it is

// usual returns what an item of the kind is when its template says no more than
// it has to.
func usual(it *forms.Item) *forms.Item {
	yaml := "{id: x"
	for _, k := range it.Keys() {
		switch k.Name {
		case "type", "field", "control", "repeats", "valueset":
			yaml += ", " + k.Name + ": " + k.YAML
		case "options", "score", "scale":
			yaml += ", " + k.Name + ": " + needed[k.Name]
		}
	}
	if it.Parent() != nil && it.Parent().Kind == forms.Scale && !strings.Contains(yaml, "options:") {
		yaml += ", options: " + needed["options"]
	}
	if it.Field == "" || it.Repeats {
		yaml += ", ask: x"
	}
	if it.Kind == forms.Group || it.Kind == forms.Page || it.Kind == forms.Scale {
		yaml += ", items: [{id: y, ask: y, type: pick" + map[bool]string{true: "", false: ", options: [y]"}[it.Kind == forms.Scale] + "}]"
	}
	if kept, ok := usualItems.Load(yaml); ok {
		return kept.(*forms.Item)
	}
	head := "{form: usual, version: '1.0.0', title: x, kind: intake, items: [{id: z, type: integer, ask: z}, "
	t, err := forms.Parse("", []byte(head+yaml+"}]}"))
	if it.Kind == forms.Page {
		t, err = forms.Parse("", []byte(strings.Replace(head, "{id: z, type: integer, ask: z}, ", "", 1)+yaml+"}]}"))
	}
	out := &forms.Item{}
	if err == nil {
		out = t.Item("x")
	}
	usualItems.Store(yaml, out)
	return out
}

// needed are the keys without which some kinds are refused, at their shortest.
var needed = map[string]string{
	"options": "[{code: agree, text: I agree}, {code: decline, text: I do not agree}]",
	"scale":   "[x]", "score": "{sum: [z]}",
}
