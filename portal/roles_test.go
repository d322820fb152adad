package portal_test

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"
	"golang.org/x/net/html"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
)

// Of two clients who completed a form and have another open, one is assigned
// to the clinical member. A page shows the words, and not those after a dash.
func TestWhatEachRoleSees(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		s := startOn(t, d, "US", nil, nil)
		mine, other := s.seen("Robin Reed", "1980-03-04"), s.seen("Ines Okafor", "1984-03-27")
		const all, one = "Robin Reed, Ines Okafor", "Robin Reed, -Ines Okafor"
		menu := map[access.Role]string{
			access.Director:       "/staff/templates, /staff/activity, /staff/team",
			access.Supervisor:     "/staff/templates, /staff/activity, -/staff/team",
			access.Clinical:       "/staff/clients, -/staff/templates, -/staff/activity, -/staff/team",
			access.Administrative: "/staff/clients, -/staff/templates, -/staff/activity, -/staff/team",
		}
		roles := []struct {
			role                  access.Role
			names, reads, another string // another is how a page about the other client answers
			answers, theirs       int
		}{
			{access.Director, all, "Read it", "", 200, 200},
			{access.Supervisor, all, "Read it", "", 200, 200},
			{access.Clinical, one, "Read it", "none", 200, 404},
			{access.Administrative, all, "-Read it", "", 403, 403},
		}
		browsers := map[access.Role]*browser{}
		for _, c := range roles { // before anybody has read an answer
			browsers[c.role] = s.of(t, c.role, mine.ClientID)
			browsers[c.role].shows("/staff", menu[c.role], c.names, c.reads)
		}
		for _, c := range roles {
			t.Run(string(c.role), func(t *testing.T) {
				b := browsers[c.role].in(t)
				b.shows("/staff/documents", c.names)
				b.shows("/staff/documents?state=completed", c.names)
				b.shows("/staff/clients", c.names)
				b.shows("/staff/clients?q=1984-03-27", "-Robin Reed", strings.ReplaceAll(c.names, "Robin Reed, ", ""))
				b.shows("/staff/notices?state=acknowledged", c.names)
				b.shows("/staff/documents/new?client="+mine.ClientID.String(), "Robin Reed")
				b.shows("/staff/documents/"+mine.ID.String(), "Robin Reed", strings.ReplaceAll(c.reads, "Read it", "Read the answers"))
				for path, status := range map[string]int{
					"/staff/documents/" + mine.ID.String() + "/answers":  c.answers,
					"/staff/documents/" + other.ID.String() + "/answers": c.theirs,
				} {
					if p := b.get(path); p.StatusCode != status {
						t.Errorf("%s is %d, want %d", path, p.StatusCode, status)
					}
				}
				about := "/staff/clients/" + other.ClientID.String()
				for _, path := range []string{about, about + "/edit", about + "/paper", about + "/notice", "/staff/documents/" + other.ID.String()} {
					if p := b.get(path); (p.StatusCode == 404) != (c.another == "none") || strings.Contains(p.body, "Ines") == (c.another == "none") {
						t.Errorf("%s is %d", path, p.StatusCode)
					}
				}
				preview := b.upload("/staff/clients/import", "list.csv", "Name,Date of birth\nInes Okafor,1984-03-27\n")
				if told := strings.Contains(preview.body, about); told == (c.another == "none") {
					t.Errorf("an import that holds the other client (%d) tells of them: %t", preview.StatusCode, told)
				}
			})
		}
	})
}

// seen makes a client with a completed notice and an open intake form.
func (s *site) seen(name, born string) *store.Issued {
	s.t.Helper()
	first, _, _ := strings.Cut(name, " ")
	issued, err := s.store.Send(s.t.Context(), s.director, store.NewDocument{Template: "npp-acknowledgement", Deliver: "none", Client: &store.NewClient{
		Contact: practice.Contact{FirstName: first}, Label: practice.Label{FullName: name, BirthDate: born},
	}})
	fatal(s.t, err)
	b := s.browser()
	b.complete(b.unlock("/d/"+issued.Token, issued.Code))
	_, err = s.store.Send(s.t.Context(), s.director, store.NewDocument{Template: "intake-adult", Deliver: "none", ClientID: issued.ClientID})
	fatal(s.t, err)
	return issued
}

// of returns the browser of a new member, to whom a clinical one's client is
// assigned.
func (s *site) of(t *testing.T, role access.Role, assigned uuid.UUID) *browser {
	t.Helper()
	headers := s.member(role, true)
	cookie := strings.TrimPrefix(headers[1], "s=")
	if role == access.Clinical {
		h, err := s.store.Session(t.Context(), cookie)
		fatal(t, err)
		fatal(t, s.store.Assign(t.Context(), s.director, assigned, []uuid.UUID{h.ID}))
	}
	jar, err := cookiejar.New(nil)
	fatal(t, err)
	at, err := url.Parse(s.url)
	fatal(t, err)
	jar.SetCookies(at, []*http.Cookie{{Name: "s", Value: cookie, Path: "/"}})
	return &browser{t, s, &http.Client{Jar: jar}}
}

// in returns the same browser, failing the given test.
func (b *browser) in(t *testing.T) *browser { return &browser{t, b.site, b.client} }

func (b *browser) shows(path string, lists ...string) {
	b.t.Helper()
	p := b.get(path)
	for _, words := range strings.Split(strings.Join(lists, ", "), ", ") {
		unseen := strings.HasPrefix(words, "-")
		if p.StatusCode != 200 || strings.Contains(p.body, strings.TrimPrefix(words, "-")) == unseen {
			b.t.Errorf("%s is %d; shown otherwise than %q: %s", path, p.StatusCode, words, text(find(p.root, func(n *html.Node) bool { return n.Data == "main" })))
		}
	}
}
