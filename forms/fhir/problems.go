package fhir

import (
	"strconv"
	"strings"

	"github.com/sealform/sealform/forms"
)

// Names of what keeps a Questionnaire from being imported. Programs may rely
// on them.
const (
	NotJSON          = "not-json"
	NotQuestionnaire = "not-a-questionnaire"
	TooLarge         = "too-large"
	NoStatus         = "no-status"
	BadStatus        = "bad-status"
	NoItems          = "no-items"
	NotUnderstood    = "not-understood" // a modifier, which must not be ignored
	WrongType        = "wrong-type"     // of a JSON value
	NoLinkID         = "no-link-id"
	DuplicateLinkID  = "duplicate-link-id"
	NoType           = "no-type"
	OtherVersion     = "other-fhir-version" // a type of STU3 or R5
	UnknownType      = "unknown-type"
	NoText           = "no-text"
	NoOptions        = "no-options"
	OptionsNotHere   = "options-not-here" // a value set of a terminology server
	TwoKindsOfOption = "options-and-value-set"
	OptionsMisplaced = "options-misplaced"
	BadOption        = "bad-option"
	EmptyGroup       = "empty-group"
	DisplayWithItems = "display-with-items"
	UnknownQuestion  = "condition-unknown-question"
	LaterQuestion    = "condition-later-question"
	NotAQuestion     = "condition-not-a-question"
	Cycle            = "condition-cycle"
	BadOperator      = "condition-bad-operator"
	BadAnswer        = "condition-bad-answer"
	UnknownAnswer    = "condition-unknown-answer"
	NoBehavior       = "condition-no-behavior"
	NotAForm         = "not-a-form"    // what forms ask of every template
	Contradiction    = "contradiction" // between FHIR and our own extension
	NotKept          = "not-kept"      // what would not come back as it was
)

// A Problem is one thing that keeps a Questionnaire from being imported.
type Problem struct {
	Name string // one of the names above
	Item string // linkId, "" at the top
	Line int    // of that in the JSON, 0 where there is none
	Text string // what is wrong, and what to do
}

func (p Problem) Error() string {
	return p.Name + ": " + p.where() + p.Text
}

func (p Problem) where() string {
	switch {
	case p.Item == "":
		return ""
	case p.Line == 0:
		return "item " + p.Item + ": "
	}
	return "line " + strconv.Itoa(p.Line) + ", item " + p.Item + ": "
}

// Problems is everything found, in the order of the items.
type Problems []Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, one := range p {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// maxProblems is how many are worth reading at once.
const maxProblems = 50

// Sentence says the problem without its name.
func (p Problem) Sentence() string {
	return "This Questionnaire cannot be taken: " + p.where() + p.Text + "."
}

// Unpublishable reports what a draft may lack and a template in use may not.
func Unpublishable(t *forms.Template) Problems {
	var out Problems
	t.Walk(func(it *forms.Item) bool {
		if it.ValueSet != "" && len(it.Options) == 0 {
			link := firstOf(str(parse(it.FHIR), "linkId"), it.ID)
			out = append(out, Problem{Name: OptionsNotHere, Item: link, Text: "takes its options from " + it.ValueSet + ", which is not in the file; list them as answerOption, contain the value set, or keep the form as a draft"})
		}
		return true
	})
	return out
}
