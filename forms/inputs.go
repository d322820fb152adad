package forms

// Inputs is what the browser sent, as it was typed, good or bad, by control
// name: [group ":" row ":"]* item ["@" part]. The rows of a repeating group
// are in order under its path + "@rows".
type Inputs map[string][]string

// A Person is what a practice knows about the client beforehand.
type Person struct {
	FirstName, FullName, Email, Phone string
	BirthDate                         string // 2006-01-02, or ""
}

// Control returns the name of a control: path is the item's id after its rows
// ("meds:2:meds.name"), part is "" or such as "day".
func Control(path, part string) string {
	if part == "" {
		return path
	}
	return path + "@" + part
}

// Prefill returns the inputs of items with prefill:, for values p has.
func (t *Template) Prefill(p Person) Inputs { return nil }

// PageControls returns every control name a post of the page can carry, given
// the rows in in, so that an absent checkbox is known to be unticked. Rows
// themselves are not among them: only AddRow and RemoveRow change those.
func (t *Template) PageControls(page int, in Inputs) []string { return nil }

// Rows returns the row keys of the repeating group at path. A group nobody
// touched yet has MinTimes rows, at least one.
func (t *Template) Rows(in Inputs, path string) []string { return nil }

// AddRow returns in with one more row in the repeating group at path, and the
// row's key; "" when there is no such group or it is full.
func (t *Template) AddRow(in Inputs, path string) (Inputs, string) { return in, "" }

// RemoveRow returns in without the row and everything typed in it.
func (t *Template) RemoveRow(in Inputs, path, row string) Inputs { return in }

// Diff returns the names of the controls whose values differ, sorted.
func Diff(a, b Inputs) []string { return nil }
