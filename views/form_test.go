package views_test

import (
	"strings"
	"testing"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/views"
)

func compile(t *testing.T, f *forms.Template, o views.FormOptions) *views.Form {
	form, err := views.CompileForm(views.New(), f, o)
	if err != nil {
		t.Fatal(err)
	}
	return form
}

func page(t *testing.T, i int, s views.FormState) string {
	return string(compile(t, allKinds(t), options).Page(i).Append(nil, s))
}

func mustHold(t *testing.T, text string, wanted ...string) {
	t.Helper()
	for _, w := range wanted {
		if !strings.Contains(text, w) {
			t.Errorf("the page lacks %q", w)
		}
	}
}

func TestControlsAreNamedAsFormsReadsThem(t *testing.T) {
	f := allKinds(t)
	in, _ := f.AddRow(forms.Inputs{}, "meds")
	in, _ = f.AddRow(in, "meds:1:meds.effects")
	for i := range f.Pages() {
		text := page(t, i, views.FormState{Inputs: in})
		for _, control := range f.PageControls(i, in) {
			mustHold(t, text, ` name="`+control+`"`)
		}
	}
}

func TestProblemsLinkToTheirControls(t *testing.T) {
	f := allKinds(t)
	in, _ := f.AddRow(forms.Inputs{"meds_any": {"yes"}}, "meds")
	for i := range f.Pages() {
		var problems []forms.Problem
		for _, control := range f.PageControls(i, in) {
			if !strings.HasSuffix(control, "@unit") {
				problems = append(problems, forms.Problem{Control: control, Text: "Fix " + control})
			}
		}
		for _, fault := range faults([]byte(page(t, i, views.FormState{Inputs: in, Problems: problems}))) {
			t.Error(fault)
		}
	}
}

func TestProblemIsSaidTwice(t *testing.T) {
	text := page(t, 0, views.FormState{Problems: []forms.Problem{{Control: "first.dob@month", Text: "Date of birth must include a month"}}})
	if n := strings.Count(text, "Date of birth must include a month"); n != 2 {
		t.Errorf("said %d times", n)
	}
	mustHold(t, text, "<title>Error: ", `href="#f-first.dob~~month"`, `aria-describedby="f-first.dob-hint f-first.dob-error"`, `aria-invalid="true"`)
}

func TestDatesBeginWithTheMonthInTheUS(t *testing.T) {
	order := func(o views.FormOptions) bool {
		raw, _ := compile(t, allKinds(t), o).Page(0).Blank()
		text := string(raw)
		return strings.Index(text, "first.dob@month") < strings.Index(text, "first.dob@day")
	}
	for at, monthFirst := range map[[2]string]bool{ // country and language
		{"US", ""}: true, {"", "en-US"}: true, {"AU", "en-US"}: false, {"CA", ""}: false, {"", ""}: false,
	} {
		if order(views.FormOptions{Country: at[0], Language: at[1]}) != monthFirst {
			t.Errorf("%q: month first is %v", at, !monthFirst)
		}
	}
}

func TestConditionsAreSaidInWords(t *testing.T) {
	text := page(t, 1, views.FormState{})
	mustHold(t, text,
		`<p class="iff">If yes</p>`, `data-if="[[&#34;meds_any&#34;,&#34;=&#34;,&#34;yes&#34;]]"`,
		"If your answer is Yes", `data-if="[[&#34;meds:1:meds.effects_any&#34;`,
	)
}

func TestEarlierPagesRuleOut(t *testing.T) {
	if text := page(t, 2, views.FormState{}); !strings.Contains(text, "smoke.help") || strings.Contains(text, "data-if") {
		t.Error("what depends on an earlier page is decided by the server alone")
	}
	if text := page(t, 2, views.FormState{Hidden: []string{"smoke.help"}}); strings.Contains(text, "smoke.help") {
		t.Error("what an earlier page ruled out is shown")
	}
}

// Enter in a text field presses the first submit button in tree order.
func TestFirstButtonContinues(t *testing.T) {
	f := allKinds(t)
	in, _ := f.AddRow(forms.Inputs{}, "meds")
	in, _ = f.AddRow(in, "meds")
	for i := range f.Pages() {
		text := page(t, i, views.FormState{Inputs: in})
		at := strings.Index(text, "<button")
		button := text[at : at+strings.Index(text[at:], ">")]
		if strings.Contains(button, "name=") {
			t.Errorf("page %d: Enter presses %s", i, button)
		}
	}
}

func TestRowsCanBeAddedAndRemovedWithinLimits(t *testing.T) {
	f := allKinds(t)
	in := forms.Inputs{}
	one := page(t, 1, views.FormState{Inputs: in})
	if !strings.Contains(one, `name="_add" value="meds"`) || strings.Contains(one, `name="_remove"`) {
		t.Error("the only row can be removed, or none can be added")
	}
	for range 3 {
		in, _ = f.AddRow(in, "meds")
	}
	full := page(t, 1, views.FormState{Inputs: in})
	if strings.Contains(full, `name="_add" value="meds"`) || !strings.Contains(full, `name="_remove" value="meds:4"`) {
		t.Error("a full group takes more rows, or none can be removed")
	}
}

func TestLineBreakAtTheStartSurvives(t *testing.T) {
	// A browser drops the first line break after <textarea>.
	mustHold(t, page(t, 1, views.FormState{Inputs: forms.Inputs{"story": {"\nsecond line"}}}), ">\n\nsecond line</textarea>")
}

func TestKindWithoutViewIsRefused(t *testing.T) {
	f, err := forms.Parse("x.yaml", []byte("form: x\nversion: \"1.0.0\"\ntitle: X\nstatus: active\nkind: intake\nlanguage: en\nwho: [client]\nsign: {role: author, statement: True.}\nitems:\n- {id: a, type: text, ask: A}\n"))
	if err != nil {
		t.Fatal(err)
	}
	f.Items[0].Kind = "hologram"
	if _, err := views.CompileForm(views.New(), f, options); err == nil || !strings.Contains(err.Error(), "hologram") {
		t.Errorf("got %v", err)
	}
}
