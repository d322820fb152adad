package views

import (
	"strings"

	"github.com/sealform/sealform/forms"
)

// A Problem is one thing to put right on a page. Its text appears in the error
// summary, linked to the control, and again at the control itself.
type Problem struct {
	Control string // name of the control, as posted
	Text    string // "Enter your full name"; never "invalid", "please" or "required"
	Href    string // where the summary links when the control is on another page
}

// Link returns what the error summary points to.
func (p Problem) Link() string {
	if p.Href != "" {
		return p.Href
	}
	return "#" + ID(p.Control)
}

// ID returns the HTML id of a control: "f-" and its name, with the signs that
// names use between their parts (":" before a row or child, "@" before a part)
// written as "~" and "~~". An item's own id has no "~", so two controls never
// share an id, and a "~" needs no escaping in an address.
func ID(control string) string { return "f-" + idSafe.Replace(control) }

var idSafe = strings.NewReplacer(":", "~", "@", "~~")

// A Hidden is a value carried through a form unseen.
type Hidden struct{ Name, Value string }

// A Fact is a label with its value, both plain text.
type Fact struct{ Label, Value string }

// A Link is a text that leads somewhere.
type Link struct {
	Text, Href string
	Current    bool // the page the reader is on
}

// A prose is rich text whose headings are of one level.
type prose struct {
	Level  int
	Blocks []forms.Block
}

// A Choice is one radio button or tick of an ordinary form.
type Choice struct {
	Control, Value string
	Chosen         bool
	Text, Hint     string
	Leads          bool // carries the control's id, to which its problem links
}

// First makes the choice the one that a problem links to.
func (c Choice) First() Choice { c.Leads = true; return c }

// ID returns the control's HTML id.
func (c Choice) ID() string { return ID(c.Control) }

func choice(control, value, chosen, text, hint string) Choice {
	return Choice{Control: control, Value: value, Chosen: value == chosen, Text: text, Hint: hint}
}

// An Option is one entry of a drop-down list.
type Option struct{ Value, Text string }

// Problems are a page's, in the order of its controls.
type Problems []Problem

// At returns the problem of a control, or nil.
func (ps Problems) At(control string) *Problem {
	for i := range ps {
		if ps[i].Control == control {
			return &ps[i]
		}
	}
	return nil
}

// An Input is one text input of an ordinary form, put together in a view:
//
//	{{template "part/input" ((input .Problems "email" "Email address" .Email).As "email" "username")}}
type Input struct {
	Name, Label, Value string
	Type               string // of the HTML input
	Autocomplete       string // "" prints none
	Mode               string // inputmode
	HintText           string
	Class              string
	Problem            *Problem
	Language           string // of the page; "" is English
}

func input(ps Problems, name, label, value string) Input {
	return Input{Name: name, Label: label, Value: value, Type: "text", Problem: ps.At(name)}
}

// As sets the input's type and its autocomplete token.
func (i Input) As(kind, autocomplete string) Input {
	i.Type, i.Autocomplete = kind, autocomplete
	return i
}

// Hint sets the sentence under the label.
func (i Input) Hint(text string) Input { i.HintText = text; return i }

// Keys sets which keyboard a phone shows ("numeric").
func (i Input) Keys(mode string) Input { i.Mode = mode; return i }

// Sized sets the class that gives the input its width.
func (i Input) Sized(class string) Input { i.Class = class; return i }

// In sets the language of the page.
func (i Input) In(language string) Input { i.Language = language; return i }

// ErrorWord begins the problem for a screen reader.
func (i Input) ErrorWord() string { return Words(i.Language).Word("Error:") }

// ID returns the input's HTML id.
func (i Input) ID() string { return ID(i.Name) }
