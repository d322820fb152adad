package portal_test

import (
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
	"github.com/sealform/sealform/internal/testpractice"
	"github.com/sealform/sealform/portal"
)

// A site is a running portal over a real store.
type site struct {
	*portal.Portal
	t        *testing.T
	url      string
	store    *store.Store
	db       *db.DB
	director *store.Holder
	mu       sync.Mutex
	log      strings.Builder
}

func (s *site) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.Write(b)
}

func (s *site) logged() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.String()
}

const passphrase = testpractice.Passphrase

// start serves a portal with one practice whose director confirmed the kit.
func start(t *testing.T, change func(*portal.Config)) *site {
	t.Helper()
	return startIn(t, "US", change)
}

// startIn is start for a practice of a country; all is stored in the US.
func startIn(t *testing.T, country string, change func(*portal.Config)) *site {
	t.Helper()
	return startOn(t, testdb.Open(t, db.SQLite), country, nil, change)
}

// startOn is startIn on a database, with its store changed too.
func startOn(t *testing.T, d *db.DB, country string, storeChange func(*store.Config), change func(*portal.Config)) *site {
	t.Helper()
	s := &site{t: t, db: d}
	log := slog.New(slog.NewTextHandler(s, nil))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	fatal(t, err)
	s.url = "http://" + l.Addr().String()
	stored := store.Config{DB: d, Storage: "US", Log: log, Base: s.url}
	if storeChange != nil {
		storeChange(&stored)
	}
	s.store = testpractice.Open(t, stored)
	s.director = testpractice.Found(t, s.store, store.NewPractice{
		Practice: practice.Practice{
			Name: "Harbour Psychology", Phone: "+61 2 9999 0000", Email: "desk@harbour.example", Address: "1 Quay St, Sydney",
			Website: "https://harbour.example", Country: country, Zone: "Australia/Sydney", PrivacyContact: "the director", EffectiveDate: "2026-01-01", CopyDays: 30, ExpiryDays: 14,
		},
		DirectorName: "Dana Director", DirectorEmail: email,
	}).Director

	config := portal.Config{Store: s.store, BaseURL: s.url, Now: time.Now, Log: log, Version: "test"}
	if change != nil {
		change(&config)
	}
	s.Portal, err = portal.New(config)
	fatal(t, err)
	go s.Serve(l)
	t.Cleanup(func() { s.Shutdown(t.Context()) })
	return s
}

func fatal(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// send makes a document and returns its link's path and its code.
func (s *site) send(template string, packet ...string) (issued *store.Issued, link string) {
	s.t.Helper()
	issued, err := s.store.Send(s.t.Context(), s.director, store.NewDocument{
		Template: template, Packet: packet, Deliver: "none",
		Client: &store.NewClient{Contact: practice.Contact{FirstName: "Robin", Email: "robin@example.org", Phone: "+1 303 555 0142"}, Label: practice.Label{FullName: "Robin Reed"}},
	})
	fatal(s.t, err)
	return issued, "/d/" + issued.Token
}

// A browser keeps cookies and follows redirects, and runs no scripts.
type browser struct {
	t      *testing.T
	site   *site
	client *http.Client
}

func (s *site) browser() *browser {
	jar, err := cookiejar.New(nil)
	fatal(s.t, err)
	return &browser{s.t, s, &http.Client{Jar: jar}}
}

// A page is an answer with its HTML.
type page struct {
	*http.Response
	body string
	root *html.Node
}

func (b *browser) get(path string) *page {
	b.t.Helper()
	r, err := b.client.Get(b.site.url + path)
	return b.read(r, err)
}

func (b *browser) post(path string, fields url.Values) *page {
	b.t.Helper()
	r, err := b.client.PostForm(b.site.url+path, fields)
	return b.read(r, err)
}

func (b *browser) read(r *http.Response, err error) *page {
	b.t.Helper()
	fatal(b.t, err)
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	fatal(b.t, err)
	root, err := html.Parse(strings.NewReader(string(body)))
	fatal(b.t, err)
	return &page{r, string(body), root}
}

// A filled is the first form in main, ready to be filled in.
type filled struct {
	action  string
	get     bool // the form asks and changes nothing
	fields  url.Values
	options map[string][]string // of radio buttons, boxes and lists, by name
	modes   map[string]string   // keyboards of inputs, by name
}

func (p *page) form() *filled {
	f := &filled{action: p.Request.URL.RequestURI(), fields: url.Values{}, options: map[string][]string{}, modes: map[string]string{}}
	main := find(p.root, func(n *html.Node) bool { return n.Data == "main" })
	node := find(main, func(n *html.Node) bool { return n.Data == "form" })
	if node == nil {
		return nil
	}
	if action := attr(node, "action"); action != "" {
		to, err := p.Request.URL.Parse(action)
		if err != nil {
			return nil
		}
		f.action = to.RequestURI()
	}
	f.get = strings.EqualFold(attr(node, "method"), "get")
	each(node, f.control)
	return f
}

func (f *filled) control(n *html.Node) {
	name := attr(n, "name")
	switch n.Data {
	case "input":
		switch kind := attr(n, "type"); {
		case kind == "radio" || kind == "checkbox":
			f.options[name] = append(f.options[name], attr(n, "value"))
			if has(n, "checked") {
				f.fields.Add(name, attr(n, "value"))
			}
		case name != "":
			f.fields.Add(name, attr(n, "value"))
			f.modes[name] = attr(n, "inputmode")
		}
	case "textarea":
		f.fields.Add(name, text(n))
	case "select":
		each(n, func(o *html.Node) {
			if o.Data == "option" && attr(o, "value") != "" {
				f.options[name] = append(f.options[name], attr(o, "value"))
				if has(o, "selected") {
					f.fields.Add(name, attr(o, "value"))
				}
			}
		})
	}
}

func (b *browser) submit(f *filled) *page {
	b.t.Helper()
	if f.get {
		return b.get(f.action + "?" + f.fields.Encode())
	}
	return b.post(f.action, f.fields)
}

func find(n *html.Node, want func(*html.Node) bool) *html.Node {
	var found *html.Node
	each(n, func(n *html.Node) {
		if found == nil && n.Type == html.ElementNode && want(n) {
			found = n
		}
	})
	return found
}

func each(n *html.Node, fn func(*html.Node)) {
	if n == nil {
		return
	}
	for c := range n.Descendants() {
		fn(c)
	}
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

func text(n *html.Node) string {
	var b strings.Builder
	each(n, func(c *html.Node) {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	})
	return b.String()
}
