package portal_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// with is a browser that holds one cookie.
func (s *site) with(cookie []string) *browser {
	s.t.Helper()
	b := s.browser()
	home, err := url.Parse(s.url)
	fatal(s.t, err)
	name, value, _ := strings.Cut(cookie[1], "=")
	b.client.Jar.SetCookies(home, []*http.Cookie{{Name: name, Value: value, Path: "/"}})
	return b
}

func TestConfirmingKeepsWhatWasTyped(t *testing.T) {
	s := start(t, nil)
	b := s.with(s.stale())
	typed := url.Values{"key_name": {"Booking & billing"}, "scope": {"create"}}
	f := b.post("/staff/settings/keys", typed).form()
	if f == nil || f.fields.Get("key_name") != typed.Get("key_name") {
		t.Fatal("the page that asks for the passphrase does not keep what was typed")
	}
	f.fields.Set("confirm_passphrase", "not the passphrase at all")
	p := b.submit(f)
	if p.StatusCode != 401 || strings.Contains(p.body, "not the passphrase at all") {
		t.Fatalf("a wrong passphrase is %d", p.StatusCode)
	}
	f = p.form()
	f.fields.Set("confirm_passphrase", passphrase)
	if p = b.submit(f); p.StatusCode != 200 || !strings.Contains(p.body, "Booking &amp; billing") {
		t.Errorf("confirmed, the key is not made: %d", p.StatusCode)
	}
	if p = b.post("/staff/settings/keys", url.Values{"key_name": {"Another"}, "scope": {"create"}}); p.StatusCode != 200 {
		t.Errorf("within ten minutes, the passphrase is asked for again: %d", p.StatusCode)
	}
}

func TestSignedOutWhileTyping(t *testing.T) {
	s := start(t, nil)
	b := s.browser() // whose session is gone
	p := b.post("/staff/settings/keys", url.Values{"key_name": {"Typed <for> long"}, "scope": {"create"}, "passphrase": {"a secret"}})
	f := p.form()
	if p.StatusCode != 401 || f == nil || strings.Contains(p.body, "a secret") {
		t.Fatalf("posting when signed out is %d", p.StatusCode)
	}
	f.fields.Set("email", email)
	f.fields.Set("passphrase", "wrong, and typed in a hurry")
	f = b.submit(f).form()
	f.fields.Set("passphrase", passphrase)
	p = b.submit(f)
	if p.StatusCode != 200 || !strings.Contains(p.body, "Send what I typed") {
		t.Fatalf("signing in again is %d", p.StatusCode)
	}
	if p = b.submit(p.form()); p.StatusCode != 200 || !strings.Contains(p.body, "Typed &lt;for&gt; long") {
		t.Errorf("what was typed is not sent: %d", p.StatusCode)
	}
}
