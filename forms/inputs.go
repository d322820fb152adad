package forms

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

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

// Path returns the path of an item or group in a row: group is the path of the
// repeating group. Outside any row an item's path is its id.
func Path(group, row, id string) string { return group + ":" + row + ":" + id }

// Prefill returns the inputs a form begins with: of items with prefill:, where p
// knows the answer, and of those with initial:.
func (t *Template) Prefill(p Person) Inputs {
	in := Inputs{}
	for _, it := range t.order {
		if it.inRows {
			continue
		}
		if len(it.Initial) > 0 {
			begun, _ := it.begun(it.ID)
			maps.Copy(in, begun)
		}
		v := ""
		if it.Prefill != "" {
			v = p.value(it.Prefill)
		}
		switch d, err := time.Parse(time.DateOnly, v); {
		case v == "":
		case it.dated() && err == nil:
			maps.Copy(in, dayInputs(it.ID, d))
		case !it.dated():
			in[it.ID] = []string{v}
		}
	}
	return in
}

func (p Person) value(prefill string) string {
	switch prefill {
	case "first_name":
		return p.FirstName
	case "full_name":
		return p.FullName
	case "email":
		return p.Email
	case "phone":
		return p.Phone
	default:
		return p.BirthDate
	}
}

// PageControls returns every control name a post of the page can carry, given
// the rows in in, so that an absent checkbox is known to be unticked. What is
// read_only is not among them, nor are rows and files: only AddRow, RemoveRow,
// AddFile and RemoveFile change those.
func (t *Template) PageControls(page int, in Inputs) []string {
	if page < 0 || page >= len(t.pages) {
		return nil
	}
	return t.controlsIn(nil, t.pages[page].Items, in, "", false)
}

// controlsIn adds the names of controls below items: those of files, or all
// others.
func (t *Template) controlsIn(out []string, items []*Item, in Inputs, prefix string, files bool) []string {
	for _, it := range items {
		path := prefix + it.ID
		switch {
		case it.Hidden:
		case it.Repeats:
			for _, row := range rows(in, it, path) {
				out = t.controlsIn(out, it.Items, in, Path(path, row, ""), files)
			}
		case it.holdsItems():
			out = t.controlsIn(out, it.Items, in, prefix, files)
		case !it.ReadOnly && (it.Kind == File) == files:
			for _, part := range it.Controls() {
				out = append(out, Control(path, part))
			}
		}
	}
	return out
}

const rowsPart = "rows"

// maxKey is the length of a row key. With it and the group's MaxTimes, what a
// hostile post can make us read stays in proportion to its size.
const maxKey = 6

// rows returns the row keys of a repeating group. A group nobody touched yet
// has MinTimes rows, at least one.
func rows(in Inputs, group *Item, path string) []string {
	keys, ok := in[Control(path, rowsPart)]
	if !ok {
		for i := range max(group.MinTimes, 1) {
			keys = append(keys, strconv.Itoa(i+1))
		}
		return keys
	}
	for i, key := range keys {
		if !rowKey(key) || slices.Contains(keys[:i], key) || i >= maxRowsRead {
			return cleanRows(keys)
		}
	}
	return keys
}

// maxRowsRead bounds the rows of one group, above any MaxTimes.
const maxRowsRead = 100

func rowKey(s string) bool {
	if s == "" || len(s) > maxKey || s[0] == '0' {
		return false
	}
	return strings.Trim(s, "0123456789") == ""
}

func cleanRows(keys []string) []string {
	var out []string
	for _, key := range keys {
		if rowKey(key) && !slices.Contains(out, key) && len(out) < maxRowsRead {
			out = append(out, key)
		}
	}
	return out
}

// Rows returns the row keys of the repeating group at path, in order; nil when
// there is no such group.
func (t *Template) Rows(in Inputs, path string) []string {
	if it := t.repeating(path); it != nil {
		return slices.Clone(rows(in, it, path))
	}
	return nil
}

// repeating returns the repeating group at path. The path must name the rows
// of exactly the repeating groups around it.
func (t *Template) repeating(path string) *Item {
	steps := strings.Split(path, ":")
	it := t.byID[steps[len(steps)-1]]
	if it == nil || !it.Repeats || len(steps)%2 == 0 {
		return nil
	}
	group := it
	for i := len(steps) - 3; ; i -= 2 {
		for group = group.parent; group != nil && !group.Repeats; {
			group = group.parent
		}
		switch {
		case i < 0 && group == nil:
			return it
		case i < 0, group == nil, steps[i] != group.ID, !rowKey(steps[i+1]):
			return nil
		}
	}
}

// AddRow returns in with one more row in the repeating group at path, and the
// row's key; "" when there is no such group or it is full.
func (t *Template) AddRow(in Inputs, path string) (Inputs, string) {
	it := t.repeating(path)
	if it == nil {
		return in, ""
	}
	keys := rows(in, it, path)
	if len(keys) >= it.MaxTimes {
		return in, ""
	}
	last := 0
	for _, key := range keys {
		n, _ := strconv.Atoi(key)
		last = max(last, n)
	}
	key := strconv.Itoa(last + 1)
	if !rowKey(key) {
		return in, ""
	}
	out := maps.Clone(in)
	if out == nil {
		out = Inputs{}
	}
	out[Control(path, rowsPart)] = append(slices.Clone(keys), key)
	return out, key
}

// RemoveRow returns in without the row and everything typed in it.
func (t *Template) RemoveRow(in Inputs, path, row string) Inputs {
	it := t.repeating(path)
	if it == nil || !slices.Contains(rows(in, it, path), row) {
		return in
	}
	out := Inputs{}
	for name, values := range in {
		if !strings.HasPrefix(name, Path(path, row, "")) {
			out[name] = values
		}
	}
	out[Control(path, rowsPart)] = slices.DeleteFunc(slices.Clone(rows(in, it, path)), func(k string) bool { return k == row })
	return out
}

// Diff returns the names of the controls whose values differ, sorted. A
// control without a value equals an absent one.
func Diff(a, b Inputs) []string {
	var out []string
	for name, values := range a {
		if !sameValues(name, values, b) {
			out = append(out, name)
		}
	}
	for name, values := range b {
		if _, ok := a[name]; !ok && !sameValues(name, values, a) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

func sameValues(name string, values []string, other Inputs) bool {
	theirs, ok := other[name]
	if !ok && strings.HasSuffix(name, "@"+rowsPart) {
		return false // no row left is not the same as never touched
	}
	return slices.Equal(filled(values), filled(theirs))
}

func filled(values []string) []string {
	return slices.DeleteFunc(slices.Clone(values), func(s string) bool { return s == "" })
}
