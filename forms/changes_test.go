package forms_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/sealform/sealform/forms"
)

func TestChangesNameWhatDiffers(t *testing.T) {
	older := whole(t, `
form: a
version: "1.0.0"
title: A
kind: intake
items:
- {id: one, type: text, ask: One?}
- {id: two, type: pick, ask: Two?, options: [Yes please, No]}
- {id: three, type: text, ask: Three?}
- {id: four, type: text, ask: Four?}
`)
	newer := whole(t, `
form: a
version: "1.1.0"
title: A
kind: intake
items:
- {id: one, type: text, ask: "One, then?", required: true}
- {id: four, type: text, ask: Four?}
- {id: two, type: pick, ask: Two?, options: [Yes please, No, Perhaps]}
- {id: five, type: long, ask: Five?, show_if: [{q: one, exists: true}]}
`)
	var got []string
	for _, c := range forms.Changes(older, newer) {
		got = append(got, c.String())
	}
	for _, want := range []string{
		`the version is "1.1.0"; it was "1.0.0"`, `one: the question is "One, then?"; it was "One?"`,
		`one: whether it must be answered is new: true`, `five: is new: Five?`, `four: comes after one; it came after two`, `three: is left out: Three?`,
	} {
		if !slices.Contains(got, want) {
			t.Errorf("no change says %q", want)
		}
	}
	if !slices.ContainsFunc(got, func(s string) bool {
		return strings.HasPrefix(s, "two: the options is") && strings.Contains(s, "Perhaps")
	}) {
		t.Error("no change of options")
	}
	if t.Failed() {
		t.Log(strings.Join(got, "\n"))
	}
	if same := forms.Changes(older, older); len(same) != 0 {
		t.Errorf("a version differs from itself: %v", same)
	}
	for _, form := range forms.Library() {
		copied, err := forms.Parse("", form.Canonical())
		if err != nil {
			t.Fatal(err)
		}
		if c := forms.Changes(form, copied); len(c) != 0 {
			t.Errorf("%s differs from its copy: %v", form.Name, c)
		}
	}
}
