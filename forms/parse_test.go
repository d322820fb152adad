package forms_test

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/sealform/sealform/forms"
)

// form returns a template around items, which are YAML list elements.
func form(items string) string {
	return "form: test\nversion: \"1.0.0\"\ntitle: Test\nkind: intake\nitems:\n" + strings.TrimPrefix(items, "\n")
}

func parse(t *testing.T, items string) *forms.Template {
	t.Helper()
	tpl, err := forms.Parse("test.yaml", []byte(form(items)))
	if err != nil {
		t.Fatalf("Parse: %v\n%s", err, form(items))
	}
	return tpl
}

// Every kind of item, in one form.
const everyKind = `
- {id: p1, type: group, control: page, ask: First, items: [
  {id: intro, type: note, md: "Hello from **{practice}**, [site]({website})"},
  {id: who, type: group, field: name, required: true, prefill: full_name},
  {id: born, type: date, field: dob, required: true, prefill: dob},
  {id: mail, type: text, field: email, prefill: email},
  {id: tel, type: text, field: phone, prefill: phone},
  {id: home, type: group, field: address},
  {id: cover, type: group, field: insurance},
  {id: sex, type: pick, field: sex},
  {id: gender, type: pick_or_type, field: gender},
  {id: pron, type: pick_or_type, field: pronouns}]}
- {id: p2, type: group, control: page, ask: Second, items: [
  {id: any, type: yesno, ask: Any medicine?, required: true, flag: "=yes", alert: crisis},
  {id: meds, type: group, repeats: true, max_times: 3, ask: Medicine, show_if: [{q: any, "=": true}], items: [
    {id: med.name, type: text, ask: Name, required: true},
    {id: med.dose, type: measure, ask: Dose, units: [mg, {code: g, text: gram, system: "http://unitsofmeasure.org"}]},
    {id: med.why, type: long, ask: Why, show_if: [{q: med.name, exists: true}]},
    {id: med.side, type: group, repeats: true, ask: Side effect, items: [
      {id: side.what, type: text, ask: What}]}]},
  {id: much, type: number, ask: How much, min: 0.5, max: 9.5, decimals: 1, unit: litres},
  {id: count, type: integer, ask: How many, min: 1, max: 20, prefix: "2."},
  {id: weight, type: measure, ask: Weight, unit: kg},
  {id: when, type: date, ask: When, min: today-1y, max: today+30d},
  {id: visit, type: datetime, ask: Visit},
  {id: bed, type: time, ask: Bedtime},
  {id: web, type: url, ask: Your site},
  {id: one, type: pick, ask: One, options: [A, B]},
  {id: many, type: pick, repeats: true, ask: Many, min_times: 1, max_times: 2, options: [{code: x, text: Ex}, {code: y, text: Why}, {code: z, text: Zed}, {code: none, text: None of these, exclusive: true}]},
  {id: drop, type: pick, control: drop-down, ask: Drop, options: [{code: a, text: Ay, system: "http://loinc.org"}]},
  {id: own, type: pick_or_type, ask: Own, other_label: Another, options: [{code: a, text: Ay}]},
  {id: scale, type: group, control: gtable, ask: How often, scale: [{code: "0", text: Never, score: 0}, {code: "1", text: Often, score: 2}], items: [
    {id: s1, type: pick, ask: Sad, required: true, say: {missing: Say how often}},
    {id: s2, ask: Hopeless, flag: ">0", codes: [{system: "http://loinc.org", code: 44260-8, display: Q9}]}]},
  {id: total, type: integer, field: score, ask: Total, hidden: false, score: {sum: scale, need: all, bands: [[0, low], [3, high]]}}]}
- {id: p3, type: group, control: page, ask: Third, items: [
  {id: ini, type: text, field: initials},
  {id: code, type: text, ask: Ticket, pattern: "[A-Z]{2}\\d+", min_len: 3, max_len: 8},
  {id: card, type: file, control: photo, ask: "Photo of your card", max_times: 2, max_bytes: 5000000},
  {id: letter, type: file, ask: Referral, required: true, accept: [application/pdf]},
  {id: signed, type: file, field: signature, signer: guardian, required: true}, {id: seen, type: file, field: signature, signer: witness},
  {id: ack, type: yesno, field: acknowledge, ask: I have received it, required: true},
  {id: ok, type: pick, field: consent, ask: Agree?, required: true}]}`

