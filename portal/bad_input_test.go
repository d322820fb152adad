package portal_test

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
)

// eachSite serves a portal on either engine.
func eachSite(t *testing.T, fn func(*testing.T, *site)) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		fn(t, startOn(t, d, "US", func(*store.Config) {}, nil))
	})
}

// write changes rows as time, or somebody with the database, would.
func (s *site) write(query string, args ...any) {
	s.t.Helper()
	fatal(s.t, s.db.Write(s.t.Context(), s.director.Practice, func(tx *db.Tx) error {
		_, err := tx.Exec(s.t.Context(), query, args...)
		return err
	}))
}

// flips returns a secret with each of its bits turned over, and with each of
// the bits that its last character has beyond the last byte.
func flips(t *testing.T, secret string) []string {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(secret)
	fatal(t, err)
	var all []string
	for i := range 8 * len(b) {
		b[i/8] ^= 1 << (i % 8)
		all = append(all, base64.RawURLEncoding.EncodeToString(b))
		b[i/8] ^= 1 << (i % 8)
	}
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := strings.IndexByte(alphabet, secret[len(secret)-1])
	for _, bit := range []int{1, 2} {
		all = append(all, secret[:len(secret)-1]+string(alphabet[last^bit]))
	}
	return all
}

func TestAlteredSecretsOpenNothing(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		issued, link := s.send("npp-acknowledgement")
		unlocked := s.do(t, "POST", link+"/unlock", strings.NewReader("code="+issued.Code), "Content-Type", urlencoded)
		session := unlocked.Cookies()[0]
		if len(session.Value) != 43 {
			t.Fatalf("cookies are %v", unlocked.Cookies())
		}
		if p := s.do(t, "GET", link, nil, "Cookie", session.Name+"="+session.Value); p.StatusCode != 303 {
			t.Fatalf("the cookie as it was set does not lead on: %d", p.StatusCode)
		}
		dead := s.do(t, "GET", "/d/"+strings.Repeat("A", 43), nil)
		for _, token := range flips(t, issued.Token) {
			if p := s.do(t, "GET", "/d/"+token, nil); p.StatusCode != 404 || p.body != dead.body {
				t.Fatalf("an altered token is %d", p.StatusCode)
			}
		}
		locked := s.do(t, "GET", link, nil)
		for _, cookie := range flips(t, session.Value) {
			if p := s.do(t, "GET", link, nil, "Cookie", session.Name+"="+cookie); p.StatusCode != 200 || p.body != locked.body {
				t.Fatalf("an altered session cookie is %d", p.StatusCode)
			}
		}
		staff, _, err := s.store.SignIn(t.Context(), "dana@harbour.example", passphrase, store.Origin{Address: "127.0.0.1"})
		fatal(t, err)
		if p := s.do(t, "GET", "/staff", nil, "Cookie", "s="+staff); p.StatusCode != 200 {
			t.Fatalf("the staff cookie is %d", p.StatusCode)
		}
		for _, cookie := range flips(t, staff) {
			if p := s.do(t, "GET", "/staff", nil, "Cookie", "s="+cookie); p.StatusCode != 303 || !strings.HasPrefix(p.Header.Get("Location"), "/staff/sign-in") {
				t.Fatalf("an altered staff cookie is %d", p.StatusCode)
			}
		}
		key := s.program(true).key
		secret := strings.TrimPrefix(key, "sealform_")
		for _, altered := range flips(t, secret) {
			if p := s.do(t, "GET", "/api/v1/templates", nil, "Authorization", "Bearer sealform_"+altered); p.StatusCode != 401 {
				t.Fatalf("an altered API key is %d", p.StatusCode)
			}
		}
	})
}

// However a link came to its end, it looks as if it had never been.
func TestEveryEndOfALinkLooksTheSame(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		never := "/d/" + strings.Repeat("A", 43)
		past := time.Now().Add(-time.Hour)
		ends := map[string]string{}
		end := func(name, query string, args ...any) {
			issued, link := s.send("npp-acknowledgement")
			s.write(query, append([]any{issued.DeliveryID}, args...)...)
			ends[name] = link
		}
		end("expired", `UPDATE deliveries SET expires_at = $2 WHERE id = $1`, past)
		end("closed", `UPDATE deliveries SET closed_at = $2 WHERE id = $1`, past)
		end("replaced", `DELETE FROM links WHERE delivery_id = $1`)
		end("removed", `DELETE FROM steps WHERE delivery_id = $1`)
		issued, completed := s.send("npp-acknowledgement")
		b := s.browser()
		b.complete(b.unlock(completed, issued.Code))
		s.write(`UPDATE deliveries SET copy_until = $2 WHERE id = $1`, issued.DeliveryID, past)
		ends["completed"] = completed
		locked, revoked := s.send("npp-acknowledgement")
		if _, err := s.store.Revoke(t.Context(), s.director, locked.ID); err != nil {
			t.Fatal(err)
		}
		ends["revoked"] = revoked
		for _, ask := range []struct{ method, below, body string }{
			{"GET", "", ""}, {"HEAD", "", ""}, {"GET", "/f/x/1", ""}, {"GET", "/f/x/review", ""}, {"GET", "/f/x/copy.pdf", ""},
			{"POST", "/unlock", "code=12345678"}, {"POST", "/f/x/1", "a=b"}, {"POST", "/new-link", ""}, {"POST", "/no-code", "why=lost"},
		} {
			want := s.do(t, ask.method, never+ask.below, strings.NewReader(ask.body), "Content-Type", urlencoded)
			for name, link := range ends {
				got := s.do(t, ask.method, link+ask.below, strings.NewReader(ask.body), "Content-Type", urlencoded)
				if got.StatusCode != want.StatusCode || got.body != want.body || headers(got, link) != headers(want, never) {
					t.Errorf("%s %s of a link that is %s is %d\n%s\nnot %d\n%s", ask.method, ask.below, name, got.StatusCode, headers(got, link), want.StatusCode, headers(want, never))
				}
			}
		}
	})
}

