package forms_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/sealform/sealform/forms"
)

// checkTemplate holds for every template that Parse accepts.
func checkTemplate(t *testing.T, tpl *forms.Template) {
	t.Helper()
	again, err := forms.Parse("", tpl.Canonical())
	if err != nil {
		t.Fatalf("the canonical form does not parse: %v\n%s", err, tpl.Canonical())
	}
	if !reflect.DeepEqual(tpl, again) {
		t.Fatalf("the canonical form parses to another template:\n%s\n%s", tpl.Canonical(), again.Canonical())
	}
	for _, p := range tpl.Pages() {
		tpl.PageControls(p.Page(), nil)
	}
}

// checkRead holds for whatever is typed into any template.
func checkRead(t *testing.T, tpl *forms.Template, in forms.Inputs) {
	t.Helper()
	before := maps.Clone(in)
	r := tpl.Read(in, today)
	if !reflect.DeepEqual(before, in) {
		t.Fatal("Read changed the inputs")
	}
	if !reflect.DeepEqual(r, tpl.Read(in, today)) {
		t.Fatal("Read twice differs")
	}
	if _, err := json.Marshal(r.Answers); err != nil {
		t.Fatalf("answers: %v", err)
	}
	kept := maps.Clone(in)
	for _, path := range r.Dropped {
		maps.DeleteFunc(kept, func(name string, _ []string) bool { return name == path || strings.HasPrefix(name, path+"@") })
	}
	r2 := tpl.Read(kept, today)
	if !reflect.DeepEqual(r.Answers, r2.Answers) || !reflect.DeepEqual(r.Problems, r2.Problems) || !reflect.DeepEqual(r.Entries, r2.Entries) || len(r2.Dropped) > 0 {
		t.Fatalf("dropping hidden answers changed what is left: %v, then %v", r.Dropped, r2.Dropped)
	}
	for _, p := range r.Problems {
		if p.Text == "" || p.Control == "" || p.Page >= len(tpl.Pages()) {
			t.Fatalf("problem %+v", p)
		}
	}
	seen := map[string]bool{}
	for _, path := range r.Hidden {
		seen[path] = true
	}
	for _, e := range r.Entries {
		if seen[e.Path] {
			t.Fatalf("%s is hidden and shown", e.Path)
		}
	}
}

// randomForm returns items with every kind and random conditions on earlier
// ones.
func randomForm(r *rand.Rand) string {
	templates := []string{
		`{id: %s, type: text, ask: Q, required: true%s}`, `{id: %s, type: yesno, ask: Q%s}`, `{id: %s, type: integer, ask: Q, min: 0, max: 9%s}`,
		`{id: %s, type: date, ask: Q, max: today%s}`, `{id: %s, type: pick, ask: Q, options: [a, b]%s}`, `{id: %s, type: pick, repeats: true, ask: Q, options: [a, b]%s}`,
		`{id: %s, type: pick_or_type, ask: Q, options: [a]%s}`, `{id: %s, type: measure, ask: Q, units: [kg, lb]%s}`, `{id: %s, type: text, field: phone%s}`,
		`{id: %s, type: datetime, ask: Q, required: true%s}`, `{id: %s, type: text, field: email%s}`, `{id: %s, type: long, ask: Q%s}`, `{id: %s, type: file, ask: Q, max_times: 2%s}`, `{id: %s, type: note, md: x%s}`,
	}
	n := 0
	var asked []string
	var items func(depth int) string
	items = func(depth int) string {
		var out []string
		for range 1 + r.IntN(5) {
			n++
			id := fmt.Sprintf("i%d", n)
			cond := ""
			if len(asked) > 0 && r.IntN(3) == 0 {
				cond = fmt.Sprintf(`, show_if: [{q: %s, exists: %v}]`, asked[r.IntN(len(asked))], r.IntN(2) == 0)
			}
			if depth < 4 && r.IntN(4) == 0 {
				repeats := ""
				if r.IntN(2) == 0 {
					repeats = fmt.Sprintf(", repeats: true, min_times: %d", r.IntN(3))
				}
				out = append(out, fmt.Sprintf("{id: %s, type: group, ask: G%s%s, items: [%s]}", id, repeats, cond, items(depth+1)))
				continue
			}
			tpl := templates[r.IntN(len(templates))]
			out = append(out, fmt.Sprintf(tpl, id, cond))
			if !strings.Contains(tpl, "note") {
				asked = append(asked, id)
			}
		}
		return strings.Join(out, ", ")
	}
	return "form: r\nversion: \"1.0.0\"\ntitle: R\nkind: intake\nitems: [" + items(0) + "]"
}

