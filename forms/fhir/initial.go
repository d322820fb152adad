package fhir

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/sealform/sealform/forms"
)

// initial reads what an item begins with, as far as forms can hold it there.
func (r *reader) initial(m *meaning, it object, typ string) {
	if typ == "pick" || typ == "pick_or_type" {
		r.selected(m, it, typ)
		return
	}
	for _, e := range objects(it["initial"]) {
		_, v := value(e, "value")
		m.text("initial", r.begins(it, typ, v))
		return
	}
}

// selected reads which options are chosen from the start. Of several for one
// answer the first counts.
func (r *reader) selected(m *meaning, it object, typ string) {
	options, here := r.options(it)
	if !here || len(options) == 0 {
		return
	}
	var codes []string
	for i, o := range objects(it["answerOption"]) {
		if truth(o, "initialSelected") {
			codes = append(codes, options[i].code)
		}
	}
	for _, e := range objects(it["initial"]) {
		_, v := value(e, "value")
		if code, ok := r.chosen(it, v); ok && code != forms.Other {
			codes = append(codes, code)
		}
	}
	if len(codes) == 0 {
		return
	}
	if typ == "pick" && truth(it, "repeats") {
		var quoted []string
		for _, code := range codes {
			quoted = append(quoted, forms.QuoteText(code))
		}
		m.set("initial", "["+strings.Join(quoted, ", ")+"]")
		return
	}
	m.text("initial", codes[0])
}

// begins returns the answer in the words of a form, "" when they have none.
func (r *reader) begins(it object, typ string, v any) string {
	said, _ := v.(string)
	switch typ {
	case "yesno":
		if b, ok := v.(bool); ok {
			return map[bool]string{true: "true", false: "false"}[b]
		}
	case "number", "integer", "measure":
		if q, is := v.(object); is {
			v = q["value"]
		}
		n, ok := number(v)
		whole := !strings.ContainsAny(n, ".eE")
		if ok && len(n) <= maxDigit && (typ != "integer" || whole) && (typ != "measure" || strings.Count(unitsOf(r, it), "{code: ") < 2) {
			return n
		}
	case "date":
		if d, err := time.Parse(time.DateOnly, said); err == nil {
			return d.Format(time.DateOnly)
		}
	case "time":
		if at, err := time.Parse("15:04:05", said); err == nil {
			return at.Format("15:04")
		}
	case "text", "long", "url":
		if s := r.plain(said); len(s) <= maxText {
			return s
		}
	}
	return ""
}

// initial writes what an item begins with, where FHIR can say it. An item with
// options says it at those (que-11).
func (x *exporter) initial(o object, it *forms.Item) {
	if len(it.Initial) == 0 {
		return
	}
	first := it.Initial[0]
	set := func(key string, v any) { o["initial"] = []any{object{key: v}} }
	switch typeOf(it.Kind) {
	case "choice", "open-choice":
		for i, opt := range objects(o["answerOption"]) {
			if i < len(it.Options) && slices.Contains(it.Initial, it.Options[i].Code) {
				opt["initialSelected"] = true
			}
		}
	case "boolean":
		set("valueBoolean", first == "true")
	case "integer":
		if !strings.ContainsAny(first, ".eE") {
			set("valueInteger", json.Number(first))
		}
	case "decimal":
		set("valueDecimal", json.Number(first))
	case "quantity":
		set("valueQuantity", quantity(it, map[string]any{"value": json.Number(first)}))
	case "date":
		set("valueDate", first)
	case "time":
		set("valueTime", first+":00")
	case "url":
		set("valueUri", first)
	case "string", "text":
		if strict(first) != "" {
			set("valueString", first)
		}
	}
}
