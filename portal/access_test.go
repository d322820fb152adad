package portal_test

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
	"github.com/sealform/sealform/portal"
	"github.com/sealform/sealform/static"
)

// Two ways a 303 refuses, told apart from one that goes on.
const (
	signIn = 1303 // to the staff sign-in page
	toLink = 2303 // to the first page of the link, which asks for the code
)

// stepUp is the page that asks for the passphrase again.
const stepUp = 401

// statuses are what one route answers, to: nobody, the client, the client of
// another document; another practice's director, and its reading key; this
// practice's director, supervisor, clinical and administrative members, one
// who waits for approval; its creating key and its reading key; and its director
// who typed the passphrase more than ten minutes ago.
type statuses [13]int

var columns = [13]string{"nobody", "client", "other client", "other director", "other key", "director", "supervisor", "clinical", "administrative", "waiting", "creating key", "reading key", "stale director"}

// all is a row that answers everybody the same.
func all(n int) (s statuses) {
	for i := range s {
		s[i] = n
	}
	return s
}

// own is a row of the client alone: whoever has no session for the link gets
// without, and the client of another document other.
func own(client, other, without int) statuses {
	s := all(without)
	s[1], s[2] = client, other
	return s
}

// staffed is a row of staff pages; strangers and keys are led to sign in.
func staffed(otherDirector, director, supervisor, clinical, administrative, waiting int) statuses {
	return statuses{signIn, signIn, signIn, otherDirector, signIn, director, supervisor, clinical, administrative, waiting, signIn, signIn, director}
}

// fresh is a row that asks everybody who is let in for the passphrase first,
// when that was a while ago.
func fresh(s statuses) statuses {
	s[12] = stepUp
	return s
}

// keyed is a row of the API; whoever holds no key gets 401, staff included.
func keyed(otherKey, creating, reading int) statuses {
	return statuses{401, 401, 401, 401, otherKey, 401, 401, 401, 401, 401, creating, reading, 401}
}

