package pdf

import (
	"strings"

	"github.com/sealform/sealform/forms"
)

// plain draws the simplest layout: one paragraph after the other. Nothing here
// measures columns, shapes text or decodes a picture, so whatever broke the
// full layout is unlikely to break this one.
func (p *pen) plain(d *Document) {
	p.paragraph("P", d.Practice.Name, bodyStyle)
	p.paragraph("H1", d.Title, sectionStyle)
	p.plainFacts([]fact{{"Client", d.Client}, {"Reference", d.Reference}})
	page := -1
	for _, e := range d.Entries {
		if e.Item == nil || e.Item.Hidden {
			continue
		}
		if e.Page != page {
			page = e.Page
			if page >= 0 && page < len(d.Pages) {
				p.paragraph("H2", d.Pages[page], strongStyle)
			}
		}
		if e.Item.Kind != forms.Page || e.Item.MD != "" {
			p.plainEntry(e)
		}
	}
	for _, photo := range d.Photos {
		p.plainFacts([]fact{{"Photo, not drawn here", photo.Caption}})
	}
	p.plainSignature(d)
	p.plainFacts(d.identity())
	p.plainFacts(d.signing(p.say))
	for _, e := range d.Timeline {
		p.plainFacts([]fact{{e.Label, d.when().utc(e.At) + " " + e.Detail}})
	}
}

func (p *pen) plainEntry(e forms.Entry) {
	for _, text := range filled(asked(e.Item), e.Item.MD) {
		p.paragraph("P", text, strongStyle)
	}
	if e.Static || e.Item.Kind == forms.Note {
		return
	}
	for _, c := range e.Choices {
		box := "[ ] "
		if c.Ticked {
			box = "[x] "
		}
		p.paragraph("P", box+c.Text, bodyStyle)
	}
	switch {
	case e.Text != "" && (len(e.Choices) == 0 || ownWords(e) != ""):
		p.paragraph("P", e.Text, bodyStyle)
		if e.Signed != nil {
			p.plainStrokes(Strokes(e.Signed.Strokes))
		}
	case len(e.Choices) == 0:
		p.paragraph("P", p.say.Word(notAnswered), bodyStyle)
	}
}

// plainSignature draws signatures as straight lines between their points.
func (p *pen) plainSignature(d *Document) {
	s := d.Signature
	if s == nil {
		return
	}
	p.paragraph("P", s.Statement, bodyStyle)
	p.plainFacts([]fact{{"Signed", s.Name}, {"Initials", s.Initials}})
	p.plainStrokes(s.Strokes)
	p.plainFacts([]fact{{"Witness", s.Witness}})
	p.plainStrokes(s.WitnessStrokes)
}

func (p *pen) plainStrokes(strokes []Stroke) {
	if len(strokes) == 0 {
		return
	}
	p.need(signatureHeight)
	top := p.y
	p.artifact(func() {
		p.sheet.SetLineWidth(1)
		for _, stroke := range thinned(strokes) {
			p.sheet.MoveTo(p.plainPoint(stroke[0], top))
			for _, q := range stroke {
				p.sheet.LineTo(p.plainPoint(q, top))
			}
			p.sheet.DrawPath("D")
		}
	})
	p.y = top + signatureHeight
}

func (p *pen) plainPoint(q Point, top float64) (x, y float64) {
	const scale = float64(signatureWidth) / StrokeWidth
	return p.left + finite(q.X, 0, StrokeWidth)*scale, top + finite(q.Y, 0, StrokeHeight)*scale
}

func (p *pen) plainFacts(facts []fact) {
	for _, f := range known(facts) {
		p.paragraph("P", strings.Join([]string{p.say.Word(f.label), f.value}, ": "), bodyStyle)
	}
}
