package forms_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/sealform/sealform/forms"
)

const medicines = `
- {id: p, type: group, control: page, ask: Page, items: [
  {id: meds, type: group, repeats: true, max_times: 3, ask: Medicine, items: [
    {id: name, type: text, ask: Name, required: true},
    {id: dose, type: measure, ask: Dose, units: [mg, g]},
    {id: side, type: yesno, ask: Side effects?},
    {id: what, type: text, ask: Which, required: true, show_if: [{q: side, "=": true}]},
    {id: days, type: group, repeats: true, max_times: 2, ask: Day, items: [
      {id: day, type: text, ask: Day, show_if: [{q: name, "=": Zinc}]}]}]},
  {id: after, type: text, ask: After, show_if: [{q: side, "=": true}]},
  {id: none, type: text, ask: None, show_if: [{q: name, exists: false}]}]}`

func TestRowsAreAddedAndRemoved(t *testing.T) {
	tpl := parse(t, medicines)
	if got := tpl.Rows(nil, "meds"); !slices.Equal(got, []string{"1"}) {
		t.Fatalf("an untouched group has rows %v", got)
	}
	in, key := tpl.AddRow(nil, "meds")
	in[forms.Path("meds", key, "name")] = []string{"Iron"}
	in, third := tpl.AddRow(in, "meds")
	if full, none := tpl.AddRow(in, "meds"); key != "2" || third != "3" || none != "" || !reflect.DeepEqual(full, in) {
		t.Errorf("keys %q %q; a full group took %q", key, third, none)
	}
	before := len(in)
	out := tpl.RemoveRow(in, "meds", "2")
	if got := tpl.Rows(out, "meds"); !slices.Equal(got, []string{"1", "3"}) || out["meds:2:name"] != nil || len(in) != before {
		t.Errorf("rows %v, inputs %v, before %v", got, out, in)
	}
	out = tpl.RemoveRow(tpl.RemoveRow(out, "meds", "1"), "meds", "3")
	if got := tpl.Rows(out, "meds"); len(got) != 0 {
		t.Errorf("rows %v after all were removed", got)
	}
	nested, key := tpl.AddRow(in, "meds:2:days")
	if key != "2" || !slices.Equal(tpl.Rows(nested, "meds:2:days"), []string{"1", "2"}) {
		t.Errorf("nested row %q: %v", key, nested)
	}
	for _, path := range []string{"", "name", "days", "meds:x:days", "meds:2", "p", "meds:2:meds", ":::", "meds:1:meds:2:days"} {
		if _, key := tpl.AddRow(in, path); key != "" || tpl.Rows(in, path) != nil {
			t.Errorf("%q took a row", path)
		}
		if got := tpl.RemoveRow(in, path, "1"); !reflect.DeepEqual(got, in) {
			t.Errorf("%q lost a row", path)
		}
	}
}

func TestRowKeysFromOutsideAreChecked(t *testing.T) {
	tpl := parse(t, medicines)
	in := forms.Inputs{"meds@rows": {"1", "1", "x", "-1", "0", "", "9999999", "2"}}
	if got := tpl.Rows(in, "meds"); !slices.Equal(got, []string{"1", "2"}) {
		t.Errorf("rows %v", got)
	}
}

func TestRowsAreReadEachByItself(t *testing.T) {
	tpl := parse(t, medicines)
	in := forms.Inputs{
		"meds@rows":   {"1", "2", "3"},
		"meds:1:name": {"Iron"}, "meds:1:dose@value": {"5"}, "meds:1:dose@unit": {"mg"}, "meds:1:days:1:day": {"Monday"},
		"meds:2:dose@unit": {"g"}, // chosen by itself, so the row is empty
		"meds:3:name":      {"Zinc"}, "meds:3:side": {"yes"}, "meds:3:what": {"Nausea"},
		"meds:3:days@rows": {"2", "1"}, "meds:3:days:2:day": {"Tuesday"}, "meds:3:days:1:day": {"Friday"},
		"after": {"seen"},
	}
	r := tpl.Read(in, today)
	got, _ := json.Marshal(r.Answers)
	want := `{"after":"seen","meds":[{"dose":{"unit":"mg","value":5},"name":"Iron"},` +
		`{"days":[{"day":"Tuesday"},{"day":"Friday"}],"name":"Zinc","side":true,"what":"Nausea"}]}`
	if string(got) != want || len(r.Problems) > 0 {
		t.Errorf("answers %s\nproblems %+v", got, r.Problems)
	}
	if !slices.Equal(r.Hidden, []string{"meds:1:what", "meds:1:days:1:day", "meds:2:what", "meds:2:days:1:day", "none"}) || !slices.Equal(r.Dropped, []string{"meds:1:days:1:day"}) {
		t.Errorf("hidden %v dropped %v", r.Hidden, r.Dropped)
	}
	var lines []string
	for _, e := range r.Entries {
		lines = append(lines, strings.Repeat(" ", e.Level)+e.Path+"/"+string(rune('0'+e.Row))+" "+e.Text)
	}
	shown := strings.Join(lines, "\n")
	for _, line := range []string{"p/0 ", " meds/1 ", "  meds:1:dose/1 5 mg", " meds/2 ", "  meds:3:name/2 Zinc", "   meds:3:days:1:day/2 Friday", " after/0 seen"} {
		if !slices.Contains(lines, line) {
			t.Errorf("entries lack %q:\n%s", line, shown)
		}
	}
}

