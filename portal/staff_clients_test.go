package portal_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
)

func TestAClientAtTheDesk(t *testing.T) {
	s := start(t, nil)
	b := s.desk()
	add := b.get("/staff/clients/new").form()
	add.fields.Set("date_of_birth", "27 March 1984")
	if p := b.submit(add); p.StatusCode != 422 || !strings.Contains(p.body, "Enter the client&#39;s first name") {
		t.Fatalf("a client without a name is %d", p.StatusCode)
	}
	add.fields.Set("first_name", "Mia")
	add.fields.Set("full_name", "Mia Nguyễn")
	p := b.submit(add)
	at := p.Request.URL.Path
	if !strings.Contains(p.body, "March 27, 1984") || !strings.Contains(p.body, "The client is added") {
		t.Fatalf("the added client is %d: %s", p.StatusCode, text(p.root))
	}
	add.fields.Set("full_name", "mia nguyen")
	again := b.submit(add)
	if again.StatusCode != 409 || !strings.Contains(again.body, at) {
		t.Fatalf("the same client again is %d", again.StatusCode)
	}
	f := again.form()
	f.fields.Set("anyway", "yes")
	if p := b.submit(f); p.StatusCode != 200 || p.Request.URL.Path == at {
		t.Errorf("somebody else of that name is %d", p.StatusCode)
	}

	edit := b.get(at + "/edit").form()
	stale := b.get(at + "/edit").form()
	edit.fields.Set("email", "mia@example.org")
	if p := b.submit(edit); p.StatusCode != 200 || !strings.Contains(p.body, "changed the record") || !strings.Contains(p.body, "mia@example.org") {
		t.Errorf("the change is %d: %s", p.StatusCode, text(p.root))
	}
	stale.fields.Set("phone", "+1 303 555 0142")
	if p := b.submit(stale); p.StatusCode != 409 || p.form().fields.Get("phone") != "+1 303 555 0142" {
		t.Errorf("a change over a change is %d and keeps %q", p.StatusCode, p.form().fields.Get("phone"))
	}
	page := b.get(at)
	snapshot := regexp.MustCompile(`name="snapshot" value="([^"]+)"`).FindStringSubmatch(page.body)
	version := regexp.MustCompile(`name="version" value="([^"]+)"`).FindStringSubmatch(page.body)
	if snapshot == nil || version == nil {
		t.Fatalf("no former version to restore: %s", text(page.root))
	}
	restored := b.post(at+"/restore", url.Values{"snapshot": {snapshot[1]}, "version": {version[1]}})
	if restored.StatusCode != 200 || strings.Contains(b.get(at+"/edit").form().fields.Get("email"), "mia@") {
		t.Errorf("restoring is %d", restored.StatusCode)
	}

	for query, found := range map[string]bool{"nguyen": true, "1984-03-27": true, "olsen": false} {
		if p := b.get("/staff/clients?q=" + url.QueryEscape(query)); strings.Contains(p.body, at) != found {
			t.Errorf("the search for %q shows the client: %t", query, !found)
		}
	}
	if p := b.get("/staff/clients?for=document&q=nguyen"); !strings.Contains(p.body, "/staff/documents/new?client=") {
		t.Error("a client found for a document leads nowhere")
	}
	b.post(at+"/archive", url.Values{})
	if p := b.get("/staff/clients"); strings.Contains(p.body, at) {
		t.Error("an archived client is listed")
	}
	if p := b.get("/staff/clients?archived=1"); !strings.Contains(p.body, at) {
		t.Error("an archived client is not listed among them")
	}
	b.post(at+"/archive", url.Values{"archived": {"no"}})
	if p := b.get("/staff/clients"); !strings.Contains(p.body, at) {
		t.Error("a restored client is not listed")
	}
}
