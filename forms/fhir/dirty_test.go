package fhir_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/forms/fhir"
)

func questionnaire(items string) string {
	return `{"resourceType":"Questionnaire","status":"active","item":[` + items + `]}`
}

const (
	yesNo   = `{"linkId":"a","type":"boolean","text":"A"}`
	choices = `{"linkId":"c","type":"choice","text":"C","answerOption":[{"valueString":"x"}]}`
)

func depends(link, question, answer string) string {
	return `{"linkId":"` + link + `","type":"string","text":"T","enableWhen":[{"question":"` + question + `","operator":"=",` + answer + `}]}`
}

// ours is a Questionnaire with our extension on it, and part an item with our
// extension on it.
func ours(parts, items string) string {
	return strings.Replace(questionnaire(items), `{`, `{"extension":[{"url":"`+fhir.Base+`StructureDefinition/form","extension":[`+parts+`]}],`, 1)
}

func part(parts string) string {
	return strings.Replace(yesNo, `{`, `{"extension":[{"url":"`+fhir.Base+`StructureDefinition/item","extension":[`+parts+`]}],`, 1)
}

func many(n int, one string) string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf(one, i))
	}
	return strings.Join(all, ",")
}

func TestDirtyQuestionnairesAreNamed(t *testing.T) {
	for _, tt := range []struct{ what, src, name, item string }{
		{"no JSON", `{"resourceType":`, fhir.NotJSON, ""},
		{"two objects", questionnaire(yesNo) + "{}", fhir.NotJSON, ""},
		{"another resource", `{"resourceType":"Patient"}`, fhir.NotQuestionnaire, ""},
		{"a list", `[]`, fhir.NotQuestionnaire, ""},
		{"deep JSON", `{"resourceType":"Questionnaire","extension":` + strings.Repeat(`[`, 5000), fhir.TooLarge, ""},
		{"no status", `{"resourceType":"Questionnaire","item":[` + yesNo + `]}`, fhir.NoStatus, ""},
		{"a status of its own", strings.Replace(questionnaire(yesNo), "active", "live", 1), fhir.BadStatus, ""},
		{"no items", `{"resourceType":"Questionnaire","status":"active"}`, fhir.NoItems, ""},
		{"a modifier", strings.Replace(questionnaire(yesNo), `"status"`, `"modifierExtension":[{"url":"http://x.org/not","valueBoolean":true}],"status"`, 1), fhir.NotUnderstood, ""},
		{"a modified item", questionnaire(strings.Replace(yesNo, `{`, `{"modifierExtension":[{"url":"http://x.org/not","valueBoolean":true}],`, 1)), fhir.NotUnderstood, "a"},
		{"rules of its own", strings.Replace(questionnaire(yesNo), `"status"`, `"implicitRules":"http://x.org/rules","status"`, 1), fhir.NotUnderstood, ""},
		{"null", questionnaire(`{"linkId":"a","type":"boolean","text":null}`), fhir.WrongType, "a"},
		{"text for true", questionnaire(`{"linkId":"a","type":"boolean","text":"A","required":"true"}`), fhir.WrongType, "a"},
		{"items that are no list", questionnaire(`{"linkId":"a","type":"group","text":"A","item":{}}`), fhir.WrongType, "a"},
		{"no linkId", questionnaire(`{"type":"boolean","text":"A"}`), fhir.NoLinkID, ""},
		{"a linkId twice", questionnaire(yesNo + "," + `{"linkId":"g","type":"group","item":[` + yesNo + `]}`), fhir.DuplicateLinkID, "a"},
		{"no type", questionnaire(`{"linkId":"a","text":"A"}`), fhir.NoType, "a"},
		{"a type of R5", questionnaire(`{"linkId":"a","type":"coding","text":"A"}`), fhir.OtherVersion, "a"},
		{"a type of nobody", questionnaire(`{"linkId":"a","type":"signature","text":"A"}`), fhir.UnknownType, "a"},
		{"no text", questionnaire(`{"linkId":"a","type":"string"}`), fhir.NoText, "a"},
		{"no options", questionnaire(`{"linkId":"a","type":"choice","text":"A"}`), fhir.NoOptions, "a"},
		{"no options at all", questionnaire(`{"linkId":"a","type":"choice","text":"A","answerOption":[]}`), fhir.NoOptions, "a"},
		{"options twice", questionnaire(`{"linkId":"a","type":"choice","text":"A","answerOption":[{"valueString":"x"}],"answerValueSet":"http://x"}`), fhir.TwoKindsOfOption, "a"},
		{"options of yes or no", questionnaire(`{"linkId":"a","type":"boolean","text":"A","answerOption":[{"valueString":"x"}]}`), fhir.OptionsMisplaced, "a"},
		{"too many items", questionnaire(many(2001, `{"linkId":"%d","type":"boolean","text":"A"}`)), fhir.TooLarge, ""},
		{"too many conditions", questionnaire(yesNo + `,{"linkId":"b","type":"boolean","text":"B","enableBehavior":"all","enableWhen":[` + many(5001, `{"question":"a","operator":"!=","answerInteger":%d}`) + `]}`), fhir.TooLarge, ""},
		{"too many options", questionnaire(`{"linkId":"c","type":"choice","text":"C","answerOption":[` + many(501, `{"valueInteger":%d}`) + `]}`), fhir.TooLarge, "c"},
		{"an empty group", questionnaire(`{"linkId":"a","type":"group","text":"A"}`), fhir.EmptyGroup, "a"},
		{"a display with items", questionnaire(`{"linkId":"d","type":"display","text":"D","item":[` + yesNo + `]}`), fhir.DisplayWithItems, "d"},
		{"an unknown question", questionnaire(depends("b", "zz", `"answerString":"x"`)), fhir.UnknownQuestion, "b"},
		{"a later question", questionnaire(depends("b", "a", `"answerBoolean":true`) + "," + yesNo), fhir.LaterQuestion, "b"},
		{"itself", questionnaire(depends("b", "b", `"answerString":"x"`)), fhir.Cycle, "b"},
		{"a cycle of two", questionnaire(depends("b", "e", `"answerString":"x"`) + "," + depends("e", "b", `"answerString":"x"`)), fhir.Cycle, "b"},
		{"a cycle through a group", questionnaire(`{"linkId":"g","type":"group","enableWhen":[{"question":"e","operator":"exists","answerBoolean":true}],"item":[` + yesNo + `]},` + depends("e", "a", `"answerBoolean":true`)), fhir.Cycle, "g"},
		{"a group", questionnaire(`{"linkId":"g","type":"group","item":[` + yesNo + `]},` + depends("e", "g", `"answerBoolean":true`)), fhir.NotAQuestion, "e"},
		{"an operator of its own", questionnaire(yesNo + "," + strings.Replace(depends("b", "a", `"answerBoolean":true`), `"="`, `"~"`, 1)), fhir.BadOperator, "b"},
		{"no answer to wait for", questionnaire(yesNo + `,{"linkId":"b","type":"string","text":"B","enableWhen":[{"question":"a","operator":"="}]}`), fhir.BadAnswer, "b"},
		{"two answers", questionnaire(yesNo + "," + depends("b", "a", `"answerBoolean":true,"answerString":"x"`)), fhir.BadAnswer, "b"},
		{"exists x", questionnaire(yesNo + "," + strings.Replace(depends("b", "a", `"answerString":"x"`), `"="`, `"exists"`, 1)), fhir.BadAnswer, "b"},
		{"an answer nobody can give", questionnaire(choices + "," + depends("b", "c", `"answerString":"y"`)), fhir.UnknownAnswer, "b"},
		{"other words in our extension", ours(`{"url":"kind","valueString":"consent"}`, part(`{"url":"ask","valueString":"B"}`)), fhir.Contradiction, "a"},
		{"all or any", questionnaire(yesNo + `,{"linkId":"b","type":"string","text":"B","enableWhen":[{"question":"a","operator":"=","answerBoolean":true},{"question":"a","operator":"exists","answerBoolean":true}]}`), fhir.NoBehavior, "b"},
	} {
		_, err := fhir.Import([]byte(tt.src))
		var problems fhir.Problems
		if !errors.As(err, &problems) || problems[0].Name != tt.name || problems[0].Item != tt.item || problems[0].Text == "" {
			t.Errorf("%s: %v", tt.what, err)
		}
	}
}

