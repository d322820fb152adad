package pdf

import (
	"strconv"

	"github.com/sealform/sealform/forms"
)

const notAnswered = "Not answered"

// A section draws the entries of a form: headings, texts to read, questions
// with their answers.
type section struct {
	p     *pen
	table *answerTable
	pages []string
	page  int
}

func (p *pen) entries(entries []forms.Entry, pages []string) {
	s := &section{p: p, table: newTable(p), pages: pages, page: -1}
	for _, e := range entries {
		if e.Item == nil || e.Item.Hidden {
			continue
		}
		s.turnTo(e)
		s.entry(e)
	}
}

// turnTo draws the heading of the entry's page when it is a new one.
func (s *section) turnTo(e forms.Entry) {
	if e.Page == s.page {
		return
	}
	s.page = e.Page
	s.table = newTable(s.p)
	title := ""
	if e.Page >= 0 && e.Page < len(s.pages) {
		title = s.pages[e.Page]
	}
	if e.Item.Kind == forms.Page && title == "" {
		title = e.Item.Ask
	}
	if clean(title) != "" {
		s.p.space(20)
		s.p.heading("H2", title, sectionStyle, 64)
		s.p.y += 4
	}
}

func (s *section) entry(e forms.Entry) {
	switch {
	case e.Item.Kind == forms.Page:
		s.prose(e.Item.MD)
	case (e.Item.Kind == forms.Group || e.Item.Kind == forms.Scale) && e.Static:
		s.group(e)
	case e.Item.Kind == forms.Note || e.Static:
		s.note(e)
	case e.Item.MD != "" || e.Item.Kind == forms.Agree || e.Item.Kind == forms.Acknowledge:
		s.clause(e)
	default:
		s.table.row(s.question(e), s.answer(e))
	}
}

// prose draws rich text across the body.
func (s *section) prose(md string) {
	blocks := forms.Markdown(md)
	if len(blocks) == 0 {
		return
	}
	s.table.close()
	s.p.space(7)
	s.p.blocks(s.p.root, blocks, bodyStyle, s.p.left)
	s.p.space(7)
}

func (s *section) note(e forms.Entry) {
	if e.Item.Ask != "" {
		s.table.close()
		s.p.space(7)
		s.p.heading("H3", e.Item.Ask, strongStyle, 2*bodyStyle.lead)
	}
	s.prose(e.Item.MD)
}

// group draws the heading of a group, numbered when it repeats.
func (s *section) group(e forms.Entry) {
	title := e.Item.Ask
	if e.Row > 0 {
		title += " " + strconv.Itoa(e.Row)
	}
	if e.Item.MD != "" {
		s.note(forms.Entry{Item: &forms.Item{Ask: title, MD: e.Item.MD}})
	} else if title != "" {
		s.table.band(s.p.sets(title, groupStyle, s.p.right-s.p.left-16))
	}
}

// clause draws a question with text of its own across both columns: the words
// that were agreed to, then what was answered.
func (s *section) clause(e forms.Entry) {
	s.table.close()
	s.p.space(9)
	if e.Item.Ask != "" {
		s.p.heading("H3", asked(e.Item), strongStyle, 3*bodyStyle.lead)
	}
	if blocks := forms.Markdown(e.Item.MD); len(blocks) > 0 {
		s.p.space(2)
		s.p.blocks(s.p.root, blocks, bodyStyle, s.p.left)
		s.p.space(4)
	}
	lines := s.answer(e)
	s.p.need(height(lines))
	s.p.flow(s.p.root.under("P"), lines, s.p.left)
	s.p.space(9)
}

func asked(it *forms.Item) string {
	if it.Prefix != "" {
		return it.Prefix + " " + it.Ask
	}
	return it.Ask
}

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
