package pdf

import (
	"strings"

	"github.com/sealform/sealform/internal/words"
)

const (
	signatureWidth  = 230
	signatureHeight = 69 // in the proportion of the box it was drawn in
	signatureGap    = 28 // to what stands beside it
	lineGap         = 7  // from the signature to its line, and to the name
)

// signature draws what was signed and how: the statement, then the strokes or
// the typed name over a line, who signed, and when.
func (p *pen) signature(d *Document) {
	if d.Signature == nil {
		return
	}
	s, width := d.Signature, p.right-p.left
	statement := p.sets(s.Statement, bodyStyle, width)
	p.space(22)
	p.need(p.signatureSpace(d) - 22)
	p.heading("H2", p.say.Word("Signature"), sectionStyle.in(p.accent), 2*bodyStyle.lead)
	p.space(4)
	p.flow(p.root.under("P"), statement, p.left)
	p.space(10)
	signer := p.signer(d)
	p.need(signatureHeight + lineGap + height(signer))
	top := p.y
	drawn := s.Strokes
	if s.Method != "drawn" {
		drawn = nil
	}
	p.mark(s.Name, drawn)
	p.flow(p.root.under("P"), signer, p.left)
	p.dated(d, top)
	p.witness(s)
}

// witness draws the signature of whoever saw it, where there was somebody.
func (p *pen) witness(s *Signature) {
	if s.Witness == "" {
		return
	}
	lines := p.sets(p.say.Word("Witness")+": "+s.Witness, smallStyle, signatureWidth)
	p.space(14)
	p.need(signatureHeight + lineGap + height(lines))
	p.mark(s.Witness, s.WitnessStrokes)
	p.flow(p.root.under("P"), lines, p.left)
}

// signatureSpace is the height of the whole signature, for keeping it together
// with what was agreed to. A statement of a page or more is not kept.
func (p *pen) signatureSpace(d *Document) float64 {
	if d.Signature == nil {
		return 0
	}
	text := height(p.sets(d.Signature.Statement, bodyStyle, p.right-p.left)) + height(p.signer(d))
	return min(22+sectionStyle.lead+4+text+10+signatureHeight+lineGap, p.bottom-laterTop)
}

// mark draws the signature itself on its line: what was drawn, or else the name.
func (p *pen) mark(name string, drawn []Stroke) {
	top := p.y
	if len(drawn) > 0 {
		figure := p.root.under("Figure")
		figure.alt = p.say.Say("Signature of %s, drawn by hand", clean(name))
		figure.attributes = p.figureBox(p.left, top, signatureWidth, signatureHeight)
		p.tagged(figure, func() { p.strokes(drawn, p.left, top, signatureWidth, signatureHeight) })
	} else {
		p.onLine(p.text.fit(name, typedStyle.weight, signatureWidth*1000/typedStyle.size), typedStyle, p.left, top)
	}
	p.artifact(func() { p.hairline(ink, 0.7, p.left, top+signatureHeight+3, signatureWidth) })
	p.y = top + signatureHeight + lineGap
}

// onLine puts text just above the line of a signature.
func (p *pen) onLine(l line, s style, x, top float64) {
	p.tagged(p.root.under("P"), func() { p.put(l, s, x, top+signatureHeight-s.lead-2) })
}

// dated draws the date beside a signature that starts at top, unless that
// stands on the page before.
func (p *pen) dated(d *Document, top float64) {
	if top > p.y {
		return
	}
	x := p.left + signatureWidth + signatureGap
	p.onLine(p.text.single(d.when().date(d.At), answerStyle.weight), answerStyle, x, top)
	p.artifact(func() { p.hairline(ink, 0.7, x, top+signatureHeight+3, p.right-x) })
	p.stack(p.root.under("P"), p.sets(d.when().clock(d.At), smallStyle, p.right-x), x, top+signatureHeight+lineGap)
}

// signer sets who signed, for below the line.
func (p *pen) signer(d *Document) []set {
	s := d.Signature
	lines := p.sets(s.Name, valueStyle, signatureWidth)
	lines = append(lines, p.sets(p.say.Say("Signed as %s", s.capacity(d.Client, p.say)), smallStyle, signatureWidth)...)
	for _, f := range known([]fact{{"Authority to sign", s.Authority}, {"Initials", s.Initials}}) {
		lines = append(lines, p.sets(p.say.Word(f.label)+": "+f.value, smallStyle, signatureWidth)...)
	}
	return lines
}

// capacity says in which role the signer signed.
func (s *Signature) capacity(client string, say words.Speaker) string {
	role := say.Word(s.Role)
	if s.Role == "" || strings.EqualFold(s.Role, "self") || strings.EqualFold(s.Role, "client") {
		return say.Word("the client")
	}
	if s.Relationship != "" && !strings.EqualFold(s.Relationship, role) {
		role += " (" + s.Relationship + ")"
	}
	return say.Say("%s of %s", role, client)
}

func (s *Signature) method() string {
	switch s.Method {
	case "drawn":
		return "Drawn by hand on a screen"
	case "typed":
		return "Typed as a signature"
	}
	return s.Method
}
