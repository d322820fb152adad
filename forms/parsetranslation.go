package forms

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/sealform/sealform/internal/words"
)

// translations reads {es: {title: …, statement: …, items: {id: text or texts}}}.
func (p *parsing) translations(t *Template, n *node) {
	if n.kind != table {
		p.fail(n.line, "translations: must be languages with their texts, such as es: {title: …, items: {…}}")
		return
	}
	for _, kv := range n.keys {
		p.item = ""
		switch {
		case !IsLanguage(kv.key):
			p.fail(kv.line, "translations: %q is no language; write a tag such as es or fr-CA", kv.key)
		case kv.value.kind != table:
			p.fail(kv.line, "translations: %s must hold title, statement and items", kv.key)
		default:
			t.Translations = append(t.Translations, p.translation(kv.key, kv.value))
		}
	}
	p.item = ""
	slices.SortStableFunc(t.Translations, func(a, b Translation) int { return strings.Compare(a.Language, b.Language) })
}

func (p *parsing) translation(language string, n *node) Translation {
	tr := Translation{Language: language, Items: map[string]Texts{}}
	for _, kv := range n.keys {
		switch kv.key {
		case "title":
			tr.Title = p.text("title", kv.value)
		case "statement":
			tr.Statement = p.text("statement", kv.value)
		case "items":
			if kv.value.kind != table {
				p.fail(kv.line, "items: of a translation must be ids with their texts, such as about.dob: Fecha de nacimiento")
				continue
			}
			for _, item := range kv.value.keys {
				p.item = item.key
				p.said[said{language, item.key}] = item.line
				tr.Items[item.key] = p.itemTexts(item.value)
			}
			p.item = ""
		default:
			p.fail(kv.line, "%s: is no key of a translation; use title, statement, items", kv.key)
		}
	}
	return tr
}

// A said is an item in one language.
type said struct{ language, id string }

// itemTexts reads the texts of one item; one alone is what it asks.
func (p *parsing) itemTexts(n *node) Texts {
	if n.kind != table {
		return Texts{Ask: p.text("ask", n)}
	}
	var s Texts
	for _, kv := range n.keys {
		switch kv.key {
		case "ask":
			s.Ask = p.text("ask", kv.value)
		case "md":
			s.MD = p.rich("md", kv.value)
		case "hint":
			s.Hint = p.text("hint", kv.value)
		case "help":
			s.Help = p.text("help", kv.value)
		case "other_label":
			s.OtherLabel = p.text("other_label", kv.value)
		case "unit":
			s.Unit = p.text("unit", kv.value)
		case "say":
			it := &Item{}
			p.say(it, kv.value)
			s.Say = it.Say
		case "options", "scale":
			s.Options = p.textsByKey(kv.key, kv.value)
		case "units":
			s.Units = p.textsByKey(kv.key, kv.value)
		case "bands":
			s.Bands = map[int]string{}
			for from, text := range p.textsByKey("bands", kv.value) {
				n, err := strconv.Atoi(from)
				if err != nil {
					p.fail(kv.line, "bands: %q is no score a band begins at", from)
				}
				s.Bands[n] = text
			}
		default:
			p.fail(kv.line, "%s: is no text of an item; use ask, md, hint, help, options, other_label, unit, units, bands, say", kv.key)
		}
	}
	return s
}

func (p *parsing) textsByKey(key string, n *node) map[string]string {
	if n.kind != table {
		p.fail(n.line, "%s: of a translation must be codes with their texts, such as {yes: Sí, no: No}", key)
		return nil
	}
	out := map[string]string{}
	for _, kv := range n.keys {
		out[kv.key] = p.text(key, kv.value)
	}
	return out
}

