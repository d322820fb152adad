package pdf

import (
	"bytes"
	"math"
	"strconv"

	"github.com/jung-kurt/gofpdf"

	"github.com/sealform/sealform/internal/words"
)

// A pen draws blocks down the pages of one document and tags them. It owns
// page breaks: gofpdf's own would fall between a tag and its end. Lengths are
// in points, y grows downwards.
type pen struct {
	sheet         *gofpdf.Fpdf
	text          *typesetter
	width, height float64
	left, right   float64 // edges of the body
	bottom        float64
	y             float64 // where the next block goes
	page          int     // from 1
	marks         []int   // next mark by page
	root          *node
	accent        color
	say           words.Speaker
	buffer        []byte
}

func newPen(d *Document, text *typesetter) *pen {
	size := "A4"
	if d.Letter {
		size = "Letter"
	}
	sheet := gofpdf.NewCustom(&gofpdf.InitType{UnitStr: "pt", SizeStr: size})
	sheet.SetCompression(false) // the finisher compresses
	sheet.SetCatalogSort(true)  // the same document, the same bytes
	sheet.SetCreationDate(d.At)
	sheet.SetModificationDate(d.At)
	sheet.SetMargins(0, 0, 0)
	sheet.SetAutoPageBreak(false, 0)
	p := &pen{sheet: sheet, text: text, marks: []int{0}, root: &node{tag: "Document"}, accent: accent(d.Color), say: sentences.In(d.language())}
	p.width, p.height = sheet.GetPageSize()
	p.left, p.right, p.bottom = sideMargin, p.width-sideMargin, p.height-bottomMargin
	p.newPage()
	p.y = firstTop
	return p
}

func (p *pen) newPage() {
	p.sheet.AddPage()
	p.page++
	p.marks = append(p.marks, 0)
	p.y = laterTop
}

// space leaves room above the next block, but not at the top of a page.
func (p *pen) space(h float64) {
	if p.y > laterTop {
		p.y += h
	}
}

// need starts a new page unless h fits on this one.
func (p *pen) need(h float64) {
	if p.y+h > p.bottom && p.y > laterTop {
		p.newPage()
	}
}

// room is the height left on the page.
func (p *pen) room() float64 { return p.bottom - p.y }

// tagged draws the content of a node.
func (p *pen) tagged(n *node, draw func()) {
	id := p.marks[p.page]
	p.marks[p.page]++
	n.marks = append(n.marks, mark{p.page, id})
	p.sheet.RawWriteStr("/" + n.tag + "<</MCID " + strconv.Itoa(id) + ">>BDC")
	draw()
	p.sheet.RawWriteStr("EMC")
}

// artifact draws what is no part of the document's meaning: rules, tints,
// running heads.
func (p *pen) artifact(draw func()) {
	p.sheet.RawWriteStr("/Artifact BMC")
	draw()
	p.sheet.RawWriteStr("EMC")
}

// put draws a measured line, its baseline in the middle of a line of the
// style's lead from top.
func (p *pen) put(l line, s style, x, top float64) {
	p.buffer = append(p.buffer[:0], s.color.operator...)
	p.buffer = p.text.show(p.buffer, l, s.weight, x, p.height-baseline(s, top), s.size)
	p.sheet.RawWriteBuf(bytes.NewReader(p.buffer))
}

// baseline centres the height of capitals in the line.
func baseline(s style, top float64) float64 { return top + s.lead/2 + 0.35*s.size }

// wide is the width of a measured line in points.
func wide(l line, s style) float64 { return l.width * s.size / 1000 }

// fill draws a rectangle without a border.
func (p *pen) fill(c color, x, y, w, h float64) {
	p.sheet.SetFillColor(c.r, c.g, c.b)
	p.sheet.Rect(x, y, w, h, "F")
}

// hairline draws a rule across part of the page.
func (p *pen) hairline(c color, thickness, x, y, w float64) {
	p.sheet.SetDrawColor(c.r, c.g, c.b)
	p.sheet.SetLineWidth(thickness)
	p.sheet.Line(x, y, x+w, y)
}

// finite returns v within bounds, and low for what is not a number: gofpdf
// writes NaN into the page without a word.
func finite(v, low, high float64) float64 {
	if math.IsNaN(v) {
		return low
	}
	return min(max(v, low), high)
}
