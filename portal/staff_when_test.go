package portal_test

import (
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testbrowser"
	"github.com/sealform/sealform/internal/testdb"
	"github.com/sealform/sealform/internal/words"
)

const born = `form: born
version: "1.0.0"
title: About you
kind: intake
sign: {role: author, statement: "This is true."}
items:
- {id: born, type: date, ask: When were you born?, prefill: dob}
`

// Whoever reads a date reads it as the practice's country writes it, on the
// client's pages, on those of staff and on paper.
func TestDaysAreWrittenAsThePracticesCountryDoes(t *testing.T) {
	for country, want := range map[string]struct{ day, other string }{
		"US": {"March 3, 1980", "3 March"},
		"AU": {"3 March 1980", "March 3"},
	} {
		t.Run(country, func(t *testing.T) {
			s := startOn(t, testdb.Open(t, db.SQLite), country, func(c *store.Config) { c.Storage = country }, nil)
			s.publish(born)
			desk := s.desk()
			added := desk.post("/staff/clients/new", url.Values{"first_name": {"Robin"}, "full_name": {"Robin Reed"}, "date_of_birth": {want.day}}).Request.URL.Path
			issued, link := s.send("born")
			client := s.browser()
			review := client.goTo("/review", client.unlock(link, issued.Code))
			client.complete(review)
			about, err := s.store.Practice(t.Context(), s.director.Practice)
			fatal(t, err)
			today := words.Day("en", country, time.Now().In(about.Location()))
			at := staffPath(issued.ID)
			pages := map[string][]string{
				review.body:                                   {want.day},
				desk.get(at).body:                             {"today, ", today},
				desk.get(at + "/answers").body:                {want.day, today},
				desk.get("/staff/clients").body:               {want.day},
				desk.get(added).body:                          {want.day, today},
				desk.get(added + "/edit").body:                {`value="` + want.day + `"`},
				desk.get("/staff/settings").body:              {words.Day("en", country, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))},
				desk.get("/staff/templates/phq-9/1.0.0").body: {words.Day("en", country, time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC))},
				printed(t, desk.get(at+"/signed.pdf").body):   {want.day, today},
			}
			for body, days := range pages {
				for _, day := range days {
					if !strings.Contains(body, day) {
						t.Errorf("no %q in:\n%s", day, body)
					}
				}
				if strings.Contains(body, want.other) {
					t.Errorf("%q in:\n%s", want.other, body)
				}
			}
		})
	}
}

// printed is what a PDF says.
func printed(t *testing.T, pdf string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "signed.pdf")
	fatal(t, os.WriteFile(path, []byte(pdf), 0o600))
	text, err := exec.Command(testbrowser.Tool(t, "pdftotext"), "-layout", path, "-").Output()
	fatal(t, err)
	return string(text)
}