// Whoever has to put it right is told where to look.
func TestProblemsNameTheirLines(t *testing.T) {
	src := "{\"resourceType\":\"Questionnaire\",\n\"item\":[\n" + yesNo + ",\n{\"type\":\"group\",\"linkId\":\n\"g\",\"item\":[\n" + yesNo + ",\n" + `{"linkId":"b","text":"linkId","type":"slider"}]}]}`
	_, err := fhir.Import([]byte(src))
	var problems fhir.Problems
	if !errors.As(err, &problems) {
		t.Fatal(err)
	}
	at := map[string]int{}
	for _, p := range problems {
		at[p.Name] = p.Line
	}
	if want := map[string]int{fhir.NoStatus: 0, fhir.DuplicateLinkID: 6, fhir.UnknownType: 7}; !reflect.DeepEqual(at, want) {
		t.Errorf("lines %v, want %v", at, want)
	}
	if got := problems[len(problems)-1].Sentence(); !strings.Contains(got, "line 7, item b") {
		t.Error(got)
	}
}

// What is untidy but says what it means is taken and comes back.
func TestUntidyQuestionnairesAreKept(t *testing.T) {
	for what, src := range map[string]string{
		"an empty list":             questionnaire(`{"linkId":"a","type":"boolean","text":"A","extension":[]}`),
		"markup":                    questionnaire(`{"linkId":"a","type":"boolean","text":"<b>Do</b> you &amp; yours\n\tagree?"}`),
		"braces":                    questionnaire(`{"linkId":"a","type":"boolean","text":"For {practice} and {nobody}"}`),
		"long linkIds":              questionnaire(`{"linkId":"` + strings.Repeat("a/", 200) + `","type":"boolean","text":"A"},{"linkId":"` + strings.Repeat("a-", 200) + `","type":"boolean","text":"B"}`),
		"numbers as written":        questionnaire(`{"linkId":"a","type":"decimal","text":"A","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/minValue","valueDecimal":1.50}]}`),
		"an initial choice":         questionnaire(`{"linkId":"c","type":"choice","text":"C","answerOption":[{"valueString":"x"}],"initial":[{"valueString":"x"}]}`),
		"an initial selection":      questionnaire(`{"linkId":"c","type":"choice","text":"C","repeats":true,"answerOption":[{"valueString":"x","initialSelected":true},{"valueString":"y"},{"valueString":"z","initialSelected":true}]}`),
		"initial answers":           questionnaire(`{"linkId":"a","type":"boolean","text":"A","initial":[{"valueBoolean":true}]},{"linkId":"b","type":"string","text":"B","initial":[{"valueString":"phone"}]},{"linkId":"d","type":"date","text":"D","initial":[{"valueDate":"2020-01"}]},{"linkId":"e","type":"decimal","text":"E","initial":[{"valueDecimal":1.50}]},{"linkId":"f","type":"dateTime","text":"F","initial":[{"valueDateTime":"2020-01-01T10:00:00Z"}]}`),
		"an initial answer in rows": questionnaire(`{"linkId":"g","type":"group","text":"G","repeats":true,"item":[{"linkId":"b","type":"string","text":"B","initial":[{"valueString":"phone"}]}]}`),
		"the same option twice":     questionnaire(`{"linkId":"c","type":"choice","text":"C","answerOption":[{"valueString":"x"},{"valueCoding":{"code":"x","system":"http://s"}},{"valueCoding":{"code":"x"}}]}`),
		"options of numbers":        questionnaire(`{"linkId":"c","type":"integer","text":"C","answerOption":[{"valueInteger":1},{"valueInteger":2}]}`),
		"items in a question":       questionnaire(`{"linkId":"a","type":"boolean","text":"A","item":[{"linkId":"a.rows","type":"string","text":"B","enableWhen":[{"question":"a","operator":"=","answerBoolean":true}]}]}`),
		"a question that repeats":   questionnaire(`{"linkId":"a","type":"date","text":"A","repeats":true,"required":true,"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/questionnaire-maxOccurs","valueInteger":3}]}`),
		"a hidden group":            questionnaire(yesNo + `,{"linkId":"g","type":"group","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/questionnaire-hidden","valueBoolean":true}],"item":[{"linkId":"b","type":"string"}]}`),
		"a contained value set": `{"resourceType":"Questionnaire","status":"draft","contained":[{"resourceType":"ValueSet","id":"v","compose":{"include":[{"system":"http://s","concept":[{"code":"1","display":"One"}]}]}}],
			"item":[{"linkId":"a","type":"choice","text":"A","answerValueSet":"#v"},{"linkId":"b","type":"string","text":"B","enableWhen":[{"question":"a","operator":"=","answerCoding":{"system":"http://s","code":"1"}}]}]}`,
		"a file that is needed":            questionnaire(`{"linkId":"a","type":"attachment","text":"A","required":true,"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/questionnaire-minOccurs","valueInteger":3}]},{"linkId":"b","type":"attachment","text":"B","required":true,"repeats":true,"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/questionnaire-minOccurs","valueInteger":2}]}`),
		"a file nobody may add":            questionnaire(`{"linkId":"a","type":"attachment","text":"A","readOnly":true,"required":true}`),
		"what is usual anyway":             questionnaire(`{"linkId":"a","type":"string","text":"A","maxLength":500},{"linkId":"b","type":"text","text":"B","maxLength":100000},{"linkId":"g","type":"group","text":"G","repeats":true,"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/questionnaire-maxOccurs","valueInteger":20}],"item":[{"linkId":"c","type":"attachment","text":"C","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/maxSize","valueDecimal":15}]}]},{"linkId":"o","type":"open-choice","text":"O","answerOption":[{"valueString":"x"}],"extension":[{"url":"http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-openLabel","valueString":"Something else"}]}`),
		"options that are markup":          questionnaire(`{"linkId":"c","type":"choice","text":"C","answerOption":[{"valueString":"<img src='x.png'/>"},{"valueString":"&lt;b&gt;"},{"valueString":"` + strings.Repeat("long ", 60) + `"},{"valueString":"` + strings.Repeat("long ", 60) + `"}]}`),
		"markup for a text":                questionnaire(`{"linkId":"a","type":"string","text":"&lt;b&gt;","_text":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/rendering-markdown","valueMarkdown":"a\n\n- b"}]}}`),
		"linkIds of buttons":               questionnaire(`{"linkId":"_back","type":"string","text":"A"},{"linkId":"_","type":"string","text":"B"}`),
		"words of options elsewhere":       questionnaire(`{"linkId":"c","type":"choice","text":"C","answerValueSet":"http://x.org/vs"},` + depends("b", "c", `"answerCoding":{"display":"Other "}`)),
		"many rows at least":               questionnaire(`{"linkId":"o","type":"open-choice","text":"O","repeats":true,"required":true,"answerOption":[{"valueString":"x"}],"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/questionnaire-minOccurs","valueInteger":150}]}`),
		"a list that begins chosen":        questionnaire(`{"linkId":"c","type":"choice","text":"C","repeats":true,"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl","valueCodeableConcept":{"coding":[{"code":"drop-down"}]}}],"answerOption":[{"valueString":"x","initialSelected":true},{"valueString":"y"}]}`),
		"two texts to read":                questionnaire(`{"linkId":"n","type":"display","text":"a\nb","_text":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/rendering-markdown","valueMarkdown":"a\n\n- b\n- c"}]}}`),
		"a month of a set of dates":        questionnaire(`{"linkId":"d","type":"date","text":"D","answerValueSet":"http://x.org/vs"},` + depends("b", "d", `"answerDate":"2020-01"`)),
		"only words to read":               questionnaire(`{"linkId":"a","type":"string","item":[{"linkId":"b","type":"display","text":"Your name"}]}`),
		"no words beside Markdown":         questionnaire(`{"linkId":"n","type":"display","text":"","_text":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/rendering-markdown","valueMarkdown":"*Read* this"}]}}`),
		"a hint that is not first":         strings.Replace(ours(`{"url":"minutes","valueString":"5"}`, `{"linkId":"a","type":"group","text":"A","item":[`+strings.Replace(yesNo, `"a"`, `"b"`, 1)+`,{"linkId":"a/help","type":"display","text":"H","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl","valueCodeableConcept":{"coding":[{"system":"http://hl7.org/fhir/questionnaire-item-control","code":"help"}]}}]}]}`), "\n", "", -1),
		"our extension as others write it": ours(`{"url":"minutes","valueString":" 5"},{"url":"kind","valueString":"consent"}`, part(`{"url":"clause","valueString":"a \"b\""},{"url":"verbatim","valueString":"\"true\""}`)),
		"a rule of another program":        questionnaire(`{"linkId":"a","type":"string","text":"A","required":true,"extension":[{"url":"http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-enableWhenExpression","valueExpression":{"language":"text/fhirpath","expression":"true"}}]}`),
	} {
		tpl, err := fhir.Import([]byte(src))
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		again, err := forms.Parse("", tpl.Canonical())
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		if d := diff("", canonical(t, []byte(src)), canonical(t, fhir.Export(again))); d != nil {
			t.Errorf("%s: %s\n%s", what, strings.Join(d, "\n"), tpl.Canonical())
		}
	}
}

