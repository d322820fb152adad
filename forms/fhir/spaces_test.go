package fhir_test

import (
	"regexp"
	"testing"
	"time"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/forms/fhir"
)

// Texts with spaces that are not plain ones, wherever a template may hold them.
const spaced = `
form: spaced
version: "1.0.0"
title: "A\u00a0form"
kind: intake
sign: {role: author, statement: "I\u00a0agree"}
citations: ["a\u00a0b"]
items:
- {id: a, type: text, ask: "Qui\u202f?", hint: "q\u00a0r", md: "h\u00a0j", pattern: "x\u00a0y"}
- {id: n, type: note, md: "x\u00a0y"}
- {id: l, type: long, ask: L}
- {id: o, type: pick, ask: O, options: [{code: "a\u00a0b", text: "t\u00a0u"}]}
translations:
  es:
    title: "T\u00a0u"
    items:
      a: {ask: "Q\u00a0?", hint: "h\u00a0k", md: "m\u00a0m"}
      n: {md: "x\u00a0z"}
      l: "L\u00a0l"
      o: {ask: O, options: {"a\u00a0b": "t\u00a0v"}}
`

// r4String is the grammar of string in FHIR R4, as JavaScript reads \S.
var r4String = regexp.MustCompile(`^([ \r\n\t]|[^\s\p{Z}\x{feff}\x{0085}])+$`)

func TestStringsHoldPlainSpacesAlone(t *testing.T) {
	tpl, err := forms.Parse("", []byte(spaced))
	if err != nil {
		t.Fatal(err)
	}
	out := fhir.Export(tpl)
	back, err := fhir.Import(out)
	if err != nil || string(back.Canonical()) != string(tpl.Canonical()) {
		t.Errorf("the form comes back otherwise: %v\n%s", err, out)
	}
	said := tpl.Read(forms.Inputs{"a": {"x\u00a0y"}, "l": {"Oui\u202f!\u2028Non\u00a0?"}}, forms.Context{Today: time.Unix(0, 0)})
	d := fhir.Document{Response: said, ClientName: "Ana\u00a0Paz", Signer: fhir.Signer{Name: "Ana\u00a0Paz"}}
	if len(said.Answers) != 2 {
		t.Fatalf("not answered: %v", said.Problems)
	}
	for what, src := range map[string][]byte{"Questionnaire": out, "Bundle": d.Bundle(), "QuestionnaireResponse": d.QuestionnaireResponse()} {
		walkStrings("", canonical(t, src), func(key, s string) {
			if key != "valueMarkdown" && key != "code" && !r4String.MatchString(s) {
				t.Errorf("%s: %s is %q", what, key, s)
			}
		})
	}
}

func walkStrings(key string, v any, visit func(key, s string)) {
	switch v := v.(type) {
	case string:
		visit(key, v)
	case map[string]any:
		for k, e := range v {
			walkStrings(k, e, visit)
		}
	case []any:
		for _, e := range v {
			walkStrings(key, e, visit)
		}
	}
}
