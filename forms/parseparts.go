package forms

import (
	"strings"

	"github.com/sealform/sealform/internal/lazyregexp"
)

const maxOptions = 500

// options reads a list of texts or of {code, text, system, score, exclusive}.
func (p *parsing) options(key string, n *node) []Option {
	var out []Option
	seen := map[string]bool{}
	elements := p.elements(key, n)
	if len(elements) > maxOptions {
		p.fail(n.line, "%s: has more than %d choices; ask for text instead", key, maxOptions)
		return nil
	}
	for _, e := range elements {
		o := p.option(key, e)
		if seen[o.Code] && o.Code != "" {
			p.fail(e.line, "%s: the code %s stands twice; give each option its own", key, o.Code)
		}
		seen[o.Code] = true
		out = append(out, o)
	}
	return out
}

func (p *parsing) option(key string, n *node) Option {
	if n.kind != table {
		text := p.text(key, n)
		return Option{Code: p.code(n, text), Text: text}
	}
	var o Option
	for _, kv := range n.keys {
		switch kv.key {
		case "code":
			o.Code = p.code(kv.value, p.scalar("code", kv.value))
		case "text":
			o.Text = p.text("text", kv.value)
		case "system":
			o.System = p.scalar("system", kv.value)
		case "score":
			score := p.whole("score", kv.value, -1000, 1000)
			o.Score = &score
		case "exclusive":
			o.Exclusive = p.truth("exclusive", kv.value)
		default:
			p.fail(kv.line, "%s: is no key of an option; use code, text, system, score, exclusive, and put text with a comma in quotes", kv.key)
		}
	}
	if o.Text == "" && n.get("text") == nil {
		p.fail(n.line, "%s: an option has no text:; write what people read", key)
	}
	if n.get("code") == nil {
		o.Code = p.code(n, o.Text)
	}
	return o
}

// code checks an option's code, which becomes a value in HTML and in answers.
func (p *parsing) code(n *node, s string) string {
	if s == Other || strings.ContainsAny(s, "\n\t") || len(s) > 200 {
		p.fail(n.line, "code: %.40q cannot be a code; write a short word", s)
	}
	return s
}

// unit reads the unit of a number: plain text, for a quantity also its code.
func (p *parsing) unit(it *Item, n *node) {
	if it.Kind == Quantity {
		it.Units = []Unit{p.oneUnit("unit", n)}
		return
	}
	it.Unit = p.text("unit", n)
}

func (p *parsing) units(it *Item, n *node) {
	for _, e := range p.elements("units", n) {
		u := p.oneUnit("units", e)
		for _, other := range it.Units {
			if other.Code == u.Code {
				p.fail(e.line, "units: %s stands twice; remove one", u.Code)
			}
		}
		it.Units = append(it.Units, u)
	}
}

// oneUnit reads kg or {code, text, system}. FHIR's display is read as text.
func (p *parsing) oneUnit(key string, n *node) Unit {
	if n.kind != table {
		s := p.text(key, n)
		return Unit{Code: s, Text: s}
	}
	var u Unit
	for _, kv := range n.keys {
		switch kv.key {
		case "code":
			u.Code = p.text("code", kv.value)
		case "text", "display":
			u.Text = p.text(kv.key, kv.value)
		case "system":
			u.System = p.text("system", kv.value)
		default:
			p.fail(kv.line, "%s: is no key of a unit; use code, text, system", kv.key)
		}
	}
	if u.Code == "" {
		u.Code = u.Text
	}
	if u.Text == "" {
		u.Text = u.Code
	}
	if u.Code == "" {
		p.fail(n.line, "%s: a unit needs a code: such as kg", key)
	}
	return u
}

func (p *parsing) codes(it *Item, n *node) {
	for _, e := range p.elements("codes", n) {
		if e.kind != table {
			p.fail(e.line, "codes: must be a list of {system, code, display}")
			continue
		}
		var c Code
		for _, kv := range e.keys {
			switch kv.key {
			case "system":
				c.System = p.text("system", kv.value)
			case "code":
				c.Code = p.text("code", kv.value)
			case "display":
				c.Display = p.text("display", kv.value)
			default:
				p.fail(kv.line, "%s: is no key of a code; use system, code, display", kv.key)
			}
		}
		it.Codes = append(it.Codes, c)
	}
}

// score reads {sum: id or list of ids, need: all or a number, bands: [[0, low], …]}.
func (p *parsing) score(it *Item, n *node) {
	if n.kind != table {
		p.fail(n.line, "score: must be {sum: the group's id, bands: [[0, low], [5, high]]}")
		return
	}
	it.Score = &ScoreRule{}
	for _, kv := range n.keys {
		switch kv.key {
		case "sum":
			if kv.value.kind == list {
				it.Score.Sum = p.texts("sum", kv.value)
			} else {
				it.Score.Sum = []string{p.text("sum", kv.value)}
			}
		case "need":
			if kv.value.text != "all" {
				it.Score.Need = p.whole("need", kv.value, 1, maxItems)
			}
		case "bands":
			it.Score.Bands = p.bands(kv.value)
		default:
			p.fail(kv.line, "%s: is no key of score; use sum, need, bands", kv.key)
		}
	}
	if len(it.Score.Sum) == 0 && n.get("sum") == nil {
		p.fail(n.line, "sum: is missing; name the group or items to add up")
	}
}

func (p *parsing) bands(n *node) []Band {
	var out []Band
	for _, e := range p.elements("bands", n) {
		if e.kind != list || len(e.list) != 2 {
			p.fail(e.line, "bands: each must be [first score, its name]")
			continue
		}
		b := Band{p.whole("bands", e.list[0], -100_000, 100_000), p.text("bands", e.list[1])}
		if len(out) > 0 && out[len(out)-1].From >= b.From {
			p.fail(e.line, "bands: %d does not follow %d; write them in rising order", b.From, out[len(out)-1].From)
		}
		out = append(out, b)
	}
	return out
}

var comparison = lazyregexp.New(`^(!=|>=|<=|=|>|<)\s*(\S.*)$`)

// flag reads an operator and a value, such as ">0".
func (p *parsing) flag(it *Item, n *node) {
	it.Flag = p.matching("flag", n, comparison(), `an operator and a value in quotes, such as ">0" or "=yes"`)
	m := comparison().FindStringSubmatch(it.Flag)
	if m == nil {
		return
	}
	it.Flag = m[1] + m[2]
}

// showIf reads a list of {q: id, "=": value}.
func (p *parsing) showIf(it *Item, n *node) {
	for _, e := range p.elements("show_if", n) {
		if e.kind != table {
			p.fail(e.line, `show_if: must be a list such as [{q: other_id, "=": true}]`)
			continue
		}
		var c Condition
		for _, kv := range e.keys {
			switch kv.key {
			case "q":
				c.Question = p.text("q", kv.value)
			case "=", "!=", ">", "<", ">=", "<=", "exists":
				if c.Op != "" {
					p.fail(kv.line, "show_if: one condition compares once; write a second {q: …}")
				}
				c.Op, c.Value = kv.key, p.scalar(kv.key, kv.value)
			default:
				p.fail(kv.line, `%s: is no key of a condition; use q and one of "=", "!=", ">", "<", ">=", "<=", exists`, kv.key)
			}
		}
		if c.Question == "" || c.Op == "" {
			p.fail(e.line, `show_if: a condition needs q: and a comparison, such as {q: other_id, "=": true}`)
			continue
		}
		it.ShowIf = append(it.ShowIf, c)
	}
}
