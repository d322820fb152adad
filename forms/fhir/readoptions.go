package fhir

import (
	"math"
	"strconv"
	"strings"

	"github.com/sealform/sealform/forms"
)

// An option is one answer of a choice, as forms know it.
type option struct {
	code, text, system string
	score              *int
	exclusive          bool
	answer             object // value[x] as a QuestionnaireResponse repeats it
}

// maxOptions is the most options of one choice.
const maxOptions = 500

// choices reads what may be chosen.
func (r *reader) choices(m *meaning, it object, typ string, at place) {
	options, here := r.options(it)
	if it["answerOption"] != nil && it["answerValueSet"] != nil {
		m.set("options", "twice") // que-4: so it means nothing
	}
	if set := r.plain(str(it, "answerValueSet")); !here {
		m.text("valueset", set)
	}
	if list := flow(options); len(options) > 0 && list != at.scale && !m.has("options") {
		m.set("options", list)
	}
	if typ == "pick_or_type" {
		m.text("other_label", r.plain(str(extension(it, openLabel), "valueString")))
	}
}

func flow(options []option) string {
	list := make([]string, len(options))
	for i, o := range options {
		list[i] = o.yaml()
	}
	return "[" + strings.Join(list, ", ") + "]"
}

func (o *option) yaml() string {
	s := "{code: " + forms.QuoteText(o.code) + ", text: " + forms.QuoteText(o.text)
	if o.system != "" {
		s += ", system: " + forms.QuoteText(o.system)
	}
	if o.score != nil {
		s += ", score: " + strconv.Itoa(*o.score)
	}
	if o.exclusive {
		s += ", exclusive: true"
	}
	return s + "}"
}

func optionCount(m *meaning) int {
	for _, k := range m.keys {
		if k.Name == "options" {
			return strings.Count(k.YAML, "{code: ")
		}
	}
	return 0
}

// options returns an item's options, and whether they are here at all rather
// than on some terminology server.
func (r *reader) options(it object) (list []option, here bool) {
	if given := objects(it["answerOption"]); len(given) > 0 {
		for _, o := range given {
			list = append(list, r.option(o))
		}
		return distinct(list), true
	}
	set := str(it, "answerValueSet")
	canonical, _, _ := strings.Cut(set, "|") // without a version
	concepts := wellKnown[canonical]
	if id, contained := strings.CutPrefix(set, "#"); contained {
		concepts = r.expand(r.sets[id])
	}
	for _, c := range concepts {
		list = append(list, r.option(object{"valueCoding": c}))
	}
	return distinct(list), len(list) > 0 || set == ""
}

func (r *reader) option(o object) option {
	kind, v := value(o, "value")
	out := option{answer: object{"value" + kind: v}}
	switch v := v.(type) {
	case object: // Coding or Reference
		display := firstOf(str(v, "display"), str(v, "code"), str(v, "reference"))
		out.code, out.text, out.system = firstOf(str(v, "code"), display), r.plain(display), r.plain(str(v, "system"))
		out.score = score(v)
	case string:
		out.code, out.text = v, r.plain(v)
	default:
		out.code, _ = number(v)
		out.text = out.code
	}
	if s := score(o); s != nil {
		out.score = s
	}
	out.exclusive = truth(extension(o, optionExclusive), "valueBoolean")
	out.code = strings.Join(strings.Fields(r.plainCode(out.code)), " ")
	out.text = firstOf(out.text, r.plain(out.code))
	return out
}

// plainCode keeps a code as it is but for what no form can hold.
func (r *reader) plainCode(s string) string {
	if len(s) > 200 { // distinct may add to it
		s = strings.ToValidUTF8(s[:190], "")
	}
	s = strings.Map(func(c rune) rune {
		if c < ' ' || c >= 0x7f && c < 0xa0 || c == '\ufeff' {
			return ' '
		}
		return c
	}, strings.ToValidUTF8(s, ""))
	if s == forms.Other {
		return "other"
	}
	return s
}

// score reads the whole number an option counts.
func score(o object) *int {
	e := extension(o, ordinalValue)
	if e == nil {
		e = extension(o, itemWeight)
	}
	digits, ok := number(e["valueDecimal"])
	f, err := strconv.ParseFloat(digits, 64)
	if !ok || err != nil || f != math.Trunc(f) || math.Abs(f) > 1000 {
		return nil
	}
	n := int(f)
	return &n
}

