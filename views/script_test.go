package views

import (
	"encoding/json"
	"fmt"
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

// A randomForm is a form of one page: questions, some in groups, some in rows.
type randomForm struct {
	template  *forms.Template
	questions []randomQuestion
}

func newRandomForm(t *testing.T, r *rand.Rand) randomForm {
	var f randomForm
	var yaml strings.Builder
	yaml.WriteString("form: random\nversion: \"1.0.0\"\ntitle: Random\nkind: intake\nitems:\n- {id: start, type: text, ask: Start}\n")
	group, visible := 0, []randomQuestion{} // what a condition may ask about here
	for i := range 6 + r.IntN(6) {
		indent := strings.Repeat("  ", group)
		if r.IntN(4) == 0 && group < 3 {
			fmt.Fprintf(&yaml, "%s- {id: g%d, type: group, ask: G%s}\n", indent, i, conditions(r, visible))
			text := strings.TrimSuffix(yaml.String(), "}\n") + ", items: [\n"
			yaml.Reset()
			yaml.WriteString(text)
			group++
			indent = strings.Repeat("  ", group)
		}
		q := randomQuestionOf(r, fmt.Sprintf("q%d", i))
		line := fmt.Sprintf("{id: %s, ask: Q, %s%s}", q.id, q.yaml, conditions(r, visible))
		if group > 0 {
			fmt.Fprintf(&yaml, "%s%s", indent, line)
			if r.IntN(2) == 0 {
				yaml.WriteString(strings.Repeat("]}", group))
				group = 0
				yaml.WriteString("\n")
			} else {
				yaml.WriteString(",\n")
			}
		} else {
			fmt.Fprintf(&yaml, "- %s\n", line)
		}
		visible = append(visible, q)
		f.questions = append(f.questions, q)
	}
	if group > 0 {
		text := strings.TrimSuffix(yaml.String(), ",\n") + strings.Repeat("]}", group) + "\n"
		yaml.Reset()
		yaml.WriteString(text)
	}
	var err error
	// In flow style a nested group is written without its dash.
	if f.template, err = forms.Parse("random.yaml", []byte(undashed(yaml.String()))); err != nil {
		t.Fatalf("%v\n%s", err, yaml.String())
	}
	return f
}

// undashed takes the dash from items that stand in brackets.
func undashed(yaml string) string {
	lines := strings.Split(yaml, "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, "  ") {
			lines[i] = strings.Replace(line, "- {", "{", 1)
		}
	}
	return strings.Join(lines, "\n")
}

// answers are random ones, by control.
func (f randomForm) answers(r *rand.Rand) forms.Inputs {
	in := forms.Inputs{}
	for _, q := range f.questions {
		if r.IntN(4) == 0 {
			continue
		}
		control := q.id
		if strings.Contains(q.yaml, "measure") {
			control += "@value"
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
	v, err := New()
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(7, 11))
	hidden := 0
	for range loads {
		var cases []scriptCase
		var all []randomForm
		for range perLoad {
			f := newRandomForm(t, r)
			html, err := printDirectly(v, f.template, 0, FormState{})
			if err != nil {
				t.Fatal(err)
			}
			c := scriptCase{HTML: html, Controls: f.template.PageControls(0, nil)}
			for range sets {
				c.Answers = append(c.Answers, f.answers(r))
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
func (f randomForm) hiddenControls(in forms.Inputs, controls []string) []string {
	response := f.template.Read(in, forms.Context{Today: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), Country: "AU"})
	out := []string{}
	for _, control := range controls {
		id, part, _ := strings.Cut(control, "@")
		it := f.template.Item(id)
		for at := it; at != nil; at = at.Parent() {
			if slices.Contains(response.Hidden, at.ID) {
				out = append(out, control)
				break
			}
		}
		if part == "other" && !slices.Contains(out, control) && (len(in[id]) == 0 || in[id][0] != forms.Other) {
			out = append(out, control) // own words are asked where they are chosen
		}
	}
	return out
}
