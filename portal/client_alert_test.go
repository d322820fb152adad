package portal_test

import (
	"strings"
	"testing"
)

const alerting = `
form: mood
version: "1.0.0"
title: Your mood
kind: measure
sign: {role: author, statement: These are my answers.}
items:
- {id: harm, type: yesno, ask: Thoughts of harming yourself, required: true, flag: "=yes", alert: crisis}
`

// Whoever raised an alert goes on seeing whom to call, to the last page and
// whenever the link is opened again.
func TestCrisisHelpStaysInSight(t *testing.T) {
	s := startIn(t, "US", nil)
	s.publish(alerting)
	for said, shown := range map[string]bool{"yes": true, "no": false} {
		issued, link := s.send("mood")
		b := s.browser()
		f := b.unlock(link, issued.Code).form()
		f.fields.Set("harm", said)
		p := b.submit(f)
		for range 3 {
			if got := strings.Contains(p.body, "988 Suicide"); got != shown {
				t.Errorf("%s: %s shows whom to call: %v", said, p.Request.URL.Path, got)
			}
			if pdfLink.MatchString(p.body) {
				break
			}
			f := p.form()
			f.answer()
			p = b.submit(f)
		}
		if !pdfLink.MatchString(p.body) {
			t.Fatalf("%s: not sent:\n%s", said, p.body)
		}
		if again := b.get(link); strings.Contains(again.body, "988 Suicide") != shown {
			t.Errorf("%s: the link opened again shows whom to call: %v", said, !shown)
		}
	}
}
