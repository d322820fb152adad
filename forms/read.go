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

// question reads one answer.
func (r *reading) question(it *Item, s *scope, path string, level int) {
	v := s.value(it)
	*v = r.read(it, path)
	switch {
	case v.state == missing && it.Required:
		r.problem(it, Control(path, it.Controls()[0]), it.sayMissing())
	case v.state == wrong:
		r.problem(it, Control(path, v.part), v.problem)
	case v.state == good:
		s.answers[it.ID] = v.answer
		if it.Flag != "" && it.flagged(v) {
			r.out.Flags = append(r.out.Flags, path)
		}
	}
	r.entry(Entry{Item: it, Level: level, Path: path, Row: s.row, Text: v.text, Choices: it.ticked(v)})
}

// rows reads a repeating group. Rows in which nothing is typed do not count,
// unless the group needs them.
func (r *reading) rows(it *Item, s *scope, path string, level int) {
	keys := rows(r.in, it, path)
	used := slices.DeleteFunc(slices.Clone(keys), func(key string) bool {
		return !r.typedIn(it.Items, Path(path, key, ""))
	})
	if len(used) > it.MaxTimes {
		r.problem(it, path, sayTooMany(it, len(used)))
	}
	if short := it.MinTimes - len(used); short > 0 {
		if len(keys) < it.MinTimes {
			r.problem(it, path, sayTooFew(it))
		}
		used = keepEmpty(keys, used, short)
	}
	if len(used) == 0 {
		r.entry(Entry{Item: it, Level: level, Path: path})
		return
	}
	var answers []map[string]any
	for n, key := range used {
		row := &scope{
			outer: s, base: it.index + 1, values: make([]value, it.end-it.index-1),
			answers: map[string]any{}, prefix: Path(path, key, ""), row: n + 1,
		}
		if s.rows == nil {
			s.rows = map[*Item][]*scope{}
		}
		s.rows[it] = append(s.rows[it], row)
		r.entry(Entry{Item: it, Level: level, Path: path, Row: n + 1, Static: true})
		r.items(it.Items, row, level+1)
		if len(row.answers) > 0 {
			answers = append(answers, row.answers)
		}
	}
	if answers != nil {
		s.answers[it.ID] = answers
	}
}

// keepEmpty adds the first n empty rows to the used ones, in the order of keys.
func keepEmpty(keys, used []string, n int) []string {
	return slices.DeleteFunc(slices.Clone(keys), func(key string) bool {
		if slices.Contains(used, key) {
			return false
		}
		n--
		return n < 0
	})
}

// typedIn reports whether anything is typed in the items of a row.
func (r *reading) typedIn(items []*Item, prefix string) bool {
	for _, it := range items {
		path := prefix + it.ID
		switch {
		case it.Repeats:
			for _, key := range rows(r.in, it, path) {
				if r.typedIn(it.Items, Path(path, key, "")) {
					return true
				}
			}
		case it.holdsItems():
			if r.typedIn(it.Items, prefix) {
				return true
			}
		case r.typed(it, path):
			return true
		}
	}
	return false
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
	case r.typed(it, path):
		r.out.Dropped = append(r.out.Dropped, path)
	}
}
