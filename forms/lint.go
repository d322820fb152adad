package forms

import (
	"fmt"
	"slices"
	"strings"
)

// A Remark is something that whoever writes a template should look at. The
// template works all the same.
type Remark struct {
	Item string // id; "" when it concerns the whole form
	Text string
}

func (r Remark) String() string {
	if r.Item == "" {
		return r.Text
	}
	return "item " + r.Item + ": " + r.Text
}

// A Grade tells how hard a page is to read, in years of school
// (Flesch-Kincaid). Prescribed words are not counted.
type Grade struct {
	Page  string
	Years float64
}

// Grades returns the reading grade of each page, in order. It knows English
// only: for a form in another language it returns nothing.
func (t *Template) Grades() []Grade {
	if !t.english() {
		return nil
	}
	var grades []Grade
	for _, page := range t.Pages() {
		var p prose
		p.item(page, func(*Item, []string) {})
		grades = append(grades, Grade{Page: page.Ask, Years: p.grade()})
	}
	return grades
}

func (t *Template) english() bool {
	return t.Language == "en" || strings.HasPrefix(t.Language, "en-")
}

// Lint returns what a reviewer of the template would ask about: words that are
// hard to read, promised clauses without a text, texts of clauses that nobody
// promised, and clauses that the built-in form of the same name has.
func (t *Template) Lint() []Remark {
	var remarks []Remark
	for _, g := range t.Grades() {
		if g.Years > MaxGrade {
			remarks = append(remarks, Remark{Text: fmt.Sprintf("page %q: reading grade %.1f, more than %.0f; shorten its sentences and choose plainer words", g.Page, g.Years, MaxGrade)})
		}
	}
	if t.english() {
		for _, it := range t.Items {
			new(prose).item(it, func(it *Item, words []string) {
				remarks = append(remarks, Remark{it.ID, fmt.Sprintf("a sentence of %d words, more than %d: %s …; cut it in two", len(words), maxWords, strings.Join(words[:6], " "))})
			})
		}
	}
	return append(remarks, t.lintClauses()...)
}

func (t *Template) lintClauses() []Remark {
	var remarks []Remark
	told := map[string]bool{}
	for _, it := range t.order {
		if it.Clause == "" || it.AsksForMessages() { // a tag of ours, and no text
			continue
		}
		if told[it.Clause] {
			remarks = append(remarks, Remark{it.ID, "clause " + it.Clause + " stands twice; keep one text of it"})
		}
		told[it.Clause] = true
		if !slices.Contains(t.Clauses, it.Clause) {
			remarks = append(remarks, Remark{it.ID, "clause " + it.Clause + " is missing in the list of clauses; add it there"})
		}
	}
	for _, clause := range t.Clauses {
		if !told[clause] {
			remarks = append(remarks, Remark{Text: "clause " + clause + " is promised, and no item holds it"})
		}
	}
	if original, ok := LibraryTemplate(t.Name); ok {
		for _, clause := range original.Clauses {
			if !told[clause] && !slices.Contains(t.Clauses, clause) {
				remarks = append(remarks, Remark{Text: "clause " + clause + " of the built-in " + t.Name + " is missing; leave it out only if your lawyer agrees"})
			}
		}
	}
	return remarks
}
