package portal_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
)

const email = "dana@harbour.example"

// desk is a browser in which the director is signed in.
func (s *site) desk() *browser {
	s.t.Helper()
	b := s.browser()
	if p := b.post("/staff/sign-in", url.Values{"email": {email}, "passphrase": {passphrase}}); p.Request.URL.Path != "/staff" {
		s.t.Fatalf("signing in ended on %s (%d)", p.Request.URL, p.StatusCode)
	}
	return b
}

func TestStaffSignInAndOut(t *testing.T) {
	s := start(t, nil)
	b := s.browser()
	p := b.get("/staff/documents?state=sent")
	if p.Request.URL.Path != "/staff/sign-in" {
		t.Fatalf("a stranger is led to %s", p.Request.URL)
	}
	f := p.form()
	f.fields.Set("email", email)
	f.fields.Set("passphrase", "not the passphrase at all")
	wrong := b.submit(f)
	if p := wrong; p.StatusCode != 401 || p.form().fields.Get("email") != email || p.form().fields.Get("passphrase") != "" {
		t.Errorf("a wrong passphrase is %d with %v", p.StatusCode, p.form().fields)
	}
	unknown := b.post("/staff/sign-in", url.Values{"email": {"nobody@harbour.example"}, "passphrase": {passphrase}, "next": f.fields["next"]})
	if unknown.StatusCode != 401 || strings.ReplaceAll(unknown.body, "nobody@harbour.example", email) != wrong.body {
		t.Errorf("an unknown address is told from a known one: %d\n%s\n%s", unknown.StatusCode, unknown.body, wrong.body)
	}
	f.fields.Set("passphrase", passphrase)
	if p := b.submit(f); p.StatusCode != 200 || p.Request.URL.RequestURI() != "/staff/documents?state=sent" {
		t.Fatalf("signing in ended on %s (%d)", p.Request.URL, p.StatusCode)
	}
	home, err := url.Parse(s.url)
	fatal(t, err)
	kept := b.client.Jar.Cookies(home)
	r := s.do(t, "POST", "/staff/sign-out", nil, "Cookie", kept[0].String())
	if r.StatusCode != 303 || !strings.Contains(r.Header.Get("Clear-Site-Data"), "cache") {
		t.Errorf("signing out is %d %v", r.StatusCode, r.Header)
	}
	if p := s.do(t, "GET", "/staff", nil, "Cookie", kept[0].String()); p.StatusCode != 303 {
		t.Errorf("the old cookie still opens the home page: %d", p.StatusCode)
	}
}

func TestNextStaysHere(t *testing.T) {
	s := start(t, nil)
	for next, want := range map[string]string{
		"/staff/clients":              "/staff/clients",
		"/staff/documents?state=sent": "/staff/documents?state=sent",
		"//evil.example/staff":        "/staff",
		"/\\evil.example":             "/staff",
		"/staff/\\evil.example":       "/staff",
		"https://evil.example/staff/": "/staff",
		"javascript:alert(1)":         "/staff",
		"/\t/evil.example":            "/staff",
		"/staff/../d/x":               "/staff",
		"/staff/%2e%2e/d/x":           "/staff",
		"/staff/sign-out":             "/staff",
		"/staff\r\nSet-Cookie: a=b":   "/staff",
		"staff":                       "/staff",
	} {
		body := url.Values{"email": {email}, "passphrase": {passphrase}, "next": {next}}.Encode()
		p := s.do(t, "POST", "/staff/sign-in", strings.NewReader(body), "Content-Type", urlencoded)
		if got := p.Header.Get("Location"); p.StatusCode != 303 || got != want && got != s.url+want {
			t.Errorf("next %q leads to %q (%d)", next, got, p.StatusCode)
		}
	}
}

var eightDigits = regexp.MustCompile(`\b(\d{4}) (\d{4})\b`)

