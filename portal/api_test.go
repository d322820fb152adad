package portal_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testpractice"
)

// A program holds an API key.
type program struct {
	t    *testing.T
	site *site
	key  string
}

func (s *site) program(reads bool) *program {
	s.t.Helper()
	key, err := s.store.MakeAPIKey(s.t.Context(), s.director, "a program", reads)
	fatal(s.t, err)
	return &program{s.t, s, key}
}

type object = map[string]any

// call sends a request, with body as JSON unless a Content-Type follows.
func (a *program) call(method, path, body string, headers ...string) (int, object) {
	a.t.Helper()
	headers = append([]string{"Authorization", "Bearer " + a.key, "Content-Type", "application/json"}, headers...)
	p := a.site.do(a.t, method, "/api/v1"+path, strings.NewReader(body), headers...)
	var v object
	if err := json.Unmarshal([]byte(p.body), &v); err != nil {
		a.t.Fatalf("%s %s is no JSON: %d %q", method, path, p.StatusCode, p.body)
	}
	if p.StatusCode >= 400 {
		if p.Header.Get("Content-Type") != "application/problem+json" || v["status"] != float64(p.StatusCode) || v["title"] != http.StatusText(p.StatusCode) || v["detail"] == "" || v["code"] == "" || v["type"] == "" {
			a.t.Errorf("%s %s answers %v as %s", method, path, v, p.Header.Get("Content-Type"))
		}
	}
	return p.StatusCode, v
}

const order = `{"template":"npp-acknowledgement","client":{"first_name":"Robin","full_name":"Robin Reed","date_of_birth":"1984-03-27"},"deliver":"none"}`

func TestADocumentFromAProgram(t *testing.T) {
	s := start(t, nil)
	a := s.program(true)
	status, made := a.call("POST", "/documents", order)
	if status != 201 || made["state"] != "sent" {
		t.Fatalf("creating is %d %v", status, made)
	}
	expires, err := time.Parse(time.RFC3339, made["expires_at"].(string))
	if err != nil || expires.Location() != time.UTC || !strings.HasSuffix(made["expires_at"].(string), "Z") {
		t.Errorf("expires_at is %v", made["expires_at"])
	}
	at := "/documents/" + made["id"].(string)
	if status, v := a.call("GET", at+"/answers", ""); status != 409 || v["code"] != "not-completed" {
		t.Errorf("answers before completion are %d %v", status, v)
	}
	if status, v := a.call("GET", at+"/pdf", ""); status != 409 || v["code"] != "not-completed" {
		t.Errorf("the PDF before completion is %d %v", status, v)
	}
	if status, v := a.call("POST", at+"/extend", `{"days":60}`); status != 200 || v["expires_at"] == made["expires_at"] {
		t.Errorf("extending is %d %v", status, v)
	}
	status, again := a.call("POST", at+"/reissue", "")
	if status != 201 || again["link"] == made["link"] || again["link"] == nil || again["code"] == nil {
		t.Errorf("re-issuing without a body is %d %v", status, again)
	}
	status, code := a.call("POST", at+"/reissue", `{"what":"code"}`)
	if status != 201 || code["link"] != nil || code["code"] == nil {
		t.Errorf("re-issuing the code is %d %v", status, code)
	}
	b := s.browser()
	b.complete(b.unlock(strings.TrimPrefix(again["link"].(string), s.url), code["code"].(string)))

	_, d := a.call("GET", at, "")
	if d["state"] != "completed" || d["outcome"] != "acknowledged" || d["client"].(object)["full_name"] != "Robin Reed" || d["completed_at"] == nil {
		t.Errorf("the document is %v", d)
	}
	status, answers := a.call("GET", at+"/answers", "")
	if _, ok := answers["items"].(object); status != 200 || !ok || answers["template"] != "npp-acknowledgement" || answers["sha256"] != d["sha256"] {
		t.Errorf("the answers are %d %v", status, answers)
	}
	paper := s.do(t, "GET", "/api/v1"+at+"/pdf", nil, "Authorization", "Bearer "+a.key)
	if paper.StatusCode != 200 || paper.Header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(paper.body, "%PDF-") {
		t.Errorf("the PDF is %d %v", paper.StatusCode, paper.Header)
	}
	if status, v := a.call("POST", at+"/revoke", ""); status != 409 {
		t.Errorf("revoking what is completed is %d %v", status, v)
	}
	status, list := a.call("GET", "/documents?state=completed", "")
	if items := list["items"].([]any); status != 200 || len(items) != 1 || list["next"] != nil {
		t.Errorf("the list is %d %v", status, list)
	}
	status, events := a.call("GET", "/events", "")
	if status != 200 || len(events["items"].([]any)) < 5 {
		t.Errorf("the events are %d %v", status, events)
	}
}

