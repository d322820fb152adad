package fhir

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/lazyregexp"
)

var ownKey = lazyregexp.New(`^(group\.)?[a-z_]+$`)

// A limit of the grammar.
const (
	maxLong  = 20_000
	maxText  = 500
	maxDigit = 18
)

// numbers reads lengths, limits and units.
func (r *reader) numbers(m *meaning, it object) {
	typ := str(it, "type")
	if it["answerOption"] != nil && typ != "open-choice" {
		return
	}
	switch typ {
	case "string", "text", "url", "open-choice", "reference":
		r.lengths(m, it, typ)
	case "decimal", "integer":
		if unit := coding(extension(it, unitURL)); unit != nil {
			m.text("unit", r.plain(firstOf(str(unit, "display"), str(unit, "code"))))
		}
	case "quantity":
		r.units(m, it)
	case "date":
		m.text("precision", precision(it))
	case "attachment":
		if signs(it) {
			r.signature(m, it)
		} else {
			r.files(m, it)
		}
	}
	if typ == "decimal" || typ == "quantity" {
		if n := r.whole(extension(it, decimalPlaces), 9); n >= 0 {
			m.set("decimals", strconv.Itoa(n))
		}
	}
	r.limits(m, it, typ)
}

// precision returns what of a date may be left out: FHIR's dates may lack their
// day, or day and month, and a form says so by how it wants them written.
func precision(it object) string {
	written := strings.ToLower(str(extension(it, entryFormat), "valueString"))
	switch c := control(it); {
	case c == "year", written == "yyyy":
		return forms.ByYear
	case c == "yearMonth", strings.Contains(written, "m") && strings.Trim(written, "my-/. ") == "" && strings.Contains(written, "yyyy"):
		return forms.ByMonth
	}
	return ""
}

func (r *reader) lengths(m *meaning, it object, typ string) {
	most := 0
	if digits, ok := number(it["maxLength"]); ok {
		most, _ = strconv.Atoi(digits)
	}
	if most > 0 {
		most = min(most, maxLong)
		m.set("max_len", strconv.Itoa(most))
	} else if most = maxText; typ == "text" {
		most = maxLong
	}
	if least := r.whole(extension(it, minLength), maxLong); least > 0 && least <= most {
		m.set("min_len", strconv.Itoa(least))
	}
	pattern := str(extension(it, regexURL), "valueString")
	if inner, is := strings.CutPrefix(pattern, "matches('"); is { // FHIRPath where a pattern belongs
		pattern = strings.TrimSuffix(inner, "')")
	}
	if _, err := regexp.Compile(`\A(?:` + pattern + `)\z`); err == nil && pattern == strings.TrimSpace(pattern) && !strings.ContainsAny(pattern, "\n\r") {
		m.text("pattern", pattern)
	}
}

// whole returns an extension's valueInteger from 0 to most, or -1.
func (r *reader) whole(e object, most int) int {
	digits, ok := number(e["valueInteger"])
	n, err := strconv.Atoi(digits)
	if !ok || err != nil || n < 0 || n > most {
		return -1
	}
	return n
}

func (r *reader) units(m *meaning, it object) {
	var list []string
	seen := map[string]bool{}
	add := func(c object) {
		code, text := r.plain(str(c, "code")), r.plain(str(c, "display"))
		if code = firstOf(code, text); code == "" || seen[code] {
			return
		}
		seen[code] = true
		unit := "{code: " + forms.QuoteText(code) + ", text: " + forms.QuoteText(firstOf(text, code))
		if system := r.plain(str(c, "system")); system != "" {
			unit += ", system: " + forms.QuoteText(system)
		}
		list = append(list, unit+"}")
	}
	for _, e := range objects(it["extension"]) {
		if e["url"] == unitOption {
			add(coding(e))
		}
	}
	if len(list) == 0 {
		add(coding(extension(it, unitURL)))
	}
	if len(list) > 0 {
		m.set("units", "["+strings.Join(list, ", ")+"]")
	}
}

// taken are the types of file a form can take.
var taken = []string{"image/jpeg", "image/png", "image/webp", "application/pdf"}

