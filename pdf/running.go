package pdf

// running draws heads and feet, when the number of pages is known.
func (p *pen) running(d *Document) {
	last := p.page
	for page := 1; page <= last; page++ {
		p.sheet.SetPage(page)
		p.page = page
		p.artifact(func() {
			if page > 1 {
				p.head(d)
			}
			p.foot(d, page, last)
		})
	}
	p.sheet.SetPage(last)
}

func (p *pen) head(d *Document) {
	const top = 40
	half := (p.right - p.left) * 0.48 * 1000 / smallStyle.size
	p.put(p.text.fit(d.Practice.Name, regular, half), smallStyle, p.left, top)
	client := p.text.fit(d.Client, regular, half/2)
	p.flushRight(client, p.right, top)
	title := p.text.fit(d.Title, regular, half-client.width)
	p.flushRight(title, p.right-wide(client, smallStyle)-10, top)
	p.hairline(rule, 0.5, p.left, top+17, p.right-p.left)
}

func (p *pen) foot(d *Document, page, last int) {
	top := p.height - 44
	p.hairline(rule, 0.5, p.left, top-5, p.right-p.left)
	width := (p.right - p.left) * 0.8 * 1000 / smallStyle.size
	p.put(p.text.fit(p.say.Say("Document %s  ·  %s", d.ID, d.form()), regular, width), smallStyle, p.left, top)
	p.flushRight(p.text.single(p.say.Say("Page %d of %d", page, last), regular), p.right, top)
}

func (p *pen) flushRight(l line, right, top float64) {
	p.put(l, smallStyle, right-wide(l, smallStyle), top)
}
