package views

import (
	"fmt"
	"html/template"
	"strings"

	"github.com/sealform/sealform/forms"
)

// A sheet is one page of a template as the files below html/form and html/field
// see it. Its methods are called from there.
type sheet struct {
	views    *Views
	template *forms.Template
	options  FormOptions
	ink      ink

	Index int // of the page, from 0
}

// print prints a partial.
func (s *sheet) print(name string, data any) (string, error) {
	t := s.views.lookup(name)
	if t == nil {
		return "", fmt.Errorf("there is no view %s", name)
	}
	var out strings.Builder
	if err := t.Execute(&out, data); err != nil {
		return "", fmt.Errorf("print the view %s: %w", name, err)
	}
	return out.String(), nil
}

// printed is what print returns, for a place between tags: it was escaped when
// it was printed.
func printed(text string, err error) (template.HTML, error) { return template.HTML(text), err }

func (s *sheet) Lang() string { return ClientPage{Language: s.options.Language}.Lang() }

// MessagesPage is named from where the page is, /d/{token}/f/{document}/{page},
// since a page is compiled for every link.
func (s *sheet) MessagesPage() string { return "../../messages" }

func (s *sheet) Say(sentence string, blanks ...any) string {
	return Words(s.options.Language).Say(sentence, blanks...)
}
func (s *sheet) Choose() *LanguageChoice        { return nil } // it stands below, where it saves first
func (s *sheet) LanguageName(tag string) string { return languageName(tag) }
func (s *sheet) Practice() Practice             { return s.options.Practice }
func (s *sheet) HelpLine() string               { return "" }
func (s *sheet) Template() string               { return s.template.Title }
func (s *sheet) Options() FormOptions           { return s.options }
func (s *sheet) Page() *forms.Item              { return s.template.Pages()[s.Index] }
func (s *sheet) First() bool                    { return s.Index == 0 }
func (s *sheet) Step() int                      { return s.Index + 1 }
func (s *sheet) Steps() int                     { return len(s.template.Pages()) + 2 } // and review, and sign
func (s *sheet) Revision() string               { return s.ink.text(opRevision, "") }
func (s *sheet) NoticeText() string             { return s.ink.text(opNotice, "") }
func (s *sheet) Listed() string                 { return s.ink.text(opListed, "") }
func (s *sheet) ListedID() template.HTML        { return template.HTML(s.ink.text(opListedID, "")) }

// Heading is the page's question, or the template's title.
func (s *sheet) Heading() string {
	if ask := s.Page().Ask; ask != "" {
		return ask
	}
	return s.template.Title
}

// ErrorPrefix begins the window's title when there is a problem.
func (s *sheet) ErrorPrefix() (template.HTML, error) {
	return printed(s.ink.either(opAnyProblem, "", "", func() (string, error) { return s.Say("Error:") + " ", nil }, nothing))
}

// Summary lists the problems.
func (s *sheet) Summary() (template.HTML, error) {
	return printed(s.ink.either(opAnyProblem, "", "", func() (string, error) { return s.print("form/summary", s) }, nothing))
}

// SummaryLines are the lines of Summary.
func (s *sheet) SummaryLines() (template.HTML, error) {
	return printed(s.ink.each(opProblems, "", func(string, string) (string, error) { return s.print("form/problem", s) }))
}

// Notice is the sentence above the form, with what another device changed.
func (s *sheet) Notice() (template.HTML, error) {
	return printed(s.ink.either(opAnyNotice, "", "", func() (string, error) { return s.print("form/notice", s) }, nothing))
}

// ChangedLines are the lines under Notice.
func (s *sheet) ChangedLines() (template.HTML, error) {
	return printed(s.ink.each(opChanged, "", func(string, string) (string, error) { return s.print("form/changed", s) }))
}

// Body prints the page's items.
func (s *sheet) Body() (template.HTML, error) {
	page := field{Item: s.Page(), Level: 1, sheet: s}
	return page.Inside()
}

// HasRows reports whether the page has buttons to add and remove rows.
func (s *sheet) HasRows() bool { return hasRows(s.Page()) }

func hasRows(it *forms.Item) bool {
	for _, child := range it.Items {
		if child.Repeats && child.Kind == forms.Group || hasRows(child) {
			return true
		}
	}
	return false
}
