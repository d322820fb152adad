package pdf

import (
	"strings"
)

const (
	logoHeight = 40
	logoWidth  = 150
)

// letterhead draws the practice at the head of the first page: its logo and
// name on the left, how to reach it on the right.
func (p *pen) letterhead(d *Document) {
	top := p.y
	x, logo, logoW := p.left, p.logo(d.Logo), 0.0
	if logo != nil {
		logoW = logo.fit(logoWidth, logoHeight)
		x += logoW + 14
	}
	half := (p.right - p.left) / 2
	name := p.sets(d.Practice.Name, nameStyle.in(p.accent), p.left+half-x)
	contact := p.contact(d.Practice, half-20)
	h := max(height(name), height(contact))
	if logo != nil {
		h = max(h, logoHeight)
		p.figure(logo, p.say.Say("Logo of %s", d.Practice.Name), p.left, top+(h-logo.tall(logoW))/2, logoW)
	}
	p.stack(p.root.under("P"), name, x, top+(h-height(name))/2)
	p.stack(p.root.under("P"), contact, p.right, top+(h-height(contact))/2)
	p.y = top + h + 12
	p.artifact(func() { p.hairline(p.accent, 0.9, p.left, p.y, p.right-p.left) })
	p.y += 24
}

// stack draws lines that are known to fit the page.
func (p *pen) stack(n *node, lines []set, x, top float64) {
	if len(lines) == 0 {
		return
	}
	p.tagged(n, func() {
		for _, l := range lines {
			p.draw(l, x, top)
			top += l.style.lead
		}
	})
}

// contact sets how to reach the practice, flush right at 0.
func (p *pen) contact(party Party, width float64) []set {
	var out []set
	reach := []string{strings.Join(filled(party.Phone, party.Email), "  ·  ")}
	if wide(p.text.single(reach[0], smallStyle.weight), smallStyle) > width {
		reach = []string{party.Phone, party.Email}
	}
	for _, text := range filled(append([]string{party.Address}, reach...)...) {
		out = append(out, p.sets(text, smallStyle, width)...)
	}
	const most = 6 // the letterhead must fit the page
	out = out[:min(len(out), most)]
	for i := range out {
		out[i].indent = -wide(out[i].pieces[0].line, smallStyle)
		out[i].pieces[0].x = 0
	}
	return out
}

// filled returns the texts that are not empty.
func filled(texts ...string) []string {
	var out []string
	for _, t := range texts {
		if strings.TrimSpace(t) != "" {
			out = append(out, t)
		}
	}
	return out
}

// title draws the document's title and the facts that identify it.
func (p *pen) title(d *Document) {
	p.paragraph("H1", d.Title, titleStyle)
	p.y += 8
	w := d.when()
	facts := []fact{{"Client", d.Client}, {"Reference", d.Reference}, {d.completion(), w.date(d.At)}, {"Form", d.form()}}
	p.strip(facts)
	p.y += 6
}

// completion says what happened at Document.At.
func (d *Document) completion() string {
	if d.Signature == nil {
		return "Completed"
	}
	return "Signed"
}

func (d *Document) form() string { return strings.TrimSpace(d.Template + " " + d.Version) }
