package pdf

import "github.com/sealform/sealform/forms"

// draw puts one set line at x, top.
func (p *pen) draw(l set, x, top float64) {
	for _, part := range l.pieces {
		if part.box != noBox {
			p.box(part.box, x+l.indent+part.x, top, l.style)
			continue
		}
		s := part.style
		s.lead = l.style.lead
		p.put(part.line, s, x+l.indent+part.x, top)
	}
}

// flow draws lines as the content of a node, over page breaks, without leaving
// a single line behind or ahead.
func (p *pen) flow(n *node, lines []set, x float64) {
	for len(lines) > 0 {
		fit := p.fitting(lines)
		if fit == 0 {
			p.newPage()
			fit = max(1, p.fitting(lines))
		}
		p.tagged(n, func() {
			for _, l := range lines[:fit] {
				p.draw(l, x, p.y)
				p.y += l.style.lead
			}
		})
		if lines = lines[fit:]; len(lines) > 0 {
			p.newPage()
		}
	}
}

// fitting is how many of the lines to draw on this page.
func (p *pen) fitting(lines []set) int {
	fit, y := 0, p.y
	for fit < len(lines) && y+lines[fit].style.lead <= p.bottom {
		y += lines[fit].style.lead
		fit++
	}
	switch {
	case fit == len(lines):
	case fit == 1:
		fit = 0
	case fit > 2 && len(lines)-fit == 1:
		fit--
	}
	return fit
}

// paragraph draws text across the body.
func (p *pen) paragraph(tag, text string, s style) {
	p.flow(p.root.under(tag), p.sets(text, s, p.right-p.left), p.left)
}

// heading draws a heading and keeps it with the block below, at least after
// points high.
func (p *pen) heading(tag, text string, s style, after float64) {
	lines := p.sets(text, s, p.right-p.left)
	p.need(float64(len(lines))*s.lead + after)
	p.flow(p.root.under(tag), lines, p.left)
}

// blocks draws rich text below the node.
func (p *pen) blocks(parent *node, blocks []forms.Block, s style, x float64) {
	for i, b := range blocks {
		if i > 0 {
			p.space(s.lead / 2.5)
		}
		p.block(parent, b, s, x)
	}
}

func (p *pen) block(parent *node, b forms.Block, s style, x float64) {
	switch b.Kind {
	case forms.Heading:
		s.weight = bold
		p.space(4)
		p.need(4 * s.lead)
		p.flow(parent.under("H3"), p.rich(b.Spans, s, p.right-x), x)
	case forms.List, forms.Ordered:
		p.list(parent, b, s, x)
	case forms.Quote:
		for _, item := range b.Items {
			p.blocks(parent.under("BlockQuote"), item, s, x+14)
		}
	default:
		p.flow(parent.under("P"), p.rich(b.Spans, s, p.right-x), x)
	}
}
