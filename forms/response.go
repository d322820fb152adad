package forms

import "time"

// Context is what reading depends on besides the inputs.
type Context struct {
	Today   time.Time // the date where the practice is
	Country string    // ISO 3166-1 alpha-2; for phone numbers without +
}

// Answers are the checked answers by item id: string, bool, json.Number,
// []string (PickMany), map[string]any (Quantity: value, unit; own words of
// PickOrType: other) and, for repeating groups, []map[string]any.
// Dates are ISO 8601, phone numbers E.164, choices option codes.
type Answers map[string]any

// A Response is what Read made of the inputs.
type Response struct {
	Template *Template
	Answers  Answers
	Problems []Problem
	Hidden   []string // paths of items whose condition fails; not their children
	Dropped  []string // paths of hidden items that hold an answer
	Entries  []Entry
	Outcome  string // "", agreed, declined or acknowledged
	Scores   []ScoreResult
	Flags    []string // paths of items whose flag: holds
}

// A Problem is one thing to put right, in words for whoever fills in the form.
type Problem struct {
	Page    int
	Item    string // id
	Control string // first bad control; its HTML id is "f-" + Control
	Label   string
	Text    string
}

// An Entry is one shown item with its answer as a person reads it.
type Entry struct {
	Item    *Item
	Level   int // 0 for a page, 1 for what is directly on it
	Page    int
	Path    string // as in control names
	Row     int    // from 1 in a repeating group (the nearest one), else 0
	Text    string // "" when not answered
	Choices []Choice
	Static  bool // a heading or note: nothing to answer
}

// A Choice is one option of a pick kind.
type Choice struct {
	Text   string
	Ticked bool
}

// A ScoreResult is the value of one Score item. Without enough answers there
// is none.
type ScoreResult struct {
	Item     string
	Label    string
	Complete bool
	Value    int
	Max      int // highest value possible
	Band     string
}

// Read checks the inputs. It never fails and never panics: what is wrong is in
// Problems, and the inputs stay as they were typed.
func (t *Template) Read(in Inputs, c Context) *Response { return &Response{Template: t} }

// PageProblems returns the problems of one page.
func (r *Response) PageProblems(page int) []Problem { return nil }

// PageShown reports whether the page has anything to show.
func (r *Response) PageShown(page int) bool { return true }
