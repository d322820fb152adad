package portal_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"golang.org/x/net/html"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/testbrowser"
	"github.com/sealform/sealform/internal/testdb"
	"github.com/sealform/sealform/portal"
)

// A task is something that staff do, with who may and the rows of the route
// table whose forms it sends.
type task struct {
	name  string
	who   []access.Role
	sends []string // paths of POST
	do    func(*seat)
}

var (
	everybody = access.Roles
	readers   = []access.Role{access.Director, access.Supervisor, access.Clinical}
	leads     = []access.Role{access.Director, access.Supervisor}
	directors = []access.Role{access.Director}
)

// formless are the rows that no form of a page is sent to: a script calls them,
// or it is the page that asks for the passphrase in front of another.
var formless = []string{"/staff/stay"}

// A seat is where one member of staff works: a tab of their own, signed in once.
type seat struct {
	*stage
	t    *testing.T
	role access.Role
	tab  *testbrowser.Tab
	sent map[string]bool // paths of the route table

	chromium         *testbrowser.Chromium
	passphrase       string
	kit              string // of the practice, once the member made one
	client, document string // the member's own, by path
}

// TestEveryTaskAsEveryRoleInChromium has each role do, in a browser and by what
// its pages offer, each thing that it may; and expects that what it may not is
// neither offered nor done.
func TestEveryTaskAsEveryRoleInChromium(t *testing.T) {
	chromium := testbrowser.NewChromium(t)
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		t.Parallel() // a browser and its server take turns: two pairs fill two cores
		stage := newStage(startSending(t, d, nil))
		stage.expectTasks()
		for i, role := range access.Roles {
			t.Run(string(role), func(t *testing.T) {
				s := &seat{stage: stage, chromium: chromium, passphrase: passphrase, t: t, role: role, tab: chromium.Tab(t, testbrowser.Screen{Width: 360, Height: 240}), sent: map[string]bool{}}
				for _, status := range []string{"401", "403", "409", "422"} {
					s.tab.Allow(status)
				}
				s.work(stage.headers[5+i])
				for _, line := range s.tab.Noise() {
					t.Errorf("the console: %s", line)
				}
			})
		}
	})
}

// expectTasks fails for a row of the staff's that takes a form and is in no task.
func (s *stage) expectTasks() {
	s.t.Helper()
	for _, r := range s.Routes() {
		staffs := r.Method == http.MethodPost && strings.HasPrefix(r.Path, "/staff/") && !slices.Contains(formless, r.Path)
		if staffs && !slices.ContainsFunc(tasks, func(k task) bool { return slices.Contains(k.sends, r.Path) }) {
			s.t.Errorf("no task sends %s", r.Path)
		}
	}
}

// work does the tasks in their order. Before the last ones, which end sessions,
// it looks through all pages of the role with a session of its own.
func (s *seat) work(headers []string) {
	s.t.Helper()
	for _, k := range tasks {
		s.t.Run(k.name, func(t *testing.T) {
			defer s.in(s.t)
			s.in(t)
			if k.name == lastLook {
				s.look(headers)
			}
			if slices.Contains(k.who, s.role) {
				k.do(s)
				s.expectSent(k)
			} else {
				s.refused(k)
			}
		})
	}
}

// in makes the seat, and the site it works at, fail another test from now on.
func (s *seat) in(t *testing.T) {
	s.tab.In(t)
	s.t, s.site.t = t, t
}

func (s *seat) expectSent(k task) {
	s.t.Helper()
	for _, path := range k.sends {
		if !s.sent[path] {
			s.t.Errorf("nothing was sent to %s", path)
		}
	}
}

// refused sends what the task would, and expects that it is not done.
func (s *seat) refused(k task) {
	s.t.Helper()
	for _, path := range k.sends {
		if rows := s.Routes(); !slices.ContainsFunc(rows, func(r portal.Row) bool { return r.Path == path && r.Who == "staff" }) {
			continue // anybody's, in front of the console
		}
		s.tried++
		got := s.tab.Evaluate(fmt.Sprintf(`fetch(%q, { method: 'POST', body: new URLSearchParams() }).then((r) => String(r.status))`, s.pathFor(path, string(s.role))))
		if got != "403" {
			s.t.Errorf("%s: sending %s is %s", k.name, path, got)
		}
	}
}

