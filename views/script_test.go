package views

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/testbrowser"
	"github.com/sealform/sealform/static"
)

// A question of a random form, with what may be answered and asked about it.
type randomQuestion struct {
	id, yaml string
	typed    []string // good answers as they are typed, and for numbers bad ones
	values   []string // that a condition may compare with
	ordered  bool
}

func randomQuestionOf(r *rand.Rand, id string) randomQuestion {
	options := "options: [{code: a, text: Ay}, {code: \"1\", text: One}, {code: \"1.0\", text: Other}]"
	codes := []string{"a", "1", "1.0"}
	numbers := []string{"1", "1.0", "01", "2,5", "-3", "1,500", " 7 ", "1 000", "many", "--1"}
	all := []randomQuestion{
		{yaml: "type: text", typed: []string{"a", "1", "1.0", " a "}, values: []string{"a", "1"}},
		{yaml: "type: yesno", typed: []string{"yes", "no"}, values: []string{"true", "false"}},
		{yaml: "type: yesno, field: acknowledge", typed: []string{"true"}, values: []string{"true"}},
		{yaml: "type: number", typed: numbers, values: []string{"1", "2.5", "-3", "1500"}, ordered: true},
		{yaml: "type: integer", typed: []string{"1", "01", "7", "1,500", "x"}, values: []string{"1", "7", "1500"}, ordered: true},
		{yaml: "type: measure, unit: kg", typed: numbers, values: []string{"1", "1500"}, ordered: true},
		{yaml: "type: pick, " + options, typed: codes, values: codes},
		{yaml: "type: pick, control: drop-down, " + options, typed: codes, values: codes},
		{yaml: "type: pick, repeats: true, " + options, typed: codes, values: codes},
		{yaml: "type: pick_or_type, " + options, typed: codes, values: append([]string{forms.Other}, codes...)},
	}
	q := all[r.IntN(len(all))]
	q.id = id
	return q
}

// conditions returns a show_if on earlier questions.
func conditions(r *rand.Rand, earlier []randomQuestion) string {
	if len(earlier) == 0 || r.IntN(3) == 0 {
		return ""
	}
	var list []string
	for range 1 + r.IntN(3) {
		q := earlier[r.IntN(len(earlier))]
		ops := []string{"=", "!="}
		if q.ordered {
			ops = append(ops, ">", "<", ">=", "<=")
		}
		if op := r.IntN(len(ops) + 1); op == len(ops) {
			list = append(list, fmt.Sprintf("{q: %s, exists: %v}", q.id, r.IntN(2) == 0))
		} else {
			list = append(list, fmt.Sprintf("{q: %s, %q: %q}", q.id, ops[op], q.values[r.IntN(len(q.values))]))
		}
	}
	return fmt.Sprintf(", show_when: %s, show_if: [%s]", []string{"all", "any"}[r.IntN(2)], strings.Join(list, ", "))
}

// A randomForm is a form of one page: questions, some in groups, and some in
// rows, which may stand in rows again.
type randomForm struct {
	template  *forms.Template
	rows      forms.Inputs // which rows there are
	questions map[string]randomQuestion
	n         int // items so far
}

func newRandomForm(t *testing.T, r *rand.Rand) *randomForm {
	f := &randomForm{rows: forms.Inputs{}, questions: map[string]randomQuestion{}}
	items, _ := f.items(r, nil, 0, 5)
	yaml := "form: random\nversion: \"1.0.0\"\ntitle: Random\nkind: intake\nitems: [{id: start, type: text, ask: Start}, " + items + "]"
	var err error
	if f.template, err = forms.Parse("random.yaml", []byte(yaml)); err != nil {
		t.Fatalf("%v\n%s", err, yaml)
	}
	f.addRows(r, f.template.Items, "")
	return f
}

// items returns about so many items, and what the conditions of later ones may
// ask about: what stands in rows is known in the same rows alone.
func (f *randomForm) items(r *rand.Rand, visible []randomQuestion, depth, about int) (string, []randomQuestion) {
	var list []string
	for range about - about/3 + r.IntN(about) {
		f.n++
		id, shown := fmt.Sprintf("i%d", f.n), conditions(r, visible)
		if depth == 3 || r.IntN(4) > 0 {
			q := randomQuestionOf(r, id)
			f.questions[id] = q
			list = append(list, fmt.Sprintf("{id: %s, ask: Q, %s%s}", id, q.yaml, shown))
			visible = append(slices.Clip(visible), q)
			continue
		}
		inside, after := f.items(r, visible, depth+1, 2)
		if r.IntN(2) == 0 {
			shown += ", repeats: true, max_times: 3"
		} else {
			visible = after
		}
		list = append(list, fmt.Sprintf("{id: %s, type: group, ask: G%s, items: [%s]}", id, shown, inside))
	}
	return strings.Join(list, ", "), visible
}

