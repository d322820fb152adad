package testbrowser

import (
	"context"
	"slices"

	"github.com/chromedp/chromedp"
)

const apply = `(values) => {
  const done = [];
  const form = document.querySelector('main form');
  for (const [name, list] of values) {
    for (const el of form.querySelectorAll('[name="' + CSS.escape(name) + '"]')) {
      if (el.closest('[hidden]')) continue;
      if (el.type === 'radio' || el.type === 'checkbox') {
        if (list.includes(el.value) !== el.checked) el.click();
      } else {
        el.value = list[0];
        el.dispatchEvent(new Event('input', { bubbles: true }));
        el.dispatchEvent(new Event('change', { bubbles: true }));
      }
      if (!done.includes(name)) done.push(name);
    }
  }
  return done;
}`

// Fill answers the first form as Form.Fill does, from its top to its bottom,
// but only what the page shows at that moment. It returns what it answered.
func (b *Tab) Fill() map[string]*Control {
	b.t.Helper()
	f := b.Page().Form()
	if f == nil {
		b.t.Fatalf("%s has no form", b.Address())
		return nil
	}
	filled := f.Fill()
	var values [][2]any
	for _, c := range f.Controls {
		if filled[c.Name] != nil {
			values = append(values, [2]any{c.Name, c.Values})
		}
	}
	done := b.set(values)
	for name := range filled {
		if !slices.Contains(done, name) {
			delete(filled, name)
		}
	}
	return filled
}

// Type gives one control of the first form a value.
func (b *Tab) Type(name string, values ...string) {
	b.t.Helper()
	if len(b.set([][2]any{{name, values}})) == 0 {
		b.t.Fatalf("%s shows no %s", b.Address(), name)
	}
}

func (b *Tab) set(values [][2]any) []string {
	b.t.Helper()
	if len(values) == 0 {
		return nil
	}
	return evaluate[[]string](b, "("+apply+")("+quoted(values)+")")
}

// Upload chooses files for the control of a name, as a person would.
func (b *Tab) Upload(name string, paths ...string) {
	b.t.Helper()
	b.do(chromedp.SetUploadFiles(`input[type=file][name="`+name+`"]`, paths))
}

// Until waits for an expression to become true.
func (b *Tab) Until(expression string) {
	b.t.Helper()
	evaluate[bool](b, `new Promise((done) => { const look = () => (`+expression+`) ? done(true) : setTimeout(look, 50); look(); })`)
}

// Continue presses the first submit button of the first form in <main>.
func (b *Tab) Continue() {
	b.t.Helper()
	b.Press(`document.querySelector('main form').querySelector('button:not([type=button])')`)
}

// Press clicks the element that an expression finds, and waits for the page
// that it leads to.
func (b *Tab) Press(element string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, stepTime)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, chromedp.Evaluate[chromedp.Void](element+".click()")); err != nil {
		b.t.Fatalf("pressing %s on %s: %v", element, b.Address(), err)
	}
}

// Follow presses the link or the button with these words.
func (b *Tab) Follow(words string) {
	b.t.Helper()
	b.Press(`[...document.querySelectorAll('a, button')].find((el) => el.textContent.replace(/\s+/g, ' ').trim() === ` + quoted(words) + `)`)
}

// Draw moves a pressed pointer over the element, from its left to its right,
// up and down.
func (b *Tab) Draw(selector string) {
	b.t.Helper()
	box := evaluate[[]float64](b, `(() => {
	  const el = document.querySelector(`+quoted(selector)+`);
	  el.scrollIntoView({ block: 'center' });
	  const r = el.getBoundingClientRect();
	  return [r.left, r.top, r.width, r.height];
	})()`)
	at := func(i int) (x, y float64) {
		return box[0] + box[2]*float64(i+1)/12, box[1] + box[3]*(0.3+0.4*float64(i%2))
	}
	x, y := at(0)
	steps := []chromedp.Action[chromedp.Void]{chromedp.MouseEvent("mousePressed", x, y, chromedp.ButtonLeft)}
	for i := range 10 {
		x, y = at(i)
		steps = append(steps, chromedp.MouseEvent("mouseMoved", x, y, chromedp.ButtonLeft))
	}
	b.do(append(steps, chromedp.MouseEvent("mouseReleased", x, y, chromedp.ButtonLeft))...)
}
