package testbrowser

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// A Plain browser has cookies and HTML forms, and no scripts, styles or images.
// Received counts the bytes of the bodies it got, as they were on the wire.
type Plain struct {
	t        testing.TB
	http     *http.Client
	Received int
}

// NewPlain returns a browser without cookies: a device of its own.
func NewPlain(t testing.TB) *Plain {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{DisableCompression: true} // it is undone by hand, to count what came
	t.Cleanup(transport.CloseIdleConnections)
	return &Plain{t: t, http: &http.Client{Jar: jar, Transport: transport}}
}

// In returns the same browser, with its cookies, failing the given test.
func (b *Plain) In(t testing.TB) *Plain {
	return &Plain{t: t, http: b.http}
}

// A Page is an answer, read to its end. Root is nil unless it is HTML.
type Page struct {
	URL    *url.URL
	Status int
	Header http.Header
	Body   []byte
	Root   *html.Node
}

// Get fetches a page and follows where it leads.
func (b *Plain) Get(address string) *Page {
	b.t.Helper()
	request, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, address, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.do(request)
}

// Submit presses the first submit button of the form.
func (b *Plain) Submit(f *Form) *Page {
	b.t.Helper()
	request, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, f.Action, strings.NewReader(f.Values().Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Origin", request.URL.Scheme+"://"+request.URL.Host)
	return b.do(request)
}

func (b *Plain) do(request *http.Request) *Page {
	b.t.Helper()
	request.Header.Set("Accept", "text/html,*/*")
	request.Header.Set("Accept-Encoding", "gzip")
	response, err := b.http.Do(request)
	if err != nil {
		b.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		b.t.Fatalf("%s: %v", request.URL, err)
	}
	b.Received += len(body)
	p := &Page{URL: response.Request.URL, Status: response.StatusCode, Header: response.Header, Body: b.unpack(response, body)}
	if strings.HasPrefix(response.Header.Get("Content-Type"), "text/html") {
		p.Root = Parse(b.t, p.Body)
	}
	return p
}

func (b *Plain) unpack(response *http.Response, body []byte) []byte {
	b.t.Helper()
	if response.Header.Get("Content-Encoding") != "gzip" {
		return body
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	plain, err := io.ReadAll(unpacked)
	if err != nil {
		b.t.Fatal(err)
	}
	return plain
}

// Form returns the first form in <main>, or nil.
func (p *Page) Form() *Form {
	return FirstForm(p.Root, p.URL)
}

// Resolve returns the address a link on the page leads to.
func (p *Page) Resolve(href string) string {
	u, err := p.URL.Parse(href)
	if err != nil {
		return href
	}
	return u.String()
}
