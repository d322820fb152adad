package e2e_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/sealform/sealform/forms/fhir"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/testbrowser"
)

// Every Questionnaire of others that can be used is published, sent, filled in
// by somebody who knows nothing but HTML forms, signed, and given back as a
// QuestionnaireResponse that others accept; the same one on both engines.
func TestQuestionnairesOfOthers(t *testing.T) {
	folder := os.Getenv("SEALFORM_TEST_QUESTIONNAIRES")
	if folder == "" {
		folder = "../../../shared/questionnaires"
	}
	files, _ := filepath.Glob(filepath.Join(folder, "*.json"))
	if len(files) == 0 {
		t.Skip("no questionnaires beside the repository")
	}
	var names []string
	var answered []json.RawMessage
	said := map[string]any{} // by file, on the first engine
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			d := served(t, engine)
			for _, file := range files {
				t.Run(filepath.Base(file), func(t *testing.T) {
					resources := d.walkThrough(t, file)
					answers := answersIn(t, resources)
					if engine == db.SQLite {
						said[file] = answers
						for _, r := range resources {
							names, answered = append(names, filepath.Base(file)), append(answered, r)
						}
					} else if !reflect.DeepEqual(answers, said[file]) {
						t.Errorf("here the answers are %v, there %v", answers, said[file])
					}
				})
			}
		})
	}
	for i, found := range testbrowser.ValidateFHIR(t, answered...) {
		if len(found) > 0 {
			t.Errorf("%s:\n%s\n%.800s", names[i], strings.Join(found[:min(len(found), 5)], "\n"), answered[i])
		}
	}
	t.Logf("%d of %d were filled in", len(answered)/3, len(files))
}

// answersIn returns what a Bundle says was answered, and to which form.
func answersIn(t *testing.T, resources []json.RawMessage) any {
	t.Helper()
	for _, r := range resources {
		var q struct {
			ResourceType, Questionnaire, Status string
			Item                                any
		}
		if err := json.Unmarshal(r, &q); err != nil {
			t.Fatal(err)
		}
		if q.ResourceType == "QuestionnaireResponse" {
			return q
		}
	}
	return nil
}

// walkThrough takes one file from import to answers, and returns what the
// answers are in FHIR; nothing when it was refused for the reason it should be.
func (d *demo) walkThrough(t *testing.T, file string) (resources []json.RawMessage) {
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	status, made := d.send(t, "/templates", "application/fhir+json", src)
	if reason := refusal(t, src); reason != "" {
		if status != http.StatusUnprocessableEntity || made["code"] != reason {
			t.Errorf("refused with %d %v, not %s", status, made, reason)
		}
		return nil
	}
	if status != http.StatusCreated {
		t.Fatalf("publishing is %d %v", status, made)
	}
	name := made["name"].(string)
	var sent, back any
	d.api(t, "/templates/"+name+"@"+made["version"].(string)+"/fhir", &back)
	if err := json.Unmarshal(src, &sent); err != nil || !reflect.DeepEqual(sent, back) {
		t.Error("it comes back as something else")
	}
	order, err := json.Marshal(map[string]any{"template": name, "client": map[string]string{"first_name": "Robin"}, "deliver": "none"})
	if err != nil {
		t.Fatal(err)
	}
	status, issued := d.send(t, "/documents", "application/json", order)
	if status != http.StatusCreated {
		t.Fatalf("sending is %d %v", status, issued)
	}
	doc := document{ID: issued["id"].(string), Template: name, Link: issued["link"].(string), Code: issued["code"].(string)}
	b := testbrowser.NewPlain(t)
	forward(t, b, unlock(t, b, doc), mostPages)
	var bundle struct {
		Entry []struct{ Resource json.RawMessage }
	}
	d.api(t, "/documents/"+doc.ID+"/fhir", &bundle)
	for _, e := range bundle.Entry {
		resources = append(resources, e.Resource)
	}
	return resources
}

// refusal is the name of what keeps a Questionnaire from being used, or "".
func refusal(t *testing.T, src []byte) string {
	t.Helper()
	tpl, err := fhir.Import(src)
	var wrong fhir.Problems
	if err != nil && !errors.As(err, &wrong) {
		t.Fatal(err)
	}
	if err == nil {
		wrong = fhir.Unpublishable(tpl)
	}
	if len(wrong) == 0 {
		return ""
	}
	return wrong[0].Name
}

// send posts with the demo's key.
func (d *demo) send(t *testing.T, path, kind string, body []byte) (status int, answer map[string]any) {
	t.Helper()
	status, text := d.call(t, http.MethodPost, path, kind, body)
	if err := json.Unmarshal(text, &answer); err != nil {
		t.Fatalf("POST %s: %d %v", path, status, err)
	}
	return status, answer
}