func TestEveryKindIsParsedAndListed(t *testing.T) {
	seen := map[forms.Kind]bool{}
	parse(t, everyKind).Walk(func(it *forms.Item) bool {
		seen[it.Kind] = true
		return true
	})
	for _, k := range forms.Kinds() {
		if !seen[k] {
			t.Errorf("kind %s is listed but cannot be written", k)
		}
		delete(seen, k)
	}
	if len(seen) > 0 {
		t.Errorf("kinds %v come out of Parse and are not listed", seen)
	}
}

func TestCanonicalParsesToAnEqualTemplate(t *testing.T) {
	all := append(forms.Library(), parse(t, everyKind), parse(t, `- {id: a, type: long, ask: "Tab\" \\ ü 漢 {phone}", md: "a\n\n- b\n- c: d\n# e"}`))
	for _, tpl := range all {
		again, err := forms.Parse("", tpl.Canonical())
		if err != nil {
			t.Errorf("%s: %v", tpl.Name, err)
			continue
		}
		if !reflect.DeepEqual(tpl, again) {
			t.Errorf("%s: the template differs", tpl.Name)
		}
		if !bytes.Equal(tpl.Canonical(), again.Canonical()) || tpl.SHA256() != again.SHA256() {
			t.Errorf("%s: the bytes differ", tpl.Name)
		}
	}
}

func TestLibraryHoldsTheThreeFormsEveryPracticeNeeds(t *testing.T) {
	for _, name := range []string{"intake-adult", "overseas-storage-consent", "npp-acknowledgement"} {
		tpl, ok := forms.LibraryTemplate(name)
		if !ok || tpl.Name != name || len(tpl.SHA256()) != 64 {
			t.Errorf("%s: %v %v", name, tpl, ok)
		}
	}
	if _, ok := forms.LibraryTemplate("none"); ok {
		t.Error("a form nobody wrote was found")
	}
}

