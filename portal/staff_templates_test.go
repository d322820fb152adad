package portal_test

import (
	"bytes"
	"mime/multipart"
	"net/url"
	"strings"
	"testing"
)

const ownForm = `# Ours, for Mondays.
form: monday
version: "1.0.0"
title: Monday form
kind: intake
items:
- id: how
  type: text
  ask: How was the weekend?
`

func TestATemplateFromDraftToRetired(t *testing.T) {
	s := start(t, nil)
	b := s.desk()
	save := func(text, do string) *page {
		t.Helper()
		return b.post("/staff/templates/edit", url.Values{"text": {strings.ReplaceAll(text, "\n", "\r\n")}, "do": {do}})
	}
	broken := save(strings.Replace(ownForm, "type: text", "type: txet", 1), "publish")
	if broken.StatusCode != 422 || !strings.Contains(broken.body, "Line 8") || !strings.Contains(broken.body, "type: txet") {
		t.Errorf("a broken template is %d without its line", broken.StatusCode)
	}
	if p := save(ownForm, "draft"); p.Request.URL.Path != "/staff/templates/monday/1.0.0" || !strings.Contains(p.body, "draft") {
		t.Fatalf("a draft ends on %s (%d)", p.Request.URL, p.StatusCode)
	}
	offered := func() bool { return strings.Contains(b.get("/staff/documents/new").body, "Monday form") }
	if offered() {
		t.Error("a draft can be sent")
	}
	if p := b.get("/staff/templates/edit?from=monday@1.0.0"); !strings.Contains(p.body, "# Ours, for Mondays.") {
		t.Error("the editor lost the comments")
	}
	if p := save(ownForm, "publish"); p.StatusCode != 200 || !offered() {
		t.Fatalf("publishing is %d, offered %v", p.StatusCode, offered())
	}
	if p := save(strings.Replace(ownForm, "weekend", "week", 1), "publish"); p.StatusCode != 422 || !strings.Contains(p.body, "never changes") {
		t.Errorf("a published version changes: %d", p.StatusCode)
	}
	if p := save(strings.NewReplacer("weekend", "week", "1.0.0", "1.1.0").Replace(ownForm), "publish"); p.StatusCode != 200 {
		t.Errorf("a second version is %d", p.StatusCode)
	}
	if p := b.get("/staff/templates/monday/1.1.0/changes?since=1.0.0"); !strings.Contains(p.body, "How was the week?") || !strings.Contains(p.body, "How was the weekend?") {
		t.Errorf("what changed is not told: %d", p.StatusCode)
	}
	for _, version := range []string{"1.0.0", "1.1.0"} {
		if p := b.post("/staff/templates/monday/"+version+"/retire", nil); p.Request.URL.Path != "/staff/templates" {
			t.Errorf("retiring ends on %s", p.Request.URL)
		}
	}
	if offered() {
		t.Error("a retired template can be sent")
	}
}

func TestTheBuiltInFormsAreShown(t *testing.T) {
	s := start(t, nil)
	b := s.desk()
	own := b.get("/staff/templates/edit?from=intake-adult@1.0.0").form().fields.Get("text")
	if !strings.Contains(own, "# What a practice asks an adult") || !strings.Contains(own, "form: intake-adult") {
		t.Fatal("the editor does not open the built-in text")
	}
	p := b.get("/staff/templates/intake-adult/1.0.0/preview?page=2")
	if p.StatusCode != 200 || !strings.Contains(p.body, "How to reach you") {
		t.Errorf("the preview's second page is %d", p.StatusCode)
	}
	if policy := p.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "frame-ancestors 'self'") || !strings.Contains(policy, "form-action 'none'") {
		t.Errorf("the preview's policy is %q", policy)
	}
	if p := b.post("/staff/templates/preview", url.Values{"text": {ownForm}, "page": {"99"}}); p.StatusCode != 200 || !strings.Contains(p.body, "How was the weekend?") {
		t.Errorf("the preview of a text is %d", p.StatusCode)
	}
	if p := b.get("/staff/templates/intake-adult/1.0.0/intake-adult.yaml"); p.body != own {
		t.Error("the file is not the text that is edited")
	}
}

func TestAnImportedTemplateIsLookedAtFirst(t *testing.T) {
	s := start(t, nil)
	b := s.desk()
	if p := b.upload("/staff/templates/import", "monday.yaml", ownForm); p.StatusCode != 200 || p.form().fields.Get("text") != ownForm {
		t.Errorf("the import is %d", p.StatusCode)
	}
	if p := b.upload("/staff/templates/import", "monday.yaml", ownForm+"- {id: how, type: text, ask: Again?}\n"); !strings.Contains(p.body, "Line 10") {
		t.Errorf("a broken import is %d, without its line", p.StatusCode)
	}
	questionnaire := b.get("/staff/templates/gad-7/1.0.0/gad-7.json").body
	if p := b.upload("/staff/templates/import", "gad-7.json", questionnaire); p.StatusCode != 200 || !strings.Contains(p.form().fields.Get("text"), "Worrying too much") {
		t.Errorf("a Questionnaire is %d", p.StatusCode)
	}
	if p := b.upload("/staff/templates/import", "bad.json", `{"resourceType":"Patient"}`); p.StatusCode != 422 || !strings.Contains(p.body, "Questionnaire") {
		t.Errorf("another resource is %d", p.StatusCode)
	}
	if p := b.get("/staff/templates"); strings.Contains(p.body, "Monday form") {
		t.Error("an import is kept before anybody looked at it")
	}
}

// upload posts a file in the field "file".
func (b *browser) upload(path, name, file string) *page {
	b.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile("file", name)
	fatal(b.t, err)
	_, err = part.Write([]byte(file))
	fatal(b.t, err)
	fatal(b.t, w.Close())
	r, err := b.client.Post(b.site.url+path, w.FormDataContentType(), &body)
	return b.read(r, err)
}
