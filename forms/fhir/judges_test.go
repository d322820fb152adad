package fhir_test

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/forms/fhir"
	"github.com/sealform/sealform/internal/testbrowser"
)

// What leaves is accepted by two validators, and what is broken on purpose is
// not.
func TestOthersAcceptWhatLeaves(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var names []string
	var all []json.RawMessage
	add := func(name string, b []byte) { names, all = append(names, name), append(all, b) }
	for _, tpl := range everyTemplate(t) {
		add(tpl.Name, fhir.Export(tpl))
		form := resolved(t, tpl)
		add(tpl.Name+" as one practice asks it", fhir.Export(form))
		for range 3 {
			d := completed(form, fill(form, r))
			add("an answer to "+tpl.Name, d.QuestionnaireResponse())
			for _, e := range entries(t, d.Bundle()) {
				add("part of a Bundle of "+tpl.Name, e)
			}
			add("a Bundle of "+tpl.Name, d.Bundle())
		}
	}
	broken := len(all)
	good := string(fhir.Export(everyTemplate(t)[0]))
	for _, edit := range [][2]string{{`"status":"active"`, `"status":"live"`}, {`"status":"active",`, ``}, {`"type":"group"`, `"type":"groop"`}, {`"linkId":`, `"linkid":`}} {
		add("broken: "+edit[1], []byte(strings.Replace(good, edit[0], edit[1], 1)))
	}
	for i, found := range testbrowser.ValidateFHIR(t, all...) {
		switch {
		case i < broken && len(found) > 0:
			t.Errorf("%s:\n%s\n%.600s", names[i], strings.Join(found[:min(len(found), 5)], "\n"), all[i])
		case i >= broken && len(found) == 0:
			t.Errorf("%s: nobody objects", names[i])
		}
	}
}

func entries(t testing.TB, bundle []byte) []json.RawMessage {
	t.Helper()
	var b struct {
		Entry []struct{ Resource json.RawMessage }
	}
	if err := json.Unmarshal(bundle, &b); err != nil {
		t.Fatal(err)
	}
	var out []json.RawMessage
	for _, e := range b.Entry {
		out = append(out, e.Resource)
	}
	return out
}

const scored = `{form: scored, version: "1.0.0", title: Scored, kind: measure, items: [
  {id: about, type: text, ask: Who}, {id: s, type: group, ask: How often, scale: [{code: a, text: Never, score: 0}, {code: b, text: Now and then, score: 1}, {code: c, text: Often, score: 3}],
   items: [{id: s.1, ask: One}, {id: s.2, ask: Two}, {id: "s.3", ask: Three}]},
  {id: many, type: pick, repeats: true, ask: Which, options: [{code: x, text: X, score: 2}, {code: y, text: Y, score: 2}, {code: z, text: Z}]},
  {id: count, type: integer, ask: How many, min: 0, max: 9},
  {id: all, type: integer, field: score, score: {sum: [s, count]}},
  {id: some, type: integer, field: score, score: {sum: [s, many, count], need: 2}}]}`

// A score is the same as FHIRPath, in another program, makes of the answers.
func TestScoresAgreeWithFHIRPath(t *testing.T) {
	own, err := forms.Parse("", []byte(scored))
	if err != nil {
		t.Fatal(err)
	}
	templates := []*forms.Template{own}
	for _, tpl := range forms.Library() {
		if tpl.Type == "measure" {
			templates = append(templates, resolved(t, tpl))
		}
	}
	r := rand.New(rand.NewPCG(3, 4))
	formulas := map[string]string{}
	for _, form := range templates {
		form.Walk(func(it *forms.Item) bool {
			if it.Kind == forms.Score {
				formulas[form.Name+" "+it.ID] = formula(t, form, it.ID)
			}
			return true
		})
	}
	var asked []testbrowser.Evaluation
	var want []forms.ScoreResult
	for n := 0; n < 1000; n++ {
		form := templates[n%len(templates)]
		in := fill(form, r)
		if n%3 == 0 { // everything, so that scores are complete often enough
			form.Walk(func(it *forms.Item) bool {
				if len(it.Options) > 0 && it.Asked() {
					in[it.ID] = []string{it.Options[r.IntN(len(it.Options))].Code}
				}
				return true
			})
		}
		d := completed(form, in)
		for _, s := range d.Response.Scores {
			asked = append(asked, testbrowser.Evaluation{Expression: formulas[form.Name+" "+s.Item], Resource: d.QuestionnaireResponse()})
			want = append(want, s)
		}
	}
	complete := 0
	for i, got := range testbrowser.EvaluateFHIRPath(t, asked) {
		if want[i].Complete {
			complete++
		}
		if want[i].Complete != (len(got) == 1) || want[i].Complete && got[0] != json.Number(jsonInt(want[i].Value)) {
			t.Fatalf("%s: %v, FHIRPath says %v\n%s\n%s", want[i].Item, want[i], got, asked[i].Expression, asked[i].Resource)
		}
	}
	if complete < 200 || complete > len(want)-200 {
		t.Errorf("%d of %d scores are complete; the answers are not random enough", complete, len(want))
	}
}

func jsonInt(n int) string {
	b, _ := json.Marshal(n)
	return string(b)
}

// formula returns the calculatedExpression of an exported item.
func formula(t testing.TB, tpl *forms.Template, id string) string {
	t.Helper()
	found := ""
	var visit func(v any)
	visit = func(v any) {
		o, _ := v.(map[string]any)
		if o["linkId"] == id {
			exts, _ := o["extension"].([]any)
			for _, e := range exts {
				if x, ok := e.(map[string]any)["valueExpression"].(map[string]any); ok {
					found = x["expression"].(string)
				}
			}
		}
		items, _ := o["item"].([]any)
		for _, it := range items {
			visit(it)
		}
	}
	visit(canonical(t, fhir.Export(tpl)))
	if found == "" {
		t.Fatalf("%s: item %s has no formula", tpl.Name, id)
	}
	return found
}
