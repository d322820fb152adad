package views

import "github.com/sealform/sealform/forms"

// Paper records a form that was filled in on paper. Fields posted: template,
// on, outcome, file.
type Paper struct {
	StaffPage
	Client    string
	Action    string
	Back      string
	Templates []TemplateOption
	On        string
	Outcomes  []Option
	Outcome   string
	Blank     []Link // GET: blank forms to print
}

// Blank is a form without answers, to be printed and filled in by hand.
type Blank struct {
	StaffPage
	Practice  Practice
	Heading   string
	Version   string
	Lines     []BlankLine
	Statement string
}

// A BlankLine is one item of a form on paper: a heading, words to read, or a
// question with boxes to tick or lines to write on.
type BlankLine struct {
	Heading string
	Ask     string
	Words   []forms.Block
	If      bool // it counts only with another answer
	Boxes   []string
	Rules   []struct{} // as many lines to write on
}

func (Paper) View() string { return "staff/paper" }
func (Blank) View() string { return "staff/blank" }