func TestDirtyTemplatesAreNamedErrors(t *testing.T) {
	tests := []struct{ name, items, want string }{
		{"duplicate id", "- {id: a, type: text, ask: A}\n- {id: a, type: text, ask: B}", "test.yaml:7: item a: id: is used already on line 6"},
		{"missing id", "- {type: text, ask: A}", "test.yaml:6: id: is missing"},
		{"id characters", "- {id: a b, type: text, ask: A}", "write 1 to 64 letters"},
		{"long id", "- {id: " + strings.Repeat("a", 65) + ", type: text, ask: A}", "write 1 to 64 letters"},
		{"unknown key", "- {id: a, type: text, ask: A, colour: red}", "item a: colour: is no key of an item"},
		{"later key", "- {id: a, type: text, ask: A, calc: x}", "calc: is not supported yet"},
		{"misplaced key", "- {id: a, type: text, ask: A, options: [x]}", "options: does not belong on type: text"},
		{"misplaced key with field", "- {id: a, type: text, field: email, min: 3}", "min: does not belong on type: text with field: email"},
		{"missing type", "- {id: a, ask: A}", "type: is missing; use one of note"},
		{"unknown type", "- {id: a, type: slider, ask: A}", "type: slider is unknown"},
		{"R5 type", "- {id: a, type: coding, ask: A}", "another system's word; write type: pick"},
		{"R4 type", "- {id: a, type: open-choice, ask: A}", "write type: pick_or_type"},
		{"repeating file", "- {id: a, type: file, ask: A, repeats: true}", "write max_times:"},
		{"too many files", "- {id: a, type: file, ask: A, max_times: 21}", "at most 20 files"},
		{"too large files", "- {id: a, type: file, ask: A, max_bytes: 99000000}", "max_bytes:"},
		{"program as a file", "- {id: a, type: file, ask: A, accept: [application/x-msdownload]}", "use image/jpeg"},
		{"read-only file", "- {id: a, type: file, ask: A, read_only: true}", "read_only: does not belong"},
		{"condition on a file", "- {id: a, type: file, ask: A}\n- {id: b, type: text, ask: B, show_if: [{q: a, '=': x}]}", "use exists"},
		{"attachment", "- {id: a, type: attachment, ask: A}", "write type: file"},
		{"field on wrong type", "- {id: a, type: text, field: dob}", "write type: date"},
		{"consent on yesno", "- {id: a, type: yesno, field: consent, ask: A}", "write type: pick"},
		{"unknown field", "- {id: a, type: text, field: shoe}", "use email, initials, phone"},
		{"unknown control", "- {id: a, type: group, control: tab, ask: A, items: [{id: b, type: note, md: x}]}", "control: tab does not belong"},
		{"no text", "- {id: a, type: text}", "ask: is missing"},
		{"empty text", "- {id: a, type: text, ask: \"\"}", "ask: is empty"},
		{"no value", "- {id: a, type: text, ask: }", "ask: has no value"},
		{"note without text", "- {id: a, type: note}", "md: is missing"},
		{"page without heading", "- {id: a, type: group, control: page, items: [{id: b, type: note, md: x}]}", "a page needs a heading"},
		{"no options", "- {id: a, type: pick, ask: A}", "options: is missing"},
		{"empty options", "- {id: a, type: pick, ask: A, options: []}", "options: must be a list"},
		{"option without text", "- {id: a, type: pick, ask: A, options: [{code: x}]}", "an option has no text"},
		{"option twice", "- {id: a, type: pick, ask: A, options: [x, x]}", "the code x stands twice"},
		{"an id like a button's", "- {id: _back, type: text, ask: A}", "not an underscore first"},
		{"reserved code", "- {id: a, type: pick, ask: A, options: [\"@other\"]}", "cannot be a code"},
		{"comma in text", "- {id: a, type: pick, ask: A, options: [{code: x, text: one, two}]}", "put text with a comma in quotes"},
		{"markup", "- {id: a, type: text, ask: A <b>bold</b> one}", "holds the markup <b>"},
		{"entity", "- {id: a, type: text, ask: A &nbsp; B}", "holds the markup &nbsp;"},
		{"HTML in md", "- {id: a, type: note, md: \"x <script>y\"}", "holds the HTML <script>"},
		{"control character", "- {id: a, type: text, ask: \"A\\x07\"}", "holds a control character"},
		{"unknown variable", "- {id: a, type: text, ask: \"Hi {name}\"}", "uses {name}, which is no variable"},
		{"empty group", "- {id: a, type: group, ask: A}", "items: is missing"},
		{"items in question", "- {id: a, type: text, ask: A, items: [{id: b, type: note, md: x}]}", "items: belong in groups"},
		{"inner page", "- {id: a, type: group, items: [{id: b, type: group, control: page, ask: B, items: [{id: c, type: note, md: x}]}]}", "must stand at the root"},
		{"some pages", "- {id: a, type: group, control: page, ask: A, items: [{id: b, type: note, md: x}]}\n- {id: c, type: note, md: x}", "make every one a page"},
		{"repeated text", "- {id: a, type: text, ask: A, repeats: true}", "only groups and picks repeat"},
		{"required group", "- {id: a, type: group, required: true, items: [{id: b, type: note, md: x}]}", "belongs on the questions"},
		{"bad boolean", "- {id: a, type: text, ask: A, required: yes}", "use one of true, false"},
		{"bad number", "- {id: a, type: text, ask: A, max_len: many}", "write a whole number"},
		{"bad limit", "- {id: a, type: integer, ask: A, min: few}", "write a number"},
		{"a limit that JSON cannot write", "- {id: a, type: number, ask: A, min: \".5\"}", "item a: min: is \".5\"; write a number, such as"},
		{"no finite limit", "- {id: a, type: number, ask: A, max: inf}", "max: is \"inf\"; write a number"},
		{"no finite comparison", "- {id: a, type: number, ask: A}\n- {id: b, type: text, ask: B, show_if: [{q: a, \">\": \"+5\"}]}", "compare it with a number"},
		{"initial of no option", "- {id: a, type: pick, ask: A, options: [x], initial: y}", "test.yaml:6: item a: initial: y is no answer to this; write such as x"},
		{"initial date", "- {id: a, type: date, ask: A, initial: today}", "initial: today is no answer to this"},
		{"initial number", "- {id: a, type: integer, ask: A, initial: many}", "initial: many is no answer to this; write such as 12"},
		{"initial in rows", "- {id: g, type: group, repeats: true, ask: G, items: [{id: a, type: text, ask: A, initial: x}]}", "item a: initial: rows begin empty"},
		{"agreed before", "- {id: a, type: pick, field: consent, ask: A, initial: agree}", "initial: does not belong"},
		{"ticked before", "- {id: a, type: yesno, field: acknowledge, ask: A, initial: true}", "initial: does not belong"},
		{"signed before", "- {id: a, type: file, field: signature, initial: Robin}", "initial: does not belong"},
		{"signature with a camera", "- {id: a, type: file, field: signature, control: photo}", "control: does not belong on a signature"},
		{"signer of nobody", "- {id: a, type: file, field: signature, signer: dog}", "use one of client, guardian, witness"},
		{"condition on a signature", "- {id: a, type: file, field: signature}\n- {id: b, type: text, ask: B, show_if: [{q: a, '=': x}]}", "a is a signature; use exists"},
		{"bad date", "- {id: a, type: date, ask: A, max: tomorrow}", "write a date as"},
		{"crossed limits", "- {id: a, type: integer, ask: A, min: 9, max: 10, hint: x}\n- {id: b, type: integer, ask: A, min: 10, max: 9}", "item b: min: is above max:"},
		{"bad pattern", "- {id: a, type: text, ask: A, pattern: \"(\"}", "pattern: is no regular expression"},
		{"backreference", `- {id: a, type: text, ask: A, pattern: '(a)\1'}`, "pattern: is no regular expression"},
		{"bad flag", "- {id: a, type: yesno, ask: A, flag: maybe}", "flag: is \"maybe\""},
		{"flag without scores", "- {id: a, type: pick, ask: A, options: [x], flag: \">0\"}", "give options a score:"},
		{"flag of no option", "- {id: a, type: pick, ask: A, options: [x], flag: \"=y\"}", "y is no code"},
		{"bad say", "- {id: a, type: text, ask: A, say: {oops: x}}", "use missing, impossible, rule"},
		{"prefill mismatch", "- {id: a, type: integer, ask: A, prefill: email}", "prefill: email does not fit"},
		{"consent codes", "- {id: a, type: pick, field: consent, ask: A, options: [{code: yes, text: Fine}, {code: decline, text: No}]}", "exactly the codes agree and decline"},
		{"scale of texts", "- {id: a, type: group, scale: [x], items: [{id: b, type: text, ask: B}]}", "only picks stand in a group with scale"},
		{"scale row options", "- {id: a, type: group, scale: [x], items: [{id: b, ask: B, options: [y]}]}", "the group's scale: holds them"},
		{"unknown target", "- {id: a, type: text, ask: A, show_if: [{q: b, exists: true}]}", "show_if: b is no item of this form"},
		{"later target", "- {id: a, type: text, ask: A, show_if: [{q: b, exists: true}]}\n- {id: b, type: text, ask: B}", "b comes later in the form"},
		{"own target", "- {id: a, type: text, ask: A, show_if: [{q: a, exists: true}]}", "depends on itself through a"},
		{"inner target", "- {id: g, type: group, show_if: [{q: a, exists: true}], items: [{id: a, type: text, ask: A}]}", "depends on itself through a"},
		{"cycle", "- {id: a, type: text, ask: A, show_if: [{q: b, exists: true}]}\n- {id: b, type: text, ask: B, show_if: [{q: a, exists: true}]}", "item a: show_if: b depends on this item in turn"},
		{"group target", "- {id: g, type: group, items: [{id: b, type: note, md: x}]}\n- {id: a, type: text, ask: A, show_if: [{q: g, exists: true}]}", "g is a group and has no answer"},
		{"no such option", "- {id: a, type: pick, ask: A, options: [x]}\n- {id: b, type: text, ask: B, show_if: [{q: a, \"=\": y}]}", `"y" is no option of a; use one of x`},
		{"order of picks", "- {id: a, type: pick, ask: A, options: [x]}\n- {id: b, type: text, ask: B, show_if: [{q: a, \">\": x}]}", "a has no order"},
		{"no number", "- {id: a, type: integer, ask: A}\n- {id: b, type: text, ask: B, show_if: [{q: a, \">\": x}]}", "compare it with a number"},
		{"no truth", "- {id: a, type: yesno, ask: A}\n- {id: b, type: text, ask: B, show_if: [{q: a, \"=\": yes}]}", "compare it with true or false"},
		{"two comparisons", "- {id: a, type: integer, ask: A}\n- {id: b, type: text, ask: B, show_if: [{q: a, \">\": 1, \"<\": 3}]}", "one condition compares once"},
		{"narrow target", "- {id: a, type: yesno, ask: A, countries: [AU]}\n- {id: b, type: text, ask: B, show_if: [{q: a, \"=\": true}]}", "a is not asked in every country"},
		{"disjoint countries", "- {id: g, type: group, countries: [AU], items: [{id: b, type: note, md: x, countries: [NZ]}]}", "none of them is among those"},
		{"score without sum", "- {id: a, type: integer, field: score, score: {bands: [[0, low]]}}", "sum: is missing"},
		{"score of nothing", "- {id: t, type: text, ask: T}\n- {id: a, type: integer, field: score, score: {sum: t}}", "nothing in t has a score"},
		{"score before", "- {id: a, type: integer, field: score, score: {sum: t}}\n- {id: t, type: integer, ask: T}", "move the score behind it"},
		{"falling bands", "- {id: t, type: integer, ask: T}\n- {id: a, type: integer, field: score, score: {sum: t, bands: [[5, b], [0, a]]}}", "write them in rising order"},
		{"field that repeats", "- {id: a, type: group, field: name, repeats: true, ask: A}", "field: name cannot repeat"},
		{"page that repeats", "- {id: a, type: group, control: page, repeats: true, ask: A, items: [{id: b, type: note, md: x}]}", "a page cannot repeat"},
		{"scale that repeats", "- {id: a, type: group, repeats: true, ask: A, scale: [x], items: [{id: b, ask: B}]}", "a group with scale: cannot repeat"},
		{"pick_or_type that repeats", "- {id: a, type: pick_or_type, repeats: true, ask: A, options: [x]}", "pick_or_type cannot repeat"},
		{"lone check-box", "- {id: a, type: pick, control: check-box, ask: A, options: [x]}", "needs repeats: true"},
		{"rows without a name", "- {id: a, type: group, repeats: true, items: [{id: b, type: note, md: x}]}", "a repeating group needs a name"},
		{"composite with a long id", "- {id: " + strings.Repeat("a", 60) + ", type: group, field: name}", "is too long for field: name"},
		{"locked and required", "- {id: a, type: text, ask: A, read_only: true, required: true}", "nobody can fill in"},
		{"score without rule", "- {id: a, type: integer, field: score}", "score: is missing"},
		{"score in rows", "- {id: g, type: group, repeats: true, ask: G, items: [{id: n, type: integer, ask: N}, {id: a, type: integer, field: score, score: {sum: n}}]}", "a score cannot stand in a repeating group"},
		{"score of rows", "- {id: g, type: group, repeats: true, ask: G, items: [{id: n, type: integer, ask: N}]}\n- {id: a, type: integer, field: score, score: {sum: g}}", "sum: g repeats"},
		{"score of nobody", "- {id: a, type: integer, field: score, score: {sum: zzz}}", "sum: zzz is no item"},
		{"score elsewhere", "- {id: n, type: integer, ask: N, countries: [AU]}\n- {id: a, type: integer, field: score, score: {sum: n}}", "sum: n is not asked in every country"},
		{"scalar score", "- {id: a, type: integer, field: score, score: 3}", "score: must be {sum:"},
		{"score key", "- {id: n, type: integer, ask: N}\n- {id: a, type: integer, field: score, score: {sum: n, mean: n}}", "mean: is no key of score"},
		{"bands", "- {id: n, type: integer, ask: N}\n- {id: a, type: integer, field: score, score: {sum: n, bands: [low]}}", "each must be [first score, its name]"},
		{"flag of yesno", "- {id: a, type: yesno, ask: A, flag: \">3\"}", "flag: on a yesno must be"},
		{"flag of number", "- {id: a, type: integer, ask: A, flag: \"=high\"}", "must compare with a number"},
		{"scalar say", "- {id: a, type: text, ask: A, say: hello}", "say: must be {missing"},
		{"scalar condition", "- {id: a, type: text, ask: A}\n- {id: b, type: text, ask: B, show_if: [a]}", "show_if: must be a list such as"},
		{"condition key", "- {id: a, type: text, ask: A}\n- {id: b, type: text, ask: B, show_if: [{q: a, is: x}]}", "is: is no key of a condition"},
		{"half a condition", "- {id: a, type: text, ask: A}\n- {id: b, type: text, ask: B, show_if: [{q: a}]}", "a condition needs q: and a comparison"},
		{"exists maybe", "- {id: a, type: text, ask: A}\n- {id: b, type: text, ask: B, show_if: [{q: a, exists: maybe}]}", "exists: must be true or false"},
		{"condition on a date", "- {id: a, type: date, ask: A}\n- {id: b, type: text, ask: B, show_if: [{q: a, \">\": soon}]}", "a is a date; compare it with one"},
		{"condition on a time", "- {id: a, type: time, ask: A}\n- {id: b, type: text, ask: B, show_if: [{q: a, \">\": noon}]}", "a is a time; compare it with one"},
		{"condition on units", "- {id: a, type: measure, units: [kg, lb], ask: A}\n- {id: b, type: text, ask: B, show_if: [{q: a, \">\": 3}]}", "a can be in several units"},
		{"condition on EU", "- {id: a, type: yesno, ask: A, countries: [DE]}\n- {id: b, type: text, ask: B, countries: [EU], show_if: [{q: a, \"=\": true}]}", "a is not asked in every country"},
		{"unit twice", "- {id: a, type: measure, ask: A, units: [kg, kg]}", "kg stands twice"},
		{"unit key", "- {id: a, type: measure, ask: A, units: [{code: kg, size: 1}]}", "size: is no key of a unit"},
		{"unit without code", "- {id: a, type: measure, ask: A, units: [{system: x}]}", "a unit needs a code:"},
		{"code key", "- {id: a, type: text, ask: A, codes: [{code: x, name: y}]}", "name: is no key of a code"},
		{"scalar code", "- {id: a, type: text, ask: A, codes: [x]}", "codes: must be a list of {system"},
		{"rows of rows", "- {id: a, type: group, repeats: true, ask: A, min_times: 11, items: [{id: b, type: group, repeats: true, ask: B, min_times: 10, items: [{id: c, type: text, ask: C}]}]}", "item b: min_times: with the groups around it the form begins with 110 rows"},
		{"many rows of much", "- {id: g, type: group, repeats: true, ask: G, min_times: 100, items: [" + strings.TrimSuffix(strings.ReplaceAll(strings.ReplaceAll(many(150), "- {", "{"), "\n", ", "), ", ") + "]}", "lower min_times:"},
		{"crossed lengths", "- {id: a, type: text, ask: A, min_len: 9, max_len: 3}", "min_len: is above max_len:"},
		{"crossed times", "- {id: a, type: group, repeats: true, ask: A, min_times: 9, max_times: 3, items: [{id: b, type: note, md: x}]}", "min_times: is above max_times:"},
		{"list as text", "- {id: a, type: text, ask: [A]}", "ask: must be one value"},
		{"scalar items", "- {id: a, type: group, items: x}", "items: must be a list"},
		{"tag", "- {id: a, type: text, ask: !!str A}", "is a YAML tag"},
		{"unquoted !=", "- {id: a, type: yesno, ask: A}\n- {id: b, type: text, ask: B, show_if: [{q: a, !=: true}]}", "in quotes"},
		{"merge key", "- &x {id: a, type: text, ask: A}\n- {<<: *x, id: b}", "neither << nor ?"},
		{"unknown alias", "- *nobody", "*nobody has no &nobody"},
		{"same key twice", "- {id: a, type: text, ask: A, ask: B}", "already defined"},
		{"bad YAML", "- {id: a, type: text", "this is not YAML"},
		{"second document", "- {id: a, type: text, ask: A}\n---\n---\na: b", "write one form a file"},
		{"not a table", "- hello", "an item must be keys and values"},
		{"deep", deep(21), "nested more than 20 deep"},
		{"deep brackets", "- " + strings.Repeat("[", 5000), "nested too deeply"},
		{"deep dashes", strings.Repeat("- ", 5000) + "a", "nested too deeply"},
		{"many items", many(2001), "more than 2000 items"},
		{"long text", "- {id: a, type: note, md: \"" + strings.Repeat("a ", 15000) + "\"}", "longer than 20000"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { wantError(t, []byte(form(tt.items)), tt.want) })
	}
}

