package pdf

// Geometry of the table of answers.
const (
	questionShare = 0.42 // of the body's width
	columnGap     = 16.0
	cellPadding   = 5.0
	headHeight    = 17.0
)

// A table is the two columns of questions and answers of one section. Its rows
// break over pages only when they must, and its head is repeated there.
type answerTable struct {
	p        *pen
	node     *node // nil until the first row
	headed   bool  // the section's head is drawn
	question float64
	answer   float64 // widths of the columns
	answerX  float64
}

func newTable(p *pen) *answerTable {
	width := p.right - p.left
	t := &answerTable{p: p, question: width * questionShare}
	t.answerX = p.left + t.question + columnGap
	t.answer = p.right - t.answerX
	return t
}

// close ends the table before a block across both columns; the next row opens
// another one, without a new head.
func (t *answerTable) close() { t.node = nil }

// open starts the table; the first of a section shows its head.
func (t *answerTable) open() {
	if t.node != nil {
		return
	}
	t.node = t.p.root.under("Table")
	t.p.space(5)
	if t.headed {
		t.p.artifact(func() { t.p.hairline(rule, 0.5, t.p.left, t.p.y, t.p.right-t.p.left) })
		return
	}
	t.headed = true
	row := t.node.under("TR")
	t.p.tagged(row.under("TH").with(columnHead), func() { t.label("Question", t.p.left) })
	t.p.tagged(row.under("TH").with(columnHead), func() { t.label("Answer", t.answerX) })
	t.endHead()
}

// turn goes on to a new page. The head is repeated there for the eye only.
func (t *answerTable) turn() {
	t.p.newPage()
	if t.node == nil {
		return
	}
	t.p.artifact(func() {
		t.label("Question", t.p.left)
		t.label("Answer", t.answerX)
	})
	t.endHead()
}

func (t *answerTable) label(s string, x float64) {
	t.p.put(t.p.text.single(s, labelStyle.weight), labelStyle, x, t.p.y+2)
}

func (t *answerTable) endHead() {
	t.p.y += headHeight
	t.p.artifact(func() { t.p.hairline(accent, 0.9, t.p.left, t.p.y, t.p.right-t.p.left) })
}

// row draws one question with its answer.
func (t *answerTable) row(question, answer []set) {
	if h := rowHeight(question, answer); t.p.y > laterTop && h > t.available() && !t.worthSplitting(h) {
		t.turn()
	}
	t.open()
	tr := t.node.under("TR")
	th, td := tr.under("TH").with(rowHead), tr.under("TD")
	for {
		q, a := fitting(question, t.available()), fitting(answer, t.available())
		if q == 0 && a == 0 { // a page always takes one line
			q, a = min(1, len(question)), min(1, len(answer))
		}
		t.part(th, td, question[:q], answer[:a])
		if question, answer = question[q:], answer[a:]; len(question)+len(answer) == 0 {
			return
		}
		t.turn()
	}
}

// available is the height for lines of a row that starts here.
func (t *answerTable) available() float64 {
	h := t.p.room() - 2*cellPadding
	if t.node == nil && !t.headed {
		h -= headHeight + 5
	}
	return h
}

// worthSplitting reports whether moving a row of this height to the next page
// would leave too large a hole on this one.
func (t *answerTable) worthSplitting(h float64) bool {
	body := t.p.bottom - laterTop
	return h > body/3 && t.available() > body/6
}

// part draws as much of a row as the page takes.
func (t *answerTable) part(th, td *node, question, answer []set) {
	top := t.p.y + cellPadding
	cell := func(n *node, lines []set, x float64) {
		if len(lines) == 0 {
			return
		}
		t.p.tagged(n, func() {
			y := top
			for _, l := range lines {
				t.p.draw(l, x, y)
				y += l.style.lead
			}
		})
	}
	cell(th, question, t.p.left)
	cell(td, answer, t.answerX)
	t.p.y = top + max(height(question), height(answer)) + cellPadding
	t.p.artifact(func() { t.p.hairline(rule, 0.5, t.p.left, t.p.y, t.p.right-t.p.left) })
}

// band draws a heading across both columns, kept with what is below.
func (t *answerTable) band(lines []set, below float64) {
	if t.p.y > laterTop && height(lines)+2*cellPadding+below > t.p.room() {
		t.turn()
	}
	t.open()
	h := height(lines) + 2*cellPadding
	t.p.artifact(func() { t.p.fill(tint, t.p.left, t.p.y+0.5, t.p.right-t.p.left, h-0.5) })
	th := t.node.under("TR").under("TH").with(wideCell)
	t.p.tagged(th, func() {
		y := t.p.y + cellPadding
		for _, l := range lines {
			t.p.draw(l, t.p.left+8, y)
			y += l.style.lead
		}
	})
	t.p.y += h
	t.p.artifact(func() { t.p.hairline(rule, 0.5, t.p.left, t.p.y, t.p.right-t.p.left) })
}

func rowHeight(question, answer []set) float64 { return max(height(question), height(answer)) }

func height(lines []set) (h float64) {
	for _, l := range lines {
		h += l.style.lead
	}
	return h
}

// fitting is how many lines fit into a height.
func fitting(lines []set, h float64) int {
	for i, l := range lines {
		if h -= l.style.lead; h < -0.01 {
			return i
		}
	}
	return len(lines)
}