// golden is written by hand from what each may do, for posts without a body: a
// 422 lets the caller in and asks for what is missing.
var golden = map[string]statuses{
	"GET /":             all(200),
	"GET /favicon.ico":  all(303),
	"GET /robots.txt":   all(200),
	"GET /static/:file": all(200),
	"GET /healthz":      all(200),
	"GET /readyz":       all(200),

	"GET /d/:token":                       own(303, 200, 200),
	"POST /d/:token":                      own(303, toLink, toLink),
	"POST /d/:token/new-link":             own(303, toLink, toLink),
	"POST /d/:token/unlock":               all(422),
	"POST /d/:token/no-code":              all(422),
	"POST /d/:token/language":             all(422),
	"POST /d/:token/leave":                own(303, toLink, toLink),
	"GET /d/:token/overview":              own(303, toLink, toLink),
	"POST /d/:token/f/:doc/autosave":      own(200, 409, 401),
	"GET /d/:token/f/:doc/review":         own(200, 404, toLink),
	"POST /d/:token/f/:doc/review":        own(409, 404, toLink), // not complete
	"GET /d/:token/f/:doc/sign":           own(303, 404, toLink), // to the review
	"POST /d/:token/f/:doc/sign":          own(303, 404, 401),    // which keeps what was typed
	"GET /d/:token/f/:doc/decline":        own(200, 404, toLink),
	"POST /d/:token/f/:doc/decline":       own(200, 404, 401), // which keeps what was typed
	"GET /d/:token/f/:doc/afresh":         own(200, 404, toLink),
	"POST /d/:token/f/:doc/afresh":        own(303, 404, toLink),
	"GET /d/:token/f/:doc/done":           own(200, 404, toLink),
	"GET /d/:token/f/:doc/copy/:file":     own(200, 404, toLink),
	"GET /d/:token/f/:doc/attachments/:n": own(200, 404, toLink),
	"GET /d/:token/f/:doc/:page":          own(200, 404, toLink),
	"POST /d/:token/f/:doc/:page":         own(303, 404, 401), // so does this

	"GET /verify":                   all(200),
	"POST /verify":                  all(415), // it takes a file
	"GET /verify/root.pem":          all(200),
	"GET /staff/sign-in":            all(200),
	"POST /staff/sign-in":           all(401),
	"POST /staff/sign-out":          all(303),
	"GET /staff/invitation/:token":  all(200),
	"POST /staff/invitation/:token": all(422),

	// another director; director, supervisor, clinical, administrative, waiting
	"GET /staff/kit":                          staffed(200, 200, 403, 403, 403, 403),
	"POST /staff/kit":                         staffed(422, 422, 403, 403, 403, 422), // the kit lets a waiting member in
	"POST /staff/kit/new":                     fresh(staffed(200, 200, 403, 403, 403, 403)),
	"GET /staff":                              staffed(200, 200, 200, 200, 200, 403),
	"GET /staff/documents":                    staffed(200, 200, 200, 200, 200, 403),
	"GET /staff/documents/new":                staffed(200, 200, 200, 200, 200, 403),
	"POST /staff/documents/new":               staffed(422, 422, 422, 422, 422, 403),
	"GET /staff/documents/:id":                staffed(404, 200, 200, 404, 200, 403),
	"POST /staff/documents/:id/reissue":       staffed(404, 200, 200, 404, 200, 403),
	"POST /staff/documents/:id/extend":        staffed(404, 422, 422, 404, 422, 403),
	"POST /staff/documents/:id/revoke":        staffed(404, 200, 200, 404, 403, 403),
	"GET /staff/documents/:id/answers":        staffed(404, 200, 200, 404, 403, 403),
	"GET /staff/documents/:id/answers/page":   staffed(404, 200, 200, 404, 403, 403),
	"GET /staff/documents/:id/attachments/:n": staffed(404, 200, 200, 404, 403, 403),
	"GET /staff/documents/:id/:name.pdf":      staffed(404, 200, 200, 404, 403, 403),
	"GET /staff/documents/:id/answers.json":   staffed(404, 200, 200, 404, 403, 403),
	"GET /staff/documents/:id/answers.csv":    fresh(staffed(404, 200, 200, 404, 403, 403)),
	"GET /staff/documents/:id/bundle.json":    staffed(404, 200, 200, 404, 403, 403),
	"GET /staff/clients":                      staffed(200, 200, 200, 200, 200, 403),
	"GET /staff/clients/:id":                  staffed(404, 200, 200, 404, 200, 403),
	"GET /staff/activity":                     staffed(200, 200, 200, 403, 403, 403),
	"GET /staff/settings":                     staffed(200, 200, 200, 200, 200, 403),
	"POST /staff/settings/keys":               fresh(staffed(422, 422, 403, 403, 403, 403)),
	"POST /staff/settings/keys/:id/revoke":    fresh(staffed(404, 303, 403, 403, 403, 403)),

	"GET /staff/templates":                         staffed(200, 200, 200, 403, 403, 403),
	"GET /staff/templates/edit":                    staffed(200, 200, 200, 403, 403, 403),
	"POST /staff/templates/edit":                   staffed(422, 422, 422, 403, 403, 403),
	"POST /staff/templates/preview":                staffed(422, 422, 422, 403, 403, 403),
	"POST /staff/templates/import":                 staffed(422, 422, 422, 403, 403, 403),
	"GET /staff/templates/:name/:version":          staffed(404, 200, 200, 403, 403, 403),
	"GET /staff/templates/:name/:version/preview":  staffed(404, 200, 200, 403, 403, 403),
	"GET /staff/templates/:name/:version/changes":  staffed(404, 200, 200, 403, 403, 403),
	"GET /staff/templates/:name/:version/:file":    staffed(404, 200, 200, 403, 403, 403),
	"POST /staff/templates/:name/:version/retire":  staffed(404, 303, 303, 403, 403, 403),
	"POST /staff/templates/:name/:version/discard": staffed(404, 303, 303, 403, 403, 403),

	// another practice's reading key; creating key, reading key
	"GET /api/v1/openapi.json":                 all(200),
	"GET /api/v1/documents":                    keyed(200, 403, 200),
	"POST /api/v1/documents":                   keyed(422, 422, 422),
	"GET /api/v1/documents/:id":                keyed(404, 403, 200),
	"POST /api/v1/documents/:id/reissue":       keyed(404, 201, 201),
	"POST /api/v1/documents/:id/revoke":        keyed(404, 403, 200),
	"POST /api/v1/documents/:id/extend":        keyed(422, 422, 422),
	"GET /api/v1/documents/:id/answers":        keyed(404, 403, 200),
	"GET /api/v1/documents/:id/answers.csv":    keyed(404, 403, 200),
	"GET /api/v1/documents/:id/attachments/:n": keyed(404, 403, 200),
	"GET /api/v1/documents/:id/pdf":            keyed(404, 403, 200),
	"GET /api/v1/documents/:id/fhir":           keyed(404, 403, 200),
	"GET /api/v1/templates":                    keyed(200, 200, 200),
	"POST /api/v1/templates":                   keyed(415, 403, 415),
	"GET /api/v1/templates/:name":              keyed(200, 200, 200),
	"GET /api/v1/templates/:name/fhir":         keyed(200, 200, 200),
	"GET /api/v1/events":                       keyed(200, 403, 200),
}

