package forms_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/sealform/sealform/forms"
)

const beginning = `
- {id: more, type: yesno, ask: More?, initial: false}
- {id: arm, type: pick, ask: Arm, options: [left, right], initial: left, show_if: [{q: more, "=": true}]}
- {id: which, type: pick, repeats: true, ask: Which, options: [a, b, c], initial: [a, c]}
- {id: own, type: pick_or_type, ask: Own, options: [x], initial: My own}
- {id: born, type: date, ask: Born, initial: "1980-05-31"}
- {id: at, type: datetime, ask: At, initial: "2026-05-31T08:30"}
- {id: weight, type: measure, ask: Weight, unit: kg, initial: 70.5}
- {id: source, type: text, ask: Source, initial: web, hidden: true}
- {id: mail, type: text, field: email, prefill: email, initial: nobody@example.org}`

func TestAFormBeginsWithItsInitialAnswers(t *testing.T) {
	tpl := parse(t, beginning)
	in := tpl.Prefill(forms.Person{Email: "robin@example.org"})
	r := tpl.Read(in, today)
	if len(r.Problems)+len(r.Dropped) > 0 {
		t.Errorf("problems %v, dropped %v", r.Problems, r.Dropped)
	}
	for id, want := range map[string]any{
		"more": false, "which": []string{"a", "c"}, "own": map[string]any{"other": "My own"}, "born": "1980-05-31", "at": "2026-05-31T08:30",
		"source": "web", "mail": "robin@example.org", "arm": nil,
	} {
		if !reflect.DeepEqual(r.Answers[id], want) {
			t.Errorf("%s begins with %v, want %v", id, r.Answers[id], want)
		}
	}
	if r.Answers["weight"] == nil {
		t.Error("a quantity begins with nothing")
	}
	in["arm"] = []string{"right"}
	if r := tpl.Read(in, today); !slices.Equal(r.Dropped, []string{"arm"}) {
		t.Errorf("an answer that was changed and then hidden: dropped %v", r.Dropped)
	}
	in["more"] = []string{"yes"}
	if r := tpl.Read(in, today); r.Answers["arm"] != "right" {
		t.Errorf("answers %v", r.Answers)
	}
}