func randomInputs(r *rand.Rand, tpl *forms.Template) forms.Inputs {
	values := []string{"", "a", "b", "yes", "no", "3", "12", "1980", "x@y.org", "0412345678", "kg", forms.Other, "\x00\xff", "\u202e", "a\r\nb", strings.Repeat("é", 600)}
	in := forms.Inputs{}
	tpl.Walk(func(it *forms.Item) bool {
		if !it.Repeats {
			return true
		}
		for range r.IntN(3) {
			prefix := ""
			for g := it.Parent(); g != nil; g = g.Parent() {
				if g.Repeats {
					prefix = fmt.Sprintf("%s:%d:", g.ID, 1+r.IntN(2)) + prefix
				}
			}
			in, _ = tpl.AddRow(in, prefix+it.ID)
		}
		return true
	})
	for _, path := range tpl.FileControls(0, in) {
		for i := range r.IntN(3) {
			in, _ = tpl.AddFile(in, path, forms.Attachment{ID: path, Name: values[6], Type: "image/jpeg", Size: 1 + r.IntN(9_000_000), SHA256: fmt.Sprint(i)})
		}
	}
	for _, c := range tpl.PageControls(0, in) {
		for range r.IntN(3) {
			in[c] = append(in[c], values[r.IntN(len(values))])
		}
	}
	return in
}

func TestAnyFormReadsAnyInputs(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	rows, hidden := 0, 0
	for range 300 {
		src := randomForm(r)
		tpl, err := forms.Parse("", []byte(src))
		if err != nil {
			t.Fatalf("%v\n%s", err, src)
		}
		checkTemplate(t, tpl)
		for range 5 {
			in := randomInputs(r, tpl)
			checkRead(t, tpl, in)
			out := tpl.Read(in, today)
			hidden += len(out.Hidden)
			rows += len(slices.DeleteFunc(out.Entries, func(e forms.Entry) bool { return e.Row < 2 }))
		}
	}
	if rows < 100 || hidden < 100 {
		t.Errorf("the forms are too plain to prove much: %d rows, %d hidden", rows, hidden)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(form(everyKind))
	f.Add(form(mood))
	f.Add(form(medicines))
	for _, s := range []string{"", "a: &a [*a]", "form: x\nitems:\n- {id: a, ? b}", "{[}]", "- - - x", "items: [{id: a, type: note, md: \"\\u2028\\u0085\"}]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		tpl, err := forms.Parse("f.yaml", []byte(src))
		if (tpl == nil) == (err == nil) {
			t.Fatalf("Parse = %v, %v", tpl, err)
		}
		if tpl != nil {
			checkTemplate(t, tpl)
			checkRead(t, tpl, nil)
		}
	})
}

func FuzzRead(f *testing.F) {
	tpl, err := forms.Parse("", []byte(form(everyKind)))
	if err != nil {
		f.Fatal(err)
	}
	f.Add("any", "yes", "meds@rows", "1")
	f.Add("born@day", "31", "born@month", "febr")
	f.Add("tel", "+61 (2) x", "much", "1,2.3")
	f.Add("card", `{"id":"a","name":"b","type":"c","size":1}`, "letter", `{"id":"a","name":"b","size":-1}`)
	f.Add("meds:1:med.name", "\xff", "many", "none")
	f.Fuzz(func(t *testing.T, name1, value1, name2, value2 string) {
		checkRead(t, tpl, forms.Inputs{"any": {"yes"}, name1: {value1, value2}, name2: {value2}})
	})
}

// big returns a form with n questions of usual kinds, and its answers.
func big(b *testing.B, n int) (*forms.Template, forms.Inputs) {
	var src strings.Builder
	in := forms.Inputs{}
	for i := range n {
		id := fmt.Sprintf("q%d", i)
		switch i % 6 {
		case 0:
			fmt.Fprintf(&src, "- {id: %s, type: text, ask: Question, required: true}\n", id)
			in[id] = []string{"An answer of some words"}
		case 1:
			fmt.Fprintf(&src, "- {id: %s, type: yesno, ask: Question?}\n", id)
			in[id] = []string{"yes"}
		case 2:
			fmt.Fprintf(&src, "- {id: %s, type: pick, ask: Question, options: [a, b, c, d, e], show_if: [{q: q%d, \"=\": true}]}\n", id, i-1)
			in[id] = []string{"c"}
		case 3:
			fmt.Fprintf(&src, "- {id: %s, type: date, ask: Question, max: today}\n", id)
			in[id+"@day"], in[id+"@month"], in[id+"@year"] = []string{"3"}, []string{"5"}, []string{"1980"}
		case 4:
			fmt.Fprintf(&src, "- {id: %s, type: pick, repeats: true, ask: Question, options: [a, b, c, d, e]}\n", id)
			in[id] = []string{"a", "d"}
		case 5:
			fmt.Fprintf(&src, "- {id: %s, type: integer, ask: Question, min: 0, max: 10}\n", id)
			in[id] = []string{"7"}
		}
	}
	tpl, err := forms.Parse("", []byte(form(src.String())))
	if err != nil {
		b.Fatal(err)
	}
	return tpl, in
}

func BenchmarkRead(b *testing.B) {
	for _, n := range []int{40, 800} {
		tpl, in := big(b, n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				tpl.Read(in, today)
			}
		})
	}
	tpl, _ := forms.Parse("", []byte(form("- {id: q, type: text, field: phone}")))
	b.Run("phone", func(b *testing.B) {
		for b.Loop() {
			tpl.Read(one("q", "0412 345 678"), today)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	for _, n := range []int{40, 800} {
		tpl, _ := big(b, n)
		src := tpl.Canonical()
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				forms.Parse("", src)
			}
		})
	}
}