// look goes through every page that links lead to and expects that each link
// and each form is one that the role may use.
func (s *seat) look(headers []string) {
	s.t.Helper()
	seen, queue, visits := map[string]bool{"/staff": true}, []string{"/staff"}, map[string]int{}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		row := s.rowOf(http.MethodGet, at)
		if visits[row]++; visits[row] > 20 {
			continue
		}
		p := s.do(s.t, http.MethodGet, at, nil, headers...)
		if p.StatusCode != http.StatusOK {
			s.t.Errorf("a link to %s is offered, and it is %d", at, p.StatusCode)
		}
		if !strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") || strings.HasSuffix(row, "/preview") {
			continue
		}
		each(p.root, func(n *html.Node) {
			action := attr(n, "action")
			if n.Data == "button" && has(n, "formaction") {
				action = attr(n, "formaction")
			}
			if action != "" && !strings.EqualFold(attr(n, "method"), http.MethodGet) {
				s.mayBeOffered(at, action)
			}
			to, err := url.Parse(attr(n, "href"))
			if n.Data == "a" && err == nil && strings.HasPrefix(to.Path, "/staff") && !seen[to.RequestURI()] {
				seen[to.RequestURI()] = true
				queue = append(queue, to.RequestURI())
			}
		})
	}
}

// mayBeOffered expects that the form on a page is of a task of the role.
func (s *seat) mayBeOffered(at, action string) {
	s.t.Helper()
	path := s.rowOf(http.MethodPost, action)
	if !slices.ContainsFunc(tasks, func(k task) bool { return slices.Contains(k.sends, path) && slices.Contains(k.who, s.role) }) {
		s.t.Errorf("%s offers a form for %s", at, path)
	}
}

// rowOf is the path of the first row of the route table that an address meets.
func (s *seat) rowOf(method, address string) string {
	s.t.Helper()
	path, _, _ := strings.Cut(strings.TrimPrefix(address, s.url), "?")
	rows := s.Routes()
	i := slices.IndexFunc(rows, func(r portal.Row) bool { return r.Method == method && pattern(r.Path).MatchString(path) })
	if i < 0 {
		s.t.Errorf("nothing answers %s %s", method, address)
		return ""
	}
	return rows[i].Path
}

func (s *seat) open(path string) {
	s.t.Helper()
	s.tab.Open(s.url + path)
}

// submit presses a button after answering its form, and expects a page.
func (s *seat) submit(words string, pairs ...string) {
	s.t.Helper()
	s.noteSent(s.tab.Submit(words, pairs...))
	if status := s.tab.Status(); status >= 400 {
		s.t.Errorf("%q is %d: %s", words, status, s.shown())
	}
}

func (s *seat) noteSent(method, path string) {
	if strings.EqualFold(method, http.MethodPost) {
		s.sent[s.rowOf(http.MethodPost, path)] = true
	}
}

// fetched sends the form of a button as the browser would, and returns the media
// type and the first bytes of the file that comes.
func (s *seat) fetched(words string, pairs ...string) string {
	s.t.Helper()
	method, path := s.tab.Answer(words, pairs...)
	s.noteSent(method, path)
	return s.tab.Evaluate(fmt.Sprintf(`(() => {
	  const form = [...document.forms].find((f) => new URL(f.action).pathname === %q);
	  return fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)) }).then(async (r) => r.headers.get('Content-Type') + ' ' + (await r.text()).slice(0, 2));
	})()`, path))
}

func (s *seat) shown() string {
	s.t.Helper()
	return testbrowser.Text(testbrowser.First(s.tab.Page().Root, "main"))
}

// says expects words on the page.
func (s *seat) says(words ...string) {
	s.t.Helper()
	shown := s.shown()
	for _, w := range words {
		if !strings.Contains(shown, w) {
			s.t.Fatalf("%s does not say %q: %s", s.tab.Address().Path, w, shown)
		}
	}
}

// word is a name with the role in it, so that each role finds its own.
func (s *seat) word(name string) string {
	return name + " " + strings.ToUpper(string(s.role[:1])) + string(s.role[1:])
}

// secrets is what the page shows only once, by the class of its element.
func (s *seat) secrets() map[string]string {
	s.t.Helper()
	shown := map[string]string{}
	for n := range testbrowser.Elements(s.tab.Page().Root, "p") {
		if class := testbrowser.Attr(n, "class"); shown[class] == "" {
			shown[class] = testbrowser.Text(n)
		}
	}
	return shown
}

// aged makes a member's passphrase one that was typed a while ago.
func (s *seat) aged(member uuid.UUID) {
	s.t.Helper()
	fatal(s.t, s.db.Write(s.t.Context(), uuid.Nil, func(tx *db.Tx) error {
		_, err := tx.Exec(s.t.Context(), `UPDATE staff_sessions SET fresh_at = $2 WHERE member_id = $1`, member, time.Now().Add(-11*time.Minute))
		return err
	}))
}

// openDocument opens the page of a document.
func (s *seat) openDocument(id uuid.UUID) {
	s.t.Helper()
	s.open(staffPath(id))
}
