package forms_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/sealform/sealform/forms"
)

const mood = `
- {id: skip, type: yesno, ask: Skip the last?}
- id: phq
  type: group
  control: gtable
  ask: How often?
  scale: [{code: n, text: Never, score: 0}, {code: s, text: Some days, score: 1}, {code: d, text: Every day, score: 3}]
  items:
  - {id: a, ask: Sad}
  - {id: b, ask: Tired}
  - {id: c, ask: Hurting yourself, flag: ">0", show_if: [{q: skip, "!=": true}]}
- {id: total, type: integer, field: score, ask: Total, flag: ">=4", score: {sum: phq, bands: [[0, minimal], [4, severe]]}}
- {id: crisis, type: note, md: Call us., show_if: [{q: c, "!=": n}, {q: c, exists: true}]}
- {id: high, type: note, md: That is high., show_if: [{q: total, ">=": 4}]}`

func TestScoresNeedEveryAnswer(t *testing.T) {
	tests := []struct {
		name  string
		in    forms.Inputs
		want  forms.ScoreResult
		flags []string
	}{
		{"none", nil, forms.ScoreResult{Max: 9}, nil},
		{"partial", forms.Inputs{"a": {"d"}, "b": {"d"}}, forms.ScoreResult{Max: 9}, nil},
		{"partial with flag", forms.Inputs{"c": {"s"}}, forms.ScoreResult{Max: 9}, []string{"c"}},
		{"all", forms.Inputs{"a": {"n"}, "b": {"s"}, "c": {"n"}}, forms.ScoreResult{Complete: true, Value: 1, Max: 9, Band: "minimal"}, nil},
		{"high", forms.Inputs{"a": {"d"}, "b": {"s"}, "c": {"n"}}, forms.ScoreResult{Complete: true, Value: 4, Max: 9, Band: "severe"}, []string{"total"}},
		{"hidden row", forms.Inputs{"skip": {"yes"}, "a": {"d"}, "b": {"n"}, "c": {"d"}}, forms.ScoreResult{Complete: true, Value: 3, Max: 6, Band: "minimal"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := parse(t, mood).Read(tt.in, today)
			tt.want.Item, tt.want.Label = "total", "Total"
			if len(r.Scores) != 1 || r.Scores[0] != tt.want || !slices.Equal(r.Flags, tt.flags) {
				t.Errorf("scores %+v flags %v; want %+v %v", r.Scores, r.Flags, tt.want, tt.flags)
			}
			if _, ok := r.Answers["total"]; ok != tt.want.Complete {
				t.Errorf("answers %v", r.Answers)
			}
			if high := !slices.Contains(r.Hidden, "high"); high != (tt.want.Value >= 4) {
				t.Errorf("hidden %v", r.Hidden)
			}
			for _, e := range r.Entries {
				if e.Item.ID == "total" {
					t.Error("the client sees the total")
				}
			}
		})
	}
}

func TestAScoreThatNeedsFewerAndIsShown(t *testing.T) {
	src := strings.Replace(mood, "score: {sum: phq", "hidden: false, score: {sum: [a, phq], need: 2", 1)
	r := parse(t, src).Read(forms.Inputs{"a": {"d"}, "b": {"s"}}, today)
	if s := r.Scores[0]; !s.Complete || s.Value != 4 {
		t.Errorf("%+v", s)
	}
	i := slices.IndexFunc(r.Entries, func(e forms.Entry) bool { return e.Item.ID == "total" })
	if i < 0 || r.Entries[i].Text != "4 (severe)" {
		t.Errorf("entries %+v", r.Entries)
	}
}

func TestFlags(t *testing.T) {
	tests := []struct {
		item string
		in   forms.Inputs
		want bool
	}{
		{`type: yesno, ask: Q, flag: "=yes"`, one("q", "yes"), true},
		{`type: yesno, ask: Q, flag: "=yes"`, one("q", "no"), false},
		{`type: yesno, ask: Q, flag: "=no"`, one("q", "no"), true},
		{`type: yesno, ask: Q, flag: "!=yes"`, one("q", "no"), true},
		{`type: yesno, ask: Q, flag: "=yes"`, nil, false},
		{`type: integer, ask: Q, flag: "!= 3"`, one("q", "3"), false},
		{`type: integer, ask: Q, flag: "< 3"`, one("q", "2"), true},
		{`type: pick, ask: Q, options: [a, b], flag: "=b"`, one("q", "b"), true},
		{`type: pick, ask: Q, options: [a, b], flag: "!=b"`, one("q", "b"), false},
		{`type: pick, repeats: true, ask: Q, options: [a, b], flag: "=b"`, forms.Inputs{"q": {"a", "b"}}, true},
		{`type: pick, repeats: true, ask: Q, options: [a, b], flag: "!=b"`, one("q", "a"), true},
	}
	for _, tt := range tests {
		if got := len(answer(t, tt.item, tt.in).Flags) > 0; got != tt.want {
			t.Errorf("%s, %v: flagged = %v", tt.item, tt.in, got)
		}
	}
}

