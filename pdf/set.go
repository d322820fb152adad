package pdf

import (
	"strings"

	"github.com/sealform/sealform/forms"
)

// A set is one line ready to be drawn: pieces side by side.
type set struct {
	pieces []piece
	style  style
	indent float64
}

// A piece is a part of a line in one style: text, or a box to tick.
type piece struct {
	line  line
	x     float64 // from the line's start
	style style
	box   tick
}

// A tick says whether a piece is a box, and which.
type tick int

const (
	noBox tick = iota
	unticked
	ticked
)

// sets breaks text into lines of a width.
func (p *pen) sets(text string, s style, width float64) []set {
	lines := p.text.lines(text, s.weight, width*1000/s.size)
	out := make([]set, len(lines))
	for i, l := range lines {
		x := 0.0
		if l.rtl && len(lines) > 1 {
			x = max(0, width-wide(l, s)) // paragraphs of such scripts start at the right
		}
		out[i] = set{pieces: []piece{{line: l, x: x, style: s}}, style: s}
	}
	return out
}

func indented(sets []set, by float64) []set {
	for i := range sets {
		sets[i].indent += by
	}
	return sets
}

// rich breaks spans of mixed weight into lines of a width. Text that needs
// shaping is set in one weight, so that its order is that of the whole.
func (p *pen) rich(spans []forms.Span, s style, width float64) []set {
	if len(spans) == 0 {
		return nil
	}
	var all strings.Builder
	mixed := false
	for i := range spans {
		spans[i].Text = linked(spans[i])
		all.WriteString(spans[i].Text)
		mixed = mixed || spans[i].Strong != spans[0].Strong
	}
	if !mixed || strings.Contains(all.String(), "\n") || !simple(p.text.faces[regular][0], clean(all.String())) {
		if spans[0].Strong && !mixed {
			s.weight = bold
		}
		return p.sets(all.String(), s, width)
	}
	f := filler{p: p, style: s, width: width}
	for _, span := range spans {
		f.add(span)
	}
	return f.finish()
}

// linked is a span's text with the address of its link, which paper must show.
func linked(s forms.Span) string {
	address := s.URL
	for _, scheme := range []string{"https://", "http://", "mailto:", "tel:"} {
		address = strings.TrimPrefix(address, scheme)
	}
	if strings.Contains(s.Text, address) {
		return s.Text
	}
	return s.Text + " (" + s.URL + ")"
}

// A filler fills lines with words of two weights. A word may be made of pieces
// of both, such as a bold word followed by a comma.
type filler struct {
	p     *pen
	style style
	width float64

	word      []piece // x is from the word's start
	wordWidth float64
	line      set
	x         float64
	out       []set
}

func (f *filler) add(span forms.Span) {
	s := f.style
	if span.Strong {
		s.weight = bold
	}
	for part := range strings.SplitAfterSeq(clean(span.Text), " ") {
		if part == "" {
			continue
		}
		for i, l := range f.p.text.wrap(part, s.weight, f.width*1000/s.size) {
			if i > 0 { // a word longer than a line
				f.endWord()
			}
			f.word = append(f.word, piece{line: l, x: f.wordWidth, style: s})
			f.wordWidth += wide(l, s)
		}
		if strings.HasSuffix(part, " ") {
			f.endWord()
			f.x += f.p.text.spaceWidth(s.weight) * s.size / 1000
		}
	}
}

func (f *filler) endWord() {
	if len(f.word) == 0 {
		return
	}
	if f.x > 0 && f.x+f.wordWidth > f.width {
		f.endLine()
	}
	for _, w := range f.word {
		w.x += f.x
		f.line.pieces = append(f.line.pieces, w)
	}
	f.x += f.wordWidth
	f.word, f.wordWidth = nil, 0
}

func (f *filler) endLine() {
	f.line.style = f.style
	f.out = append(f.out, f.line)
	f.line, f.x = set{}, 0
}

func (f *filler) finish() []set {
	f.endWord()
	if len(f.line.pieces) > 0 {
		f.endLine()
	}
	return f.out
}
