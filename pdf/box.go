package pdf

import (
	"bytes"
	"math"
)

// boxSize is the side of a box to tick, for text of the style.
func boxSize(s style) float64 { return s.size * 0.82 }

// box draws a box to tick, as strokes for the eye and as an invisible
// character for whoever searches, copies or listens.
func (p *pen) box(t tick, x, top float64, s style) {
	side := boxSize(s)
	y := baseline(s, top) - side + 0.6
	character := '☐'
	p.sheet.SetLineWidth(0.7)
	if t == ticked {
		character = '☑'
		p.sheet.SetDrawColor(p.accent.r, p.accent.g, p.accent.b)
		p.sheet.SetFillColor(p.accent.r, p.accent.g, p.accent.b)
		p.sheet.Rect(x, y, side, side, "FD")
		p.check(x, y, side)
	} else {
		p.sheet.SetDrawColor(soft.r, soft.g, soft.b)
		p.sheet.Rect(x, y, side, side, "D")
	}
	p.buffer = append(p.buffer[:0], "q 3 Tr "...)
	p.buffer = p.text.show(p.buffer, p.text.symbol(character), regular, x, p.height-baseline(s, top), s.size)
	p.sheet.RawWriteBuf(bytes.NewReader(append(p.buffer, 'Q', '\n')))
}

func (p *pen) check(x, y, side float64) {
	p.sheet.SetDrawColor(255, 255, 255)
	p.sheet.SetLineWidth(side * 0.15)
	p.sheet.MoveTo(x+side*0.22, y+side*0.53)
	p.sheet.LineTo(x+side*0.42, y+side*0.74)
	p.sheet.LineTo(x+side*0.80, y+side*0.28)
	p.sheet.DrawPath("D")
}

// strokes draws a signature into a box as smooth curves (Catmull-Rom splines
// as Bézier curves). Points are clamped to the box and thinned to maxPoints.
func (p *pen) strokes(strokes []Stroke, x, y, w, h float64) {
	scale := min(w/StrokeWidth, h/StrokeHeight)
	p.sheet.SetDrawColor(pencil.r, pencil.g, pencil.b)
	p.sheet.SetLineWidth(1.3)
	p.sheet.SetLineCapStyle("round")
	p.sheet.SetLineJoinStyle("round")
	for _, s := range thinned(strokes) {
		at := func(i int) Point {
			q := s[min(max(i, 0), len(s)-1)]
			return Point{
				x + finite(q.X, 0, StrokeWidth)*scale,
				y + finite(q.Y, 0, StrokeHeight)*scale,
			}
		}
		p.curve(at, len(s))
	}
	p.sheet.SetLineCapStyle("butt")
	p.sheet.SetLineJoinStyle("miter")
}

// curve draws one stroke. Its hundreds of points are written here, because
// gofpdf formats every one of them at length.
func (p *pen) curve(at func(int) Point, n int) {
	b := p.appendPoint(p.buffer[:0], at(0).X, at(0).Y)
	b = append(b, "m\n"...)
	if n == 1 { // a dot
		b = append(p.appendPoint(b, at(0).X+0.1, at(0).Y), "l\n"...)
	}
	for i := range n - 1 {
		before, from, to, after := at(i-1), at(i), at(i+1), at(i+2)
		b = p.appendPoint(b, from.X+(to.X-before.X)/6, from.Y+(to.Y-before.Y)/6)
		b = p.appendPoint(b, to.X-(after.X-from.X)/6, to.Y-(after.Y-from.Y)/6)
		b = append(p.appendPoint(b, to.X, to.Y), "c\n"...)
	}
	p.buffer = append(b, "S\n"...)
	p.sheet.RawWriteBuf(bytes.NewReader(p.buffer))
}

// appendPoint appends a point of the page, of which y grows upwards in a file.
func (p *pen) appendPoint(b []byte, x, y float64) []byte {
	return appendNumber(appendNumber(b, x), p.height-y)
}

// maxPoints is many times what a hand draws; beyond it points are left out
// evenly.
const maxPoints = 20000

func thinned(strokes []Stroke) []Stroke {
	total := 0
	for _, s := range strokes {
		total += len(s)
	}
	step := int(math.Ceil(float64(total) / maxPoints))
	var out []Stroke
	for _, s := range strokes {
		var kept Stroke
		for i := 0; i < len(s); i += max(step, 1) {
			kept = append(kept, s[i])
		}
		if len(kept) > 0 && len(out) < maxPoints {
			out = append(out, kept)
		}
	}
	return out
}