// headers returns what a page's answer says besides its body, of whatever link.
func headers(p *page, link string) string {
	h := p.Header.Clone()
	h.Del("Date")
	h.Set("Location", strings.TrimPrefix(h.Get("Location"), link))
	return fmt.Sprint(h)
}

func TestCodesAsPeopleTypeThem(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		issued, link := s.send("npp-acknowledgement")
		wide := strings.Map(func(r rune) rune { return r - '0' + '０' }, issued.Code)
		a, b := issued.Code[:4], issued.Code[4:]
		for _, typed := range []string{a + b, " " + a + " " + b + " ", a + "-" + b, a + " " + b, a + " – " + b, wide, wide[:12] + "　" + wide[12:], strings.Join(strings.Split(a+b, ""), " ")} {
			if p := s.browser().unlock(link, typed); !strings.Contains(p.Request.URL.Path, "/f/") {
				t.Errorf("%q is %d", typed, p.StatusCode)
			}
		}
		for _, typed := range []string{"", " ", a, a + b + "1", strings.Repeat(a, 5000), "code", "١٢٣٤٥٦٧٨" + "x", a + "\x00" + b[:3], "\xff\xfe"} {
			if p := s.browser().unlock(link, typed); p.StatusCode != 422 {
				t.Errorf("%.20q is %d", typed, p.StatusCode)
			}
		}
		var attempts int64
		fatal(t, s.db.ReadOne(t.Context(), s.director.Practice, `SELECT attempts FROM deliveries WHERE id = $1`, []any{issued.DeliveryID}, &attempts))
		if attempts != 0 {
			t.Errorf("%d attempts were counted", attempts)
		}
	})
}

// Pages may come twice, in any order, and from a tab that was left open.
func TestPagesOutOfOrder(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		issued, link := s.send("intake-adult")
		b := s.browser()
		first := b.unlock(link, issued.Code)
		stale := first.form()
		folder := first.Request.URL.Path[:strings.LastIndexByte(first.Request.URL.Path, '/')+1]
		for path, status := range map[string]int{"4": 200, "0": 404, "-1": 404, "99": 404, "x": 404, "1x": 404, "18446744073709551617": 404, "review": 200, "done": 200} {
			if p := b.get(folder + path); p.StatusCode != status {
				t.Errorf("page %s is %d", path, p.StatusCode)
			}
		}
		later := b.get(folder + "4").form()
		later.answer()
		for range 2 {
			if p := b.submit(later); p.StatusCode != 200 {
				t.Errorf("the fourth page before the first, posted twice, is %d", p.StatusCode)
			}
		}
		if p := b.get(folder + "sign?rev=1"); strings.HasSuffix(p.Request.URL.Path, "/sign") {
			t.Error("an unfinished form is up for signing")
		}
		if p := b.post(folder+"sign", url.Values{"_rev": {"1"}, "name": {"Robin Reed"}, "agree": {"yes"}, "signer": {"self"}}); p.StatusCode/100 == 5 || strings.HasSuffix(p.Request.URL.Path, "/done") {
			t.Errorf("an unfinished form is signed: %d", p.StatusCode)
		}
		b.complete(b.get(link))
		stale.answer()
		p := b.submit(stale)
		if p.StatusCode != 409 && p.StatusCode != 200 || strings.Contains(p.body, `<form`) && p.StatusCode == 200 && strings.HasSuffix(p.Request.URL.Path, "/1") {
			t.Errorf("a page from a tab that was left open is %d at %s", p.StatusCode, p.Request.URL.Path)
		}
	})
}

// What two tabs change is merged by field, and the later one is told.
func TestAStaleTabSaysWhatChanged(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		issued, link := s.send("intake-adult")
		b := s.browser()
		p := b.unlock(link, issued.Code)
		one, two := p.form(), b.get(p.Request.URL.Path).form()
		one.answer()
		two.answer()
		var name string
		for control, options := range two.options {
			if len(options) > 1 {
				name = control
				two.fields.Set(name, options[1])
			}
		}
		b.submit(one)
		told := b.submit(two)
		if told.StatusCode != 200 || !strings.Contains(told.body, "Changed on another device") {
			t.Errorf("the second tab is %d, and is not told:\n%s", told.StatusCode, told.body)
		}
		if name == "" {
			t.Fatal("nothing can be answered in two ways")
		}
		if got := b.get(p.Request.URL.Path).form().fields.Get(name); got != two.fields.Get(name) {
			t.Errorf("%s is %q after the later save of %q", name, got, two.fields.Get(name))
		}
	})
}

