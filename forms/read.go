package forms

import (
	"slices"
	"strings"
	"time"
)

// Read checks the inputs. It never fails and never panics: what is wrong is in
// Problems, and the inputs stay as they were typed.
func (t *Template) Read(in Inputs, c Context) *Response {
	c.Today = time.Date(c.Today.Year(), c.Today.Month(), c.Today.Day(), 0, 0, 0, 0, time.UTC)
	r := &reading{t: t, in: in, c: c, out: &Response{Template: t, Answers: Answers{}}}
	r.out.Entries = make([]Entry, 0, len(t.order)+len(t.pages))
	root := &scope{values: make([]value, len(t.order)), answers: r.out.Answers}
	for n, page := range t.pages {
		r.page = n
		if page.ID == "" {
			r.items(page.Items, root, 1)
		} else {
			r.one(page, root, 0)
		}
	}
	r.out.Outcome = r.outcome(root)
	return r.out
}

type reading struct {
	t    *Template
	in   Inputs
	c    Context
	out  *Response
	page int

	signers []string // names under which was signed so far
}

// A scope holds the values of the form, or of one row of a repeating group.
type scope struct {
	outer   *scope
	base    int     // index of the first item whose value is in values
	values  []value // by item index - base
	answers map[string]any
	prefix  string
	row     int
	rows    map[*Item][]*scope // of repeating groups directly in this scope
}

func (s *scope) holds(it *Item) bool {
	return it.index >= s.base && it.index < s.base+len(s.values)
}

func (s *scope) value(it *Item) *value { return &s.values[it.index-s.base] }

func (r *reading) items(items []*Item, s *scope, level int) {
	for _, it := range items {
		r.one(it, s, level)
	}
}

func (r *reading) one(it *Item, s *scope, level int) {
	path := it.ID
	if s.prefix != "" {
		path = s.prefix + it.ID
	}
	if len(it.ShowIf) > 0 && !r.shown(it, s) {
		r.out.Hidden = append(r.out.Hidden, path)
		r.drop(it, s.prefix)
		return
	}
	switch {
	case it.Hidden && it.Kind != Score:
		r.unasked(it, s, path)
	case it.Kind == Note:
		r.entry(Entry{Item: it, Level: level, Path: path, Row: s.row, Static: true})
	case it.Kind == Score:
		r.score(it, s, path, level)
	case it.Repeats:
		r.rows(it, s, path, level)
	case it.holdsItems():
		r.entry(Entry{Item: it, Level: level, Path: path, Row: s.row, Static: true})
		r.items(it.Items, s, level+1)
	default:
		r.question(it, s, path, level)
	}
}

func (r *reading) entry(e Entry) {
	e.Page = r.page
	r.out.Entries = append(r.out.Entries, e)
}

func (r *reading) problem(it *Item, control, text string) {
	r.out.Problems = append(r.out.Problems, Problem{r.page, it.ID, control, it.Label(), text})
}

// unasked reads a question that nobody is asked: only what stood in it from
// the start counts.
func (r *reading) unasked(it *Item, s *scope, path string) {
	v := s.value(it)
	switch {
	case it.Repeats:
	case it.holdsItems():
		for _, child := range it.Items {
			r.unasked(child, s, s.prefix+child.ID)
		}
	case it.Asked():
		if *v = r.read(it, path); v.state == good {
			s.answers[it.ID] = v.answer
		} else {
			*v = value{}
		}
	}
}

// question reads one answer.
func (r *reading) question(it *Item, s *scope, path string, level int) {
	v := s.value(it)
	*v = r.read(it, path)
	switch {
	case v.state == good && it.Kind == File:
		s.answers[it.ID] = r.attach(v.files)
	case v.state == good:
		s.answers[it.ID] = v.answer
		if it.Flag != "" && it.flagged(v) {
			r.flag(it, path)
		}
	case it.ReadOnly: // whoever fills in the form could not put it right
	case v.state == wrong:
		r.problem(it, Control(path, v.part), v.problem)
	case it.Required:
		r.problem(it, Control(path, it.Controls()[0]), it.sayMissing())
	}
	r.entry(Entry{Item: it, Level: level, Path: path, Row: s.row, Text: v.text, Choices: it.ticked(v), Files: v.files, Signed: v.signed})
}