func TestADocumentFromTheDesk(t *testing.T) {
	s := start(t, nil)
	b := s.desk()
	f := b.get("/staff/documents/new").form()
	if len(f.options["template"]) == 0 {
		t.Fatal("no template is offered")
	}
	f.fields["template"] = nil
	p := b.submit(f)
	if p.StatusCode != 422 || !strings.Contains(p.body, "Enter the client&#39;s first name") || !strings.Contains(p.body, "Choose a document") {
		t.Fatalf("an empty form is %d", p.StatusCode)
	}
	for name, value := range map[string]string{"first_name": "Robin", "full_name": "Robin <Reed>", "date_of_birth": "1984-03-27", "template": "intake-adult", "expires_in_days": "7"} {
		f.fields.Set(name, value)
	}
	sent := b.submit(f)
	code := eightDigits.FindString(sent.body)
	link := regexp.MustCompile(regexp.QuoteMeta(s.url) + `/d/[\w-]+`).FindString(sent.body)
	if sent.StatusCode != 200 || code == "" || link == "" {
		t.Fatalf("no link and code after sending: %d %s", sent.StatusCode, text(sent.root))
	}
	if p := s.browser().unlock(strings.TrimPrefix(link, s.url), strings.ReplaceAll(code, " ", "")); p.StatusCode != 200 || strings.HasSuffix(p.Request.URL.Path, "/unlock") {
		t.Errorf("the link and code do not open the form: %d", p.StatusCode)
	}
	list := b.get("/staff/documents")
	if !strings.Contains(list.body, "Robin &lt;Reed&gt;") {
		t.Error("the list does not show the client")
	}
	at := regexp.MustCompile(`/staff/documents/[0-9a-f-]{36}`).FindString(list.body)
	if p := b.post(at+"/reissue", url.Values{}); p.StatusCode != 200 || eightDigits.FindString(p.body) == "" || strings.Contains(p.body, "/d/") {
		t.Errorf("a new code alone is %d", p.StatusCode)
	}
	if p := b.post(at+"/extend", url.Values{"days": {"soon"}}); p.StatusCode != 422 {
		t.Errorf("extending by a word is %d", p.StatusCode)
	}
	if p := b.post(at+"/extend", url.Values{"days": {"30"}}); p.StatusCode != 200 || !strings.Contains(p.body, "more time now") {
		t.Errorf("extending is %d", p.StatusCode)
	}
	if p := b.post(at+"/revoke", url.Values{}); !strings.Contains(p.body, "Revoke this document?") {
		t.Error("revoking does not ask first")
	}
	if p := b.post(at+"/revoke", url.Values{"confirm": {"yes"}}); !strings.Contains(p.body, "no longer works") {
		t.Errorf("revoking is %d", p.StatusCode)
	}
	if p := s.browser().get(strings.TrimPrefix(link, s.url)); p.StatusCode != 404 {
		t.Errorf("a revoked link is %d", p.StatusCode)
	}
}