// Whatever is typed into a page is answered clearly and comes back, and what the
// form takes goes all the way to the answers.
func TestMonstrousAnswers(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		issued, link := s.send("intake-adult")
		b := s.browser()
		p := b.unlock(link, issued.Code)
		at := p.Request.URL.Path
		f := p.form()
		f.answer()
		const name = "about.name.preferred"
		for _, c := range []struct {
			what, control, typed string
			status               int
			kept                 string // when it is not what was typed
		}{
			{"a megabyte", name, strings.Repeat("long ", 200_000), 422, ""},
			{"no option", "about.gender", "robot", 422, "-"},
			{"no day", "about.dob@day", "32", 422, ""},
			{"no date", "about.dob@day", "31", 422, ""}, // of February
			{"not born yet", "about.dob@year", "2999", 422, ""},
			{"a year in words", "about.dob@year", "nineteen", 422, ""},
			{"broken UTF-8", name, "Robin \xff\xfe", 200, "Robin "},
			{"emoji", name, "Robin \U0001F98A\u200d\U0001F308", 200, ""},
			{"markup", name, `"><script>alert(1)</script>`, 200, ""},
			{"NUL and bidi", name, "Ro\x00bin \u202efdp.exe\u2069", 200, "Ro\ufffdbin \u202efdp.exe\u2069"}, // as HTML shows NUL
		} {
			now := b.get(at).form()
			typed := url.Values{}
			for control, values := range f.fields {
				typed[control] = values
			}
			typed.Set("_rev", now.fields.Get("_rev"))
			typed.Set("about.dob@month", "2")
			typed.Set(c.control, c.typed)
			if p := b.post(at, typed); p.StatusCode != c.status || c.status == 200 && strings.HasSuffix(p.Request.URL.Path, "/1") {
				t.Errorf("%s is %d at %s", c.what, p.StatusCode, p.Request.URL.Path)
			}
			want := cmp.Or(c.kept, c.typed)
			if got := b.get(at).form().fields.Get(c.control); got != want && want != "-" {
				t.Errorf("%s came back as %.60q", c.what, got)
			}
		}
		b.complete(b.get(link))
		program := s.program(true)
		for _, below := range []string{"/answers", "/fhir"} {
			if status, v := program.call("GET", "/documents/"+issued.ID.String()+below, ""); status != 200 || !strings.Contains(fmt.Sprint(v), "fdp.exe") {
				t.Errorf("%s is %d and holds %.300v", below, status, v)
			}
		}
	})
}

// A page that cannot be saved says so, and has all that was typed in its form
// for another try.
func TestASaveThatFailsKeepsWhatWasTyped(t *testing.T) {
	for name, fail := range map[string]func(*testing.T, *site) (mend func()){
		"full": func(t *testing.T, s *site) func() {
			if s.db.Engine() == db.Postgres {
				t.Skip("PostgreSQL's disk is not ours to fill")
			}
			s.write(`PRAGMA max_page_count = 1`) // that is, no page more
			return func() { s.write(`PRAGMA max_page_count = 1000000`) }
		},
		"locked": func(t *testing.T, s *site) func() {
			locked, unlock, ended := make(chan struct{}), make(chan struct{}), make(chan error)
			go func() {
				ended <- s.db.Write(t.Context(), s.director.Practice, func(tx *db.Tx) error {
					_, err := tx.Exec(t.Context(), `UPDATE drafts SET revision = revision`)
					close(locked)
					<-unlock
					return err
				})
			}()
			<-locked
			return func() { close(unlock); <-ended }
		},
	} {
		t.Run(name, func(t *testing.T) {
			eachSite(t, func(t *testing.T, s *site) {
				t.Parallel() // a lock is waited for as long as a write may take
				issued, link := s.send("intake-adult")
				b := s.browser()
				f := b.unlock(link, issued.Code).form()
				f.answer()
				f.fields.Set("about.name.preferred", strings.Repeat("x", 60_000))
				mend := fail(t, s)
				p := b.submit(f)
				mend()
				if p.StatusCode != 503 {
					t.Fatalf("the save is %d", p.StatusCode)
				}
				again := p.form()
				if again == nil || again.action != f.action {
					t.Fatalf("nothing to send again:\n%s", p.body)
				}
				for name, values := range f.fields {
					if again.fields.Get(name) != values[0] {
						t.Errorf("%s came back as %.60q", name, again.fields.Get(name))
					}
				}
				again.fields.Set("about.name.preferred", "Rob")
				if p := b.submit(again); p.StatusCode != 200 || strings.HasSuffix(p.Request.URL.Path, "/1") {
					t.Errorf("the second try is %d", p.StatusCode)
				}
			})
		})
	}
}
