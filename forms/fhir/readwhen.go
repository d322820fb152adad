package fhir

import (
	"slices"
	"strings"
	"time"

	"github.com/sealform/sealform/forms"
)

// condition reads one enableWhen as YAML, or returns "" when forms cannot work
// it out.
func (r *reader) condition(w object) string {
	op, question := str(w, "operator"), str(w, "question")
	target := r.items[question]
	kind, answer := value(w, "answer")
	s, ok := "", false
	if op == "exists" {
		if answer == true {
			s = "true"
		} else {
			s = "false"
		}
		ok = true
	} else if target != nil {
		s, ok = r.comparison(target, op, kind, answer)
	}
	if !ok {
		return ""
	}
	return "{q: " + forms.QuoteText(r.ids[question]) + ", " + forms.QuoteText(op) + ": " + forms.QuoteText(s) + "}"
}

// comparison returns the value to compare the target's answer with.
func (r *reader) comparison(target object, op, kind string, answer any) (string, bool) {
	equality := op == "=" || op == "!="
	typ := str(target, "type")
	choice := typ == "choice" || typ == "open-choice"
	if target["answerOption"] != nil || choice && target["answerValueSet"] != nil {
		code, ok := r.chosen(target, answer)
		return code, ok && equality
	}
	switch typ {
	case "boolean":
		b, ok := answer.(bool)
		if s, is := answer.(string); is {
			b, ok = s == "true", s == "true" || s == "false"
		}
		return map[bool]string{true: "true", false: "false"}[b], ok && equality
	case "decimal", "integer", "quantity":
		if q, is := answer.(object); is {
			answer = q["value"]
		}
		several := typ == "quantity" && strings.Count(unitsOf(r, target), "{code: ") > 1
		s, ok := number(answer)
		return s, ok && len(s) <= maxDigit && !several
	case "date", "dateTime":
		return dayOf(answer)
	case "time":
		s, _ := answer.(string)
		at, err := time.Parse("15:04:05", s)
		if err != nil {
			at, err = time.Parse("15:04", s)
		}
		return at.Format("15:04"), err == nil
	case "string", "text", "url", "open-choice", "reference":
		s, ok := answer.(string)
		if o, is := answer.(object); is {
			s = firstOf(str(o, "display"), str(o, "code"))
			ok = s != ""
		}
		s = strings.Join(strings.Fields(r.plainCode(s)), " ")
		return s, ok && equality && s != ""
	}
	return "", false
}

func unitsOf(r *reader, it object) string {
	m := &meaning{}
	r.units(m, it)
	for _, k := range m.keys {
		return k.YAML
	}
	return ""
}

// dayOf reads a date, of which the first day counts where only a month or a
// year is known, and our own words such as today-18y.
func dayOf(answer any) (string, bool) {
	s, _ := answer.(string)
	if strings.HasPrefix(s, "today") {
		return s, true
	}
	s, _, _ = strings.Cut(s, "T")
	for _, layout := range []string{time.DateOnly, "2006-01", "2006"} {
		if d, err := time.Parse(layout, s); err == nil {
			return d.Format(time.DateOnly), true
		}
	}
	return "", false
}

// chosen returns the code of the option an answer means: the same coding, else
// the same code, else the same words.
func (r *reader) chosen(target object, answer any) (string, bool) {
	options, here := r.options(target)
	code, system, display := "", "", ""
	switch a := answer.(type) {
	case object:
		code, system, display = str(a, "code"), r.plain(str(a, "system")), r.plain(firstOf(str(a, "display"), str(a, "reference")))
	case string:
		code, display = a, r.plain(a)
		if str(target, "type") == "open-choice" && a == forms.Other {
			return a, true
		}
	default:
		code, _ = number(a)
	}
	code = strings.Join(strings.Fields(r.plainCode(code)), " ")
	if !here {
		return code, code != ""
	}
	for _, matches := range []func(option) bool{
		func(o option) bool { return code != "" && o.code == code && o.system == system },
		func(o option) bool { return code != "" && o.code == code },
		func(o option) bool { return display != "" && o.text == display },
	} {
		if i := slices.IndexFunc(options, matches); i >= 0 {
			return options[i].code, true
		}
	}
	return "", false
}