func TestListsGoOn(t *testing.T) {
	s := start(t, nil)
	a := s.program(true)
	for range 51 {
		s.send("npp-acknowledgement")
	}
	seen := map[string]bool{}
	pages := 0
	for cursor := ""; ; pages++ {
		_, list := a.call("GET", "/documents?cursor="+url.QueryEscape(cursor), "")
		for _, item := range list["items"].([]any) {
			seen[item.(object)["id"].(string)] = true
		}
		if list["next"] == nil {
			break
		}
		cursor = list["next"].(string)
	}
	if len(seen) != 51 || pages != 1 {
		t.Errorf("%d documents on %d pages and one", len(seen), pages)
	}
}

func TestMistakesOfPrograms(t *testing.T) {
	s := start(t, nil)
	a := s.program(true)
	_, made := a.call("POST", "/documents", order)
	at := "/documents/" + made["id"].(string)
	for _, c := range []struct {
		method, path, body string
		status             int
		code, says         string
	}{
		{"POST", "/documents", `{"template":"x","clientt":{}}`, 422, "unknown-field", "clientt"},
		{"POST", "/documents", `{"template":"x","client":{"first_name":"R","surname":"S"}}`, 422, "unknown-field", "surname"},
		{"POST", "/documents", `{"template":7}`, 422, "wrong-type", "template"},
		{"POST", "/documents", `{"template":`, 422, "malformed", "JSON"},
		{"POST", "/documents", order + order, 422, "malformed", "more"},
		{"POST", "/documents", `{}`, 422, "template", "template"},
		{"POST", "/documents", `{"template":"npp-acknowledgement"}`, 422, "client", "client_id"},
		{"POST", "/documents", `{"template":"npp-acknowledgement","client":{}}`, 422, "first-name", "first_name"},
		{"POST", "/documents", strings.Replace(order, `"none"`, `"send"`, 1), 409, "no-channel", `No message can be sent to this client from here. Show link and code instead ("deliver": "none") and hand them over yourself.`},
		{"POST", "/documents", strings.Replace(order, `"none"`, `"fax"`, 1), 422, "deliver", "none"},
		{"POST", "/documents", `{"template":"npp-acknowledgement","client_id":"00000000-0000-4000-8000-000000000000"}`, 404, "not-found", "client"},
		{"POST", at + "/reissue", `{"what":"all"}`, 422, "what", "both"},
		{"POST", at + "/extend", `{}`, 422, "days", "days"},
		{"POST", at + "/revoke", `{"why":"x"}`, 422, "unknown-field", "why"},
		{"GET", "/documents?state=lost", "", 422, "unknown-state", "state"},
		{"GET", "/documents?cursor=x", "", 422, "invalid", "cursor"},
		{"GET", "/documents/x", "", 404, "not-found", "nothing"},
		{"GET", "/templates/nothing", "", 404, "not-found", "template"},
		{"GET", "/nothing", "", 404, "not-found", "openapi.json"},
		{"PUT", "/documents", "", 405, "method-not-allowed", "openapi.json"},
	} {
		status, v := a.call(c.method, c.path, c.body)
		if status != c.status || c.code != "" && v["code"] != c.code || !strings.Contains(v["detail"].(string), c.says) {
			t.Errorf("%s %s %s is %d %v", c.method, c.path, c.body, status, v)
		}
	}
	if status, _ := a.call("POST", "/documents", order, "Content-Type", "text/plain"); status != 415 {
		t.Errorf("a body of plain text is %d", status)
	}
}