func TestRowsThatAreMissingOrTooMany(t *testing.T) {
	need := parse(t, "- {id: g, type: group, repeats: true, min_times: 2, max_times: 3, ask: Contact, items: [{id: a, type: text, ask: Name, required: true}]}")
	r := need.Read(nil, today)
	if len(r.Problems) != 2 || r.Problems[0].Control != "g:1:a" || r.Problems[1].Control != "g:2:a" {
		t.Errorf("untouched: %+v", r.Problems)
	}
	r = need.Read(forms.Inputs{"g@rows": {"7"}, "g:7:a": {"x"}}, today)
	if len(r.Problems) != 1 || r.Problems[0].Text != "Add at least 2 entries for “Contact”" || r.Problems[0].Control != "g" {
		t.Errorf("one row: %+v", r.Problems)
	}
	in := forms.Inputs{"g@rows": {"1", "2", "3", "4"}}
	for _, row := range in["g@rows"] {
		in[forms.Path("g", row, "a")] = []string{"x"}
	}
	r = need.Read(in, today)
	if len(r.Problems) != 1 || r.Problems[0].Text != "You added 4 under “Contact”. Remove 1: there is room for 3" {
		t.Errorf("four rows: %+v", r.Problems)
	}
	required := parse(t, "- {id: g, type: group, repeats: true, required: true, ask: Contact, items: [{id: a, type: text, ask: Name}]}")
	r = required.Read(forms.Inputs{"g@rows": {}}, today)
	if len(r.Problems) != 1 || r.Problems[0].Text != "Add at least one entry for “Contact”" {
		t.Errorf("no row: %+v", r.Problems)
	}
	free := parse(t, "- {id: g, type: group, repeats: true, ask: Contact, items: [{id: a, type: text, ask: Name, required: true}]}")
	r = free.Read(nil, today)
	if len(r.Problems) != 0 || len(r.Entries) != 1 || r.Entries[0].Static || r.Entries[0].Text != "" {
		t.Errorf("free: %+v %+v", r.Problems, r.Entries)
	}
}

func TestPageControlsNameWhatAPageCanPost(t *testing.T) {
	tpl := parse(t, medicines+`
- {id: p2, type: group, control: page, ask: Two, items: [
  {id: note, type: note, md: x}, {id: d, type: date, ask: D}, {id: ro, type: text, ask: R, read_only: true, prefill: full_name}, {id: o, type: pick_or_type, ask: O, options: [a]}]}`)
	got := tpl.PageControls(0, forms.Inputs{"meds@rows": {"4"}})
	want := []string{"meds:4:name", "meds:4:dose@value", "meds:4:dose@unit", "meds:4:side", "meds:4:what", "meds:4:days:1:day", "after", "none"}
	if !slices.Equal(got, want) {
		t.Errorf("page 1: %v", got)
	}
	if got := tpl.PageControls(1, nil); !slices.Equal(got, []string{"d@day", "d@month", "d@year", "o", "o@other"}) {
		t.Errorf("page 2: %v", got)
	}
	if tpl.PageControls(2, nil) != nil || tpl.PageControls(-1, nil) != nil {
		t.Error("a page that is none has controls")
	}
}

func TestPrefillFillsWhatIsKnown(t *testing.T) {
	tpl := parse(t, everyKind)
	got := tpl.Prefill(forms.Person{FullName: "Ana Li", Email: "a@b.org", BirthDate: "1980-05-03"})
	want := forms.Inputs{"who.full": {"Ana Li"}, "mail": {"a@b.org"}, "born@day": {"3"}, "born@month": {"5"}, "born@year": {"1980"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("Prefill = %v", got)
	}
	if got := tpl.Prefill(forms.Person{BirthDate: "unknown"}); len(got) != 0 {
		t.Errorf("Prefill of nothing = %v", got)
	}
}

func TestDiffNamesChangedControls(t *testing.T) {
	a := forms.Inputs{"same": {"x"}, "gone": {"x"}, "empty": {""}, "changed": {"x"}, "g@rows": {}}
	b := forms.Inputs{"same": {"x", ""}, "new": {"x"}, "blank": {}, "changed": {"y"}}
	if got := forms.Diff(a, b); !slices.Equal(got, []string{"changed", "g@rows", "gone", "new"}) {
		t.Errorf("Diff = %v", got)
	}
	if got := forms.Diff(a, a); len(got) != 0 {
		t.Errorf("Diff of equals = %v", got)
	}
}
