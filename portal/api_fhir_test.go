package portal_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

const fhirJSON = "application/fhir+json"

// questionnaire is one that another program wrote: linkIds that are no ids
// here, an extension nobody knows, and items in a question.
const questionnaire = `{"resourceType":"Questionnaire","id":"walking","url":"https://example.org/walking","version":"2.1","status":"active","title":"Walking",
"extension":[{"url":"https://example.org/colour","valueString":"green"}],
"item":[{"linkId":"/a b","type":"choice","text":"Do you walk?","extension":[{"url":"https://example.org/size","valueDecimal":1.50}],
"answerOption":[{"valueString":"Yes"},{"valueString":"No"}],
"item":[{"linkId":"far","type":"quantity","text":"How far?","required":false,"enableWhen":[{"question":"/a b","operator":"=","answerString":"Yes"}]}]}]}`

func (a *program) fetch(path string) (kind string, v any) {
	a.t.Helper()
	p := a.site.do(a.t, "GET", "/api/v1"+path, nil, "Authorization", "Bearer "+a.key)
	if p.StatusCode != 200 {
		a.t.Fatalf("%s is %d %s", path, p.StatusCode, p.body)
	}
	if err := json.Unmarshal([]byte(p.body), &v); err != nil {
		a.t.Fatal(err)
	}
	return p.Header.Get("Content-Type"), v
}

func TestAQuestionnaireThroughTheAPI(t *testing.T) {
	s := start(t, nil)
	a := s.program(true)
	status, made := a.call("POST", "/templates", questionnaire, "Content-Type", fhirJSON)
	if status != 201 || made["name"] != "walking" || made["version"] != "2.1.0" {
		t.Fatalf("publishing is %d %v", status, made)
	}
	kind, back := a.fetch("/templates/walking/fhir")
	var want any
	fatal(t, json.Unmarshal([]byte(questionnaire), &want))
	if kind != fhirJSON || !reflect.DeepEqual(back, want) {
		t.Errorf("it comes back as %s:\n%v\n%v", kind, back, want)
	}
	// One item is changed in YAML; nothing else changes in FHIR.
	_, one := a.call("GET", "/templates/walking", "")
	edited := strings.Replace(strings.Replace(one["yaml"].(string), "How far?", "How far on most days?", 1), `version: "2.1.0"`, `version: "2.1.1"`, 1)
	if status, v := a.call("POST", "/templates", edited, "Content-Type", "application/yaml"); status != 201 {
		t.Fatalf("publishing the edited one is %d %v", status, v)
	}
	_, back = a.fetch("/templates/walking/fhir")
	fatal(t, json.Unmarshal([]byte(strings.Replace(strings.Replace(questionnaire, "How far?", "How far on most days?", 1), `"2.1"`, `"2.1.1"`, 1)), &want))
	if !reflect.DeepEqual(back, want) {
		t.Errorf("edited, it is\n%v, not\n%v", back, want)
	}
}

func TestAQuestionnaireThatCannotBeTaken(t *testing.T) {
	s := start(t, nil)
	a := s.program(true)
	twice := strings.Replace(questionnaire, `"linkId":"far"`, `"linkId":"/a b"`, 1)
	status, v := a.call("POST", "/templates", twice, "Content-Type", fhirJSON)
	if first := v["errors"].([]any)[0].(object); status != 422 || v["code"] != "duplicate-link-id" || first["name"] != "duplicate-link-id" || first["item"] != "/a b" {
		t.Errorf("a linkId used twice is %d %v", status, v)
	}
	elsewhere := strings.Replace(questionnaire, `"answerOption":[{"valueString":"Yes"},{"valueString":"No"}]`, `"answerValueSet":"http://example.org/fhir/ValueSet/answers"`, 1)
	if status, v := a.call("POST", "/templates", elsewhere, "Content-Type", fhirJSON); status != 422 || v["code"] != "options-not-here" {
		t.Errorf("options of a terminology server are %d %v", status, v)
	}
	if status, v := a.call("POST", "/templates?draft=1", elsewhere, "Content-Type", fhirJSON); status != 201 || v["state"] != "draft" {
		t.Errorf("as a draft they are %d %v", status, v)
	}
	_, back := a.fetch("/templates/walking/fhir")
	var want any
	fatal(t, json.Unmarshal([]byte(elsewhere), &want))
	if !reflect.DeepEqual(back, want) {
		t.Errorf("the draft comes back as %v", back)
	}
}

func TestACompletedDocumentAsABundle(t *testing.T) {
	s := start(t, nil)
	a := s.program(true)
	_, made := a.call("POST", "/documents", order)
	at := "/documents/" + made["id"].(string)
	if status, v := a.call("GET", at+"/fhir", ""); status != 409 || v["code"] != "not-completed" {
		t.Errorf("the Bundle before completion is %d %v", status, v)
	}
	b := s.browser()
	b.complete(b.unlock(strings.TrimPrefix(made["link"].(string), s.url), made["code"].(string)))
	kind, v := a.fetch(at + "/fhir")
	types := map[string]int{}
	for _, e := range v.(object)["entry"].([]any) {
		types[e.(object)["resource"].(object)["resourceType"].(string)]++
	}
	want := map[string]int{"QuestionnaireResponse": 1, "Consent": 1, "DocumentReference": 1, "Provenance": 1}
	if kind != fhirJSON || !reflect.DeepEqual(types, want) {
		t.Errorf("the Bundle is %s with %v", kind, types)
	}
}