// Options that everybody knows need not stand in the file; others do, before
// anybody can be asked.
func TestOptionsThatEverybodyKnows(t *testing.T) {
	for set, want := range map[string]int{
		"http://hl7.org/fhir/ValueSet/administrative-gender|4.0.1": 4, "http://hl7.org/fhir/ValueSet/marital-status": 11,
		"http://hl7.org/fhir/ValueSet/patient-contactrelationship": 11, "http://loinc.org/vs/LL358-3": 4, "http://example.org/vs": 0,
	} {
		tpl, err := fhir.Import([]byte(questionnaire(`{"linkId":"c","type":"choice","text":"C","answerValueSet":"` + set + `"}`)))
		if err != nil {
			t.Errorf("%s: %v", set, err)
			continue
		}
		if got := len(tpl.Item("c").Options); got != want || (len(fhir.Unpublishable(tpl)) == 0) != (want > 0) {
			t.Errorf("%s has %d options, and %v", set, got, fhir.Unpublishable(tpl))
		}
	}
}

// A date that is asked by its year alone, or its month, is not asked whole.
func TestPartialDatesAreTaken(t *testing.T) {
	control := `{"url":"http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl","valueCodeableConcept":{"coding":[{"code":"%s"}]}}`
	format := `{"url":"http://hl7.org/fhir/StructureDefinition/entryFormat","valueString":"%s"}`
	for extension, want := range map[string]string{
		fmt.Sprintf(control, "year"): forms.ByYear, fmt.Sprintf(control, "yearMonth"): forms.ByMonth, fmt.Sprintf(control, "slider"): "",
		fmt.Sprintf(format, "YYYY"): forms.ByYear, fmt.Sprintf(format, "MM/YYYY"): forms.ByMonth, fmt.Sprintf(format, "yyyy-mm-dd"): "", fmt.Sprintf(format, "Month"): "",
	} {
		src := questionnaire(`{"linkId":"d","type":"date","text":"D","extension":[` + extension + `]}`)
		tpl, err := fhir.Import([]byte(src))
		if err != nil {
			t.Errorf("%s: %v", extension, err)
			continue
		}
		if got := tpl.Item("d").Precision; got != want {
			t.Errorf("%s is %q, not %q", extension, got, want)
		}
		if d := diff("", canonical(t, []byte(src)), canonical(t, fhir.Export(tpl))); d != nil {
			t.Errorf("%s: %v", extension, d)
		}
	}
}