func TestACompletedDocumentAtTheDesk(t *testing.T) {
	s := start(t, nil)
	issued, link := s.send("npp-acknowledgement")
	c := s.browser()
	c.complete(c.unlock(link, issued.Code))
	b := s.desk()
	at := "/staff/documents/" + issued.ID.String()
	d := b.get(at)
	if !strings.Contains(d.body, "Signed and completed") {
		t.Errorf("the timeline says %s", text(d.root))
	}
	if p := b.get(at + "/answers"); p.StatusCode != 200 || !strings.Contains(p.body, "Signed by") {
		t.Errorf("the answers are %d", p.StatusCode)
	}
	paper := regexp.MustCompile(at + `/[\w-]+\.pdf`).FindString(d.body)
	p := b.get(paper)
	if p.StatusCode != 200 || p.Header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(p.body, "%PDF-") {
		t.Fatalf("the PDF at %q is %d %v", paper, p.StatusCode, p.Header)
	}
	if v := s.upload(t, "file", p.body); !strings.Contains(v.body, "record agrees") || !strings.Contains(v.body, "Signed by") || !strings.Contains(v.body, "Every byte is as it was") {
		t.Errorf("checking the PDF says %s", text(v.root))
	}
	if v := s.upload(t, "file", p.body[:len(p.body)-1]); !strings.Contains(v.body, "no record of this file") || strings.Contains(v.body, "record agrees") {
		t.Errorf("checking an altered PDF says %s", text(v.root))
	}
	if root := b.get("/verify/root.pem"); root.StatusCode != 200 || !strings.HasPrefix(root.body, "-----BEGIN CERTIFICATE-----") {
		t.Errorf("the root certificate is %d %q", root.StatusCode, root.body)
	}
	for name, file := range map[string]string{"Genuine and unchanged": p.body, "Not genuine": strings.Replace(p.body, "%%EOF", "%%EOG", 1)} {
		if v := s.upload(t, "file", file); v.StatusCode != 200 || !strings.Contains(v.body, name) {
			t.Errorf("checking the PDF does not say %q: %d", name, v.StatusCode)
		}
	}
	if v := s.upload(t, "other", p.body); v.StatusCode != 422 {
		t.Errorf("no file is %d", v.StatusCode)
	}
	if v := s.upload(t, "file", strings.Repeat("x", 25<<20+1)); v.StatusCode != 413 {
		t.Errorf("a file too large is %d", v.StatusCode)
	}
}

func (s *site) upload(t *testing.T, field, file string) *page {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile(field, "signed.pdf")
	fatal(t, err)
	fmt.Fprint(part, file)
	fatal(t, w.Close())
	return s.do(t, "POST", "/verify", &b, "Content-Type", w.FormDataContentType())
}

func TestEveryStaffPageOpens(t *testing.T) {
	s := start(t, nil)
	issued, _ := s.send("intake-adult")
	b := s.desk()
	for _, path := range []string{
		"/staff", "/staff/documents", "/staff/documents?state=completed", "/staff/documents/new", "/staff/documents/new?client=" + issued.ClientID.String(),
		"/staff/documents/" + issued.ID.String(), "/staff/clients", "/staff/clients/" + issued.ClientID.String(), "/staff/activity", "/staff/settings", "/staff/kit", "/verify",
		"/staff/templates", "/staff/templates/edit", "/staff/templates/phq-9/1.0.0",
	} {
		if p := b.get(path); p.StatusCode != 200 || p.Request.URL.RequestURI() != path {
			t.Errorf("%s is %d on %s", path, p.StatusCode, p.Request.URL)
		}
	}
	if p := b.get("/staff/activity"); !strings.Contains(p.body, "unbroken") || strings.Contains(p.body, "document, ") {
		t.Errorf("the log reads %s", text(p.root))
	}
	if p := b.get("/staff/documents/" + issued.ID.String() + "/answers"); p.StatusCode != 409 {
		t.Errorf("answers before completion are %d", p.StatusCode)
	}
	for _, id := range []string{"x", "00000000-0000-4000-8000-000000000000", strings.ToUpper(issued.ID.String())} {
		if p := b.get("/staff/documents/" + id); p.StatusCode != 404 {
			t.Errorf("document %s is %d", id, p.StatusCode)
		}
	}
}

