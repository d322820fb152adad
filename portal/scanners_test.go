package portal_test

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/html"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testbrowser"
	"github.com/sealform/sealform/internal/testdb"
)

// What mail scanners do to each address in a message changes no row, sets no
// cookie and costs no try.
func TestMailScanners(t *testing.T) {
	chromium := testbrowser.NewChromium(t)
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		s := startSending(t, d, nil)
		issued, link, stop := s.mailed(nil)
		_, _, question := s.mailed(func(in *store.NewDocument) {
			in.Client.Email, in.Consents, in.AskFirst = "asked@example.org", nil, true
		})
		before := s.state()
		tab := chromium.Tab(t, testbrowser.Screen{Width: 800, Height: 600})
		for name, scan := range scanners {
			for _, path := range []string{link, stop, question} {
				for _, answer := range scan(s, path) {
					if answer.StatusCode >= 500 || len(answer.Cookies()) > 0 {
						t.Errorf("%s of %s is %d with cookies %v", name, path[:3], answer.StatusCode, answer.Cookies())
					}
				}
				if s.state() != before {
					t.Fatalf("%s changed something at %s", name, path[:3])
				}
			}
		}
		for _, path := range []string{link, stop, question} {
			tab.Open(s.url + path)
			tab.Open(s.url + path + "#main")
			if cookies := tab.Evaluate(`document.cookie`); s.state() != before || cookies != "" {
				t.Errorf("running the scripts of %s changed something, or set %q", path[:3], cookies)
			}
		}
		b := s.browser()
		b.complete(b.unlock(link, issued.Code))
	})
}

// mailed sends a document by e-mail, and returns the paths of the link in the
// mail, if it has one, and of the page about the message.
func (s *sending) mailed(change func(*store.NewDocument)) (issued *store.Issued, link, about string) {
	s.t.Helper()
	in := store.NewDocument{
		Template: "npp-acknowledgement", Deliver: "send", CodeBy: store.ByHand, Client: &store.NewClient{Contact: practice.Contact{FirstName: "Robin", Email: "robin@example.org"}},
		Consents: []store.Consent{{Channel: practice.Email, Purpose: practice.ForDocuments, Given: true, How: "in person"}},
	}
	if change != nil {
		change(&in)
	}
	issued, err := s.store.Send(s.t.Context(), s.director, in)
	fatal(s.t, err)
	mail := s.mail.Wait(s.t, 1)[0]
	if in.AskFirst {
		s.messageState(issued, practice.Question)
	} else {
		s.messageState(issued, practice.LinkMessage)
		link = s.linkIn(mail.Body)
	}
	return issued, link, strings.TrimPrefix(strings.Trim(mail.Get("List-Unsubscribe"), "<>"), s.url)
}

// state is every row of the database.
func (s *site) state() string {
	s.t.Helper()
	var all bytes.Buffer
	fatal(s.t, s.db.Backup(s.t.Context(), &all))
	return all.String()
}

// A scanner does something with an address of a message, and returns the answers.
type scanner func(s *sending, path string) []*page

// fetch gets an address made of the real one.
func fetch(change func(path string) string, headers ...string) scanner {
	return func(s *sending, path string) []*page { return []*page{s.do(s.t, "GET", change(path), nil, headers...)} }
}

// request asks the address and what its form posts to.
func request(method, body string, headers ...string) scanner {
	return func(s *sending, path string) []*page {
		answers := []*page{s.do(s.t, method, path, strings.NewReader(body), headers...)}
		if strings.HasPrefix(path, "/d/") {
			answers = append(answers, s.do(s.t, method, path+"/unlock", strings.NewReader(body), headers...))
		}
		return answers
	}
}

func same(path string) string { return path }

func added(suffix string) func(string) string {
	return func(path string) string { return path + suffix }
}

