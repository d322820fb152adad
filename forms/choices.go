package forms

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// readPick reads one option. An empty value is the drop-down's first line.
func (it *Item) readPick(values []string) value {
	i := slices.IndexFunc(values, notBlank)
	if i < 0 {
		return value{}
	}
	o := it.Option(values[i])
	switch {
	case o == nil:
		return it.bad(shown(values[i]), "", it.say.Say("Choose one of the options for %s", it.quoted()))
	case slices.ContainsFunc(values[i+1:], notBlank):
		return it.bad(o.Text, "", it.say.Say("Choose only one option for %s", it.quoted()))
	}
	v := value{state: good, text: o.Text, answer: o.Code, key: o.Code}
	if o.Score != nil {
		v.number = float64(*o.Score)
	}
	return v
}

// shown is what to show of a value that is none of ours.
func shown(s string) string {
	if len(s) > maxText*utf8.UTFMax {
		s = s[:maxText]
	}
	return clean(s, false)
}

// readMany reads any number of options. Answers come in the order of options.
func (it *Item) readMany(values []string) value {
	var texts []string
	var v value
	alone := ""
	for _, o := range it.Options {
		if !slices.Contains(values, o.Code) {
			continue
		}
		v.codes, texts = append(v.codes, o.Code), append(texts, o.Text)
		if o.Exclusive {
			alone = o.Text
		}
		if o.Score != nil {
			v.number += float64(*o.Score)
		}
	}
	v.text = strings.Join(texts, "; ")
	for _, s := range values {
		if notBlank(s) && it.Option(s) == nil {
			return it.bad(v.text, "", it.say.Say("Choose only from the options for %s", it.quoted()))
		}
	}
	n := len(v.codes)
	problem := ""
	switch {
	case n == 0:
		return value{}
	case alone != "" && n > 1:
		problem = it.say.Say("Choose “%s” alone, or take its tick away, for %s", alone, it.quoted())
	case it.MaxTimes > 0 && n > it.MaxTimes:
		problem = it.say.Say("Choose no more than %d options for %s", it.MaxTimes, it.quoted())
	case n < it.MinTimes:
		problem = it.say.Say("Choose at least %d options for %s", it.MinTimes, it.quoted())
	}
	if problem != "" {
		bad := it.broken(v.text, "", problem)
		bad.codes = v.codes
		return bad
	}
	v.state, v.answer = good, v.codes
	return v
}

// readPickOrType reads an option, or own words. Words without a choice count;
// words beside another choice do not, as when somebody changed their mind.
func (it *Item) readPickOrType(values []string, words string) value {
	i := slices.IndexFunc(values, notBlank)
	if i >= 0 && values[i] != Other {
		return it.readPick(values)
	}
	if len(words) > maxLong*utf8.UTFMax {
		return it.bad(words[:maxText], "other", it.tooLong(it.MaxLen))
	}
	s := clean(words, false)
	switch {
	case s == "" && i < 0:
		return value{}
	case s == "":
		return it.bad("", "other", it.say.Say("Write your answer beside “%s” for %s", it.OtherLabel, it.quoted()))
	case utf8.RuneCountInString(s) > it.MaxLen:
		return it.bad(s, "other", it.tooLong(it.MaxLen))
	}
	v := value{state: good, text: s, answer: map[string]any{"other": s}, key: Other}
	it.checkText(&v, s)
	if v.state == wrong {
		v.part = "other"
	}
	return v
}

// ticked returns the options with those chosen, for kinds that have any.
func (it *Item) ticked(v *value) []Choice {
	if it.Kind == Acknowledge {
		return []Choice{{it.Ask, v.key == "true"}}
	}
	if len(it.Options) == 0 {
		return nil
	}
	out := make([]Choice, len(it.Options), len(it.Options)+1)
	for i := range it.Options {
		o := &it.Options[i]
		out[i] = Choice{o.Text, it.Kind == PickMany && slices.Contains(v.codes, o.Code) || it.Kind != PickMany && v.state == good && v.key == o.Code}
	}
	if it.Kind == PickOrType && v.state == good && v.key == Other {
		out = append(out, Choice{it.OtherLabel + ": " + v.text, true})
	}
	return out
}
