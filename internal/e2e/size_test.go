package e2e_test

import (
	"testing"

	"github.com/sealform/sealform/internal/testbrowser"
)

const (
	mostOfFirstPage = 14 << 10
	mostOfFlow      = 60 << 10
	mostOfPage      = 60 << 10 // a page of the console, with all it loads
)

// loaded fetches what a page needs to be shown, each thing once, and returns
// the bytes of all of it on the wire. Scripts belong to it only when they run.
func loaded(b *testbrowser.Plain, p *testbrowser.Page, had map[string]bool, scripts bool) int {
	before := b.Received
	for n := range testbrowser.Elements(p.Root, "link", "img", "script") {
		address := testbrowser.Attr(n, "href") + testbrowser.Attr(n, "src")
		if address == "" || had[address] || n.Data == "script" && !scripts {
			continue
		}
		had[address] = true
		b.Get(p.Resolve(address))
	}
	return b.Received - before
}

func TestWhatAFormCostsAPhone(t *testing.T) {
	d := start(t)
	doc := d.of(t, "intake-adult")
	b := testbrowser.NewPlain(t)
	had := map[string]bool{}
	p := b.Get(doc.Link)
	loaded(b, p, had, false)
	if b.Received > mostOfFirstPage {
		t.Errorf("the page that asks for the code takes %d bytes", b.Received)
	}
	f := p.Form()
	f.Set("code", doc.Code)
	p = b.Submit(f)
	alone := b.In(t)
	loaded(alone, alone.Get(p.URL.String()), map[string]bool{}, true)
	if alone.Received > mostOfFirstPage {
		t.Errorf("the first page of the form takes %d bytes", alone.Received)
	}
	for range mostPages {
		loaded(b, p, had, false)
		if testbrowser.Link(p.Root, ".pdf") != "" {
			break
		}
		f := p.Form()
		f.Fill()
		p = b.Submit(f)
	}
	if testbrowser.Link(p.Root, ".pdf") == "" || b.Received > mostOfFlow {
		t.Errorf("the way to %s takes %d bytes", p.URL, b.Received)
	}
	t.Logf("the first page takes %d bytes, the whole way %d", alone.Received, b.Received)
}
