package testbrowser

import "github.com/chromedp/chromedp"

// Reach presses Tab until the focus is on what the selector names, as somebody
// without a pointer does.
func (b *Tab) Reach(selector string) {
	b.t.Helper()
	for range mostStops {
		b.do(chromedp.KeyEvent("\t"))
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