// files reads which files are taken. FHIR R4 counts maxSize in megabytes, and
// many count it in bytes all the same.
func (r *reader) files(m *meaning, it object) {
	var accept []string
	for _, e := range objects(it["extension"]) {
		kind := str(e, "valueCode")
		if e["url"] == mimeType && slices.Contains(taken, kind) && !slices.Contains(accept, forms.QuoteText(kind)) {
			accept = append(accept, forms.QuoteText(kind))
		}
	}
	if accept != nil {
		m.set("accept", "["+strings.Join(accept, ", ")+"]")
	}
	digits, _ := number(extension(it, maxSize)["valueDecimal"])
	size, err := strconv.ParseFloat(digits, 64)
	if err == nil && size < 1000 {
		size *= 1e6
	}
	if err == nil && size >= 1 && size <= forms.MaxFile {
		m.set("max_bytes", strconv.Itoa(int(size)))
	}
}

// signs reports whether an item asks for a signature that a form can take.
func signs(it object) bool {
	return str(it, "type") == "attachment" && extension(it, signatureNeeded) != nil && !truth(it, "readOnly") && !truth(it, "repeats")
}

func (r *reader) signature(m *meaning, it object) {
	m.text("field", string(forms.Signature))
	for _, c := range objects(sub(extension(it, signatureNeeded), "valueCodeableConcept")["coding"]) {
		if c["code"] == witnessCode {
			m.text("signer", forms.WitnessSigns)
		}
	}
}

func coding(e object) object { return sub(e, "valueCoding") }

func firstOf(candidates ...string) string {
	for _, s := range candidates {
		if s != "" {
			return s
		}
	}
	return ""
}

func (r *reader) limits(m *meaning, it object, typ string) {
	low, lowOK := limit(extension(it, minValue), typ)
	high, highOK := limit(extension(it, maxValue), typ)
	if lowOK && highOK && !ordered(low, high, typ) {
		return
	}
	if lowOK {
		m.text("min", low)
	}
	if highOK {
		m.text("max", high)
	}
}

func limit(e object, typ string) (string, bool) {
	_, v := value(e, "value")
	switch typ {
	case "decimal", "integer", "quantity":
		s, ok := number(v)
		return s, ok && len(s) <= maxDigit
	case "date", "dateTime":
		s, _ := v.(string)
		day, _, _ := strings.Cut(s, "T")
		_, err := time.Parse(time.DateOnly, day)
		return day, err == nil
	}
	return "", false
}

func ordered(low, high, typ string) bool {
	if typ == "date" || typ == "dateTime" {
		return low <= high
	}
	a, _ := strconv.ParseFloat(low, 64)
	b, _ := strconv.ParseFloat(high, 64)
	return a <= b
}

// control reads how an item wants to be drawn, as far as forms know.
func (r *reader) control(m *meaning, it object, typ string, at place) {
	c := control(it)
	repeats := truth(it, "repeats")
	switch {
	case typ == "group" && c == "page" && at.root && r.paged,
		typ == "group" && (c == "gtable" || c == "grid" || c == "table"),
		typ == "pick" && (c == "drop-down" && !repeats || c == "radio-button" || c == "check-box" && repeats),
		typ == "pick_or_type" && c == "radio-button",
		typ == "file" && c == "photo" && !signs(it):
		m.text("control", c)
	}
}

func (r *reader) codes(m *meaning, it object, typ string) {
	if typ == "note" {
		return
	}
	var list []string
	for _, c := range objects(it["code"]) {
		var parts []string
		for _, key := range []string{"system", "code", "display"} {
			if s := r.plain(str(c, key)); s != "" {
				parts = append(parts, key+": "+forms.QuoteText(s))
			}
		}
		if len(parts) > 0 {
			list = append(list, "{"+strings.Join(parts, ", ")+"}")
		}
	}
	if len(list) > 0 {
		m.set("codes", "["+strings.Join(list, ", ")+"]")
	}
	m.text("definition", r.plain(str(it, "definition")))
}
