package pdf

import (
	"encoding/hex"
	"strings"

	"github.com/sealform/sealform/internal/words"
)

const factWidth = 132 // of the labels on the certificate page

// certificate draws the page that says how the document came about: who signed
// what, when, from where, and how to check it.
func (p *pen) certificate(d *Document) {
	p.newPage()
	p.heading("H2", p.say.Word("Certificate of completion"), style{bold, 17, 22, p.accent}, 60)
	p.space(4)
	p.paragraph("P", p.say.Word("This page is part of the sealed document. It records what the service saw while the document was sent, filled in and completed."), smallStyle)
	p.factsUnder("What it is", d.identity())
	p.factsUnder("How it was "+strings.ToLower(d.completion()), d.signing(p.say))
	p.timeline(d)
	p.attached(d.Attachments)
	p.checking(d)
}

func (d *Document) identity() []fact {
	return []fact{
		{"Document", d.ID},
		{"Title", d.Title},
		{"Form", d.form()},
		{"SHA-256 of the form", d.SHA256},
		{"Practice", d.Practice.Name},
		{"Client", d.Client},
		{"Reference", d.Reference},
	}
}

func (d *Document) signing(say words.Speaker) []fact {
	w := d.when()
	facts := []fact{{d.completion(), w.local(d.At)}, {"In UTC", w.utc(d.At)}}
	if s := d.Signature; s != nil {
		facts = append(facts,
			fact{"Signer", s.Name}, fact{"Signed as", s.capacity(d.Client, say)}, fact{"Authority to sign", s.Authority},
			fact{"Signature", say.Word(s.method())}, fact{"Witness", s.Witness}, fact{"Electronic signing notice", s.Notice})
	}
	return append(facts, fact{"Network address", d.Address}, fact{"Browser", d.Browser}, fact{"Audit chain before this", d.chain(say)})
}

func (d *Document) chain(say words.Speaker) string {
	if d.ChainHead == "" {
		return ""
	}
	return say.Say("entry %d, %s", int(d.ChainSeq), d.ChainHead)
}

func (p *pen) factsUnder(title string, facts []fact) {
	p.space(14)
	p.heading("H3", p.say.Word(title), strongStyle, 40)
	p.space(3)
	p.facts(facts, factWidth)
}

// timeline draws the events as dots on a line.
func (p *pen) timeline(d *Document) {
	if len(d.Timeline) == 0 {
		return
	}
	p.space(14)
	p.heading("H3", p.say.Word("Timeline"), strongStyle, 50)
	p.space(3)
	list, w := p.root.under("L"), d.when()
	for i, e := range d.Timeline {
		p.event(list.under("LI").under("LBody"), e, w, i == len(d.Timeline)-1)
	}
}

func (p *pen) event(n *node, e Event, w when, last bool) {
	const indent, dot = 16, 2.2
	x := p.left + indent
	lines := p.sets(p.say.Word(e.Label), valueStyle, p.right-x)
	lines = append(lines, p.sets(w.local(e.At)+"  ·  "+w.utc(e.At), smallStyle, p.right-x)...)
	if clean(e.Detail) != "" {
		lines = append(lines, p.sets(e.Detail, smallStyle, p.right-x)...)
	}
	p.need(min(height(lines)+6, 120))
	top, page := p.y, p.page
	p.flow(n, lines, x)
	p.y += 6
	if page != p.page {
		return // the text of an event rarely breaks; then it goes without a dot
	}
	p.artifact(func() {
		p.sheet.SetFillColor(p.accent.r, p.accent.g, p.accent.b)
		p.sheet.Circle(p.left+dot+1, top+valueStyle.lead/2+0.4, dot, "F")
		if !last {
			p.fill(rule, p.left+dot+0.6, top+valueStyle.lead/2+6, 0.8, p.y-top-11)
		}
	})
}

// attached lists the files inside, so that they can be checked from paper.
func (p *pen) attached(files []File) {
	if len(files) == 0 {
		return
	}
	var facts []fact
	for _, f := range files {
		facts = append(facts, fact{f.Name, p.say.Say("%d bytes, SHA-256 %s", len(f.Bytes), hex.EncodeToString(hash(f.Bytes)))})
	}
	p.factsUnder("Files inside this document", facts)
}

func (p *pen) checking(d *Document) {
	p.space(14)
	p.heading("H3", p.say.Word("How to check this document"), strongStyle, 40)
	p.space(3)
	p.paragraph("P", p.say.Say("The file carries a digital seal over every byte. Open it in a reader that shows signatures, or give the file to the practice or its service to verify: any change made after %s is found. A printed copy carries no seal.", d.when().local(d.At)), smallStyle)
}
