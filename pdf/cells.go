package pdf

import (
	"cmp"

	"github.com/sealform/sealform/forms"
)

// answerColumns are the two columns of questions and answers.
func (p *pen) answerColumns() []column {
	const questionShare = 0.42
	width := p.right - p.left
	x := width*questionShare + columnGap
	return []column{{title: p.say.Word("Question"), width: x - columnGap}, {title: p.say.Word("Answer"), x: x, width: width - x}}
}

func (s *section) question(e forms.Entry) []set {
	const step, deepest = 9, 3
	indent := float64(step * min(max(e.Level-1, 0), deepest))
	return indented(s.p.sets(asked(e.Item), questionStyle, s.table.columns[0].width-indent), indent)
}

// answer sets what was answered in a column of a width.
func (s *section) answer(e forms.Entry, width float64) []set {
	choices := chosenOnly(e.Choices)
	switch {
	case len(choices) > 0:
		lines := s.p.choices(choices, width)
		if other := ownWords(e); other != "" {
			lines = append(lines, s.p.sets(other, answerStyle, width)...)
		}
		return lines
	case e.Item.Kind == forms.Acknowledge:
		return s.acknowledged(e, width)
	case len(e.Files) > 0:
		return s.files(e.Files, width)
	case e.Text == "":
		return s.p.sets(s.p.say.Word(notAnswered), absentStyle, width)
	}
	return s.p.sets(e.Text, answerStyle, width)
}

// files names each file with what proves that it is the same.
func (s *section) files(files []forms.Attachment, width float64) []set {
	var lines []set
	for _, a := range files {
		lines = append(lines, s.p.sets(a.Name+" ("+a.SizeText()+")", answerStyle, width)...)
		lines = append(lines, s.p.sets("SHA-256 "+a.SHA256, smallStyle, width)...)
	}
	return lines
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

// acknowledged sets the box beside the words that it stands for.
func (s *section) acknowledged(e forms.Entry, width float64) []set {
	lines := s.p.choices([]forms.Choice{{Text: cmp.Or(e.Text, asked(e.Item)), Ticked: e.Text != ""}}, width)
	if e.Text == "" {
		lines = append(lines, s.p.sets("Not acknowledged", absentStyle, width)...)
	}
	return lines
}

// least is the height of what must stay with a heading: what is left to draw,
// as far as its first lines.
func (s *section) least() float64 {
	head := s.table.headHeight() + 5
	heads := 0.0
	for _, e := range s.left {
		switch {
		case e.Page != s.page:
			return heads
		case e.Item.Kind == forms.Page && e.Item.MD == "":
		case (e.Item.Kind == forms.Group || e.Item.Kind == forms.Scale) && e.Static && e.Item.MD == "":
			heads += groupStyle.lead + 2*cellPadding
			if e.Row > 0 || e.Item.Kind == forms.Scale { // likely a table of its own
				return heads + head + 4*answerStyle.lead
			}
		case e.Static || s.isClause(e):
			return heads + 4*bodyStyle.lead
		default:
			row := tallest([][]set{s.question(e), s.answer(e, s.table.columns[1].width)}) + 2*cellPadding
			return heads + head + min(row, (s.p.bottom-laterTop)/3)
		}
	}
	return heads
}