// What a Questionnaire begins with, the form begins with.
func TestInitialAnswersAreTaken(t *testing.T) {
	tpl, err := fhir.Import([]byte(questionnaire(`{"linkId":"a","type":"boolean","text":"A","initial":[{"valueBoolean":true}]},
		{"linkId":"b","type":"string","text":"B","readOnly":true,"initial":[{"valueString":"phone"}]},
		{"linkId":"c","type":"choice","text":"C","answerOption":[{"valueCoding":{"system":"http://s","code":"x"}},{"valueCoding":{"system":"http://s","code":"y"},"initialSelected":true}]},
		{"linkId":"o","type":"choice","text":"O","answerOption":[{"valueCoding":{"code":"x"}}],"initial":[{"valueCoding":{"code":"x"}}]},
		{"linkId":"n","type":"integer","text":"N","initial":[{"valueInteger":3}]}`)))
	if err != nil {
		t.Fatal(err)
	}
	want := forms.Inputs{"a": {"yes"}, "b": {"phone"}, "c": {"y"}, "o": {"x"}, "n": {"3"}}
	if got := tpl.Prefill(forms.Person{}); !reflect.DeepEqual(got, want) {
		t.Errorf("it begins with %v", got)
	}
}

// A change of one item changes that item alone, whatever was kept of it.
func TestAChangeOfOneItemStaysThere(t *testing.T) {
	changes := map[string]func(it *forms.Item) bool{
		"ask": func(it *forms.Item) bool { it.Ask += " indeed"; return it.Ask != " indeed" },
		"option": func(it *forms.Item) bool {
			if len(it.Options) > 0 {
				it.Options[0].Text += " indeed"
			}
			return len(it.Options) > 0
		},
		"required": func(it *forms.Item) bool { it.Required = !it.Required; return it.Asked() && !it.ReadOnly && !it.Hidden },
	}
	for name, src := range foreign(t) {
		tpl, err := fhir.Import(src)
		if err != nil || len(src) > 60_000 {
			continue
		}
		for what, change := range changes {
			done := 0
			tpl.Walk(func(it *forms.Item) bool {
				if done >= 2 || it.Field == forms.Question {
					return true
				}
				edited, err := forms.Parse("", tpl.Canonical())
				if err != nil {
					t.Fatal(err)
				}
				if !change(edited.Item(it.ID)) {
					return true
				}
				if edited, err = forms.Parse("", edited.Canonical()); err != nil {
					return true
				}
				done++
				if changed := changedItems(t, src, fhir.Export(edited)); len(changed) != 1 {
					t.Errorf("%s: changing %s of %s changes %v", name, what, it.ID, changed)
				}
				back, err := fhir.Import(fhir.Export(edited))
				if err != nil || string(back.Canonical()) == string(tpl.Canonical()) {
					t.Errorf("%s: the change of %s of %s is lost (%v)", name, what, it.ID, err)
				}
				return true
			})
		}
	}
}

