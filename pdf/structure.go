package pdf

import "fmt"

// A node is one element of the document's structure, which screen readers
// follow: a heading, a table cell, a figure. A node without kids owns marked
// content on one or more pages.
type node struct {
	tag        string
	attributes string // PDF syntax, such as /A<<...>>
	alt        string // what a figure shows
	kids       []*node
	marks      []mark
}

// A mark is a piece of marked content: the page, from 1, and its number there.
type mark struct{ page, id int }

// under adds a new node below n.
func (n *node) under(tag string) *node {
	kid := &node{tag: tag}
	n.kids = append(n.kids, kid)
	return kid
}

func (n *node) with(attributes string) *node {
	n.attributes = attributes
	return n
}

const (
	columnHead = "/A<</O/Table/Scope/Column>>"
	rowHead    = "/A<</O/Table/Scope/Row>>"
	wideCell   = "/A<</O/Table/ColSpan 2>>"
	discList   = "/A<</O/List/ListNumbering/Disc>>"
	numberList = "/A<</O/List/ListNumbering/Decimal>>"
)

// A structure is the tree being written, and which element owns each mark.
type structure struct {
	w       *writer
	pages   []int   // object numbers
	parents [][]int // by page from 0, by mark: element
	widget  int     // the seal's form element below the document; 0 for none
}

// writeStructure adds the tree and returns the object numbers of its root and
// of the document element. widget, if not 0, becomes its last kid.
func writeStructure(w *writer, document *node, pages []int, widget int) (root, top int) {
	s := &structure{w: w, pages: pages, parents: make([][]int, len(pages)), widget: widget}
	root = w.next()
	top = s.put(document, root, true)
	var owners []byte
	for page, elements := range s.parents {
		owners = fmt.Appendf(owners, "%d[", page)
		for _, e := range elements {
			owners = append(appendRef(owners, e), ' ')
		}
		owners = append(owners, ']')
	}
	if widget != 0 {
		owners = fmt.Appendf(owners, "%d %d 0 R", len(pages), widget)
	}
	w.put(root, fmt.Appendf(nil, "<</Type/StructTreeRoot/K[%d 0 R]/ParentTree<</Nums[%s]>>/ParentTreeNextKey %d>>", top, owners, len(pages)+1))
	return root, top
}

func (s *structure) put(n *node, parent int, document bool) int {
	id := s.w.next()
	b := make([]byte, 0, 96+len(n.attributes)+12*(len(n.marks)+len(n.kids)))
	b = append(append(b, "<</Type/StructElem/S/"...), n.tag...)
	b = append(appendRef(append(b, "/P "...), parent), n.attributes...)
	if n.alt != "" {
		b = append(append(b, "/Alt"...), textString(n.alt)...)
	}
	if len(n.marks) > 0 {
		b = appendRef(append(b, "/Pg "...), s.pages[n.marks[0].page-1])
	}
	b = s.appendMarks(append(b, "/K["...), n, id)
	for _, kid := range n.kids {
		b = append(appendRef(b, s.put(kid, id, false)), ' ')
	}
	if document && s.widget != 0 {
		b = fmt.Appendf(b, "%d 0 R", s.widget)
	}
	s.w.put(id, append(b, "]>>"...))
	return id
}

func (s *structure) appendMarks(b []byte, n *node, id int) []byte {
	for _, m := range n.marks {
		page := m.page - 1
		for len(s.parents[page]) <= m.id {
			s.parents[page] = append(s.parents[page], 0)
		}
		s.parents[page][m.id] = id
		if m.page == n.marks[0].page {
			b = appendInts(b, m.id)
		} else {
			b = fmt.Appendf(b, "<</Type/MCR/Pg %d 0 R/MCID %d>>", s.pages[page], m.id)
		}
	}
	return b
}
