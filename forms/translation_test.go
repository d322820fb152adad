package forms_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/sealform/sealform/forms"
)

const bilingual = `
- {id: about, type: group, control: page, ask: About you, items: [
  {id: hello, type: note, md: "Welcome to **{practice}** in {country}"},
  {id: who, type: group, field: name, required: true},
  {id: born, type: date, field: dob, required: true},
  {id: town, type: text, ask: Town, hint: Where you live, required: true, say: {missing: Enter your town}},
  {id: smoke, type: pick, ask: Do you smoke?, required: true, options: [{code: never, text: Never}, {code: now, text: Now}]},
  {id: sex, type: pick, field: sex},
  {id: mood, type: group, ask: How often?, scale: [{code: "0", text: Never, score: 0}, {code: "1", text: Often, score: 1}], items: [{id: low, ask: Feeling low}]},
  {id: total, type: integer, field: score, hidden: false, score: {sum: mood, bands: [[0, calm], [1, troubled]]}}]}
translations:
  es:
    title: Prueba
    items:
      about: Sobre usted
      hello: {md: "Bienvenido a **{practice}** en {country}"}
      town: {ask: Localidad, hint: Donde vive, say: {missing: Escriba su localidad}}
      smoke: {ask: "¿Fuma?", options: {never: Nunca, now: Ahora}}
      mood: {ask: "¿Con qué frecuencia?", options: {"0": Nunca, "1": A menudo}}
      low: Se siente triste
      total: {bands: {"0": en calma, "1": con problemas}}
`

// The day a notice takes effect is kept as an ISO date and said as people do.
func TestADayInATextIsSaidInItsLanguage(t *testing.T) {
	tpl, err := forms.Parse("test.yaml", forms.LibraryText("npp-acknowledgement"))
	if err != nil {
		t.Fatal(err)
	}
	v := harbour
	v.Country, v.EffectiveDate = "US", "2026-03-01"
	got, err := tpl.Resolve(v)
	if err != nil {
		t.Fatal(err)
	}
	for language, want := range map[string]string{"en": "March 1, 2026", "es": "1 de marzo de 2026"} {
		text := string(got.In(language).Canonical())
		if !strings.Contains(text, "**"+want+"**") || strings.Contains(text, v.EffectiveDate) {
			t.Errorf("%s does not say %q", language, want)
		}
	}
}

func TestAFormInAnotherLanguage(t *testing.T) {
	tpl, err := forms.Parse("test.yaml", []byte(form(bilingual)))
	if err != nil {
		t.Fatal(err)
	}
	again, err := forms.Parse("test.yaml", tpl.Canonical())
	if err != nil || string(again.Canonical()) != string(tpl.Canonical()) {
		t.Fatalf("the canonical form reads otherwise: %v\n%s", err, tpl.Canonical())
	}
	resolved, err := again.Resolve(forms.Vars{Practice: "Puerto *Norte*", Country: "US", CountryName: "United States"})
	if err != nil {
		t.Fatal(err)
	}
	es := resolved.In("es-MX")
	if es != resolved.In("es") || resolved.In("fr") != resolved || resolved.In("en-AU") != resolved || resolved.In("") != resolved {
		t.Error("a translation is made more than once, or where there is none")
	}
	texts := map[string]string{
		"title": es.Title, "language": es.Language, "statement": es.Sign.Statement, "md": es.Item("hello").MD,
		"full": es.Item("who.full").Ask, "option": es.Item("smoke").Option("now").Text, "sex": es.Item("sex").Option("female").Text,
		"row": es.Item("low").Option("1").Text, "born": es.Item("born").Ask,
	}
	for what, want := range map[string]string{
		"title": "Prueba", "language": "es", "statement": "Las respuestas que he dado son verdaderas, hasta donde yo sé.",
		"md": `Bienvenido a **Puerto \*Norte\*** en Estados Unidos`, "full": "Nombre completo", "option": "Ahora", "sex": "Mujer",
		"row": "A menudo", "born": "Fecha de nacimiento",
	} {
		if texts[what] != want {
			t.Errorf("%s: %q, want %q", what, texts[what], want)
		}
	}
	c := forms.Context{Today: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), Country: "US"}
	in := forms.Inputs{"born@month": {"enero"}, "born@year": {"1980"}, "smoke": {"sometimes"}, "low": {"1"}}
	r := es.Read(in, c)
	var said []string
	for _, p := range r.Problems {
		said = append(said, p.Text)
	}
	want := []string{"Escriba su nombre completo", "Fecha de nacimiento: falta un día", "Escriba su localidad", "Elija una de las opciones en «¿Fuma?»"}
	if strings.Join(said, "\n") != strings.Join(want, "\n") {
		t.Errorf("problems\n%s\nwant\n%s", strings.Join(said, "\n"), strings.Join(want, "\n"))
	}
	in["born@day"] = []string{"2"}
	for _, e := range es.Read(in, c).Entries {
		if want := map[string]string{"born": "2 de enero de 1980", "low": "A menudo", "total": "1 (con problemas)"}[e.Path]; want != "" && e.Text != want {
			t.Errorf("%s reads %q, want %q", e.Path, e.Text, want)
		}
	}
	if resolved.Item("town").Ask != "Town" || resolved.SHA256() == "" {
		t.Error("reading in Spanish changed the form")
	}
}

func TestWhatATranslationLacks(t *testing.T) {
	for change, want := range map[string]string{
		"      low: Se siente triste\n|":                                      `item low: translations: es lacks ask: of "Feeling low"`,
		"    title: Prueba\n|":                                                `translations: es lacks title: of "Test"`,
		"never: Nunca, |":                                                     `item smoke: translations: es lacks options never: of "Never"`,
		"now: Ahora|now: Ahora, later: Luego":                                 "item smoke: translations: es has options later, which the form has not",
		"      town: {|      nobody: Nadie\n      town: {":                    "item nobody: translations: there is no item nobody",
		"about: Sobre usted|about: {ask: Sobre usted, hint: Nada}":            "item about: translations: es has hint: where the form has none",
		"  es:\n|  en:\n    title: Twice\n  es:\n":                            "en is the form's own language",
		"title: Prueba|titel: Prueba":                                         "titel: is no key of a translation",
		"hello: {md: \"Bienvenido|hello: {md: \"<b>Bienvenido":                "holds the HTML",
		"  es:\n|  es:\n    title: [a]\n  es-MX:\n":                           "title: must be one value",
		`bands: {"0"|bands: {"zero"`:                                          `"zero" is no score a band begins at`,
		"{practice}** en|{practise}** en":                                     "{practise}, which is no variable",
		"translations:\n  es:|translations:\n  Spanish:\n    title: A\n  es:": `"Spanish" is no language`,
	} {
		old, now, _ := strings.Cut(change, "|")
		if !strings.Contains(bilingual, old) {
			t.Fatalf("no %q to change", old)
		}
		_, err := forms.Parse("test.yaml", []byte(form(strings.Replace(bilingual, old, now, 1))))
		var list forms.Errors
		if !errors.As(err, &list) || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "test.yaml") {
			t.Errorf("%q:\n%v\nwant %s", change, err, want)
		}
	}
}