func TestOutcome(t *testing.T) {
	consent := `- {id: c, type: pick, field: consent, ask: Storage, required: true}
- {id: sms, type: pick, field: consent, ask: Text messages}
- {id: n, type: yesno, field: acknowledge, ask: Notice}`
	tests := []struct {
		kind, items string
		in          forms.Inputs
		want        string
	}{
		{"intake", consent, nil, ""},
		{"intake", consent, forms.Inputs{"c": {"agree"}, "sms": {"decline"}}, forms.Agreed},
		{"intake", consent, forms.Inputs{"c": {"decline"}, "sms": {"agree"}}, forms.Declined},
		{"intake", "- {id: sms, type: pick, field: consent, ask: Texts}", one("sms", "decline"), ""},
		{"consent", "- {id: sms, type: pick, field: consent, ask: Texts}", one("sms", "decline"), forms.Declined},
		{"acknowledgement", "- {id: n, type: yesno, field: acknowledge, ask: Notice}", one("n", "true"), forms.Acknowledged},
		{"acknowledgement", "- {id: n, type: yesno, field: acknowledge, ask: Notice}", nil, ""},
		{"consent", "- {id: a, type: yesno, ask: A}\n- {id: c, type: pick, field: consent, ask: C, required: true, show_if: [{q: a, \"=\": true}]}", one("c", "decline"), ""},
	}
	for _, tt := range tests {
		tpl, err := forms.Parse("", []byte(strings.Replace(form(tt.items), "kind: intake", "kind: "+tt.kind, 1)))
		if err != nil {
			t.Fatal(err)
		}
		if got := tpl.Read(tt.in, today).Outcome; got != tt.want {
			t.Errorf("%s %v: %q, want %q", tt.kind, tt.in, got, tt.want)
		}
	}
}

func TestPagesAndTheirProblems(t *testing.T) {
	tpl := parse(t, `
- {id: p1, type: group, control: page, ask: One, items: [{id: a, type: yesno, ask: A, required: true}]}
- {id: p2, type: group, control: page, ask: Two, show_if: [{q: a, "=": true}], items: [{id: b, type: text, ask: B, required: true}]}
- {id: p3, type: group, control: page, ask: Three, items: [{id: c, type: text, ask: C, required: true}]}`)
	r := tpl.Read(one("a", "no"), today)
	if !r.PageShown(0) || r.PageShown(1) || !r.PageShown(2) {
		t.Errorf("entries %+v", r.Entries)
	}
	if p := r.PageProblems(2); len(p) != 1 || p[0].Item != "c" || p[0].Page != 2 || len(r.PageProblems(1)) != 0 {
		t.Errorf("problems %+v", r.Problems)
	}
}

func TestChoicesShowEveryOption(t *testing.T) {
	options := ", ask: Q, options: [{code: a, text: Ay}, {code: b, text: Bee}]"
	tests := []struct {
		item string
		in   forms.Inputs
		want []forms.Choice
	}{
		{"type: pick" + options, one("q", "b"), []forms.Choice{{Text: "Ay"}, {Text: "Bee", Ticked: true}}},
		{"type: pick, repeats: true" + options, forms.Inputs{"q": {"a", "b"}}, []forms.Choice{{Text: "Ay", Ticked: true}, {Text: "Bee", Ticked: true}}},
		{"type: pick_or_type" + options, one("q@other", "mine"), []forms.Choice{{Text: "Ay"}, {Text: "Bee"}, {Text: "Something else: mine", Ticked: true}}},
		{"type: yesno, field: acknowledge, ask: Read it", one("q", "true"), []forms.Choice{{Text: "Read it", Ticked: true}}},
		{"type: yesno, ask: Q", one("q", "yes"), nil},
	}
	for _, tt := range tests {
		if got := answer(t, tt.item, tt.in).Entries[0].Choices; !slices.Equal(got, tt.want) {
			t.Errorf("%s: %+v", tt.item, got)
		}
	}
}
