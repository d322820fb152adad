package testbrowser

import (
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// Keep puts a cookie into the tab, as the site at the address would.
func (b *Tab) Keep(address, name, value string) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, network.SetCookie, network.SetCookieParams{URL: address, Name: name, Value: value, Path: "/"}); err != nil {
		b.t.Fatal(err)
	}
}

// Send posts a form of these names and values, in pairs, to a path of the site
// that the tab shows, and waits for what comes.
func (b *Tab) Send(path string, pairs ...string) {
	b.t.Helper()
	b.Press(`((pairs) => {
	  const form = Object.assign(document.createElement('form'), { method: 'post', action: ` + quoted(path) + ` });
	  while (pairs.length > 0) form.append(Object.assign(document.createElement('input'), { type: 'hidden', name: pairs.shift(), value: pairs.shift() }));
	  form.append(document.createElement('button'));
	  document.body.append(form);
	  return form.lastChild;
	})(` + quoted(append([]string{}, pairs...)) + `)`)
}

// Status is the HTTP status that the page came with.
func (b *Tab) Status() int {
	b.t.Helper()
	return evaluate[int](b, `performance.getEntriesByType('navigation')[0].responseStatus`)
}

// Shape is what the part of the page that a selector names is built of, whatever
// its words: the elements and their classes.
func (b *Tab) Shape(selector string) string {
	b.t.Helper()
	return evaluate[string](b, `[...document.querySelectorAll(`+quoted(selector)+` + ' *')].map((el) => el.localName + '.' + el.className + (el.type ?? '') + el.hasAttribute('aria-describedby')).join(' ')`)
}
