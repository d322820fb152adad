package pdf

import (
	"slices"
	"strconv"

	"github.com/sealform/sealform/forms"
)

const notAnswered = "Not answered"

// A section draws the entries of a form: headings, texts to read, questions
// with their answers.
type section struct {
	p     *pen
	table *table
	pages []string
	page  int
	left  []forms.Entry // what follows the entry being drawn
	after float64       // height to keep together with a last clause

	card      string // title of the row that is drawn as a list
	cardLevel int
}

// entries draws them; after is the height of what follows on the same page if
// the last one is a clause, so that nobody seems to have signed a blank page.
func (p *pen) entries(entries []forms.Entry, pages []string, after float64) {
	s := &section{p: p, table: newTable(p, p.answerColumns()), pages: pages, page: -1, left: shown(entries), after: after}
	for len(s.left) > 0 {
		e := s.left[0]
		s.turnTo(e)
		s.left = s.left[1:]
		s.entry(e)
	}
}

func shown(entries []forms.Entry) []forms.Entry {
	return slices.DeleteFunc(slices.Clone(entries), func(e forms.Entry) bool {
		return e.Item == nil || e.Item.Hidden
	})
}

// turnTo draws the heading of the entry's page when it is a new one.
func (s *section) turnTo(e forms.Entry) {
	if e.Page == s.page {
		return
	}
	s.page = e.Page
	s.table = newTable(s.p, s.p.answerColumns())
	title := ""
	if e.Page >= 0 && e.Page < len(s.pages) {
		title = s.pages[e.Page]
	}
	if e.Item.Kind == forms.Page && title == "" {
		title = e.Item.Ask
	}
	if clean(title) != "" {
		s.p.space(20)
		s.p.heading("H2", title, sectionStyle.in(s.p.accent), 4+s.least())
		s.p.y += 4
	}
}

func (s *section) entry(e forms.Entry) {
	switch {
	case e.Item.Kind == forms.Page:
		s.prose(e.Item.MD)
	case e.Item.Kind == forms.Scale && s.grid(e):
	case e.Item.Kind == forms.Group && e.Row == 1 && s.rows(e):
	case (e.Item.Kind == forms.Group || e.Item.Kind == forms.Scale) && e.Static:
		s.group(e)
	case e.Item.Kind == forms.Note || e.Static:
		s.note(e)
	case e.Signed != nil:
		s.signed(e)
	case s.isClause(e):
		s.clause(e)
	default:
		s.table.row(s.question(e), s.answer(e, s.table.columns[1].width))
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
		s.p.heading("H3", e.Item.Ask, strongStyle, s.led(e.Item.MD))
	}
	s.prose(e.Item.MD)
}

// led is the height of what stays with a heading over text: a few lines with
// what they lead to, and no more than the first lines of a longer text.
func (s *section) led(md string) float64 {
	blocks := forms.Markdown(md)
	if len(blocks) == 0 {
		return s.least()
	}
	if len(blocks) == 1 && blocks[0].Kind == forms.Paragraph {
		if lines := s.p.rich(blocks[0].Spans, bodyStyle, s.p.right-s.p.left); len(lines) <= 3 {
			return 14 + height(lines) + s.least()
		}
	}
	return 2 * bodyStyle.lead
}

// group draws the heading of a group, numbered when it repeats.
func (s *section) group(e forms.Entry) {
	title := e.Item.Ask
	if e.Row > 0 {
		title += " " + strconv.Itoa(e.Row)
		s.card, s.cardLevel = title, e.Level
	}
	if e.Item.MD != "" {
		s.note(forms.Entry{Item: &forms.Item{Ask: title, MD: e.Item.MD}})
	} else if title != "" {
		s.table.band(s.p.sets(title, groupStyle, s.p.right-s.p.left-16), s.least())
	}
}

// isClause reports whether the question is drawn across both columns.
func (s *section) isClause(e forms.Entry) bool {
	return e.Item.MD != "" || e.Item.Kind == forms.Agree || e.Item.Kind == forms.Acknowledge || e.Signed != nil
}

// signed draws a signature that was given among the questions.
func (s *section) signed(e forms.Entry) {
	p := s.p
	s.table.close()
	p.space(9)
	lines := p.sets(e.Text, smallStyle, p.right-p.left)
	whole := signatureHeight + lineGap + height(lines)
	p.heading("H3", asked(e.Item), strongStyle, whole)
	if blocks := forms.Markdown(e.Item.MD); len(blocks) > 0 {
		p.blocks(p.root, blocks, bodyStyle, p.left)
	}
	p.space(4)
	p.need(whole)
	p.mark(e.Signed.Name, Strokes(e.Signed.Strokes))
	p.flow(p.root.under("P"), lines, p.left)
	p.space(9)
}

// clause draws a question with text of its own across both columns: the words
// that were agreed to, then what was answered.
func (s *section) clause(e forms.Entry) {
	s.table.close()
	s.p.space(9)
	if s.after > 0 && len(s.left) == 0 {
		s.p.need(min(s.after+8*bodyStyle.lead, s.p.bottom-laterTop))
	}
	// The words of a box to tick stand beside the box.
	if e.Item.Ask != "" && (e.Item.Kind != forms.Acknowledge || e.Item.MD != "" || len(e.Choices) == 0 && e.Text != "" && e.Text != e.Item.Ask) {
		s.p.heading("H3", asked(e.Item), strongStyle, 3*bodyStyle.lead)
	}
	if blocks := forms.Markdown(e.Item.MD); len(blocks) > 0 {
		s.p.space(2)
		s.p.blocks(s.p.root, blocks, bodyStyle, s.p.left)
		s.p.space(4)
	}
	lines := s.answer(e, s.p.right-s.p.left)
	s.p.space(4)
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
