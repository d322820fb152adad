package pdf

// A fact is a labelled value; one without a value is not shown.
type fact struct{ label, value string }

func known(facts []fact) []fact {
	var out []fact
	for _, f := range facts {
		if clean(f.value) != "" {
			out = append(out, f)
		}
	}
	return out
}

// strip draws facts side by side, each below its label.
func (p *pen) strip(facts []fact) {
	facts = known(facts)
	if len(facts) == 0 {
		return
	}
	const gap = 14
	width := (p.right - p.left + gap) / float64(len(facts))
	values := make([][]set, len(facts))
	tallest := 0.0
	for i, f := range facts {
		values[i] = p.sets(f.value, valueStyle, width-gap)
		tallest = max(tallest, height(values[i]))
	}
	p.need(labelStyle.lead + tallest)
	for i, f := range facts {
		x := p.left + float64(i)*width
		n := p.root.under("P")
		p.tagged(n, func() {
			p.put(p.text.fit(p.say.Word(f.label), regular, (width-gap)*1000/labelStyle.size), labelStyle, x, p.y)
		})
		p.stack(n, values[i], x, p.y+labelStyle.lead)
	}
	p.y += labelStyle.lead + tallest
}

// facts draws labelled values one below the other, as a table.
func (p *pen) facts(facts []fact, labelWidth float64) {
	table := p.root.under("Table")
	x := p.left + labelWidth
	for _, f := range known(facts) {
		label := p.sets(p.say.Word(f.label), questionStyle, labelWidth-10)
		value := p.sets(f.value, answerStyle, p.right-x)
		p.need(min(max(height(label), height(value)), 60))
		row := table.under("TR")
		top, page := p.y, p.page
		p.stack(row.under("TH").with(rowHead), label, p.left, top)
		p.flow(row.under("TD"), value, x)
		if p.page == page {
			p.y = max(p.y, top+height(label))
		}
		p.y += 3
	}
}
