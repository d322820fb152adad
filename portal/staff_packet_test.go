package portal_test

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// A packet for a parent, handed over at the desk with a slip.
func TestAPacketFromTheDesk(t *testing.T) {
	s := start(t, nil)
	b := s.desk()
	f := b.get("/staff/documents/new").form()
	if f.fields.Get("expires_in_days") != "14" {
		t.Errorf("the default expiry shown is %q", f.fields.Get("expires_in_days"))
	}
	f.fields.Set("first_name", "Mia")
	f.fields.Set("recipient_first_name", "Ruth")
	f.fields["template"] = []string{"npp-acknowledgement", "intake-adult"}
	if p := b.submit(f); p.StatusCode != 422 || !strings.Contains(p.body, "what they are to the client") || len(p.form().fields["template"]) != 2 {
		t.Fatalf("a recipient without a relationship is %d", p.StatusCode)
	}
	f.fields.Set("recipient_relationship", "mother")
	sent := b.submit(f)
	code := eightDigits.FindString(sent.body)
	if sent.StatusCode != 200 || code == "" {
		t.Fatalf("no code after sending: %d %s", sent.StatusCode, text(sent.root))
	}
	slip := find(sent.root, func(n *html.Node) bool { return n.Data == "section" && attr(n, "class") == "slip" })
	words := text(slip)
	if !strings.Contains(words, "Ruth") || !strings.Contains(words, "/d/") || find(slip, func(n *html.Node) bool { return n.Data == "svg" }) == nil {
		t.Errorf("the slip is not one for Ruth: %s", words)
	}
	if digits := strings.ReplaceAll(code, " ", ""); strings.Contains(strings.ReplaceAll(words, " ", ""), digits) {
		t.Error("the slip holds the code")
	}
	for outside := slip.Parent.FirstChild; outside != nil; outside = outside.NextSibling {
		if outside != slip && strings.Contains(text(outside), code) && !strings.Contains(attr(outside, "class"), "noprint") {
			t.Error("the code would be printed")
		}
	}
	client := s.browser()
	link := s.url + "/d/"
	at := strings.Index(words, link)
	path := strings.TrimPrefix(strings.Fields(words[at:])[0], s.url)
	overview := client.unlock(path, strings.ReplaceAll(code, " ", ""))
	if !strings.Contains(overview.body, "New client form") {
		t.Errorf("the second document is not in the packet: %s", text(overview.root))
	}
}