func wantError(t *testing.T, src []byte, want string) {
	t.Helper()
	tpl, err := forms.Parse("test.yaml", src)
	var list forms.Errors
	if tpl != nil || !errors.As(err, &list) {
		t.Fatalf("Parse = %v, %v; want Errors", tpl, err)
	}
	if !strings.Contains(err.Error(), want) {
		t.Errorf("errors:\n%v\nlack %q", err, want)
	}
	for _, e := range list {
		if e.File != "test.yaml" || e.Text == "" || e.Item != "" && e.Line == 0 {
			t.Errorf("%+v does not say where it is", e)
		}
	}
}

func deep(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%s- id: g%d\n%s  type: group\n%s  items:\n", strings.Repeat("  ", i), i, strings.Repeat("  ", i), strings.Repeat("  ", i))
	}
	return b.String() + strings.Repeat("  ", n) + "- {id: x, type: note, md: x}\n"
}

func many(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "- {id: i%d, type: text, ask: A}\n", i)
	}
	return b.String()
}

func TestDirtyFilesAreNamedErrors(t *testing.T) {
	bombs := "a: &a [x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c < 'j'; c++ {
		bombs += fmt.Sprintf("%c: &%c [*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c]\n", c, c, c-1, c-1, c-1, c-1, c-1, c-1, c-1, c-1, c-1)
	}
	item := "items: [{id: a, type: note, md: x}]\n"
	tests := []struct{ name, src, want string }{
		{"empty", "", "the file is empty"},
		{"text", "hello", "the file must be keys and values"},
		{"not UTF-8", "form: \xff", "not UTF-8"},
		{"large", "# " + strings.Repeat("x", 2<<20), "larger than 2 MB"},
		{"many marks", "a: [" + strings.Repeat("1,", 300_001) + "1]", "YAML marks"},
		{"many values", "a: [" + strings.Repeat("1,", 80_000) + "1]", "more than 150000 words"},
		{"many keys", "a: {" + strings.Repeat("a: 1, ", 2501) + "}", "more than 2500 keys"},
		{"many keys in lines", "a:\n" + strings.Repeat("  a: 1\n", 2501), "more than 2500 keys"},
		{"many ends", strings.Repeat("a: 1\n...\n", 9), "write one form a file"},
		{"alias bomb", bombs, "once its aliases are followed"},
		{"everything missing", "status: active", "form: is missing"},
		{"unknown key", "form: a\nversion: \"1.0.0\"\ntitle: T\nkind: intake\ncolour: red\n" + item, "test.yaml:5: colour: is no key of a form"},
		{"bad name", "form: A B\nversion: \"1.0.0\"\ntitle: T\nkind: intake\n" + item, "write lower-case letters"},
		{"number as version", "form: a\nversion: 1.10\ntitle: T\nkind: intake\n" + item, `version: is "1.10"; write three numbers`},
		{"bad kind", "form: a\nversion: \"1.0.0\"\ntitle: T\nkind: poem\n" + item, "use one of intake"},
		{"bad country", "form: a\nversion: \"1.0.0\"\ntitle: T\nkind: intake\ncountries: [Australia]\n" + item, "two capital letters"},
		{"scalar sign", "form: a\nversion: \"1.0.0\"\ntitle: T\nkind: intake\nsign: me\n" + item, "sign: must be {role"},
		{"bad review date", "form: a\nversion: \"1.0.0\"\ntitle: T\nkind: intake\nreviewed: May\n" + item, "write a date as 2026-05-31"},
		{"bad sign", "form: a\nversion: \"1.0.0\"\ntitle: T\nkind: intake\nsign: {copy: true}\n" + item, "copy: is no key of sign"},
		{"bad items", "form: a\nversion: \"1.0.0\"\ntitle: T\nkind: intake\nitems: x\n", "items: must be a list"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { wantError(t, []byte(tt.src), tt.want) })
	}
}

