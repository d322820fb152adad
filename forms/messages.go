package forms

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The words follow the GOV.UK and NHS design systems: say what to do, name the
// question, one message a field, never "invalid", "please" or "required". They
// are in words.go, in every language.

// maxQuoted keeps a long question from filling the summary.
const maxQuoted = 90

// quoted is the item's question in quotation marks.
func (it *Item) quoted() string { return it.say.Say("“%s”", shorten(it.Label(), maxQuoted)) }

func isQuestion(s string) bool { return strings.HasSuffix(s, "?") || strings.HasSuffix(s, "？") }

// What a sentence begins with when the question is no plain name.
const (
	theAnswer = "The answer to %s"
	theDate   = "The date for %s"
	theTime   = "The time for %s"
)

// subject begins a sentence about the answer: the item's question if it is a
// plain name such as "Date of birth", else the words given.
func (it *Item) subject(otherwise string) string {
	if l := it.Label(); !isQuestion(l) && utf8.RuneCountInString(l) <= maxQuoted {
		return l
	}
	return it.say.Say(otherwise, it.quoted())
}

// within is a name as it stands inside a sentence. Only English sentences have
// it without quotation marks, and so with a small letter.
func (it *Item) within(name string) string {
	if it.say.English() {
		return lowerFirst(name)
	}
	return name
}

// properNouns keep their capital within a sentence.
var properNouns = []string{"I", "Medicare", "Medicaid", "English", "Māori", "Aboriginal", "Monday", "January"}

// lowerFirst makes the first letter small unless the word is a name or an
// abbreviation.
func lowerFirst(s string) string {
	first, _, _ := strings.Cut(s, " ")
	if slices.Contains(properNouns, first) || strings.ContainsFunc(first[min(1, len(first)):], unicode.IsUpper) {
		return s
	}
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(r)) + s[n:]
}

// sayMissing asks for an answer that is not there.
func (it *Item) sayMissing() string {
	if it.Say.Missing != "" {
		return it.Say.Missing
	}
	label := it.Label()
	switch it.Kind {
	case YesNo:
		return it.say.Say("Choose yes or no for %s", it.quoted())
	case Acknowledge:
		return it.say.Say("Tick the box for %s", it.quoted())
	case Agree:
		return it.say.Say("Choose “%s” or “%s” for %s", it.Option(AgreeCode).Text, it.Option(DeclineCode).Text, it.quoted())
	case PickMany:
		return it.say.Say("Choose at least one option for %s", it.quoted())
	case Pick, DropDown, PickOrType:
		return it.say.Say("Choose an option for %s", it.quoted())
	case Signature:
		return it.say.Say("Sign under %s", it.quoted())
	case File:
		return it.say.Say("Choose a file for %s", it.quoted())
	}
	usual := it.say.Word(it.usualAsk())
	switch {
	case isQuestion(label) || utf8.RuneCountInString(label) > maxQuoted:
		return it.say.Say("Answer the question %s", it.quoted())
	case label == usual && !strings.HasPrefix(it.usualAsk(), "Your ") || label == it.say.Word("Full name"):
		return it.say.Say("Enter your %s", lowerFirst(label))
	default:
		return it.say.Say("Enter %s", it.within(label))
	}
}

func (it *Item) tooLong(n int) string {
	return it.say.Say("%s must be %d characters or fewer", it.subject(theAnswer), n)
}

func (it *Item) tooShort() string {
	return it.say.Say("%s must be %d characters or more", it.subject(theAnswer), it.MinLen)
}

func sayRange(it *Item) string {
	who := it.subject(theAnswer)
	switch {
	case it.Max == "":
		return it.say.Say("%s must be %s or more", who, it.Min)
	case it.Min == "":
		return it.say.Say("%s must be %s or less", who, it.Max)
	default:
		return it.say.Say("%s must be between %s and %s", who, it.Min, it.Max)
	}
}

func (it *Item) sayTooMany(n int) string {
	return it.say.Say("You added %d under %s. Remove %d: there is room for %d", n, it.quoted(), n-it.MaxTimes, it.MaxTimes)
}

func (it *Item) sayTooFew() string {
	return it.say.Say("Add at least %d entries for %s", it.MinTimes, it.quoted())
}