func TestWhoMayUseWhat(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		s := startOn(t, d, "US", nil, func(c *portal.Config) {
			c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
		})
		cast := s.cast()
		rows := s.Routes()
		last := []string{"/staff/kit/new", "/staff/account/sign-out-everywhere", "/staff/sign-out"} // each ends what the rows before it need
		slices.SortStableFunc(rows, func(a, b portal.Row) int {
			return cmp.Compare(slices.Index(last, a.Path), slices.Index(last, b.Path))
		})
		for _, r := range rows {
			name := r.Method + " " + r.Path
			want, ok := golden[name]
			if !ok {
				t.Errorf("%s is not in the golden table", name)
			}
			for i := range columns {
				if got := cast.try(r, i); got != want[i] {
					t.Errorf("%s answers %s with %d, want %d", name, columns[i], got, want[i])
				}
			}
		}
		if len(rows) != len(golden) {
			t.Errorf("%d routes, and %d in the golden table", len(rows), len(golden))
		}
	})
}

// A cast is everybody who comes to a site, by column.
type cast struct {
	*site
	headers   [13][]string
	completed *sent
	other     *sent
	tried     int
}

// A sent document with the session that its code opened.
type sent struct {
	*store.Issued
	session string
}

// cookie is the cookie of a client session, for the link of a token.
func (d *sent) cookie(token string) string {
	sum := sha256.Sum256([]byte(token))
	return "c" + hex.EncodeToString(sum[:4]) + "=" + d.session
}

func (s *site) opened() *sent {
	s.t.Helper()
	return s.openedFor("npp-acknowledgement")
}

func (s *site) openedFor(template string) *sent {
	s.t.Helper()
	issued, _ := s.send(template)
	got, err := s.store.Unlock(s.t.Context(), issued.Token, issued.Code, "", store.Origin{})
	fatal(s.t, err)
	return &sent{issued, got.Session}
}

func (s *site) cast() *cast {
	s.t.Helper()
	s.publish(papers)
	c := &cast{site: s, completed: s.openedFor("papers"), other: s.opened()}
	s.attach(c.completed, "letter", "letter.pdf", smallPDF)
	home, err := url.Parse(s.url)
	fatal(s.t, err)
	b := s.browser()
	pair := strings.SplitN(c.completed.cookie(c.completed.Token), "=", 2)
	b.client.Jar.SetCookies(home, []*http.Cookie{{Name: pair[0], Value: pair[1], Path: "/"}})
	b.complete(b.get("/d/" + c.completed.Token))

	other := s.otherPractice()
	c.headers[3] = []string{"Cookie", "s=" + other.Cookie}
	c.headers[4] = bearer(s, other.Director, true)
	for i, role := range []access.Role{access.Director, access.Supervisor, access.Clinical, access.Administrative} {
		c.headers[5+i] = s.member(role, true)
	}
	c.headers[9] = s.member(access.Director, false)
	c.headers[10] = bearer(s, s.director, false)
	c.headers[11] = bearer(s, s.director, true)
	c.headers[12] = s.stale()
	return c
}

func bearer(s *site, h *store.Holder, reads bool) []string {
	s.t.Helper()
	key, err := s.store.MakeAPIKey(s.t.Context(), h, "a program", reads)
	fatal(s.t, err)
	return []string{"Authorization", "Bearer " + key}
}

// member returns the cookie of a new member, who waits unless approved.
func (s *site) member(role access.Role, approved bool) []string {
	s.t.Helper()
	ctx := s.t.Context()
	token, err := s.store.Invite(ctx, s.director, "A "+string(role), fmt.Sprintf("%s-%t@harbour.example", role, approved), role)
	fatal(s.t, err)
	cookie, _, err := s.store.Accept(ctx, token, passphrase, store.Origin{})
	fatal(s.t, err)
	if approved {
		h, err := s.store.Session(ctx, cookie)
		fatal(s.t, err)
		fatal(s.t, s.store.Approve(ctx, s.director, h.ID))
	}
	return []string{"Cookie", "s=" + cookie}
}