// A rowRead is a row that was read, before it is known whether it counts.
type rowRead struct {
	scope    *scope
	entries  []Entry
	problems []Problem
	used     bool
}

// unnumbered marks entries of a row that has no number yet.
const unnumbered = -1

// rows reads a repeating group. Rows in which nothing that shows is typed do
// not count, unless the group needs them.
func (r *reading) rows(it *Item, s *scope, path string, level int) {
	keys := rows(r.in, it, path)
	read := make([]rowRead, len(keys))
	used := 0
	for i, key := range keys {
		if read[i] = r.row(it, s, path, key, level); read[i].used {
			used++
		}
	}
	if used > it.MaxTimes {
		r.problem(it, path, it.sayTooMany(used))
	}
	if len(keys) < it.MinTimes {
		r.problem(it, path, it.sayTooFew())
	}
	spare := it.MinTimes - used // empty rows that must be filled in
	read = slices.DeleteFunc(read, func(row rowRead) bool {
		if row.used {
			return false
		}
		spare--
		return spare < 0
	})
	if len(read) == 0 {
		r.entry(Entry{Item: it, Level: level, Path: path})
		return
	}
	r.keep(it, s, read)
}

// row reads one row and takes what it says out of the response again.
func (r *reading) row(it *Item, s *scope, path, key string, level int) rowRead {
	row := &scope{
		outer: s, base: it.index + 1, values: make([]value, it.end-it.index-1),
		answers: map[string]any{}, prefix: Path(path, key, ""), row: unnumbered,
	}
	entries, problems := len(r.out.Entries), len(r.out.Problems)
	r.entry(Entry{Item: it, Level: level, Path: path, Row: unnumbered, Static: true})
	r.items(it.Items, row, level+1)
	out := rowRead{row, slices.Clone(r.out.Entries[entries:]), slices.Clone(r.out.Problems[problems:]), row.used()}
	r.out.Entries, r.out.Problems = r.out.Entries[:entries], r.out.Problems[:problems]
	return out
}

// used reports whether anything that shows is typed.
func (s *scope) used() bool {
	for i := range s.values {
		if s.values[i].state != missing {
			return true
		}
	}
	for _, rows := range s.rows {
		if slices.ContainsFunc(rows, (*scope).used) {
			return true
		}
	}
	return false
}

// keep puts the rows that count into the response, numbered.
func (r *reading) keep(it *Item, s *scope, read []rowRead) {
	if s.rows == nil {
		s.rows = map[*Item][]*scope{}
	}
	var answers []map[string]any
	for n, row := range read {
		for _, e := range row.entries {
			if e.Row == unnumbered {
				e.Row = n + 1
			}
			r.out.Entries = append(r.out.Entries, e)
		}
		r.out.Problems = append(r.out.Problems, row.problems...)
		s.rows[it] = append(s.rows[it], row.scope)
		if len(row.scope.answers) > 0 {
			answers = append(answers, row.scope.answers)
		}
	}
	if answers != nil {
		s.answers[it.ID] = answers
	}
}

// typed reports whether an answer is typed. A unit alone is none, since one is
// always chosen.
func (r *reading) typed(it *Item, path string) bool {
	for _, part := range it.Controls() {
		if part != "unit" && slices.ContainsFunc(r.in[Control(path, part)], notBlank) {
			return true
		}
	}
	return false
}

func notBlank(s string) bool { return strings.TrimSpace(s) != "" }

// drop notes the answers in a hidden item, which do not count.
func (r *reading) drop(it *Item, prefix string) {
	path := prefix + it.ID
	switch {
	case it.Repeats:
		for _, key := range rows(r.in, it, path) {
			for _, child := range it.Items {
				r.drop(child, Path(path, key, ""))
			}
		}
	case it.holdsItems():
		for _, child := range it.Items {
			r.drop(child, prefix)
		}
	case r.typed(it, path) && !it.untouched(r.in, path):
		r.out.Dropped = append(r.out.Dropped, path)
	}
}

// flag notes that an item's flag holds.
func (r *reading) flag(it *Item, path string) {
	r.out.Flags = append(r.out.Flags, path)
	if it.Alert != "" {
		r.out.Alerts = append(r.out.Alerts, path)
	}
}
