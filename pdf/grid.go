package pdf

import (
	"strings"

	"github.com/sealform/sealform/forms"
)

// grid draws a scale, the questions of which share their options, with a row
// for each question and a column for each option. It reports false, and draws
// nothing, when the options do not fit side by side.
func (s *section) grid(scale forms.Entry) bool {
	asked := s.scaled(scale)
	columns := s.gridColumns(scale.Item.Options)
	if len(asked) == 0 || columns == nil {
		return false
	}
	rows := make([][][]set, len(asked))
	for i, e := range asked {
		rows[i] = gridRow(s.p, e, columns)
	}
	s.tabular(columns, scale.Item.Ask, scale.Item.MD, rows)
	s.left = s.left[len(asked):]
	return true
}

// scaled returns the questions of a scale, which follow it.
func (s *section) scaled(scale forms.Entry) []forms.Entry {
	n := 0
	for n < len(s.left) && s.left[n].Level > scale.Level {
		if e := s.left[n]; e.Item.Kind != forms.Pick || len(e.Choices) != len(scale.Item.Options) || e.Item.MD != "" {
			return nil
		}
		n++
	}
	return s.left[:n]
}

// gridColumns are the columns of a grid, nil when a word of an option is wider
// than its column.
func (s *section) gridColumns(options []forms.Option) []column {
	const least, widest, gap = 0.34, 68.0, 4.0
	width := s.p.right - s.p.left
	each := min(widest, width*(1-least)/float64(len(options)))
	question := width - each*float64(len(options))
	out := []column{{title: s.p.say.Word("Question"), width: question - columnGap}}
	for i, o := range options {
		if s.p.longestWord(o.Text, labelStyle) > each-gap {
			return nil
		}
		out = append(out, column{title: o.Text, x: question + float64(i)*each + gap/2, width: each - gap, centred: true})
	}
	return out
}

// longestWord is the width of the longest word of a text in points.
func (p *pen) longestWord(text string, s style) (w float64) {
	for word := range strings.FieldsSeq(text) {
		w = max(w, wide(p.text.single(word, s.weight), s))
	}
	return w
}

func gridRow(p *pen, e forms.Entry, columns []column) [][]set {
	cells := [][]set{p.sets(asked(e.Item), questionStyle, columns[0].width)}
	for i, c := range e.Choices {
		x := (columns[i+1].width - boxSize(answerStyle)) / 2
		cells = append(cells, []set{{pieces: []piece{{x: x, box: boxFor(c)}}, style: answerStyle}})
	}
	return cells
}

// tabular draws a table of its own between the questions, its heading kept
// with the first row.
func (s *section) tabular(columns []column, title, md string, rows [][][]set) {
	s.table.close()
	t := newTable(s.p, columns)
	s.p.space(14)
	if clean(title) != "" {
		first := min(tallest(rows[0])+2*cellPadding, (s.p.bottom-laterTop)/3)
		s.p.heading("H3", title, strongStyle, 5+t.headHeight()+first)
	}
	s.prose(md)
	for _, cells := range rows {
		t.row(cells...)
	}
	s.p.space(9)
}
