package forms_test

import (
	"strings"
	"testing"

	"github.com/sealform/sealform/forms"
)

// whole parses a complete template.
func whole(t *testing.T, yaml string) *forms.Template {
	t.Helper()
	form, err := forms.Parse("test.yaml", []byte(yaml))
	if err != nil {
		t.Fatal(err)
	}
	return form
}

func TestLibraryNeedsNoRemark(t *testing.T) {
	for _, form := range forms.Library() {
		for _, remark := range form.Lint() {
			t.Errorf("%s: %s", form.Name, remark)
		}
		if grades := form.Grades(); len(grades) != len(form.Pages()) {
			t.Errorf("%s: %d pages have a reading grade, want all %d", form.Name, len(grades), len(form.Pages()))
		}
	}
}

func TestLintTellsPlainFromDense(t *testing.T) {
	grade := func(text string) float64 {
		return whole(t, "form: a\nversion: \"1.0.0\"\ntitle: A\nkind: notice\nitems:\n- {id: n, type: note, md: \""+text+"\"}\n").Grades()[0].Years
	}
	if g := grade("The cat sat on the mat. It was a good day."); g > 2 {
		t.Errorf("plain words have grade %.1f", g)
	}
	if g := grade("Notwithstanding applicable confidentiality regulations, organizational authorization necessitates comprehensive documentation."); g < 20 {
		t.Errorf("dense words have grade %.1f", g)
	}
}

func TestLintNamesWhatToMend(t *testing.T) {
	long := "This one sentence goes on and on and on and on and on and on and on and on and on and on and on for far too long."
	form := whole(t, `
form: npp-acknowledgement
version: "2.0.0"
title: A
kind: acknowledgement
clauses: [npp.header, mine.promised]
items:
- {id: long, type: note, md: "`+long+`"}
- {id: quoted, type: note, verbatim: true, md: "`+long+`"}
- {id: twice.a, type: note, clause: npp.header, md: Once.}
- {id: twice.b, type: note, clause: npp.header, md: Again.}
- {id: stray, type: note, clause: mine.stray, md: Hello.}
`)
	var all strings.Builder
	for _, remark := range form.Lint() {
		all.WriteString(remark.String() + "\n")
	}
	for _, want := range []string{
		"item long: a sentence of 29 words", "item twice.b: clause npp.header stands twice",
		"item stray: clause mine.stray is missing in the list", "clause mine.promised is promised, and no item",
		"clause npp.effective of the built-in npp-acknowledgement is missing",
	} {
		if !strings.Contains(all.String(), want) {
			t.Errorf("no remark says %q", want)
		}
	}
	if strings.Contains(all.String(), "item quoted") {
		t.Error("prescribed words are asked to be plainer")
	}
	if t.Failed() {
		t.Log(all.String())
	}
}