// stale returns the cookie of a director who signed in a while ago.
func (s *site) stale() []string {
	s.t.Helper()
	cookie, h, err := s.store.SignIn(s.t.Context(), email, passphrase, store.Origin{})
	fatal(s.t, err)
	fatal(s.t, s.db.Write(s.t.Context(), uuid.Nil, func(tx *db.Tx) error {
		_, err := tx.Exec(s.t.Context(), `UPDATE staff_sessions SET fresh_at = $2 WHERE id = $1`, h.Session, time.Now().Add(-11*time.Minute))
		return err
	}))
	return []string{"Cookie", "s=" + cookie}
}

// try sends one request of a column, about things nobody used before, and
// returns its status.
func (c *cast) try(r portal.Row, column int) int {
	c.t.Helper()
	c.tried++
	about := c.completed
	if !regexp.MustCompile(`/(answers|answers/page|answers\.json|answers\.csv|bundle\.json|fhir|attachments/:n|pdf|done|:name\.pdf|copy/:file)$`).MatchString(r.Path) && regexp.MustCompile(`:(doc|token|id)`).MatchString(r.Path) {
		about = c.opened()
	}
	headers, token := c.headers[column], about.Token
	switch column {
	case 1:
		headers = []string{"Cookie", about.cookie(token)}
	case 2:
		headers = []string{"Cookie", c.other.cookie(token) + "; " + c.other.cookie(c.other.Token)}
		if strings.Contains(r.Path, ":doc") {
			token = c.other.Token // whose session is good
		}
	}
	headers = append(headers, "X-Forwarded-For", fmt.Sprintf("10.9.%d.%d", c.tried/250, c.tried%250), "Content-Type", urlencoded)
	if strings.HasPrefix(r.Path, "/api/") {
		headers[len(headers)-1] = "application/json"
	}
	p := c.do(c.t, r.Method, c.address(r.Path, token, about), nil, headers...)
	to := strings.TrimPrefix(p.Header.Get("Location"), c.url)
	switch {
	case p.StatusCode == 303 && strings.HasPrefix(to, "/staff/sign-in") && !strings.HasSuffix(r.Path, "sign-out"):
		return signIn
	case p.StatusCode == 303 && to == "/d/"+token && p.Header.Get("Set-Cookie") == "" && c.do(c.t, "GET", to, nil, headers...).StatusCode != 303:
		return toLink
	}
	return p.StatusCode
}

// address fills in the parameters of a path.
func (c *cast) address(path, token string, about *sent) string {
	c.t.Helper()
	ctx := c.t.Context()
	id := about.ID.String()
	switch {
	case path == "/look/:colour.css":
		return "/look/7a1fa2.css"
	case path == "/static/:file":
		return static.URL("client.css")
	case strings.HasPrefix(path, "/staff/invitation/"), strings.HasPrefix(path, "/staff/team/:id"):
		invitee := fmt.Sprintf("invitee-%d@harbour.example", c.tried)
		invitation, err := c.store.Invite(ctx, c.director, "An invitee", invitee, access.Clinical)
		fatal(c.t, err)
		members, err := c.store.Members(ctx, c.director)
		fatal(c.t, err)
		token = invitation
		id = members[slices.IndexFunc(members, func(m store.Member) bool { return m.Email == invitee })].ID.String()
	case strings.HasPrefix(path, "/staff/templates/:name"):
		own := fmt.Sprint("own-", c.tried)
		_, err := c.store.PublishTemplate(ctx, c.director, []byte("form: "+own+"\nversion: \"1.0.0\"\ntitle: Own\nkind: intake\nitems:\n- {id: a, type: text, ask: A?}\n"), strings.HasSuffix(path, "/discard"))
		fatal(c.t, err)
		path = strings.NewReplacer(":name", own, ":version", "1.0.0", ":file", own+".yaml", "/changes", "/changes?since=1.0.0").Replace(path)
	case strings.Contains(path, "/keys/:id"):
		name := fmt.Sprint("key ", c.tried)
		_, err := c.store.MakeAPIKey(ctx, c.director, name, false)
		fatal(c.t, err)
		keys, err := c.store.APIKeys(ctx, c.director)
		fatal(c.t, err)
		id = keys[slices.IndexFunc(keys, func(k store.KeyInfo) bool { return k.Name == name })].ID.String()
	case strings.Contains(path, "/clients/:id"), strings.HasPrefix(path, "/look/:practice"):
		id = about.ClientID.String()
	}
	name := "intake-adult"
	if strings.HasSuffix(path, ".pdf") {
		name = "signed"
	}
	return strings.NewReplacer(":token", token, ":doc", about.ID.String(), ":id", id, ":name", name, ":page", "1", ":n", "1", ":file", "copy.pdf").Replace(path)
}
