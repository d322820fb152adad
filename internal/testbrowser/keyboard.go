package testbrowser

import (
	"context"
	"slices"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// mostStops is how often Tab is pressed on one page before the test gives up.
const mostStops = 500

// A stop is where the focus stands.
type stop struct {
	Tag, Kind, Name, Value string
	Answered               bool // or one of the same name is
	InForm, Shown          bool
}

const standing = `(() => {
  const el = document.activeElement;
  const same = el.name ? [...document.getElementsByName(el.name)] : [el];
  const box = el.getBoundingClientRect();
  return {
    Tag: el.localName, Kind: el.type ?? '', Name: el.name ?? '', Value: el.value ?? '',
    Answered: ['radio', 'checkbox'].includes(el.type) ? same.some((e) => e.checked) : Boolean(el.value),
    InForm: Boolean(el.closest('main form')),
    Shown: [el, el.closest('label')].some((e) => e && getComputedStyle(e).outlineStyle !== 'none') && box.bottom > 0 && box.top < innerHeight,
  };
})()`

// FillByKeyboard answers the first form from its top with keys alone, as somebody
// who has no pointer would: Tab to go on, letters to type, the space bar and arrows to
// choose, and Enter on the first button without a name. A named button among
// presses is pressed once for each of its values. What shows and cannot be
// reached, and a focus that cannot be seen, fail the test.
func (b *Tab) FillByKeyboard(presses ...string) {
	b.t.Helper()
	var reached, pressed []string
	b.fromTheTop()
	for range mostStops {
		at := evaluate[stop](b, standing)
		button := at.Tag == "button" && at.Kind == "submit"
		if at.InForm {
			if !at.Shown {
				b.t.Errorf("%s: nobody sees that the focus is on %s %s", b.Address(), at.Tag, at.Name)
			}
			reached = append(reached, at.Name)
		}
		switch {
		case !at.InForm:
		case button && at.Name == "":
			b.expectReached(reached)
			b.Enter()
			return
		case button && slices.Contains(presses, at.Name) && !slices.Contains(pressed, at.Value):
			pressed = append(pressed, at.Value)
			b.Enter()
			b.fromTheTop() // the focus stands on the new row, and others may be new above it
			continue
		case at.Name != "" && !at.Answered:
			b.answer(at)
		}
		b.do(chromedp.KeyEvent("\t"))
	}
	b.t.Fatalf("%s: no way on with the keyboard", b.Address())
}

// fromTheTop puts the focus before everything in main.
func (b *Tab) fromTheTop() {
	evaluate[bool](b, `document.querySelector('main').focus() === undefined`)
}

// answer gives the control that has the focus its answer.
func (b *Tab) answer(at stop) {
	b.t.Helper()
	switch {
	case at.Kind == "radio", at.Kind == "checkbox":
		b.do(chromedp.KeyEvent(" "))
	case at.Tag == "select":
		b.do(chromedp.KeyEvent(kb.ArrowDown))
	case at.Kind != "file" && at.Kind != "submit":
		f := b.Page().Form()
		f.Set(at.Name, "") // what the page came with may be gone
		f.Fill()
		if c := f.Control(at.Name); c != nil {
			b.do(chromedp.KeyEvent(c.Values[0]))
		}
	default:
		return
	}
	if at.Name != "" && !evaluate[stop](b, standing).Answered {
		b.t.Errorf("%s: keys do not answer %s", b.Address(), at.Name)
	}
}

func (b *Tab) expectReached(names []string) {
	b.t.Helper()
	shown := evaluate[[]string](b, `[...document.querySelector('main form').querySelectorAll('input, select, textarea')]
	  .filter((el) => el.name && el.type !== 'hidden' && el.checkVisibility()).map((el) => el.name)`)
	for _, name := range shown {
		if !slices.Contains(names, name) {
			b.t.Errorf("%s: Tab does not lead to %s", b.Address(), name)
		}
	}
}

// Enter presses the key where the focus is, and waits for the page that it leads to.
func (b *Tab) Enter() {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, stepTime)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, chromedp.KeyEvent("\r")); err != nil {
		b.t.Fatalf("Enter on %s: %v", b.Address(), err)
	}
}
