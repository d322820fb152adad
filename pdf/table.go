package pdf

// Geometry of tables.
const (
	columnGap   = 16.0
	cellPadding = 5.0
)

// A column is a part of a table's width. The first column of a table heads its
// rows.
type column struct {
	title   string
	x       float64 // from the left edge of the body
	width   float64
	centred bool
}

// A table breaks its rows over pages only when it must, and repeats its head
// there.
type table struct {
	p       *pen
	columns []column
	head    [][]set // titles, by column
	node    *node   // nil until the first row
	headed  int     // page that shows the head, from 1; 0 for none
}

func newTable(p *pen, columns []column) *table {
	t := &table{p: p, columns: columns}
	for _, c := range columns {
		title := p.sets(c.title, labelStyle, c.width)
		if c.centred {
			title = centred(title, c.width)
		}
		t.head = append(t.head, title)
	}
	return t
}

// centred puts lines of text in the middle of a width.
func centred(lines []set, width float64) []set {
	for i, l := range lines {
		lines[i].indent = max(0, (width-wide(l.pieces[0].line, l.pieces[0].style))/2)
	}
	return lines
}

// close ends the table before a block across all columns; the next row opens
// another one, without a new head on the same page.
func (t *table) close() { t.node = nil }

// open starts the table; the first time on a page it shows its head.
func (t *table) open() {
	if t.node != nil {
		return
	}
	t.node = t.p.root.under("Table")
	t.p.space(5)
	if t.headed == t.p.page {
		t.p.artifact(func() { t.line(rule, 0.5) })
		return
	}
	row := t.node.under("TR")
	for i, title := range t.head {
		t.cell(row.under("TH").with(columnHead), title, i, t.headTop(title))
	}
	t.endHead()
}

// turn goes on to a new page. The head is repeated there for the eye only.
func (t *table) turn() {
	t.p.newPage()
	if t.node == nil {
		return
	}
	t.p.artifact(func() {
		for i, title := range t.head {
			t.lines(title, i, t.headTop(title))
		}
	})
	t.endHead()
}

// headTop is where a title starts: all of them end on one line.
func (t *table) headTop(title []set) float64 { return t.p.y + t.headHeight() - 4 - height(title) }

func (t *table) headHeight() float64 { return tallest(t.head) + 6 }

func (t *table) endHead() {
	t.headed = t.p.page
	t.p.y += t.headHeight()
	t.p.artifact(func() { t.line(t.p.accent, 0.9) })
}

func (t *table) line(c color, thickness float64) {
	t.p.hairline(c, thickness, t.p.left, t.p.y, t.p.right-t.p.left)
}

// row draws one row, a cell for each column.
func (t *table) row(cells ...[]set) {
	if h := tallest(cells); t.p.y > laterTop && h > t.available() && !t.worthSplitting(h) {
		t.turn()
	}
	t.open()
	tr := t.node.under("TR")
	nodes := make([]*node, len(cells))
	for i := range cells {
		if i == 0 {
			nodes[i] = tr.under("TH").with(rowHead)
		} else {
			nodes[i] = tr.under("TD")
		}
	}
	for {
		cells = t.part(nodes, cells)
		if tallest(cells) == 0 {
			return
		}
		t.turn()
	}
}

// part draws as much of a row as the page takes, at least a line of it, and
// returns the rest.
func (t *table) part(nodes []*node, cells [][]set) [][]set {
	now, rest := make([][]set, len(cells)), make([][]set, len(cells))
	split := func(fits func([]set) int) {
		for i, lines := range cells {
			n := fits(lines)
			now[i], rest[i] = lines[:n], lines[n:]
		}
	}
	split(func(lines []set) int { return fitting(lines, t.available()) })
	if tallest(now) == 0 {
		split(func(lines []set) int { return min(1, len(lines)) })
	}
	for i, lines := range now {
		t.cell(nodes[i], lines, i, t.p.y+cellPadding)
	}
	t.p.y += tallest(now) + 2*cellPadding
	t.p.artifact(func() { t.line(rule, 0.5) })
	return rest
}

func (t *table) cell(n *node, lines []set, column int, top float64) {
	if len(lines) > 0 {
		t.p.tagged(n, func() { t.lines(lines, column, top) })
	}
}

func (t *table) lines(lines []set, column int, top float64) {
	for _, l := range lines {
		t.p.draw(l, t.p.left+t.columns[column].x, top)
		top += l.style.lead
	}
}

// available is the height for lines of a row that starts here.
func (t *table) available() float64 {
	h := t.p.room() - 2*cellPadding
	if t.node == nil && t.headed != t.p.page {
		h -= t.headHeight() + 5
	}
	return h
}

// worthSplitting reports whether moving a row of this height to the next page
// would leave too large a hole on this one.
func (t *table) worthSplitting(h float64) bool {
	body := t.p.bottom - laterTop
	return h > body/3 && t.available() > body/6
}

// band draws a heading across all columns, kept with what is below.
func (t *table) band(lines []set, below float64) {
	if t.p.y > laterTop && height(lines)+2*cellPadding+below > t.p.room() {
		t.turn()
	}
	t.open()
	h := height(lines) + 2*cellPadding
	t.p.artifact(func() { t.p.fill(tint, t.p.left, t.p.y+0.5, t.p.right-t.p.left, h-0.5) })
	th := t.node.under("TR").under("TH").with(wideCell)
	t.p.stack(th, lines, t.p.left+8, t.p.y+cellPadding)
	t.p.y += h
	t.p.artifact(func() { t.line(rule, 0.5) })
}

func tallest(cells [][]set) (h float64) {
	for _, lines := range cells {
		h = max(h, height(lines))
	}
	return h
}

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
