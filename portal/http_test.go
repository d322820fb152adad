package portal_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"strings"
	"syscall"
	"testing"

	"github.com/sealform/sealform/portal"
	"github.com/sealform/sealform/static"
)

// do sends one request without following redirects.
func (s *site) do(t *testing.T, method, path string, body io.Reader, headers ...string) *page {
	t.Helper()
	r, err := http.NewRequest(method, s.url+path, body)
	fatal(t, err)
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	got, err := http.DefaultTransport.RoundTrip(r)
	return s.browser().read(got, err)
}

const urlencoded = "application/x-www-form-urlencoded"

func TestEveryAnswerCarriesTheHeaders(t *testing.T) {
	s := start(t, nil)
	const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	check := func(method, path string, p *page) {
		if p.StatusCode >= 500 {
			t.Errorf("%s %s is %d", method, path, p.StatusCode)
		}
		for name, want := range map[string]string{"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "Cross-Origin-Opener-Policy": "same-origin", "Server": ""} {
			if got := p.Header.Get(name); got != want {
				t.Errorf("%s %s: %s is %q", method, path, name, got)
			}
		}
		if policy := p.Header.Get("Referrer-Policy"); policy != "no-referrer" && policy != "same-origin" {
			t.Errorf("%s %s: Referrer-Policy is %q", method, path, policy)
		}
		if !strings.HasPrefix(path, "/static/") && p.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s %s: Cache-Control is %q", method, path, p.Header.Get("Cache-Control"))
		}
	}
	for _, r := range s.Routes() {
		path := r.Path
		for _, name := range []string{":token", ":doc", ":page", ":file", ":id", ":n", ":name", ":member", ":key"} {
			path = strings.ReplaceAll(path, name, "x")
		}
		check(r.Method, path, s.do(t, r.Method, path, nil))
		check("TRACE", path, s.do(t, "TRACE", path, nil))
	}
	check("GET", "/nothing", s.do(t, "GET", "/nothing", nil))
	check("GET", "/static/", s.do(t, "GET", static.URL("client.css"), nil))
}

func TestWhatIsNoRouteIsRefused(t *testing.T) {
	s := start(t, nil)
	for _, c := range []struct {
		method, path string
		status       int
	}{
		{"GET", "/nothing", 404}, {"GET", "/D/x", 404}, {"GET", "/healthz/", 404}, {"GET", "/healthz", 200}, {"HEAD", "/healthz", 200},
		{"GET", "/readyz", 200}, {"POST", "/healthz", 405}, {"DELETE", "/d/x", 405}, {"OPTIONS", "/d/x", 405}, {"GET", "/static/client.css", 404},
	} {
		if p := s.do(t, c.method, c.path, nil); p.StatusCode != c.status {
			t.Errorf("%s %s is %d, want %d", c.method, c.path, p.StatusCode, c.status)
		}
	}
}

func TestCrossOrigin(t *testing.T) {
	s := start(t, nil)
	for _, c := range []struct {
		method  string
		headers []string
		refused bool
	}{
		{"POST", nil, false},
		{"POST", []string{"Sec-Fetch-Site", "same-origin"}, false},
		{"POST", []string{"Sec-Fetch-Site", "none"}, false},
		{"POST", []string{"Sec-Fetch-Site", "same-site"}, true},
		{"POST", []string{"Sec-Fetch-Site", "cross-site"}, true},
		{"POST", []string{"Sec-Fetch-Site", "cross-site", "Origin", s.url}, true},
		{"POST", []string{"Sec-Fetch-Site", "same-origin", "Origin", "null"}, false},
		{"POST", []string{"Origin", s.url}, false},
		{"POST", []string{"Origin", "null"}, true},
		{"POST", []string{"Origin", "https://evil.example"}, true},
		{"POST", []string{"Origin", s.url + ".evil.example"}, true},
		{"DELETE", []string{"Sec-Fetch-Site", "cross-site"}, true},
		{"GET", []string{"Sec-Fetch-Site", "cross-site"}, false},
		{"GET", []string{"Origin", "https://evil.example"}, false},
	} {
		p := s.do(t, c.method, "/d/x", nil, c.headers...)
		if refused := p.StatusCode == 403; refused != c.refused {
			t.Errorf("%s with %v is %d", c.method, c.headers, p.StatusCode)
		}
	}
}

