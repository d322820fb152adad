package pdf

import (
	"strconv"

	"github.com/sealform/sealform/forms"
)

const listIndent = 15

// list draws a list; its items may hold any blocks.
func (p *pen) list(parent *node, b forms.Block, s style, x float64) {
	list := parent.under("L").with(discList)
	if b.Kind == forms.Ordered {
		list.with(numberList)
	}
	for i, item := range b.Items {
		if i > 0 {
			p.space(2.5)
		}
		label := "•"
		if b.Kind == forms.Ordered {
			label = strconv.Itoa(max(b.Level, 1)+i) + "."
		}
		p.need(2 * s.lead)
		entry := list.under("LI")
		p.tagged(entry.under("Lbl"), func() { p.put(p.text.single(label, regular), s, x+3, p.y) })
		p.blocks(entry.under("LBody"), item, s, x+listIndent)
	}
}