func TestSeveralErrorsAreReportedAtOnce(t *testing.T) {
	_, err := forms.Parse("f.yaml", []byte(form("- {id: a, type: text}\n- {id: b, type: nope, ask: B}\n- {id: c, type: pick, ask: C}")))
	var list forms.Errors
	if !errors.As(err, &list) || len(list) != 3 {
		t.Fatalf("got %v", err)
	}
	for i, id := range []string{"a", "b", "c"} {
		if list[i].Item != id || list[i].Line != 6+i || list[i].File != "f.yaml" {
			t.Errorf("error %d is %+v", i, list[i])
		}
	}
	_, err = forms.Parse("f.yaml", []byte(form(strings.Repeat("- {id: a}\n", 200))))
	if !errors.As(err, &list) || len(list) > 60 || !strings.Contains(err.Error(), "more; put these right first") {
		t.Errorf("%d errors", len(list))
	}
}

func TestDefaultsAndComposites(t *testing.T) {
	tpl := parse(t, everyKind)
	if tpl.Status != "active" || tpl.Language != "en" || tpl.Sign.Role != "author" || tpl.Sign.Statement == "" {
		t.Errorf("defaults: %+v %+v", tpl, tpl.Sign)
	}
	full := tpl.Item("who.full")
	if full == nil || !full.Required || full.Prefill != "full_name" || tpl.Item("who").Required || tpl.Item("who.preferred").Required {
		t.Errorf("name: %+v", full)
	}
	if tpl.Item("who").Field != forms.Name || tpl.Item("who").Kind != forms.Group {
		t.Errorf("name group: %+v", tpl.Item("who"))
	}
	if r := tpl.Item("s2"); r.Kind != forms.Pick || r.Option("1").Text != "Often" || *r.Option("1").Score != 2 {
		t.Errorf("scale row: %+v", r)
	}
	if got := tpl.Item("intro").Label(); got != "Hello from {practice}, site" {
		t.Errorf("Label = %q", got)
	}
	if p := tpl.Pages(); len(p) != 3 || p[1].ID != "p2" || tpl.Item("ok").Page() != 2 || tpl.Item("side.what").Parent().ID != "med.side" {
		t.Errorf("pages: %v", p)
	}
	if p := parse(t, "- {id: a, type: note, md: x}").Pages(); len(p) != 1 || p[0].ID != "" || p[0].Ask != "Test" || len(p[0].Items) != 1 {
		t.Errorf("implicit page: %+v", p)
	}
	var outer []string
	tpl.Walk(func(it *forms.Item) bool {
		outer = append(outer, it.ID)
		return it.Kind != forms.Page
	})
	if strings.Join(outer, " ") != "p1 p2 p3" {
		t.Errorf("Walk went into pages: %v", outer)
	}
}