// distinct gives every option a code of its own.
func distinct(list []option) []option {
	taken := map[string]bool{}
	for i := range list {
		code := firstOf(list[i].code, "option-"+strconv.Itoa(i+1))
		for n, plain := 2, code; taken[code]; n++ {
			code = plain + "-" + strconv.Itoa(n)
		}
		taken[code] = true
		list[i].code, list[i].text = code, firstOf(list[i].text, "Option "+strconv.Itoa(i+1))
	}
	return list
}

// expand returns the codings of a contained value set, or nil when they have to
// be asked for elsewhere.
func (r *reader) expand(set object) []object {
	var out []object
	var visit func([]object)
	visit = func(list []object) {
		for _, c := range list {
			if !truth(c, "abstract") && str(c, "code") != "" && len(out) <= maxOptions {
				out = append(out, concept(c, str(c, "system")))
			}
			visit(objects(c["contains"]))
		}
	}
	if visit(objects(sub(set, "expansion")["contains"])); len(out) > 0 {
		return out
	}
	for _, include := range objects(sub(set, "compose")["include"]) {
		concepts := objects(include["concept"])
		if len(concepts) == 0 {
			concepts = r.codeSystem(include)
		}
		if len(concepts) == 0 {
			return nil
		}
		for _, c := range concepts[:min(len(concepts), maxOptions+1)] {
			out = append(out, concept(c, str(include, "system")))
		}
	}
	return out[:min(len(out), maxOptions+1)] // one more than a form takes, so that it says so
}

// codeSystem returns the concepts of a contained code system that a value set
// includes whole.
func (r *reader) codeSystem(include object) []object {
	if include["filter"] != nil || include["valueSet"] != nil {
		return nil
	}
	for _, c := range r.sets {
		if str(c, "resourceType") == "CodeSystem" && str(c, "url") != "" && c["url"] == include["system"] {
			return objects(c["concept"])
		}
	}
	return nil
}

func concept(c object, system string) object {
	out := object{}
	for key, v := range map[string]any{"system": system, "code": c["code"], "display": c["display"], "extension": c["extension"]} {
		if v != nil && v != "" {
			out[key] = v
		}
	}
	return out
}

// wellKnown are value sets too small to ask anybody for: of FHIR R4 itself, with
// the codes of its HL7 tables 0131, 0136 and MaritalStatus, and LOINC's answers
// of the PHQ and GAD measures (LL358-3).
var wellKnown = map[string][]object{
	"http://hl7.org/fhir/ValueSet/administrative-gender": codings("http://hl7.org/fhir/administrative-gender",
		"male", "Male", "female", "Female", "other", "Other", "unknown", "Unknown"),
	"http://hl7.org/fhir/ValueSet/yesnodontknow": append(codings("http://terminology.hl7.org/CodeSystem/v2-0136", "Y", "Yes", "N", "No"),
		codings("http://terminology.hl7.org/CodeSystem/data-absent-reason", "asked-unknown", "Don't know")...),
	"http://hl7.org/fhir/ValueSet/marital-status": append(codings("http://terminology.hl7.org/CodeSystem/v3-MaritalStatus",
		"A", "Annulled", "D", "Divorced", "I", "Interlocutory", "L", "Legally Separated", "M", "Married", "P", "Polygamous", "S", "Never Married", "T", "Domestic partner", "U", "unmarried", "W", "Widowed"),
		codings("http://terminology.hl7.org/CodeSystem/v3-NullFlavor", "UNK", "unknown")...),
	"http://hl7.org/fhir/ValueSet/patient-contactrelationship": codings("http://terminology.hl7.org/CodeSystem/v2-0131",
		"BP", "Billing contact person", "C", "Emergency Contact", "CP", "Contact person", "E", "Employer", "EP", "Emergency contact person", "F", "Federal Agency",
		"I", "Insurance Company", "N", "Next-of-Kin", "PR", "Person preparing referral", "S", "State Agency", "U", "Unknown"),
	"http://loinc.org/vs/LL358-3": codings("http://loinc.org",
		"LA6568-5", "Not at all", "LA6569-3", "Several days", "LA6570-1", "More than half the days", "LA6571-9", "Nearly every day"),
}

func codings(system string, codesAndTexts ...string) []object {
	var out []object
	for i := 0; i < len(codesAndTexts); i += 2 {
		out = append(out, object{"system": system, "code": codesAndTexts[i], "display": codesAndTexts[i+1]})
	}
	return out
}
