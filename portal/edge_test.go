package portal_test

import (
	"fmt"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/portal"
)

// Whatever does not say plainly where it ends is refused, so that no proxy in
// front can see another end (RFC 9112, section 11.2).
func TestAmbiguousFramingIsRefused(t *testing.T) {
	s := start(t, nil)
	host := "Host: " + strings.TrimPrefix(s.url, "http://") + "\r\n"
	const chunks = "4\r\nabcd\r\n0\r\n\r\n"
	for name, sent := range map[string]string{
		"two lengths":             "POST /healthz HTTP/1.1\r\n" + host + "Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
		"a list of lengths":       "POST /healthz HTTP/1.1\r\n" + host + "Content-Length: 4, 5\r\n\r\nabcde",
		"a signed length":         "POST /healthz HTTP/1.1\r\n" + host + "Content-Length: +4\r\n\r\nabcd",
		"a length and no digits":  "POST /healthz HTTP/1.1\r\n" + host + "Content-Length: 0x4\r\n\r\nabcd",
		"an unknown encoding":     "POST /healthz HTTP/1.1\r\n" + host + "Transfer-Encoding: xchunked\r\n\r\n" + chunks,
		"chunked not last":        "POST /healthz HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked, identity\r\n\r\n" + chunks,
		"two encodings":           "POST /healthz HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n" + chunks,
		"chunked and a tab":       "POST /healthz HTTP/1.1\r\n" + host + "Transfer-Encoding: \x0bchunked\r\n\r\n" + chunks,
		"chunked in HTTP/1.0":     "POST /healthz HTTP/1.0\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n" + chunks,
		"a space before a chunk":  "POST /healthz HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n 4 ;a\r\nabcd\r\n0\r\n\r\n",
		"a feed in an extension":  "POST /healthz HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n4;a\nb\r\nabcd\r\n0\r\n\r\n",
		"a bare line feed":        "GET /healthz HTTP/1.1\n" + strings.TrimSpace(host) + "\n\n",
		"a space before a colon":  "POST /healthz HTTP/1.1\r\n" + host + "Content-Length : 4\r\n\r\nabcd",
		"a folded encoding":       "POST /healthz HTTP/1.1\r\n" + host + "Transfer-Encoding:\r\n chunked\r\nContent-Length: 4\r\n\r\n" + chunks,
		"a folded length":         "POST /healthz HTTP/1.1\r\n" + host + "Content-Length:\r\n 4\r\n\r\nabcdGET /healthz HTTP/1.1\r\n" + host + "\r\n",
		"NUL in a header":         "GET /healthz HTTP/1.1\r\n" + host + "X-A: b\x00c\r\n\r\n",
		"no host":                 "GET /healthz HTTP/1.1\r\n\r\n",
		"two hosts":               "GET /healthz HTTP/1.1\r\n" + host + "Host: evil.example\r\n\r\n",
		"two hosts, ours last":    "GET /healthz HTTP/1.1\r\nHost: evil.example\r\n" + host + "\r\n",
		"a host with a path":      "GET /staff/sign-in HTTP/1.1\r\n" + strings.TrimSpace(host) + "/evil?\r\n\r\n",
		"another's absolute form": "GET http://evil.example/staff/sign-in HTTP/1.1\r\n" + host + "\r\n",
	} {
		got := s.converse(sent)
		if n := strings.Count(got, "HTTP/1.1 "); n > 1 || strings.Contains(got, "HTTP/1.1 2") {
			t.Errorf("%s: %d answers, %.60q", name, n, got)
		}
	}
	if got := s.converse("GET /healthz HTTP/1.1\r\n" + host + "\r\n"); !strings.HasPrefix(got, "HTTP/1.1 200") {
		t.Errorf("a plain request: %.60q", got)
	}
}

// Every route that changes something refuses pages of other sites, save those
// that ask for a secret in the request itself.
func TestOtherSitesChangeNothing(t *testing.T) {
	s := start(t, nil)
	tried := 0
	for _, r := range s.Routes() {
		if r.Method == "GET" || strings.HasPrefix(r.Path, "/api/") || strings.HasPrefix(r.Path, "/hooks/") {
			continue
		}
		tried++
		path := strings.NewReplacer(":", "x").Replace(r.Path)
		for _, headers := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"}} {
			if p := s.do(t, r.Method, path, strings.NewReader(""), append(headers, "Content-Type", urlencoded)...); p.StatusCode != 403 {
				t.Errorf("%s %s with %v is %d", r.Method, r.Path, headers, p.StatusCode)
			}
		}
	}
	if tried < 60 {
		t.Errorf("only %d routes were tried", tried)
	}
}