// checkTranslations reports what a translation lacks or has too much of. One
// that is not whole would let somebody sign words that they cannot read.
func (p *parsing) checkTranslations(t *Template) {
	for i := range t.Translations {
		c := &translationCheck{parsing: p, tr: &t.Translations[i], usual: sentences.In(t.Translations[i].Language)}
		p.item = ""
		for j := range i {
			if words.Base(t.Translations[j].Language) == words.Base(c.tr.Language) {
				p.fail(0, "translations: %s stands twice; keep one", words.Base(c.tr.Language))
			}
		}
		if words.Base(c.tr.Language) == words.Base(t.Language) {
			p.fail(0, "translations: %s is the form's own language; remove it", c.tr.Language)
		}
		c.want("title", t.Title, c.tr.Title)
		c.want("statement", t.Sign.Statement, c.tr.Statement)
		for _, it := range t.order {
			c.item(it)
		}
		for id := range c.tr.Items {
			if t.byID[id] == nil {
				p.item = id
				p.fail(p.said[said{c.tr.Language, id}], "translations: there is no item %s in this form; check its id", id)
			}
		}
	}
	p.item = ""
}

type translationCheck struct {
	*parsing
	tr    *Translation
	usual words.Speaker
	line  int
}

// want reports a text that is not translated, or a translation of none.
func (c *translationCheck) want(key, text, said string) {
	switch {
	case text == "" && said != "":
		c.fail(c.line, "translations: %s has %s: where the form has none; remove it", c.tr.Language, key)
	case text != "" && said == "" && !c.isUsual(text):
		c.fail(c.line, "translations: %s lacks %s: of %q; a translation must be whole", c.tr.Language, key, shorten(text, 60))
	}
}

// isUsual reports whether the text is one of ours, or reads alike everywhere,
// such as a number or "mg".
func (c *translationCheck) isUsual(text string) bool {
	if _, ours := c.usual.Find(text); ours {
		return true
	}
	return len(text) <= 3 || !strings.ContainsFunc(text, unicode.IsLetter)
}

func (c *translationCheck) item(it *Item) {
	c.parsing.item = it.ID
	if c.line = c.said[said{c.tr.Language, it.ID}]; c.line == 0 {
		c.line = c.lines[it]
	}
	said := c.tr.Items[it.ID]
	c.want("ask", it.Ask, said.Ask)
	c.want("md", it.MD, said.MD)
	c.want("hint", it.Hint, said.Hint)
	c.want("help", it.Help, said.Help)
	c.want("other_label", it.OtherLabel, said.OtherLabel)
	c.want("unit", it.Unit, said.Unit)
	c.want("say: missing", it.Say.Missing, said.Say.Missing)
	c.want("say: impossible", it.Say.Impossible, said.Say.Impossible)
	c.want("say: rule", it.Say.Rule, said.Say.Rule)
	c.choices(it, said)
}

func (c *translationCheck) choices(it *Item, said Texts) {
	if it.parent == nil || it.parent.Kind != Scale {
		texts := map[string]string{}
		for _, o := range it.Options {
			texts[o.Code] = o.Text
		}
		c.each("options", texts, said.Options)
	}
	units := map[string]string{}
	for _, u := range it.Units {
		units[u.Code] = u.Text
	}
	c.each("units", units, said.Units)
	bands, saidBands := map[string]string{}, map[string]string{}
	if it.Score != nil && !it.Hidden {
		for _, b := range it.Score.Bands {
			bands[strconv.Itoa(b.From)] = b.Text
		}
	}
	for from, text := range said.Bands {
		saidBands[strconv.Itoa(from)] = text
	}
	c.each("bands", bands, saidBands)
}

func (c *translationCheck) each(key string, texts, said map[string]string) {
	for _, code := range slices.Sorted(maps.Keys(texts)) {
		c.want(key+" "+code, texts[code], said[code])
	}
	for _, code := range slices.Sorted(maps.Keys(said)) {
		if _, ok := texts[code]; !ok {
			c.fail(c.line, "translations: %s has %s %s, which the form has not; check the code", c.tr.Language, key, code)
		}
	}
}
