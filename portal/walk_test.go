package portal_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/testbrowser"
	"github.com/sealform/sealform/internal/testdb"
	"github.com/sealform/sealform/portal"
)

// mostOfPage is what a page may weigh with all it loads, in bytes as they come.
const mostOfPage = 60 << 10

// A walk goes through every page in Chromium, as everybody who may see it, and
// shows each to visit.
type walk struct {
	*stage
	chromium *testbrowser.Chromium
	screen   testbrowser.Screen
	tabs     map[string]*testbrowser.Tab // by who looks
	seen     map[string]bool             // rows of the route table
	visit    func(b *testbrowser.Tab, name string)
}

func newWalk(t *testing.T, screen testbrowser.Screen) *walk {
	s := startSending(t, testdb.Open(t, db.SQLite), nil)
	return &walk{stage: newStage(s), chromium: testbrowser.NewChromium(t), screen: screen, tabs: map[string]*testbrowser.Tab{}, seen: map[string]bool{}}
}

// as is the tab of a column of the golden table.
func (w *walk) as(who string) *testbrowser.Tab {
	w.t.Helper()
	if w.tabs[who] == nil {
		tab := w.chromium.Tab(w.t, w.screen)
		for _, status := range []string{"401", "403", "404", "409", "422", "423"} {
			tab.Allow(status)
		}
		if headers := w.headers[slices.Index(columns[:], who)]; len(headers) > 0 {
			w.keep(tab, headers[1])
		}
		w.tabs[who] = tab
	}
	return w.tabs[who]
}

func (w *walk) keep(tab *testbrowser.Tab, cookie string) {
	name, value, _ := strings.Cut(cookie, "=")
	tab.Keep(w.url, name, value)
}

// open goes to a path and shows what is there.
func (w *walk) open(who, path, name string) *testbrowser.Tab {
	w.t.Helper()
	tab := w.as(who)
	tab.Open(w.url + path)
	w.show(who, "GET", name)
	return tab
}

// show shows what a tab came to, by a method.
func (w *walk) show(who, method, name string) {
	w.t.Helper()
	tab := w.as(who)
	at := tab.Address().Path
	for _, r := range w.Routes() {
		if r.Method == method && pattern(r.Path).MatchString(at) {
			w.seen[method+" "+r.Path] = true
			break
		}
	}
	w.visit(tab, strings.ReplaceAll(who, " ", "-")+"-"+name)
}

var parameter = regexp.MustCompile(`:\w+`)

func pattern(path string) *regexp.Regexp {
	return regexp.MustCompile("^" + parameter.ReplaceAllString(strings.ReplaceAll(path, ".", `\.`), `[^/]+`) + "$")
}

// Files, and what is answered to programs, are no pages.
var noPages = regexp.MustCompile(`^/(api|static|look|hooks)/|\.(ico|txt|pem|csv|json|pdf)$|^/(healthz|readyz)$|/autosave$|/stay$|/attachments/:n$|/:file$`)

// seenBy are the roles that may open a row of the staff's.
func seenBy(r portal.Row) (roles []string) {
	for i, role := range access.Roles {
		if golden[r.Method+" "+r.Path][5+i] != 403 {
			roles = append(roles, string(role))
		}
	}
	return roles
}

// readStaff opens every page of the staff as each role that may.
func (w *walk) readStaff() {
	w.t.Helper()
	for _, r := range w.Routes() {
		if r.Method != "GET" || r.Who != "staff" {
			continue
		}
		if r.Fresh {
			path := w.address(r.Path, "", w.completed)
			w.open("stale director", path, "again"+dashed(r.Path))
		}
		if noPages.MatchString(r.Path) {
			continue
		}
		for _, role := range seenBy(r) {
			tab := w.open(role, w.pathFor(r.Path, role), dashed(r.Path))
			if status := tab.Status(); status != 200 {
				w.t.Errorf("%s is %d for %s", r.Path, status, role)
			}
		}
	}
}

// press sends each form that answers with a page of its own with nothing in it:
// what is missing is said, or the page that asks whether it is meant.
func (w *walk) press() {
	w.t.Helper()
	for _, r := range w.Routes() {
		if who, status := answerOf(r); status != 0 && !slices.Contains(lastPresses, r.Path) {
			w.pressed(who, r.Path, status)
		}
	}
}