// addRows gives every repeating group one to three rows.
func (f *randomForm) addRows(r *rand.Rand, items []*forms.Item, prefix string) {
	for _, it := range items {
		if !it.Repeats {
			f.addRows(r, it.Items, prefix)
			continue
		}
		keys := []string{"2", "3", "7"}[:1+r.IntN(3)]
		f.rows[forms.Control(prefix+it.ID, "rows")] = keys
		for _, key := range keys {
			f.addRows(r, it.Items, forms.Path(prefix+it.ID, key, ""))
		}
	}
}

// answers are random ones, by control.
func (f *randomForm) answers(r *rand.Rand, controls []string) forms.Inputs {
	in := maps.Clone(f.rows)
	for _, control := range controls {
		path, part, _ := strings.Cut(control, "@")
		q, asked := f.questions[path[strings.LastIndexByte(path, ':')+1:]]
		if !asked || part == "other" || r.IntN(4) == 0 {
			continue
		}
		in[control] = []string{q.typed[r.IntN(len(q.typed))]}
		if strings.Contains(q.yaml, "repeats") {
			in[control] = slices.Compact(slices.Sorted(slices.Values(append(in[control], q.typed[r.IntN(len(q.typed))]))))
		}
	}
	return in
}

// A scriptCase is one form with several sets of answers, and the controls whose
// sight is asked about.
type scriptCase struct {
	HTML     string         `json:"html"`
	Controls []string       `json:"controls"`
	Answers  []forms.Inputs `json:"answers"`
}

// driver shows each form to the page's own script, answers it, and returns for
// each set of answers which controls are hidden.
const driver = `(script, cases) => cases.map(({ html, controls, answers }) => {
  document.documentElement.lang = 'en';
  document.body.innerHTML = html;
  (0, eval)(script);
  const form = document.getElementById('form');
  const named = (name) => [...form.querySelectorAll('[name="' + CSS.escape(name) + '"]')];
  return answers.map((inputs) => {
    for (const name of controls) for (const el of named(name)) {
      const values = inputs[name] || [];
      if (/radio|checkbox/.test(el.type)) el.checked = values.includes(el.value);
      else if (el.type !== 'hidden') el.value = values[0] || '';
    }
    named('start')[0].dispatchEvent(new Event('input', { bubbles: true }));
    return controls.filter((name) => named(name)[0].closest('[hidden]'));
  });
})`

// The page's script and the server must agree on what shows, for whatever is
// asked and answered.
func TestScriptDecidesAsTheServerDoes(t *testing.T) {
	const perLoad, loads, sets = 50, 8, 25 // 10,000 forms with answers
	tab := testbrowser.NewChromium(t).Tab(t, testbrowser.Screen{Width: 360, Height: 740})
	tab.Open("about:blank")
	file, _ := static.Open(static.URL("form.js"))
	script, err := json.Marshal(string(file.Bytes))
	if err != nil {
		t.Fatal(err)
	}
	v := New()
	r := rand.New(rand.NewPCG(7, 11))
	hidden := 0
	for range loads {
		var cases []scriptCase
		var all []*randomForm
		for range perLoad {
			f := newRandomForm(t, r)
			html, err := printDirectly(v, f.template, 0, FormState{Inputs: f.rows})
			if err != nil {
				t.Fatal(err)
			}
			c := scriptCase{HTML: html, Controls: f.template.PageControls(0, f.rows)}
			for range sets {
				c.Answers = append(c.Answers, f.answers(r, c.Controls))
			}
			cases, all = append(cases, c), append(all, f)
		}
		sent, err := json.Marshal(cases)
		if err != nil {
			t.Fatal(err)
		}
		var got [][][]string
		if err := json.Unmarshal([]byte(tab.Evaluate("JSON.stringify(("+driver+")("+string(script)+", "+string(sent)+"))")), &got); err != nil {
			t.Fatal(err)
		}
		for i, f := range all {
			for j, in := range cases[i].Answers {
				want := f.hiddenControls(in, cases[i].Controls)
				hidden += len(want)
				if !slices.Equal(got[i][j], want) {
					t.Fatalf("with the answers %v\nthe script hides %v\nthe server hides %v\nof the form\n%s", in, got[i][j], want, f.template.Canonical())
				}
			}
		}
	}
	if hidden < 10000 {
		t.Errorf("only %d controls were hidden: the forms ask too little", hidden)
	}
}

// hiddenControls returns those of controls that are not asked.
func (f *randomForm) hiddenControls(in forms.Inputs, controls []string) []string {
	response := f.template.Read(in, forms.Context{Today: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), Country: "AU"})
	out := []string{}
	for _, control := range controls {
		path, part, _ := strings.Cut(control, "@")
		it := f.template.Item(path[strings.LastIndexByte(path, ':')+1:])
		// Own words are asked where they are chosen.
		gone := part == "other" && (len(in[path]) == 0 || in[path][0] != forms.Other)
		for at, within := it, path; at != nil && !gone; at = at.Parent() {
			if at != it && at.Repeats {
				within = within[:strings.LastIndexByte(within[:strings.LastIndexByte(within, ':')], ':')] // to the group, past the row
			} else {
				within = within[:strings.LastIndexByte(within, ':')+1] + at.ID
			}
			gone = slices.Contains(response.Hidden, within)
		}
		if gone {
			out = append(out, control)
		}
	}
	return out
}