// changedItems returns the linkIds of items that differ themselves, "" for the
// Questionnaire.
func changedItems(t testing.TB, a, b []byte) (changed []string) {
	t.Helper()
	x, y := flat(canonical(t, a), ""), flat(canonical(t, b), "")
	for link := range x {
		if !reflect.DeepEqual(x[link], y[link]) {
			changed = append(changed, link)
		}
	}
	if len(x) != len(y) {
		changed = append(changed, "their number")
	}
	return changed
}

// flat returns every item without the items in it, the Questionnaire as "".
func flat(v any, link string) map[string]any {
	o, _ := v.(map[string]any)
	out := map[string]any{}
	self := map[string]any{}
	for k, v := range o {
		if k != "item" {
			self[k] = v
		}
	}
	out[link] = self
	items, _ := o["item"].([]any)
	for _, it := range items {
		id, _ := it.(map[string]any)["linkId"].(string)
		for k, v := range flat(it, id) {
			out[k] = v
		}
	}
	return out
}

// A row whose answers somebody changed is no row of that scale any more: it is
// refused by name rather than asked with the scale's answers.
func TestARowWithAnswersOfItsOwnIsRefused(t *testing.T) {
	for _, tpl := range everyTemplate(t) {
		if tpl.Name != "phq-9" {
			continue
		}
		src := bytes.Replace(fhir.Export(tpl), []byte(`"Not at all"`), []byte(`"Never"`), 1)
		_, err := fhir.Import(src)
		var problems fhir.Problems
		if !errors.As(err, &problems) || len(problems) != 1 || problems[0].Name != fhir.NotAForm || problems[0].Item != "phq.1" {
			t.Errorf("%v, not one problem of the changed row", err)
		}
		return
	}
	t.Fatal("no PHQ-9")
}

