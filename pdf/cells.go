package pdf

import "github.com/sealform/sealform/forms"

func (s *section) question(e forms.Entry) []set {
	const step, deepest = 9, 3
	indent := float64(step * min(max(e.Level-1, 0), deepest))
	return indented(s.p.sets(asked(e.Item), questionStyle, s.table.question-indent), indent)
}

func (s *section) answer(e forms.Entry) []set {
	width := s.table.answer
	choices := chosenOnly(e.Choices)
	switch {
	case len(choices) > 0:
		lines := s.p.choices(choices, width)
		if other := ownWords(e); other != "" {
			lines = append(lines, s.p.sets(other, answerStyle, width)...)
		}
		return lines
	case e.Item.Kind == forms.Acknowledge:
		return s.p.choices([]forms.Choice{{Text: acknowledged(e), Ticked: e.Text != ""}}, width)
	case e.Text == "":
		return s.p.sets(notAnswered, absentStyle, width)
	}
	return s.p.sets(e.Text, answerStyle, width)
}

// ownWords is what was typed beside the options, if it is not one of them.
func ownWords(e forms.Entry) string {
	if e.Item.Kind != forms.PickOrType || e.Text == "" {
		return ""
	}
	for _, c := range e.Choices {
		if c.Ticked && c.Text == e.Text {
			return ""
		}
	}
	return e.Text
}

func acknowledged(e forms.Entry) string {
	if e.Text == "" {
		return "Not acknowledged"
	}
	return e.Text
}

// least is the height of what must stay with a heading: what is left to draw,
// as far as its first lines.
func (s *section) least() float64 {
	const head = headHeight + 5
	heads := 0.0
	for _, e := range s.left {
		switch {
		case e.Page != s.page:
			return heads
		case e.Item.Kind == forms.Page && e.Item.MD == "":
		case (e.Item.Kind == forms.Group || e.Item.Kind == forms.Scale) && e.Static && e.Item.MD == "":
			heads += groupStyle.lead + 2*cellPadding
		case e.Static || s.isClause(e):
			return heads + 4*bodyStyle.lead
		default:
			row := rowHeight(s.question(e), s.answer(e)) + 2*cellPadding
			return heads + head + min(row, (s.p.bottom-laterTop)/3)
		}
	}
	return heads
}