func TestKeys(t *testing.T) {
	s := start(t, nil)
	for _, header := range []string{"", "Bearer", "Bearer x", "Basic eDp5", "Bearer sealform_" + strings.Repeat("A", 43)} {
		p := s.do(t, "GET", "/api/v1/documents", nil, "Authorization", header)
		if p.StatusCode != 401 || p.Header.Get("WWW-Authenticate") != "Bearer" || p.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("the key %q is %d %v", header, p.StatusCode, p.Header)
		}
	}
	creates := s.program(false)
	status, made := creates.call("POST", "/documents", order)
	if status != 201 {
		t.Fatalf("a create-only key creating is %d %v", status, made)
	}
	for _, path := range []string{"/documents", "/documents/" + made["id"].(string) + "/answers", "/documents/" + made["id"].(string) + "/pdf", "/events"} {
		if status, v := creates.call("GET", path, ""); status != 403 || v["code"] != "forbidden" {
			t.Errorf("a create-only key reading %s is %d %v", path, status, v)
		}
	}
	other := s.otherProgram()
	for _, path := range []string{"", "/answers", "/pdf"} {
		if status, _ := other.call("GET", "/documents/"+made["id"].(string)+path, ""); status != 404 {
			t.Errorf("another practice's %q is %d", path, status)
		}
	}
	if status, _ := other.call("POST", "/documents/"+made["id"].(string)+"/revoke", ""); status != 404 {
		t.Errorf("revoking another practice's document is %d", status)
	}
	keys, err := s.store.APIKeys(t.Context(), s.director)
	fatal(t, err)
	for _, k := range keys {
		fatal(t, s.store.RevokeAPIKey(t.Context(), s.director, k.ID))
	}
	if status, _ := creates.call("POST", "/documents", order); status != 401 {
		t.Errorf("a revoked key is %d", status)
	}
}

// otherPractice is another practice of the same installation.
func (s *site) otherPractice() *testpractice.Founded {
	s.t.Helper()
	return testpractice.Found(s.t, s.store, store.NewPractice{
		Practice:     practice.Practice{Name: "Other Practice", Phone: "+61 2 1111 1111", Country: "AU", Zone: "Australia/Perth"},
		DirectorName: "Otto", DirectorEmail: "otto@other.example",
	})
}

// otherProgram holds a reading key of another practice.
func (s *site) otherProgram() *program {
	s.t.Helper()
	key, err := s.store.MakeAPIKey(s.t.Context(), s.otherPractice().Director, "theirs", true)
	fatal(s.t, err)
	return &program{s.t, s, key}
}

func TestTheSameRequestTwice(t *testing.T) {
	s := start(t, nil)
	a := s.program(true)
	_, first := a.call("POST", "/documents", order, "Idempotency-Key", "k1")
	status, second := a.call("POST", "/documents", order, "Idempotency-Key", "k1")
	if status != 201 || second["id"] != first["id"] || second["link"] != first["link"] || second["code"] != first["code"] {
		t.Errorf("the second answer is %d %v, the first %v", status, second, first)
	}
	if status, v := a.call("POST", "/documents", strings.Replace(order, "Robin", "Ren", 1), "Idempotency-Key", "k1"); status != 422 {
		t.Errorf("the key for another request is %d %v", status, v)
	}
	if _, third := a.call("POST", "/documents", order, "Idempotency-Key", "k2"); third["id"] == first["id"] {
		t.Error("another key made no other document")
	}
	bad := strings.Replace(order, "npp-acknowledgement", "nothing", 1)
	a.call("POST", "/documents", bad, "Idempotency-Key", "k3")
	if status, v := a.call("POST", "/documents", order, "Idempotency-Key", "k3"); status != 201 {
		t.Errorf("after a failure the key is %d %v", status, v)
	}
}

