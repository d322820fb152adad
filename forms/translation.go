package forms

import (
	"slices"
	"sync"

	"github.com/sealform/sealform/internal/words"
)

// A Translation is all that people read of a template, in another language.
// What the template left to us, such as "Date of birth", need not be in it.
type Translation struct {
	Language         string // BCP 47, such as "es"
	Title, Statement string
	Items            map[string]Texts // by the item's id
}

// Texts are what people read of one item; empty ones are as the item has them.
type Texts struct {
	Ask, MD, Hint, Help, OtherLabel, Unit string
	Say                                   Say
	Options                               map[string]string // by code; of a Scale, for all its rows
	Units                                 map[string]string // by code
	Bands                                 map[int]string    // by the score a band begins at
}

// A localised keeps a template's other languages, each made when first asked for.
type localised struct {
	mu   sync.RWMutex
	made map[string]*Template
}

// Languages returns the languages the template can be read in, its own first.
func (t *Template) Languages() []string {
	t = t.Own()
	all := []string{t.Language}
	for _, tr := range t.Translations {
		all = append(all, tr.Language)
	}
	return all
}

// Own returns the template in the language it was written in.
func (t *Template) Own() *Template {
	if t.own != nil {
		return t.own
	}
	return t
}

// In returns the template as somebody reads it in the language: its texts, and
// the words of its problems. Ids, codes, rules and what signing means are the
// same. Without a translation for the tag's language it is the template itself.
func (t *Template) In(tag string) *Template {
	t = t.Own()
	i := slices.IndexFunc(t.Translations, func(tr Translation) bool { return words.Base(tr.Language) == words.Base(tag) })
	if i < 0 || tag == "" || words.Base(tag) == words.Base(t.Language) {
		return t
	}
	tr := &t.Translations[i]
	t.other.mu.RLock()
	made := t.other.made[tr.Language]
	t.other.mu.RUnlock()
	if made != nil {
		return made
	}
	t.other.mu.Lock()
	defer t.other.mu.Unlock()
	if t.other.made == nil {
		t.other.made = map[string]*Template{}
	}
	if t.other.made[tr.Language] == nil {
		t.other.made[tr.Language] = t.translated(tr)
	}
	return t.other.made[tr.Language]
}

func (t *Template) translated(tr *Translation) *Template {
	out := *t
	out.own = t
	usual := sentences.In(tr.Language)
	out.Language = tr.Language
	out.Title = orElse(tr.Title, t.Title)
	out.Sign = &Sign{t.Sign.Role, orElse(tr.Statement, usual.Word(t.Sign.Statement)), t.Sign.Witness}
	out.Items = tr.items(t.Items, usual, nil)
	out.link()
	return &out
}

func (tr *Translation) items(items []*Item, usual words.Speaker, scale map[string]string) []*Item {
	var out []*Item
	for _, it := range items {
		c, said := *it, tr.Items[it.ID]
		c.Ask = orElse(said.Ask, usual.Word(it.Ask))
		c.MD = orElse(said.MD, it.MD)
		c.Hint, c.Help = orElse(said.Hint, usual.Word(it.Hint)), orElse(said.Help, it.Help)
		c.OtherLabel, c.Unit = orElse(said.OtherLabel, usual.Word(it.OtherLabel)), orElse(said.Unit, it.Unit)
		c.Say = Say{orElse(said.Say.Missing, it.Say.Missing), orElse(said.Say.Impossible, it.Say.Impossible), orElse(said.Say.Rule, it.Say.Rule)}
		options := said.Options
		if scale != nil {
			options = scale
		}
		c.Options = slices.Clone(it.Options)
		for i := range c.Options {
			c.Options[i].Text = orElse(options[c.Options[i].Code], usual.Word(c.Options[i].Text))
		}
		c.Units = slices.Clone(it.Units)
		for i := range c.Units {
			c.Units[i].Text = orElse(said.Units[c.Units[i].Code], c.Units[i].Text)
		}
		c.Score = said.score(it.Score)
		if it.Kind == Scale {
			c.Items = tr.items(it.Items, usual, orOptions(said.Options))
		} else {
			c.Items = tr.items(it.Items, usual, nil)
		}
		out = append(out, &c)
	}
	return out
}

func orOptions(m map[string]string) map[string]string {
	if m == nil {
		return map[string]string{}
	}
	return m
}

func (said *Texts) score(rule *ScoreRule) *ScoreRule {
	if rule == nil {
		return nil
	}
	out := *rule
	out.Bands = slices.Clone(rule.Bands)
	for i := range out.Bands {
		out.Bands[i].Text = orElse(said.Bands[out.Bands[i].From], out.Bands[i].Text)
	}
	return &out
}
