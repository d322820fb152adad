package portal_test

import (
	"net/url"
	"strings"
	"testing"
)

func TestAListOfClientsAtTheDesk(t *testing.T) {
	s := start(t, nil)
	b := s.desk()
	if p := b.upload("/staff/clients/import", "file", "\x89PNG\x00"); p.StatusCode != 422 || !strings.Contains(p.body, "CSV") {
		t.Fatalf("a picture is %d", p.StatusCode)
	}
	const list = "Name;Date of birth;Phone\nMaya Ortiz;4/17/1988;'+15035550142\nmaya ortiz;;\n=1+1;;\n"
	preview := b.upload("/staff/clients/import", "file", list)
	for _, words := range []string{"Need a look: 2", "The same person as line 2?", "begins like a formula", "Import 1 client"} {
		if !strings.Contains(preview.body, words) {
			t.Fatalf("the preview (%d) does not say %q: %s", preview.StatusCode, words, text(preview.root))
		}
	}
	if p := b.get(preview.Request.URL.Path + "?lines=all"); !strings.Contains(p.body, "April 17, 1988") || !strings.Contains(p.body, "Ready") {
		t.Errorf("all lines: %s", text(p.root))
	}
	if p := b.get("/staff/clients"); strings.Contains(p.body, "Maya") {
		t.Error("the preview added a client")
	}
	report := b.submit(preview.form())
	if report.StatusCode != 200 || !strings.Contains(report.body, "Imported.") {
		t.Fatalf("the import is %d: %s", report.StatusCode, text(report.root))
	}
	if p := b.get(preview.Request.URL.Path + "?lines=all"); strings.Count(p.body, ">Added</span>") != 1 {
		t.Errorf("the report says: %s", text(p.root))
	}
	if p := b.get("/staff/clients?q=ortiz"); !strings.Contains(p.body, "Maya Ortiz") {
		t.Error("the imported client is not found")
	}
}

func TestPrivacyNoticeAtTheDesk(t *testing.T) {
	s := start(t, nil)
	b := s.desk()
	add := b.get("/staff/clients/new").form()
	add.fields.Set("first_name", "Mia")
	at := b.submit(add).Request.URL.Path
	if p := b.get("/staff/notices"); !strings.Contains(p.body, at) || !strings.Contains(p.body, "Send the notice") {
		t.Fatalf("the client is not missing: %s", text(p.root))
	}
	f := b.get(at + "/notice").form()
	if p := b.submit(f); p.StatusCode != 422 || !strings.Contains(p.body, "Choose why") {
		t.Errorf("a refusal without a reason is %d", p.StatusCode)
	}
	f.fields.Set("reason", "barrier")
	f.fields.Set("words", "no interpreter could be found")
	if p := b.submit(f); p.StatusCode != 200 || !strings.Contains(p.body, "no interpreter could be found") || !strings.Contains(p.body, "Dana Director") {
		t.Errorf("the recorded refusal is %d: %s", p.StatusCode, text(p.root))
	}
	for state, shown := range map[string]bool{"pending": false, "refused": true, "acknowledged": false, "all": true} {
		if p := b.get("/staff/notices?" + url.Values{"state": {state}}.Encode()); strings.Contains(p.body, at) != shown {
			t.Errorf("among those %s the client is shown: %t", state, !shown)
		}
	}
}
