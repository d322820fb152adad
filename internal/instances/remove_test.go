package instances_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testprogram"
)

// Whoever is removed at one process is out at the next request to the other.
// SQLite serves from one process, so there both devices ask the same.
func TestRemovedMember(t *testing.T) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			s := newSite(t, engine)
			member := s.colleague("sam@example.org")
			a := s.start(testprogram.FreeAddress(t))
			b := a
			if engine == db.Postgres {
				b = s.start(testprogram.FreeAddress(t))
			}
			removedAt(t, a, b, member)
		})
	}
}

func removedAt(t *testing.T, a, b *instance, member *store.Holder) {
	t.Helper()
	director, leaving := signedIn(t, a, email), signedIn(t, b, "sam@example.org")
	if p := leaving.get(b.base + "/staff/documents"); p.Status != 200 {
		t.Fatalf("before the removal the member gets %d at %s", p.Status, p.URL)
	}
	status, err := director.post(a.base+"/staff/team/"+member.ID.String()+"/remove", url.Values{"confirm": {"yes"}})
	if err != nil || status != http.StatusSeeOther {
		t.Fatalf("removing is %d (%v)", status, err)
	}
	if p := leaving.get(b.base + "/staff/documents"); p.URL.Path != "/staff/sign-in" {
		t.Errorf("after the removal the other instance gives %d at %s", p.Status, p.URL)
	}
	if status, err := leaving.post(b.base+"/staff/clients/new", url.Values{"first_name": {"Noor"}}); err != nil || status != http.StatusUnauthorized && status != http.StatusSeeOther {
		t.Errorf("after the removal a post is answered with %d (%v)", status, err)
	}
	again := newDevice(t, "203.0.113.52")
	if status, err := again.post(b.base+"/staff/sign-in", url.Values{"email": {"sam@example.org"}, "passphrase": {passphrase}}); err != nil || status != http.StatusUnprocessableEntity && status != http.StatusUnauthorized {
		t.Errorf("signing in after the removal is %d (%v)", status, err)
	}
}

// colleague is an approved member who reads and sends for all clients.
func (s *site) colleague(email string) *store.Holder {
	s.t.Helper()
	token, err := s.store.Invite(s.t.Context(), s.director, "Sam South", email, access.Supervisor)
	s.must(err)
	cookie, _, err := s.store.Accept(s.t.Context(), token, passphrase, home)
	s.must(err)
	h, err := s.store.Session(s.t.Context(), cookie)
	s.must(err)
	s.must(s.store.Approve(s.t.Context(), s.director, h.ID))
	return h
}

func signedIn(t *testing.T, i *instance, email string) *device {
	t.Helper()
	d := newDevice(t, "203.0.113.51")
	f := d.get(i.base + "/staff/sign-in").Form()
	f.Set("email", email)
	f.Set("passphrase", passphrase)
	if p := d.submit(f); !strings.HasPrefix(p.URL.Path, "/staff") || p.URL.Path == "/staff/sign-in" {
		t.Fatalf("signing in as %s ended on %s with %d", email, p.URL, p.Status)
	}
	return d
}