func TestFromInvitationToKit(t *testing.T) {
	s := start(t, nil)
	_, invitation, err := s.store.CreatePractice(t.Context(), store.NewPractice{Practice: practice.Practice{
		Name: "Hillside Clinic", Phone: "+1 555 0100", Country: "US", Zone: "America/New_York",
	}, DirectorName: "Hilda", DirectorEmail: "hilda@hillside.example"})
	fatal(t, err)
	b := s.browser()
	f := b.get("/staff/invitation/" + invitation).form()
	for _, weak := range []string{"too short", "passwordpassword", "1234567890123456789", "abcabcabcabcabcabc", "Hillside Clinic rocks"} {
		f.fields.Set("passphrase", weak)
		f.fields.Set("again", weak)
		if p := b.submit(f); p.StatusCode != 422 {
			t.Fatalf("the passphrase %q is %d", weak, p.StatusCode)
		}
	}
	f.fields.Set("passphrase", "lantern gravel otter plum")
	if p := b.submit(f); p.StatusCode != 422 {
		t.Fatalf("two different passphrases are %d", p.StatusCode)
	}
	f.fields.Set("again", "lantern gravel otter plum")
	p := b.submit(f)
	var groups []string
	list := find(p.root, func(n *html.Node) bool { return n.Data == "ol" })
	each(list, func(n *html.Node) {
		if n.Data == "li" {
			groups = append(groups, text(n))
		}
	})
	if p.StatusCode != 200 || len(groups) < 10 {
		t.Fatalf("the kit is %d with %q", p.StatusCode, groups)
	}
	if home := b.get("/staff"); !strings.Contains(home.body, "Type the recovery kit back") {
		t.Error("home does not ask for the kit")
	}
	kit := p.form()
	kit.fields.Set("kit", "ABCD EFGH")
	if p := b.submit(kit); p.StatusCode != 422 {
		t.Errorf("a wrong kit is %d", p.StatusCode)
	}
	kit.fields.Set("kit", strings.ToLower(strings.Join(groups, " ")))
	if p := b.submit(kit); p.StatusCode != 200 || p.Request.URL.Path != "/staff" {
		t.Errorf("the kit typed back is %d on %s", p.StatusCode, p.Request.URL)
	}
	if p := s.browser().get("/staff/invitation/" + invitation); p.StatusCode != 404 {
		t.Errorf("a used invitation is %d", p.StatusCode)
	}
}

func TestAMemberWaitsForApproval(t *testing.T) {
	s := start(t, nil)
	d := s.desk()
	p := d.post("/staff/team", url.Values{"member_name": {"Abe"}, "member_email": {"abe@harbour.example"}, "role": {string(access.Administrative)}})
	link := regexp.MustCompile(`/staff/invitation/[\w-]+`).FindString(p.body)
	if link == "" {
		t.Fatalf("inviting is %d: %s", p.StatusCode, text(p.root))
	}
	b := s.browser()
	f := b.get(link).form()
	f.fields.Set("passphrase", "lantern gravel otter plum")
	f.fields.Set("again", "lantern gravel otter plum")
	b.submit(f)
	for _, path := range []string{"/staff", "/staff/documents", "/staff/settings", "/staff/activity", "/staff/kit"} {
		if p := b.get(path); p.StatusCode != 403 || !strings.Contains(p.body, "Waiting for a colleague") {
			t.Errorf("%s is %d before approval", path, p.StatusCode)
		}
	}
	settings := d.get("/staff/team")
	approve := regexp.MustCompile(`/staff/team/[0-9a-f-]+/approve`).FindString(settings.body)
	if p := d.post(approve, nil); p.StatusCode != 200 {
		t.Fatalf("approving is %d", p.StatusCode)
	}
	if p := b.get("/staff"); p.StatusCode != 200 {
		t.Errorf("home is %d after approval", p.StatusCode)
	}
	issued, _ := s.send("intake-adult")
	for _, path := range []string{"/staff/activity", "/staff/documents/" + issued.ID.String() + "/answers"} {
		if p := b.get(path); p.StatusCode != http.StatusForbidden {
			t.Errorf("%s is %d for administrative staff", path, p.StatusCode)
		}
	}
	remove := strings.TrimSuffix(approve, "/approve") + "/remove"
	if p := d.post(remove, url.Values{}); p.StatusCode != 422 {
		t.Errorf("removing without a tick is %d", p.StatusCode)
	}
	d.post(remove, url.Values{"confirm": {"yes"}})
	if p := b.get("/staff"); p.Request.URL.Path != "/staff/sign-in" {
		t.Errorf("a removed member is led to %s", p.Request.URL)
	}
}