var scanners = map[string]scanner{
	"get":                      fetch(same),
	"head":                     request("HEAD", ""),
	"options":                  request("OPTIONS", "", "Access-Control-Request-Method", "POST", "Origin", "https://scanner.example"),
	"prefetch":                 fetch(same, "Purpose", "prefetch", "Sec-Purpose", "prefetch;prerender"),
	"preview of a chat":        fetch(same, "User-Agent", "facebookexternalhit/1.1", "Range", "bytes=0-1023"),
	"an old mail program":      fetch(same, "User-Agent", "Mozilla/4.0 (compatible; ms-office; MSOffice 16)"),
	"a security service":       fetch(same, "User-Agent", "Barracuda Sentinel (EE)", "Referer", "https://protect.example/v1/x"),
	"no user agent":            fetch(same, "User-Agent", ""),
	"a redirector":             fetch(same, "Referer", "https://safelinks.example/?url=x", "Sec-Fetch-Site", "cross-site"),
	"cookies of its own":       fetch(same, "Cookie", "session=1; code=12345678"),
	"hash encoded":             fetch(added("%23main")),
	"query added":              fetch(added("?utm_source=mail&code=12345678&answer=stop&List-Unsubscribe=One-Click")),
	"full stop behind":         fetch(added(".")),
	"bracket behind":           fetch(added("%3E")),
	"slash behind":             fetch(added("/")),
	"line broken off":          fetch(added("=%0D%0A")),
	"cut short":                fetch(func(p string) string { return p[:len(p)-4] }),
	"upper case":               fetch(strings.ToUpper),
	"lower case":               fetch(strings.ToLower),
	"percent-encoded":          fetch(func(p string) string { return p[:3] + fmt.Sprintf("%%%02X", p[3]) + p[4:] }),
	"slashes doubled":          fetch(func(p string) string { return "//" + strings.ReplaceAll(p[1:], "/", "//") }),
	"form's address fetched":   fetch(added("/unlock")),
	"post without a body":      request("POST", ""),
	"empty form":               request("POST", "", "Content-Type", urlencoded),
	"empty fields":             request("POST", "code=&answer=&why=&language=&channel=", "Content-Type", urlencoded),
	"garbage form":             request("POST", "a=1&b=2&code=not+a+code&answer=maybe", "Content-Type", urlencoded),
	"garbage body":             request("POST", "\x00\xff{]", "Content-Type", "application/octet-stream"),
	"another method":           request("PUT", "x=1", "Content-Type", urlencoded),
	"delete":                   request("DELETE", ""),
	"a form from another site": request("POST", "code=12345678&answer=stop", "Content-Type", urlencoded, "Origin", "https://scanner.example", "Sec-Fetch-Site", "cross-site"),
	"many at once":             atOnce,
	"every link followed":      followed,
	"every form posted":        posted,
}

func atOnce(s *sending, path string) []*page {
	answers := make([]*page, 40)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() { answers[i] = s.do(s.t, "GET", path, nil) })
	}
	all.Wait()
	return answers
}

// followed gets whatever the page names.
func followed(s *sending, path string) (answers []*page) {
	first := s.do(s.t, "GET", path, nil)
	each(first.root, func(n *html.Node) {
		for _, name := range []string{"href", "src", "action"} {
			to, err := url.Parse(attr(n, name))
			if at := to.RequestURI(); err == nil && to.Host == "" && to.Scheme == "" && strings.HasPrefix(at, "/") && len(at) > 1 {
				answers = append(answers, s.do(s.t, "GET", at, nil))
			}
		}
	})
	return append(answers, first)
}

// posted submits every form of the page as it stands, pressing no button.
func posted(s *sending, path string) (answers []*page) {
	each(s.do(s.t, "GET", path, nil).root, func(n *html.Node) {
		if n.Data != "form" || !strings.EqualFold(attr(n, "method"), "post") {
			return
		}
		at, fields := attr(n, "action"), url.Values{}
		if at == "" {
			at = path
		}
		each(n, func(c *html.Node) {
			if name := attr(c, "name"); name != "" && c.Data == "input" && attr(c, "type") != "radio" {
				fields.Add(name, attr(c, "value"))
			}
		})
		answers = append(answers, s.do(s.t, "POST", at, strings.NewReader(fields.Encode()), "Content-Type", urlencoded))
	})
	return answers
}
