package e2e_test

import (
	"strings"
	"testing"

	"github.com/sealform/sealform/internal/testbrowser"
)

var desktop = testbrowser.Screen{Width: 1280, Height: 800}

// A desk is a staff member's tab, which shows every page to visit.
type desk struct {
	t     *testing.T
	tab   *testbrowser.Tab
	demo  *demo
	visit func(name string)
}

func (s *desk) open(path, name string) {
	s.t.Helper()
	s.tab.Open(s.demo.BaseURL + path)
	s.visit(name)
}

func (s *desk) signIn() {
	s.t.Helper()
	s.open("/staff/sign-in", "staff-sign-in")
	s.tab.Type("email", s.demo.Staff.Email)
	s.tab.Type("passphrase", "not the passphrase")
	s.tab.Continue()
	s.visit("staff-sign-in-problems")
	s.tab.Type("email", s.demo.Staff.Email)
	s.tab.Type("passphrase", s.demo.Staff.Passphrase)
	s.tab.Continue()
	s.says("/staff", "Hello")
}

// says expects the tab to be at path and to show the words.
func (s *desk) says(path, words string) {
	s.t.Helper()
	p := s.tab.Page()
	if text := testbrowser.Text(testbrowser.First(p.Root, "main")); p.URL.Path != path || !strings.Contains(text, words) {
		s.t.Fatalf("%s, not %s, and without %q: %s", p.URL.Path, path, words, text)
	}
}

// browse looks at every page that needs nothing but a signed-in member.
func (s *desk) browse() {
	s.t.Helper()
	s.open("/staff", "staff-home")
	for _, page := range []string{"/documents", "/documents?state=completed", "/clients", "/activity", "/settings"} {
		s.open("/staff"+page, "staff-"+strings.NewReplacer("/", "", "?", "-", "=", "-").Replace(page))
	}
	p := s.tab.Page()
	if kit := testbrowser.Link(p.Root, "/staff/kit"); kit != "" {
		s.open(kit, "staff-kit")
	}
	for _, page := range []string{"/team", "/account", "/account/second-factor", "/settings/messages", "/settings/keys", "/settings/practice-key", "/activity/head"} {
		s.open("/staff"+page, "staff"+strings.ReplaceAll(page, "/", "-"))
		if at := s.tab.Address().Path; at != "/staff"+page {
			s.t.Errorf("%s leads to %s", page, at)
		}
	}
	s.open("/staff/templates", "staff-templates")
	s.open("/staff/templates/phq-9/1.0.0", "staff-template")
	s.open("/staff/templates/edit", "staff-template-edit")
	s.open("/verify", "verify")
	s.open("/dev/outbox", "dev-outbox")
}

// read opens a completed document, its answers and its PDF.
func (s *desk) read(doc document, answer string) {
	s.t.Helper()
	path := "/staff/documents/" + doc.ID
	s.open(path, "staff-document-completed")
	s.says(path, "Completed")
	pdf := testbrowser.Link(s.tab.Page().Root, ".pdf")
	s.tab.Follow("Read the answers")
	s.visit("staff-answers")
	s.says(path+"/answers", answer)
	if kind, begins := s.tab.Fetch(pdf); pdf == "" || kind != "application/pdf" || begins != "%PDF-" {
		s.t.Errorf("the PDF at %q is %s, and begins with %q", pdf, kind, begins)
	}
}

// send makes a document for a new client, makes a new code, and revokes it.
func (s *desk) send() {
	s.t.Helper()
	s.open("/staff/documents/new", "staff-new")
	s.tab.Continue()
	s.visit("staff-new-problems")
	s.tab.Type("first_name", "Ines")
	s.tab.Type("full_name", "Ines Okafor")
	s.tab.Type("date_of_birth", "1984-03-27")
	s.tab.Type("template", s.tab.Page().Form().Control("template").Options[0])
	s.tab.Type("deliver", "none")
	s.tab.Continue()
	s.visit("staff-issued")
	first := s.secrets()
	if first["url"] == "" || first["big"] == "" {
		s.t.Fatalf("no link and code to hand over, but %q at %s", first, s.tab.Address())
	}
	s.openDocumentOf("Ines Okafor")
	s.tab.Follow("Make it")
	s.visit("staff-new-code")
	if again := s.secrets(); again["big"] == "" || again["big"] == first["big"] {
		s.t.Errorf("the new code is %q after %q", again["big"], first["big"])
	}
	s.openDocumentOf("Ines Okafor")
	s.tab.Follow("Revoke…")
	s.visit("staff-revoke")
	s.tab.Follow("Revoke it")
	s.visit("staff-revoked")
	s.says(s.tab.Address().Path, "Revoked")
	if p := testbrowser.NewPlain(s.t).Get(first["url"]); p.Status != 404 {
		s.t.Errorf("the revoked link answers %d", p.Status)
	}
}

func (s *desk) openDocumentOf(client string) {
	s.t.Helper()
	s.tab.Open(s.demo.BaseURL + "/staff/documents")
	s.tab.Follow(client)
	s.visit("staff-document")
}

// secrets returns what is shown only once, by the class of its element.
func (s *desk) secrets() map[string]string {
	s.t.Helper()
	shown := map[string]string{}
	for n := range testbrowser.Elements(s.tab.Page().Root, "p") {
		shown[testbrowser.Attr(n, "class")] = testbrowser.Text(n)
	}
	return shown
}

func (s *desk) signOut() {
	s.t.Helper()
	s.tab.Open(s.demo.BaseURL + "/staff")
	s.tab.Follow("Sign out")
	s.visit("staff-signed-out")
	s.tab.Open(s.demo.BaseURL + "/staff/documents")
	s.says("/staff/sign-in", "Sign in")
}

// walk goes through everything, after a client has completed a document.
func (s *desk) walk() {
	s.t.Helper()
	doc := s.demo.of(s.t, "intake-adult")
	b := testbrowser.NewPlain(s.t)
	typed := forward(s.t, b, unlock(s.t, b, doc), mostPages).texts()
	for _, status := range []string{"401", "422"} {
		s.tab.Allow(status)
	}
	s.signIn()
	s.browse()
	s.read(doc, typed["reason.main"])
	s.send()
	s.frontDesk()
	s.signOut()
}

func TestStaffInChromium(t *testing.T) {
	tab := testbrowser.NewChromium(t).Tab(t, desktop)
	s := &desk{t: t, tab: tab, demo: start(t)}
	s.visit = func(name string) {
		if name == "dev-outbox" { // the portal's own tests judge every other page
			inspect(t, tab, name)
		}
		if n := tab.Weight(); n == 0 || n > mostOfPage {
			t.Errorf("%s takes %d bytes", name, n)
		}
	}
	s.walk()
	for _, line := range tab.Noise() {
		t.Errorf("the console: %s", line)
	}
}
