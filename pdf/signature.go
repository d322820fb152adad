package pdf

import "strings"

const (
	signatureWidth  = 230
	signatureHeight = 69 // in the proportion of the box it was drawn in
	lineGap         = 7  // from the signature to its line, and to the name
)

// signature draws what was signed and how: the statement, the strokes or typed
// name above a line, and who signed.
func (p *pen) signature(d *Document) {
	if d.Signature == nil {
		return
	}
	s, width := d.Signature, p.right-p.left
	statement := p.sets(s.Statement, bodyStyle, width)
	p.space(22)
	p.need(p.signatureSpace(d) - 22)
	p.heading("H2", "Signature", sectionStyle, 2*bodyStyle.lead)
	p.space(4)
	p.flow(p.root.under("P"), statement, p.left)
	p.space(10)
	signer := p.signer(d)
	p.need(signatureHeight + lineGap + height(signer))
	p.mark(s)
	p.flow(p.root.under("P"), signer, p.left)
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

// mark draws the signature itself on its line.
func (p *pen) mark(s *Signature) {
	top := p.y
	if s.Method == "drawn" {
		figure := p.root.under("Figure")
		figure.alt = "Signature of " + clean(s.Name) + ", drawn by hand"
		figure.attributes = p.figureBox(p.left, top, signatureWidth, signatureHeight)
		p.tagged(figure, func() { p.strokes(s.Strokes, p.left, top, signatureWidth, signatureHeight) })
	} else {
		name := p.text.fit(s.Name, typedStyle.weight, signatureWidth*1000/typedStyle.size)
		p.tagged(p.root.under("P"), func() {
			p.put(name, typedStyle, p.left, top+signatureHeight-typedStyle.lead-4)
		})
	}
	p.artifact(func() { p.hairline(ink, 0.7, p.left, top+signatureHeight+3, signatureWidth) })
	p.y = top + signatureHeight + lineGap
}

// signer sets who signed, for below the line.
func (p *pen) signer(d *Document) []set {
	s, width := d.Signature, p.right-p.left
	lines := p.sets(s.Name, valueStyle, width)
	lines = append(lines, p.sets("Signed as "+s.capacity(d.Client)+", "+d.when().local(d.At), smallStyle, width)...)
	for _, f := range known([]fact{{"Authority to sign", s.Authority}, {"Initials", s.Initials}}) {
		lines = append(lines, p.sets(f.label+": "+f.value, smallStyle, width)...)
	}
	return lines
}

// capacity says in which role the signer signed.
func (s *Signature) capacity(client string) string {
	role := s.Role
	if role == "self" || role == "client" || role == "" {
		return "the client"
	}
	if s.Relationship != "" && !strings.EqualFold(s.Relationship, role) {
		role += " (" + s.Relationship + ")"
	}
	return role + " of " + client
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
