package forms

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The words follow the GOV.UK and NHS design systems: say what to do, name the
// question, one message a field, never "invalid", "please" or "required".

// maxQuoted keeps a long question from filling the summary.
const maxQuoted = 90

// quoted is the item's question in quotation marks.
func (it *Item) quoted() string { return "“" + shorten(it.Label(), maxQuoted) + "”" }

func isQuestion(s string) bool { return strings.HasSuffix(s, "?") || strings.HasSuffix(s, "？") }

// subject begins a sentence about the answer: the item's question if it is a
// plain name such as "Date of birth", else the words given.
func subject(it *Item, otherwise string) string {
	if l := it.Label(); !isQuestion(l) && utf8.RuneCountInString(l) <= maxQuoted {
		return l
	}
	if otherwise == "The answer" {
		return otherwise + " to " + it.quoted()
	}
	return otherwise + " for " + it.quoted()
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
		return "Choose yes or no for " + it.quoted()
	case Acknowledge:
		return "Tick the box for " + it.quoted()
	case Agree:
		return "Choose “" + it.Option(AgreeCode).Text + "” or “" + it.Option(DeclineCode).Text + "” for " + it.quoted()
	case PickMany:
		return "Choose at least one option for " + it.quoted()
	case Pick, DropDown, PickOrType:
		return "Choose an option for " + it.quoted()
	}
	switch {
	case isQuestion(label) || utf8.RuneCountInString(label) > maxQuoted:
		return "Answer the question " + it.quoted()
	case label == usualAsk[it.Field] && !strings.HasPrefix(label, "Your ") || label == "Full name":
		return "Enter your " + lowerFirst(label)
	default:
		return "Enter " + lowerFirst(label)
	}
}

func (it *Item) tooLong(n int) string {
	return subject(it, "The answer") + " must be " + plural(n, "character") + " or fewer"
}

func (it *Item) tooShort() string {
	return subject(it, "The answer") + " must be " + plural(it.MinLen, "character") + " or more"
}

func sayRange(it *Item) string {
	who := subject(it, "The answer")
	switch {
	case it.Max == "":
		return who + " must be " + it.Min + " or more"
	case it.Min == "":
		return who + " must be " + it.Max + " or less"
	default:
		return who + " must be between " + it.Min + " and " + it.Max
	}
}

func sayTooMany(group *Item, n int) string {
	return "You added " + strconv.Itoa(n) + " under " + group.quoted() + ". Remove " + strconv.Itoa(n-group.MaxTimes) + ": there is room for " + strconv.Itoa(group.MaxTimes)
}

func sayTooFew(group *Item) string {
	if group.MinTimes == 1 {
		return "Add at least one entry for " + group.quoted()
	}
	return "Add at least " + strconv.Itoa(group.MinTimes) + " entries for " + group.quoted()
}
