package forms_test

import (
	"slices"
	"testing"

	"github.com/sealform/sealform/forms"
)

func TestChangesBetweenVersions(t *testing.T) {
	parsed := func(text string) *forms.Template {
		t.Helper()
		tpl, err := forms.Parse("v.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return tpl
	}
	const head = "form: f\nversion: \"1.0.0\"\nkind: intake\n"
	a := parsed(head + `title: First
items:
- {id: a, type: text, ask: Name, required: true}
- {id: b, type: pick, ask: Colour, options: [Red, Blue]}
- {id: c, type: yesno, ask: Old one}
`)
	b := parsed(head + `title: Second
sign: {statement: All of it is true., witness: true}
items:
- {id: b, type: pick, ask: Colour, options: [Red, Green]}
- {id: a, type: text, ask: Full name}
- {id: d, type: note, md: Thank **you**}
`)
	want := []string{
		"Title: “First” is now “Second”",
		"What is signed: “The answers I have given are true, as far as I know.” is now “All of it is true.”",
		"A witness signs as well now",
		"Removed: “Old one” (c)",
		`“Colour” (b): options: was [{code: "Red", text: "Red"}, {code: "Blue", text: "Blue"}], is now [{code: "Red", text: "Red"}, {code: "Green", text: "Green"}]`,
		"“Full name” (a): ask: was Name, is now Full name",
		"“Full name” (a): required: is gone, was true",
		"New: “Thank you” (d)",
		"The order of the items changed",
	}
	if got := forms.Changes(a, b); !slices.Equal(got, want) {
		for _, line := range got {
			t.Log(line)
		}
		t.Errorf("want %q", want)
	}
	if got := forms.Changes(a, a); len(got) != 0 {
		t.Errorf("nothing changed, and it tells %q", got)
	}
}
