package portal_test

import (
	"strings"
	"testing"
)

// A signature or a reason that was typed while the session ran out comes back
// after the code, and nothing is signed or declined by the code alone.
func TestAnExpiredSessionKeepsTheLastStep(t *testing.T) {
	s := start(t, nil)
	for below, typed := range map[string]map[string]string{
		"sign":    {"signer": "parent", "relationship": "Mother", "authority": "Parental responsibility", "name": "Maria Reed", "strokes": "[[[1,2],[3,4]]]"},
		"decline": {"reason": "I would rather\r\ntalk first"},
	} {
		issued, link := s.send("privacy-request")
		b := s.browser()
		p := b.goTo("/sign", b.unlock(link, issued.Code))
		if below == "decline" {
			p = b.get(p.Request.URL.Path[:strings.LastIndexByte(p.Request.URL.Path, '/')+1] + below)
		}
		f := p.form()
		for name, value := range typed {
			f.fields.Set(name, value)
		}
		b.post(link+"/leave", nil)
		asked := b.submit(f)
		if asked.StatusCode != 401 || !strings.Contains(asked.body, "What you typed is kept") {
			t.Fatalf("%s without a session is %d", below, asked.StatusCode)
		}
		code := asked.form()
		code.fields.Set("code", issued.Code)
		again := b.submit(code)
		if d, err := s.store.Document(t.Context(), s.director, issued.ID); err != nil || d.State != "started" {
			t.Errorf("%s: the code alone made the document %v, %v", below, d.State, err)
		}
		back := again.form()
		if again.StatusCode != 200 || back == nil || back.action != f.action {
			t.Fatalf("%s: after the code comes %d %s", below, again.StatusCode, again.body)
		}
		for name, value := range typed {
			if got := back.fields.Get(name); strings.ReplaceAll(got, "\r", "") != strings.ReplaceAll(value, "\r", "") {
				t.Errorf("%s: %s came back as %q, not %q", below, name, got, value)
			}
		}
		back.fields.Set("agree", "yes")
		if p := b.submit(back); p.StatusCode != 200 || strings.Contains(p.body, "error-summary") {
			t.Errorf("%s: sent again it is %d", below, p.StatusCode)
		}
	}
}