// What our own extension says without need would come back without it: it is
// refused rather than changed.
func TestWhatWouldComeBackChangedIsRefused(t *testing.T) {
	own := `{"linkId":"a","type":"string","text":"A","extension":[{"url":"` + fhir.Base + `StructureDefinition/item","extension":[{"url":"min_len","valueString":"0"}]}]}`
	_, err := fhir.Import([]byte(questionnaire(own)))
	var problems fhir.Problems
	if !errors.As(err, &problems) || len(problems) != 1 || problems[0].Name != fhir.NotKept || problems[0].Item != "a" || problems[0].Line == 0 {
		t.Errorf("%v, not one problem of the item", err)
	}
	if _, err := fhir.Import([]byte(questionnaire(strings.Replace(own, `"0"`, `"1"`, 1)))); err != nil {
		t.Errorf("as we write it: %v", err)
	}
}

// Every kind has a form in FHIR: a type others know, and a way back.
func TestEveryKindHasAFormInFHIR(t *testing.T) {
	seen := map[forms.Kind]string{}
	for _, tpl := range everyTemplate(t) {
		types := map[string]string{}
		for link, it := range flat(canonical(t, fhir.Export(tpl)), "") {
			types[link], _ = it.(map[string]any)["type"].(string)
		}
		tpl.Walk(func(it *forms.Item) bool {
			if types[it.ID] != "" {
				seen[it.Kind] = types[it.ID]
			}
			return true
		})
	}
	for _, kind := range forms.Kinds() {
		if seen[kind] == "" {
			t.Errorf("%s has no form in FHIR, or stands in no template", kind)
		}
	}
}

func FuzzImport(f *testing.F) {
	f.Add([]byte(questionnaire(yesNo)))
	f.Add([]byte(questionnaire(choices + "," + depends("b", "c", `"answerString":"x"`))))
	for _, tpl := range everyTemplate(f) {
		if len(tpl.Canonical()) < 8000 {
			f.Add(fhir.Export(tpl))
		}
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		if len(src) > 20_000 {
			return
		}
		tpl, err := fhir.Import(src)
		var problems fhir.Problems
		if err != nil {
			if !errors.As(err, &problems) || len(problems) == 0 {
				t.Fatalf("not a problem with a name: %v", err)
			}
			return
		}
		out := fhir.Export(tpl)
		if !json.Valid(out) {
			t.Fatalf("no JSON: %s", out)
		}
		again, err := forms.Parse("", tpl.Canonical())
		if err != nil {
			t.Fatalf("the template does not parse: %v", err)
		}
		if string(fhir.Export(again)) != string(out) {
			t.Fatal("read again, it exports otherwise")
		}
		if d := diff("", canonical(t, src), canonical(t, out)); d != nil {
			t.Fatalf("not all came back: %v\n%s", d, tpl.Canonical())
		}
	})
}