func TestBodiesAndHosts(t *testing.T) {
	s := start(t, nil)
	_, link := s.send("npp-acknowledgement")
	unlock := link + "/unlock"
	big := "code=" + strings.Repeat("1", 3<<20)
	for _, c := range []struct {
		name, body string
		headers    []string
		status     int
	}{
		{"compressed", "code=1", []string{"Content-Type", urlencoded, "Content-Encoding", "gzip"}, 415},
		{"JSON", `{"code":"1"}`, []string{"Content-Type", "application/json"}, 415},
		{"no type", "code=1", nil, 415},
		{"damaged", "code=%zz", []string{"Content-Type", urlencoded}, 422},
		{"another host", "code=1", []string{"Content-Type", urlencoded, "Host", "evil.example"}, 421},
		{"loopback by name", "code=1", []string{"Content-Type", urlencoded, "Host", "localhost:9"}, 422},
		{"no boundary", "code=1", []string{"Content-Type", "multipart/form-data"}, 422},
		{"multipart", "--b\r\nContent-Disposition: form-data; name=\"code\"\r\n\r\n1\r\n--b--\r\n", []string{"Content-Type", "multipart/form-data; boundary=b"}, 422},
		{"a file", "--b\r\nContent-Disposition: form-data; name=\"code\"; filename=\"x\"\r\n\r\n1\r\n--b--\r\n", []string{"Content-Type", "multipart/form-data; boundary=b"}, 415},
	} {
		if p := s.do(t, "POST", unlock, strings.NewReader(c.body), c.headers...); p.StatusCode != c.status {
			t.Errorf("%s is %d, want %d", c.name, p.StatusCode, c.status)
		}
	}
	for name, body := range map[string]io.Reader{"with its length": strings.NewReader(big), "chunked": io.MultiReader(strings.NewReader(big))} {
		r, err := http.NewRequest("POST", s.url+unlock, body)
		fatal(t, err)
		r.Header.Set("Content-Type", urlencoded)
		// The server does not read the rest, so it may close before all is written.
		got, err := http.DefaultTransport.RoundTrip(r)
		if errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) {
			continue
		}
		fatal(t, err)
		got.Body.Close()
		if got.StatusCode != 413 {
			t.Errorf("too large, %s, is %d", name, got.StatusCode)
		}
	}
}

func TestUnlockingIsSmoothed(t *testing.T) {
	s := start(t, nil)
	_, link := s.send("npp-acknowledgement")
	status := func() int {
		return s.do(t, "POST", link+"/unlock", strings.NewReader("code=1"), "Content-Type", urlencoded).StatusCode
	}
	for range 30 {
		if got := status(); got != 422 {
			t.Fatalf("a try within the pace is %d", got)
		}
	}
	if got := status(); got != 429 {
		t.Errorf("the 31st try of a minute is %d", got)
	}
}

// The pace counts by the rightmost hop that is not a proxy of ours, so its
// limit tells which address was taken.
func TestAddressBehindAProxy(t *testing.T) {
	for _, c := range []struct {
		name    string
		trusted []netip.Prefix
		hops    func(i int) string
		limited bool
	}{
		{"a stranger's header", nil, func(i int) string { return fmt.Sprintf("198.51.100.%d", i) }, true},
		{"a proxy's header", []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, func(i int) string { return fmt.Sprintf("198.51.100.%d", i) }, false},
		{"a forged first hop", []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, func(i int) string { return fmt.Sprintf("198.51.100.%d, 203.0.113.9", i) }, true},
		{"one household", []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, func(i int) string { return fmt.Sprintf("2001:db8:0:1::%x", i) }, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := start(t, func(config *portal.Config) { config.TrustedProxies = c.trusted })
			_, link := s.send("npp-acknowledgement")
			var last int
			for i := range 31 {
				last = s.do(t, "POST", link+"/unlock", strings.NewReader("code=1"), "Content-Type", urlencoded, "X-Forwarded-For", c.hops(i)).StatusCode
			}
			if limited := last == 429; limited != c.limited {
				t.Errorf("the 31st try is %d", last)
			}
		})
	}
}

func TestCookies(t *testing.T) {
	for scheme, prefix := range map[string]string{"http": "", "https": "__Host-"} {
		s := start(t, func(c *portal.Config) { c.BaseURL = strings.Replace(c.BaseURL, "http", scheme, 1) })
		issued, link := s.send("npp-acknowledgement")
		p := s.do(t, "POST", link+"/unlock", strings.NewReader("code="+issued.Code), "Content-Type", urlencoded)
		if len(p.Cookies()) != 2 {
			t.Fatalf("%s: cookies are %v", scheme, p.Cookies())
		}
		for _, c := range p.Cookies() {
			if !strings.HasPrefix(c.Name, prefix) || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Secure != (prefix != "") {
				t.Errorf("%s: cookie %s", scheme, c)
			}
		}
		if hsts := p.Header.Get("Strict-Transport-Security"); (hsts != "") != (scheme == "https") {
			t.Errorf("%s: HSTS is %q", scheme, hsts)
		}
	}
}

func TestStaticFiles(t *testing.T) {
	s := start(t, nil)
	for _, path := range static.Paths() {
		want, _ := static.Open(path)
		raw := s.do(t, "GET", path, nil, "Accept-Encoding", "identity")
		if raw.body != string(want.Bytes) || !strings.Contains(raw.Header.Get("Cache-Control"), "immutable") || raw.Header.Get("Content-Type") != want.Type {
			t.Errorf("%s is %v", path, raw.Header)
		}
		zipped := s.do(t, "GET", path, nil, "Accept-Encoding", "br, gzip;q=0.8")
		if want.Gzip != nil && !bytes.Equal([]byte(zipped.body), want.Gzip) {
			t.Errorf("%s is not sent compressed", path)
		}
	}
}
