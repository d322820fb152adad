package e2e_test

import (
	"path"
	"strings"
	"testing"

	"github.com/sealform/sealform/internal/testbrowser"
)

var phone = testbrowser.Screen{Width: 360, Height: 740, Phone: true}

// inspect judges the page that a tab shows.
func inspect(t *testing.T, b *testbrowser.Tab, name string) {
	t.Helper()
	for _, found := range b.Violations() {
		t.Errorf("%s: axe: %s", name, found)
	}
	for _, found := range b.Overflowing(320) {
		t.Errorf("%s: too wide for 320 px: %s", name, found)
	}
}

// A client walks through one document in a tab and shows every page to visit.
type client struct {
	t     *testing.T
	tab   *testbrowser.Tab
	doc   document
	visit func(name string)
	draws bool
	typed map[string]string // what was typed where it counts whatever else is answered
}

func (c *client) unlock() {
	c.t.Helper()
	c.tab.Open(c.doc.Link)
	c.visit("unlock")
	wrong := "12345678"
	if c.doc.Code == wrong {
		wrong = "87654321"
	}
	c.tab.Type("code", wrong)
	c.tab.Continue()
	c.visit("wrong-code")
	c.tab.Type("code", c.doc.Code)
	c.tab.Continue()
}

// walk unlocks the document and goes on to the link of its copy, which it
// returns.
func (c *client) walk() string {
	c.t.Helper()
	c.tab.Allow("422")
	c.unlock()
	c.typed = map[string]string{}
	for i := range mostPages {
		p := c.tab.Page()
		step := path.Base(p.URL.Path)
		c.visit(c.doc.Template + "-" + step)
		if link := testbrowser.Link(p.Root, ".pdf"); link != "" {
			return p.Resolve(link)
		}
		if i == 0 && c.doc.Template == "intake-adult" {
			c.tab.Continue()
			c.visit(c.doc.Template + "-" + step + "-problems")
		}
		c.fill(step)
		c.tab.Continue()
		if c.tab.Address().Path == p.URL.Path {
			c.t.Fatalf("%s was not taken: %s", p.URL.Path, testbrowser.Text(testbrowser.First(c.tab.Page().Root, "main")))
		}
	}
	c.t.Fatalf("no end after %d pages, at %s", mostPages, c.tab.Address())
	return ""
}

func (c *client) fill(step string) {
	c.t.Helper()
	for name, control := range c.tab.Fill() {
		if len(control.Options) == 0 && !control.Depends && strings.HasPrefix(control.Values[0], "Reed ") {
			c.typed[name] = control.Values[0]
		}
	}
	if step == "sign" && c.draws {
		c.tab.Draw(".pad canvas")
		c.visit(c.doc.Template + "-sign-drawn")
	}
}

func TestAClientInChromium(t *testing.T) {
	chromium := testbrowser.NewChromium(t)
	silent := phone
	silent.NoScripts = true
	for name, screen := range map[string]testbrowser.Screen{"with scripts": phone, "without scripts": silent} {
		t.Run(name, func(t *testing.T) {
			d := start(t)
			for _, template := range []string{"intake-adult", "overseas-storage-consent", "npp-acknowledgement"} {
				t.Run(template, func(t *testing.T) {
					tab := chromium.Tab(t, screen)
					c := &client{t: t, tab: tab, doc: d.of(t, template), draws: !screen.NoScripts}
					c.visit = func(name string) { inspect(t, tab, name) }
					copied := c.walk()
					if kind, begins := tab.Fetch(copied); kind != "application/pdf" || begins != "%PDF-" {
						t.Errorf("the copy is %s, and begins with %q", kind, begins)
					}
					c.expect(d)
					for _, line := range tab.Noise() {
						t.Errorf("the console: %s", line)
					}
				})
			}
		})
	}
}

// expect compares what was typed with what the API has of it.
func (c *client) expect(d *demo) {
	c.t.Helper()
	w := walk{answered: map[string]*testbrowser.Control{}}
	for name, value := range c.typed {
		w.answered[name] = &testbrowser.Control{Name: name, Values: []string{value}}
	}
	w.expectAPI(c.t, d, c.doc)
}
