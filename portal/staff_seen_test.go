package portal_test

import (
	"net/url"
	"strings"
	"testing"
)

const mood = `form: mood
version: "1.0.0"
title: Your mood
kind: intake
sign: {role: author, statement: "This is true."}
items:
- {id: first, type: group, control: page, ask: First, items: [{id: how, type: text, ask: How are you today?}]}
- {id: second, type: group, control: page, ask: Second, items: [
  {id: bad, type: yesno, ask: Do you sleep badly?},
  {id: nights, type: text, ask: How many nights?, show_if: [{q: bad, "=": true}]}]}
translations:
  es:
    title: Su ánimo
    statement: Es verdad.
    items: {first: Primero, how: "¿Cómo está hoy?", second: Segundo, bad: "¿Duerme mal?", nights: "¿Cuántas noches?"}
`

// Years later staff still see what was asked, in the words that were read, with
// what was answered; whatever was published since.
func TestAPageAsItWasSeen(t *testing.T) {
	s := start(t, nil)
	s.publish(mood)
	issued, link := s.send("mood")
	c := s.browser()
	c.post(link+"/language", url.Values{"language": {"es"}})
	c.complete(c.unlock(link, issued.Code))
	s.publish(strings.NewReplacer("1.0.0", "2.0.0", "¿Cómo está hoy?", "¿Qué tal?", "today", "now").Replace(mood))
	b := s.desk()
	at := "/staff/documents/" + issued.ID.String() + "/answers"
	if list := b.get(at); !strings.Contains(list.body, at+"/page?page=1") || !strings.Contains(list.body, at+"/page?page=2") {
		t.Errorf("the answers lead to no page: %d", list.StatusCode)
	}
	p := b.get(at + "/page?page=1")
	if p.StatusCode != 200 || !strings.Contains(p.body, `lang="es"`) || !strings.Contains(p.body, "¿Cómo está hoy?") || p.value("how") != "Robin Reed" {
		t.Errorf("the first page is %d with %q:\n%s", p.StatusCode, p.value("how"), text(p.root))
	}
	if policy := p.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "form-action 'none'") || strings.Contains(policy, "connect-src") {
		t.Errorf("the page's policy is %q", policy)
	}
	if p := b.get(at + "/page?page=99"); !strings.Contains(p.body, "¿Duerme mal?") {
		t.Errorf("the last page is %d", p.StatusCode)
	}
}
