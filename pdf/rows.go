package pdf

import (
	"strconv"

	"github.com/sealform/sealform/forms"
)

// A record is one row of a repeating group: its answers by item.
type record map[*forms.Item]forms.Entry

const (
	mostColumns = 7   // beyond them, one below the other reads better
	mostLines   = 14  // of a cell
	widestWord  = 120 // points; a longer word is broken
)

// rows draws a repeating group as a table with a column for each question. It
// reports false, and draws nothing, when the rows hold more than answers or
// would be cramped; they are drawn one below the other then.
func (s *section) rows(first forms.Entry) bool {
	records, taken := s.records(first)
	if records == nil {
		return false
	}
	items := shownItems(first.Item.Items, records)
	columns := s.rowColumns(items, records)
	if columns == nil {
		return false
	}
	var drawn [][][]set
	for n, r := range records {
		cells := [][]set{s.p.sets(strconv.Itoa(n+1), questionStyle, columns[0].width)}
		for i, it := range items {
			cells = append(cells, s.recordCell(r, it, columns[i+1].width))
		}
		if tallest(cells) > mostLines*answerStyle.lead {
			return false
		}
		drawn = append(drawn, cells)
	}
	s.tabular(columns, s.rowsTitle(first), first.Item.MD, drawn)
	s.left = s.left[taken:]
	return true
}

// rowsTitle says which row it belongs to of a group within a row.
func (s *section) rowsTitle(first forms.Entry) string {
	if s.card == "" || first.Level <= s.cardLevel {
		return first.Item.Ask
	}
	return first.Item.Ask + " · " + s.card
}

// records collects the rows of the group that starts with first, and how many
// entries they take; nil when one holds more than plain answers.
func (s *section) records(first forms.Entry) (out []record, taken int) {
	out = []record{{}}
	for _, e := range s.left {
		switch {
		case e.Item == first.Item && e.Path == first.Path && e.Static:
			out = append(out, record{})
		case e.Level <= first.Level || e.Page != first.Page:
			return out, taken
		case e.Static || e.Item.Parent() != first.Item || s.isClause(e):
			return nil, 0
		default:
			out[len(out)-1][e.Item] = e
		}
		taken++
	}
	return out, taken
}

// shownItems leaves out what was asked in no row.
func shownItems(items []*forms.Item, records []record) (out []*forms.Item) {
	for _, it := range items {
		for _, r := range records {
			if _, shown := r[it]; shown {
				out = append(out, it)
				break
			}
		}
	}
	return out
}

func (s *section) recordCell(r record, it *forms.Item, width float64) []set {
	e, shown := r[it]
	if !shown { // it was not asked in this row
		return nil
	}
	if e.Text == "" && !anyTicked(e.Choices) {
		return s.p.sets(s.p.say.Word(notAnswered), labelStyle, width)
	}
	return s.answer(fewChoices(e), width)
}

func anyTicked(choices []forms.Choice) bool {
	for _, c := range choices {
		if c.Ticked {
			return true
		}
	}
	return false
}

// fewChoices leaves only what was ticked of more options than a narrow column
// shows well.
func fewChoices(e forms.Entry) forms.Entry {
	const few = 3
	if len(e.Choices) > few {
		e.Choices = tickedOnly(e.Choices)
	}
	return e
}

// rowColumns shares out the width among the number of the row and the items,
// nil when that would break words.
func (s *section) rowColumns(items []*forms.Item, records []record) []column {
	if len(items) == 0 || len(items) > mostColumns {
		return nil
	}
	const number, gap = 22.0, 12.0
	width := s.p.right - s.p.left - number - gap*float64(len(items)-1)
	least, natural := make([]float64, len(items)), make([]float64, len(items))
	for i, it := range items {
		least[i], natural[i] = s.columnNeeds(it, records)
	}
	widths := shareWidth(width, least, natural)
	if widths == nil {
		return nil
	}
	x := number
	out := []column{{title: "No.", width: number - 4}}
	for i, it := range items {
		out = append(out, column{title: asked(it), x: x, width: widths[i]})
		x += widths[i] + gap
	}
	return out
}

// columnNeeds is the width of the longest word of a column, and of its longest
// text.
func (s *section) columnNeeds(it *forms.Item, records []record) (least, natural float64) {
	least = s.p.longestWord(asked(it), labelStyle)
	natural = wide(s.p.text.single(asked(it), labelStyle.weight), labelStyle)
	add := func(text string, offset float64) {
		text = string([]rune(text)[:min(len([]rune(text)), 200)])
		least = max(least, min(offset+s.p.longestWord(text, answerStyle), widestWord))
		natural = max(natural, offset+wide(s.p.text.single(text, answerStyle.weight), answerStyle))
	}
	for _, r := range records {
		e, shown := r[it]
		if !shown {
			continue
		}
		e = fewChoices(e)
		for _, c := range e.Choices {
			add(c.Text, choiceOffset(answerStyle))
		}
		if len(e.Choices) == 0 || e.Item.Kind == forms.PickOrType {
			add(e.Text, 0)
		}
	}
	return least, natural
}

// shareWidth gives every column the least it needs and shares out what is left
// by how much more each could use; nil when there is not enough.
func shareWidth(width float64, least, natural []float64) []float64 {
	out := make([]float64, len(least))
	left, more := width, 0.0
	for i, w := range least {
		left -= w
		more += natural[i] - w + 1
	}
	if left < 0 {
		return nil
	}
	for i, w := range least {
		out[i] = w + left*(natural[i]-w+1)/more
	}
	return out
}