// answerOf says who sends an empty form to the row and gets a page of its own,
// with which status; 0 for rows that lead elsewhere.
func answerOf(r portal.Row) (who string, status int) {
	who, status = "director", golden[r.Method+" "+r.Path][5]
	if r.Who != "staff" {
		who, status = "nobody", golden[r.Method+" "+r.Path][0]
	}
	if r.Method != "POST" || noPages.MatchString(r.Path) || !slices.Contains([]int{200, 401, 422}, status) {
		return "", 0
	}
	return who, status
}

func (w *walk) pressed(who, path string, status int) {
	w.t.Helper()
	w.tried++
	about := w.opened()
	tab := w.as(who)
	if !strings.HasPrefix(tab.Address().String(), w.url) || strings.Contains(tab.Address().Path, "preview") {
		tab.Open(w.url + "/staff/sign-in")
	}
	tab.Send(w.address(path, about.Token, about))
	if got := tab.Status(); got != status {
		w.t.Errorf("POST %s is %d, want %d", path, got, status)
	}
	w.seen["POST "+path] = true
	w.visit(tab, who+"-post"+dashed(path))
}

// lastPresses end what the rows before them need.
var lastPresses = []string{"/staff/kit/new", "/staff/account/sign-out-everywhere", "/staff/sign-out"}

func dashed(path string) string {
	return strings.NewReplacer("/", "-", ":", "").Replace(strings.TrimPrefix(path, "/staff"))
}

// complete expects that every page was seen: each row of the route table that
// is read as a page, or that answers a form with one.
func (w *walk) complete() {
	w.t.Helper()
	for _, r := range w.Routes() {
		name := r.Method + " " + r.Path
		_, status := answerOf(r)
		page := status != 0 || r.Method == "GET" && !noPages.MatchString(r.Path)
		if page && !w.seen[name] {
			w.t.Errorf("nobody walks %s", name)
		}
	}
}

func (w *walk) walk() {
	w.t.Helper()
	w.readStaff()
	w.readDocuments()
	w.team()
	w.templates()
	w.clients()
	w.client()
	w.signIns()
	w.press()
	w.last()
	w.complete()
}

// judge says what is wrong with a page: its weight, what sticks out at 320 px
// and, once for pages that are built alike, what axe finds and what keys do not
// reach.
func (w *walk) judge() func(*testbrowser.Tab, string) {
	judged := map[string]bool{}
	return func(b *testbrowser.Tab, name string) {
		w.t.Helper()
		if b.Status() >= 500 {
			w.t.Errorf("%s is %d", name, b.Status())
		}
		for _, found := range b.Overflowing(320) {
			w.t.Errorf("%s: too wide for 320 px: %s", name, found)
		}
		if n := b.Weight(); n == 0 || n > mostOfPage {
			w.t.Errorf("%s takes %d bytes", name, n)
		}
		shape := b.Shape("main")
		if judged[shape] {
			return
		}
		judged[shape] = true
		for _, found := range b.Unreachable() {
			w.t.Errorf("%s: keys do not reach %s", name, found)
		}
		for _, found := range b.Violations() {
			w.t.Errorf("%s: axe: %s", name, found)
		}
	}
}

func TestEveryPageAsEverybodyInChromium(t *testing.T) {
	w := newWalk(t, testbrowser.Screen{Width: 320, Height: 640, Phone: true})
	w.visit = w.judge()
	w.walk()
	for who, tab := range w.tabs {
		for _, line := range tab.Noise() {
			t.Errorf("the console of %s: %s", who, line)
		}
	}
}

// TestScreenshots pictures what the demo never shows, into the folder that
// SEALFORM_SCREENSHOTS names.
func TestScreenshots(t *testing.T) {
	folder := os.Getenv("SEALFORM_SCREENSHOTS")
	if folder == "" {
		t.Skip("SEALFORM_SCREENSHOTS names no folder")
	}
	fatal(t, os.MkdirAll(folder, 0o755))
	for name, screen := range map[string]testbrowser.Screen{"phone": {Width: 360, Height: 740, Phone: true}, "desktop": {Width: 1280, Height: 800}} {
		t.Run(name, func(t *testing.T) {
			w := newWalk(t, screen)
			w.visit = func(b *testbrowser.Tab, page string) {
				for colours, dark := range map[string]bool{"dark": true, "light": false} {
					b.Dark(dark)
					fatal(t, os.WriteFile(filepath.Join(folder, "walk-"+page+"-"+name+"-"+colours+".png"), b.Picture(), 0o644))
				}
			}
			w.readDocuments()
			w.team()
			w.templates()
			w.clients()
			w.client()
			w.signIns()
			w.last()
		})
	}
}
