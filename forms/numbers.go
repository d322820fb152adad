package forms

import (
	"encoding/json"
	"strings"
)

// maxDigits is the most characters of a number; what is longer is none that
// anybody means.
const maxDigits = 18

// readNumber reads a number; part is the control it was typed in.
func (r *reading) readNumber(it *Item, s, part string) value {
	unit := it.Unit
	if len(it.Units) == 1 {
		unit = it.Units[0].Text
	}
	digits, ok := parseNumber(withoutUnit(s, unit), strings.HasPrefix(r.t.Language, "en"))
	_, decimals, _ := strings.Cut(digits, ".")
	switch {
	case !ok:
		return it.bad(s, part, it.say.Say("%s must be a number, like %s", it.subject(theAnswer), exampleNumber(it)))
	case it.Kind == Integer && decimals != "":
		return it.bad(s, part, it.say.Say("%s must be a whole number", it.subject(theAnswer)))
	case it.Decimals != nil && len(decimals) > *it.Decimals:
		return it.broken(s, part, it.say.Say("%s must have no more than %d decimal places", it.subject(theAnswer), *it.Decimals))
	}
	f := number(digits)
	if it.Min != "" && f < number(it.Min) || it.Max != "" && f > number(it.Max) {
		return it.broken(s, part, sayRange(it))
	}
	v := value{state: good, text: digits, answer: json.Number(digits), key: digits, number: f}
	if it.Unit != "" {
		v.text += " " + it.Unit
	}
	return v
}

func exampleNumber(it *Item) string {
	if it.Min != "" {
		return it.Min
	}
	return "12"
}

func withoutUnit(s, unit string) string {
	if n := len(s) - len(unit); unit != "" && n > 0 && strings.EqualFold(s[n:], unit) {
		return strings.TrimSpace(s[:n])
	}
	return s
}

// parseNumber returns the number in JSON's form. In English a comma parts
// thousands where it can; elsewhere, and otherwise, it is the decimal point.
func parseNumber(s string, english bool) (string, bool) {
	s = strings.Join(strings.Fields(westernDigits(s)), "")
	s = strings.Replace(s, "−", "-", 1)
	s, negative := strings.CutPrefix(strings.TrimPrefix(s, "+"), "-")
	if english && thousands(s) {
		s = strings.ReplaceAll(s, ",", "")
	}
	s = strings.Replace(s, ",", ".", 1)
	whole, decimals, point := strings.Cut(s, ".")
	if whole+decimals == "" || len(s) > maxDigits || !allDigits(whole) || !allDigits(decimals) {
		return "", false
	}
	whole = orElse(strings.TrimLeft(whole, "0"), "0")
	if point && decimals != "" {
		whole += "." + decimals
	}
	if negative && strings.Trim(whole, "0.") != "" {
		whole = "-" + whole
	}
	return whole, true
}

// thousands reports whether commas stand where English puts them.
func thousands(s string) bool {
	whole, _, _ := strings.Cut(s, ".")
	groups := strings.Split(whole, ",")
	for i, g := range groups {
		if i == 0 && (g == "" || len(g) > 3) || i > 0 && len(g) != 3 {
			return false
		}
	}
	return len(groups) > 1
}

func allDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

func (r *reading) readQuantity(it *Item, path string) value {
	raw, unit := clean(r.first(path, "value"), false), it.unitOf(r.first(path, "unit"))
	if raw == "" {
		return value{}
	}
	if len(raw) > maxText {
		return it.bad(raw[:maxDigits], "value", it.say.Say("%s must be a number, like %s", it.subject(theAnswer), exampleNumber(it)))
	}
	v := r.readNumber(it, raw, "value")
	switch {
	case v.state != good:
		return v
	case unit == nil && len(it.Units) > 0:
		return it.bad(raw, "unit", it.say.Say("Choose the unit for %s", it.quoted()))
	case unit == nil:
		v.answer = map[string]any{"value": v.answer}
	default:
		v.answer = map[string]any{"value": v.answer, "unit": unit.Code}
		v.text += " " + unit.Text
	}
	return v
}

// unitOf returns the unit chosen; there is no choice when there is one unit.
func (it *Item) unitOf(code string) *Unit {
	for i := range it.Units {
		if len(it.Units) == 1 || it.Units[i].Code == code {
			return &it.Units[i]
		}
	}
	return nil
}
