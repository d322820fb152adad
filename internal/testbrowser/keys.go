package testbrowser

import (
	"context"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// mostStops is how often Tab is pressed before something counts as out of reach.
const mostStops = 80

// Reach presses Tab until the focus is on what the selector names, as somebody
// without a pointer does.
func (b *Tab) Reach(selector string) {
	b.t.Helper()
	for range mostStops {
		b.do(chromedp.KeyEvent(kb.Tab))
		if evaluate[bool](b, `document.activeElement.matches(`+quoted(selector)+`)`) {
			return
		}
	}
	b.t.Fatalf("the keyboard does not reach %s on %s", selector, b.Address())
}

// Keys types into what has the focus.
func (b *Tab) Keys(text string) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(text))
}

// Enter presses the key where the focus is, and waits for the page that it
// leads to.
func (b *Tab) Enter() {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, stepTime)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, chromedp.KeyEvent(kb.Enter)); err != nil {
		b.t.Fatalf("Enter on %s: %v", b.Address(), err)
	}
}