const ownTemplate = `form: desk-check
version: "1.0.0"
title: Desk check
kind: intake
language: en
items:
- id: colour
  ask: Which colour?
  type: text
`

func TestTemplates(t *testing.T) {
	s := start(t, nil)
	a := s.program(true)
	yaml := []string{"Content-Type", "application/yaml"}
	status, made := a.call("POST", "/templates", ownTemplate, yaml...)
	if status != 201 || made["name"] != "desk-check" || made["version"] != "1.0.0" {
		t.Fatalf("publishing is %d %v", status, made)
	}
	if status, v := a.call("POST", "/templates", ownTemplate, yaml...); status != 409 {
		t.Errorf("publishing the version again is %d %v", status, v)
	}
	_, list := a.call("GET", "/templates", "")
	named := func(item any) bool { return item.(object)["name"] == "desk-check" }
	if !slices.ContainsFunc(list["items"].([]any), named) {
		t.Errorf("the list is %v", list)
	}
	for _, name := range []string{"desk-check", "desk-check@1.0.0", "desk-check%401.0.0"} {
		if status, v := a.call("GET", "/templates/"+name, ""); status != 200 || v["sha256"] != made["sha256"] || !strings.Contains(v["yaml"].(string), "Which colour?") {
			t.Errorf("template %s is %d %v", name, status, v)
		}
	}
	if status, v := a.call("POST", "/templates", strings.Replace(ownTemplate, "type: text", "type: txt", 1), yaml...); status != 422 || len(v["errors"].([]any)) == 0 {
		t.Errorf("a template with a mistake is %d %v", status, v)
	}
	if status, _ := a.call("POST", "/templates", "{}", "Content-Type", "application/json"); status != 415 {
		t.Errorf("JSON of no kind we know is %d", status)
	}
	draft := strings.Replace(ownTemplate, `"1.0.0"`, `"1.1.0"`, 1)
	if status, v := a.call("POST", "/templates?draft=1", draft, yaml...); status != 201 || v["state"] != "draft" {
		t.Errorf("a draft is %d %v", status, v)
	}
	if _, v := a.call("GET", "/templates/desk-check", ""); v["version"] != "1.0.0" {
		t.Errorf("a draft became the newest version: %v", v["version"])
	}
}

func TestTheDescriptionIsTheTable(t *testing.T) {
	s := start(t, nil)
	p := s.do(t, "GET", "/api/v1/openapi.json", nil)
	var description struct {
		OpenAPI string
		Paths   map[string]map[string]struct{ Description string }
	}
	if err := json.Unmarshal([]byte(p.body), &description); err != nil || p.StatusCode != 200 || description.OpenAPI == "" {
		t.Fatalf("the description is %d, %v", p.StatusCode, err)
	}
	var described, served []string
	for path, methods := range description.Paths {
		for method, op := range methods {
			described = append(described, strings.ToUpper(method)+" "+path+" "+strings.TrimSuffix(strings.TrimPrefix(op.Description, "Permission: "), "."))
		}
	}
	for _, r := range s.Routes() {
		if strings.HasPrefix(r.Path, "/api/") {
			served = append(served, r.Method+" "+regexp.MustCompile(`:(\w+)`).ReplaceAllString(r.Path, "{$1}")+" "+string(r.Permission))
		}
	}
	slices.Sort(described)
	slices.Sort(served)
	if !slices.Equal(described, served) {
		t.Errorf("described:\n%s\nserved:\n%s", strings.Join(described, "\n"), strings.Join(served, "\n"))
	}
	for _, code := range []string{"409 idempotency-key-in-use", "422 idempotency-key-reused"} {
		if said := strings.Count(p.body, code); said != strings.Count(p.body, `"Idempotency-Key"`) {
			t.Errorf("%q is told %d times", code, said)
		}
	}
	for _, ref := range regexp.MustCompile(`"#/components/schemas/(\w+)"`).FindAllStringSubmatch(p.body, -1) {
		if !strings.Contains(p.body, `"`+ref[1]+`": {`) {
			t.Errorf("no schema %s", ref[1])
		}
	}
}
