package views

import (
	"slices"
	"strings"
)

// Templates lists what the practice can ask: its own forms in every version,
// and the built-in ones.
type Templates struct {
	StaffPage
	Own     TemplateRows
	BuiltIn TemplateRows
	New     string // GET
	Import  string // POST: file (YAML or a FHIR Questionnaire)
}

// A TemplateRow is one version of a template.
type TemplateRow struct {
	Href, Title, Name, Version, Type, State string
	Tone                                    Tone
}

// TemplateRows are lines of one table.
type TemplateRows []TemplateRow

// Stated reports whether the rows tell apart which templates can be sent.
func (r TemplateRows) Stated() bool { return len(r) > 0 && r[0].State != "" }

// Template is one version of a template: how it looks, what was remarked, and
// what can be done with it.
type Template struct {
	StaffPage
	Heading  string
	State    string
	Tone     Tone
	Facts    []Fact
	Remarks  []string
	Grades   []Fact // reading grade by page
	Preview  string // GET, the pages in a frame
	Pages    []Link // of the preview, opened in the frame
	Edit     string // GET: edit a draft, or begin another version
	Send     string // GET: a new document of it
	Retire   string // POST; "" when it cannot be retired
	Discard  string // POST; "" when it is no draft
	Files    []Link
	Versions []Link // the other versions: what changed between them and this one
}

// TemplateEditor edits the text of a template beside its preview. Fields: text,
// page (of the preview), do (draft or publish).
type TemplateEditor struct {
	StaffPage
	Heading string
	Action  string // POST
	Preview string // POST into the frame; GET shows what is stored
	Shown   string // GET: what the frame shows first; "" for nothing
	Text    string
	Wrong   []TemplateProblem
	Remarks []string
}

// A TemplateProblem is one error of a text, with the line it is on.
type TemplateProblem struct {
	Line   int    // from 1; 0 when it concerns the whole
	Item   string // id
	Text   string
	Source string // the line as it was typed
}

// A NumberedLine is what stands beside a line of the text.
type NumberedLine struct {
	Number int
	Wrong  bool
}

// Lines numbers the lines of the text and marks those that are wrong.
func (e TemplateEditor) Lines() []NumberedLine {
	lines := make([]NumberedLine, 1+strings.Count(e.Text, "\n"))
	for i := range lines {
		lines[i] = NumberedLine{Number: i + 1, Wrong: slices.ContainsFunc(e.Wrong, func(p TemplateProblem) bool { return p.Line == i+1 })}
	}
	return lines
}

// TemplateChanges tells what differs between two versions.
type TemplateChanges struct {
	StaffPage
	Heading, Lead string
	Changes       []string
	Back          string // GET
}

func (Templates) View() string       { return "staff/templates" }
func (Template) View() string        { return "staff/template" }
func (TemplateEditor) View() string  { return "staff/template-edit" }
func (TemplateChanges) View() string { return "staff/template-changes" }
