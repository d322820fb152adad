package forms

import "time"

// Context is what reading depends on besides the inputs.
type Context struct {
	Today   time.Time // the date where the practice is
	Country string    // ISO 3166-1 alpha-2; for phone numbers without + and how days are said
}

// Answers are the checked answers by item id: string, bool, json.Number,
// []string (PickMany), map[string]any (Quantity: value and unit; own words of
// PickOrType: other) and, for repeating groups, []map[string]any by item id
// again. Files are []map[string]any with n, name, type, size in bytes and
// sha256 in hexadecimal, where n counts the files of the document from 1.
// Signatures are map[string]any with name, relationship and authority of a
// guardian, and strokes when it was drawn. Dates are 2006-01-02, times 15:04,
// both together 2006-01-02T15:04; phone numbers are E.164, with ;ext=N for an extension; choices are option
// codes. What is not answered, wrong or hidden is absent.
//
// Text is NFC without control characters. It may hold marks that change the
// direction of text: whoever shows it must isolate it.
type Answers map[string]any

// A Response is what Read made of the inputs.
type Response struct {
	Template *Template
	Answers  Answers
	Problems []Problem // in page order
	Hidden   []string  // paths of items whose own condition fails, without those in them
	Dropped  []string  // paths of hidden items that hold an answer
	Entries  []Entry
	Outcome  string // "", agreed, declined or acknowledged
	Scores   []ScoreResult
	Files    []Attachment // of the answers, in their order: the first is n 1
	Flags    []string     // paths of items whose flag: holds
	Alerts   []string     // those of them whose alert: the client is shown
}

// What signing the response means, in [Response].Outcome.
const (
	Agreed       = "agreed"
	Declined     = "declined"
	Acknowledged = "acknowledged"
)

// A Problem is one thing to put right, in words for whoever fills in the form.
type Problem struct {
	Page    int
	Item    string // id
	Control string // first bad control; its HTML id is "f-" + Control
	Label   string
	Text    string
}

// An Entry is one shown item with its answer as a person reads it. A repeating
// group has one entry per row, or a single one with Row 0 and no text when
// nothing is in it. Rows left empty are passed over.
type Entry struct {
	Item    *Item
	Level   int // 0 for a page, 1 for what is directly on it
	Page    int
	Path    string // as in control names; of a row: the group's path
	Row     int    // from 1 in a repeating group (the nearest one), else 0
	Text    string // "" when not answered; what was typed when it is wrong
	Choices []Choice
	Files   []Attachment
	Signed  *Signed // of a Signature, once it is right
	Static  bool    // a heading or note: nothing to answer
}

// A Choice is one option of a pick kind, a consent or an acknowledgement.
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

// PageProblems returns the problems of one page.
func (r *Response) PageProblems(page int) []Problem {
	var out []Problem
	for _, p := range r.Problems {
		if p.Page == page {
			out = append(out, p)
		}
	}
	return out
}

// PageShown reports whether the page has anything to show.
func (r *Response) PageShown(page int) bool {
	for i := range r.Entries {
		if e := &r.Entries[i]; e.Page == page && e.Level > 0 {
			return true
		}
	}
	return false
}