// A handler that panics costs one page, and what it handled is not logged.
func TestAPanicCostsOnePage(t *testing.T) {
	armed := false
	s := start(t, func(c *portal.Config) {
		c.Now = func() time.Time {
			if armed {
				panic("Robin's secret")
			}
			return time.Now()
		}
	})
	staff, _, err := s.store.SignIn(t.Context(), "dana@harbour.example", passphrase, store.Origin{Address: "127.0.0.1"})
	fatal(t, err)
	armed = true
	if p := s.do(t, "GET", "/staff", nil, "Cookie", "s="+staff); p.StatusCode != 500 || strings.Contains(p.body, "secret") || !strings.Contains(p.body, "<main") {
		t.Errorf("a page whose handler panics is %d", p.StatusCode)
	}
	armed = false
	if p := s.do(t, "GET", "/staff", nil, "Cookie", "s="+staff); p.StatusCode != 200 {
		t.Errorf("the next page is %d", p.StatusCode)
	}
	if log := s.logged(); strings.Contains(log, "secret") || !strings.Contains(log, "panic") {
		t.Error("the panic is not in the log, or with what it says")
	}
}

// Where links lead is configured, and nobody's word for it is taken.
func TestForwardedHostsAreIgnored(t *testing.T) {
	s := start(t, nil)
	issued, link := s.send("npp-acknowledgement")
	for _, name := range []string{"X-Forwarded-Host", "X-Host", "Forwarded", "X-Original-URL", "X-Rewrite-URL"} {
		p := s.do(t, "POST", link+"/unlock", strings.NewReader("code="+issued.Code), "Content-Type", urlencoded, name, "evil.example")
		if p.StatusCode != 303 || strings.Contains(fmt.Sprint(p.Header), "evil") || !strings.HasPrefix(p.Header.Get("Location"), link) {
			t.Errorf("with %s: %d %v", name, p.StatusCode, p.Header)
		}
	}
	if got := s.do(t, "GET", link, nil, "X-Forwarded-Proto", "https"); got.Header.Get("Strict-Transport-Security") != "" {
		t.Error("a client says what the connection is")
	}
}

// Bytes that are announced and not sent cost next to nothing.
func TestAnnouncedBodiesCostNothing(t *testing.T) {
	s := start(t, nil)
	_, link := s.send("npp-acknowledgement")
	host := strings.TrimPrefix(s.url, "http://")
	const clients, announced = 200, 1 << 20
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for range clients {
		conn, err := net.Dial("tcp", host)
		fatal(t, err)
		defer conn.Close()
		_, err = fmt.Fprintf(conn, "POST %s/unlock HTTP/1.1\r\nHost: %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\nc", link, host, urlencoded, announced)
		fatal(t, err)
	}
	for range 100 { // until all of them are being read
		if runtime.NumGoroutine() > clients {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	time.Sleep(100 * time.Millisecond)
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > clients*announced/4 {
		t.Errorf("%d clients that announced a megabyte each cost %d bytes", clients, grown)
	}
	if p := s.do(t, http.MethodGet, "/healthz", nil); p.StatusCode != 200 {
		t.Errorf("/healthz is %d beside them", p.StatusCode)
	}
}

// The staff's cookie is out of reach of scripts and other sites, and another
// one after each sign-in; one that was planted is never taken up.
func TestTheStaffCookie(t *testing.T) {
	s := start(t, func(c *portal.Config) { c.BaseURL = strings.Replace(c.BaseURL, "http", "https", 1) })
	planted := strings.Repeat("A", 43)
	seen := map[string]bool{planted: true}
	for range 2 {
		p := s.do(t, "POST", "/staff/sign-in", strings.NewReader("email=dana@harbour.example&passphrase="+strings.ReplaceAll(passphrase, " ", "+")), "Content-Type", urlencoded, "Cookie", "__Host-s="+planted)
		found := false
		for _, c := range p.Cookies() {
			if c.Name == "__Host-s" {
				found = !seen[c.Value]
				seen[c.Value] = true
			}
			if !strings.HasPrefix(c.Name, "__Host-") || !c.Secure || !c.HttpOnly || c.SameSite == http.SameSiteNoneMode || c.SameSite == 0 || c.Path != "/" || len(c.Raw) > 4096 {
				t.Errorf("cookie %s", c)
			}
		}
		if p.StatusCode != 303 || !found {
			t.Errorf("signing in is %d with cookies %v", p.StatusCode, p.Cookies())
		}
	}
}

// Browsers of long ago send Origin alone, or nothing, with what they post.
func TestOldBrowsersSubmit(t *testing.T) {
	s := start(t, nil)
	for name, origin := range map[string]string{"Origin alone": s.url, "neither": ""} {
		issued, link := s.send("npp-acknowledgement")
		b := s.browser()
		b.client.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
			if origin != "" && r.Method == "POST" {
				r.Header.Set("Origin", origin)
			}
			return http.DefaultTransport.RoundTrip(r)
		})
		b.complete(b.unlock(link, issued.Code))
		if d, err := s.store.Document(t.Context(), s.director, issued.ID); err != nil || d.State != practice.Completed {
			t.Errorf("with %s the document is %v, %v", name, d.State, err)
		}
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
