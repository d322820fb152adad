package instances_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"github.com/sealform/sealform/internal/testbrowser"
)

// A device is a browser without scripts, at an address of its own. Unlike
// testbrowser.Plain it survives a server that does not answer.
type device struct {
	t       *testing.T
	address string
	http    *http.Client
}

// address returns the nth address of the network for tests of throughput.
func address(n int) string { return fmt.Sprintf("198.18.%d.%d", n/250, n%250+1) }

func newDevice(t *testing.T, address string) *device {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &device{t, address, &http.Client{Jar: jar, Transport: transport}}
}

// do asks and reads the answer to its end, wherever it leads.
func (d *device) do(client *http.Client, method, address string, fields url.Values) (*testbrowser.Page, error) {
	request, err := http.NewRequestWithContext(d.t.Context(), method, address, strings.NewReader(fields.Encode()))
	if err != nil {
		return nil, err
	}
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Origin", request.URL.Scheme+"://"+request.URL.Host)
	}
	request.Header.Set("X-Forwarded-For", d.address)
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return &testbrowser.Page{URL: response.Request.URL, Status: response.StatusCode, Header: response.Header, Body: body}, err
}

func (d *device) get(address string) *testbrowser.Page {
	d.t.Helper()
	return d.page(d.do(d.http, http.MethodGet, address, nil))
}

func (d *device) submit(f *testbrowser.Form) *testbrowser.Page {
	d.t.Helper()
	return d.page(d.do(d.http, http.MethodPost, f.Action, f.Values()))
}

func (d *device) page(p *testbrowser.Page, err error) *testbrowser.Page {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
	if strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") {
		p.Root = testbrowser.Parse(d.t, p.Body)
	}
	return p
}

// post sends fields once, follows nothing and returns the status of the answer.
func (d *device) post(address string, fields url.Values) (int, error) {
	once := *d.http
	once.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	p, err := d.do(&once, http.MethodPost, address, fields)
	if err != nil {
		return 0, err
	}
	return p.Status, nil
}

// unlock opens a link with its code.
func (d *device) unlock(link, code string) *testbrowser.Page {
	d.t.Helper()
	p := d.get(link)
	f := p.Form()
	if f == nil || !f.Set("code", code) {
		d.t.Fatalf("%d: %s asks for no code", p.Status, link)
	}
	return d.submit(f)
}

// answer fills in the page's form and sends it.
func (d *device) answer(p *testbrowser.Page) *testbrowser.Page {
	d.t.Helper()
	f := p.Form()
	if p.Status != http.StatusOK || f == nil {
		d.t.Fatalf("no way forward at %s: %d\n%s", p.URL, p.Status, p.Body)
	}
	f.Fill()
	return d.submit(f)
}

// toSign answers everything and returns the filled-in form of the signature.
func (d *device) toSign(p *testbrowser.Page) *testbrowser.Form {
	d.t.Helper()
	for range 5 {
		if strings.HasSuffix(p.URL.Path, "/sign") {
			f := p.Form()
			f.Fill()
			return f
		}
		p = d.answer(p)
	}
	d.t.Fatalf("no signature is asked for at %s", p.URL)
	return nil
}
