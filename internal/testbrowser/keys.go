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

// Unreachable returns what on the page keys cannot work: a control that shows
// and takes no focus, stands out of order, or does not show that it has it.
func (b *Tab) Unreachable() []string {
	b.t.Helper()
	b.fromTheTop()
	b.do(chromedp.KeyEvent("\t")) // who goes by keys is shown the focus from now on
	return evaluate[[]string](b, `(() => {
	  const out = [];
	  for (const el of document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')) {
	    if (el.disabled || el.ariaHidden === 'true' || !el.checkVisibility({ visibilityProperty: true })) continue;
	    el.focus();
	    const about = [el, el.closest('label'), ...(el.labels ?? [])];
	    const shown = about.some((e) => e && getComputedStyle(e).outlineStyle !== 'none');
	    if (document.activeElement !== el || el.tabIndex !== 0 || !shown) out.push(el.outerHTML.slice(0, 160));
	  }
	  return out;
	})()`)
}
