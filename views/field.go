package views

import (
	"fmt"
	"html/template"
	"strings"

	"github.com/sealform/sealform/forms"
)

// A field is one item at one place of a page. Its methods are called from the
// files below html/field, one for each kind.
type field struct {
	Item   *forms.Item
	Path   string // the item's path: rows' keys and its id
	Level  int    // of the heading a group has
	Row    string // number of the row it stands in, as text; "" outside rows
	InGrid bool   // a row of a Scale

	prefix string // path of the items inside, up to their own ids
	chosen int    // of the codes of Options; -1 none
	wrong  bool   // this printing shows the problem
	before *field // the one before it in the same group
	sheet  *sheet
}

// Show prints the field as its kind is printed.
func (f field) Show() (template.HTML, error) {
	if f.ruledOutElsewhere() {
		return printed(f.sheet.ink.either(opShown, f.Path, "", f.show, nothing))
	}
	return printed(f.show())
}

func (f field) show() (string, error) {
	view := "field/" + string(f.Item.Kind)
	switch f.Item.Kind {
	case forms.Group, forms.Page, forms.Scale, forms.Note, forms.Score:
		// What holds other fields is printed once and shows its own problem by
		// Error: printing it both ways would double its fields at every level.
		return f.sheet.print(view, f)
	}
	text, err := f.bothWays(view)
	if err != nil {
		return "", err
	}
	alert, err := f.Alert()
	return text + string(alert), err
}

// Error prints the problem of a group, if there is one.
func (f field) Error() (template.HTML, error) { return printed(f.bothWays("form/error")) }

// bothWays prints a view with the problem and without it.
func (f field) bothWays(view string) (string, error) {
	right, wrong := f, f
	wrong.wrong = true
	return f.sheet.ink.either(opProblemAt, f.Path, "",
		func() (string, error) { return f.sheet.print(view, wrong) },
		func() (string, error) { return f.sheet.print(view, right) })
}

// Fields are the items inside.
func (f field) Fields() []field {
	var all []field
	level := f.Level + 1
	if f.Item.Ask == "" && f.Item.Kind != forms.Page {
		level = f.Level // no heading stands above what is inside
	}
	for _, it := range f.Item.Items {
		if it.Hidden {
			continue
		}
		child := field{
			Item: it, Path: f.prefix + it.ID, Level: level, Row: f.Row,
			InGrid: f.Item.Kind == forms.Scale, prefix: f.prefix, chosen: -1, sheet: f.sheet,
		}
		if n := len(all); n > 0 {
			child.before = &all[n-1]
		}
		all = append(all, child)
	}
	return all
}

// Inside prints the items inside.
func (f field) Inside() (template.HTML, error) {
	var out template.HTML
	for _, child := range f.Fields() {
		html, err := child.Show()
		if err != nil {
			return "", fmt.Errorf("item %s: %w", child.Item.ID, err)
		}
		out += html
	}
	return out, nil
}

// Rows prints the rows of a repeating group.
func (f field) Rows() (template.HTML, error) {
	return printed(f.sheet.ink.each(opRows, f.Path, func(key, number string) (string, error) {
		in := f
		in.Row, in.Level = number, f.Level+1
		in.prefix = f.Path + ":" + key + ":"
		return f.sheet.print("form/row", rowView{field: in, Key: key})
	}))
}

// A rowView is one row of a repeating group.
type rowView struct {
	field
	Key string
}

// AddButton prints the button for another row while there is room.
func (f field) AddButton() (template.HTML, error) {
	return printed(f.sheet.ink.either(opCanAdd, f.Path, "",
		func() (string, error) { return f.sheet.print("form/add", f) }, nothing))
}

// RemoveButton prints the button that removes the row while there are more than
// there must be.
func (r rowView) RemoveButton() (template.HTML, error) {
	return printed(r.sheet.ink.either(opCanDrop, r.Path, "",
		func() (string, error) { return r.sheet.print("form/remove", r) }, nothing))
}

// Name is the name of the control of a part.
func (f field) Name(part string) string { return forms.Control(f.Path, part) }

// ID is the HTML id of the control of a part.
func (f field) ID(part string) string { return ID(f.Name(part)) }

// Value is what was typed in the control of a part.
func (f field) Value(part string) string { return f.sheet.ink.text(opValue, f.Name(part)) }

// Focus gives a control the focus when the state says so.
func (f field) Focus(part string) template.HTMLAttr {
	return template.HTMLAttr(f.sheet.ink.text(opFocus, f.Name(part)))
}

// Problem reports whether this printing shows the problem.
func (f field) Problem() bool { return f.wrong }

// ProblemText is the problem's sentence.
func (f field) ProblemText() string { return f.sheet.ink.text(opProblemText, f.Path) }

// Optional reports whether the question says that it need not be answered. The
// rows of a scale do not say it each: their heading does.
func (f field) Optional() bool { return !f.Item.Required && !f.Item.ReadOnly && !f.InGrid }

// Described lists the ids of what explains the control, for aria-describedby.
func (f field) Described() string {
	ids := ""
	if f.Hinted() {
		ids = f.ID("") + "-hint"
	}
	if f.wrong {
		if ids != "" {
			ids += " "
		}
		ids += f.ID("") + "-error"
	}
	return ids
}

// HintText is the hint, with how long a long text may be.
func (f field) HintText() string {
	hint := f.Item.Hint
	if f.Item.Kind == forms.File {
		return strings.TrimSpace(hint + " " + f.Item.FileHint())
	}
	more := map[string]string{forms.ByMonth: "You can leave the day out.", forms.ByYear: "The year alone is enough."}[f.Item.Precision]
	if f.Room() > 0 {
		more = f.Say("Up to %d characters.", f.Room())
	} else if more != "" {
		more = f.Say(more)
	}
	if more == "" {
		return hint
	}
	if hint != "" && !strings.HasSuffix(hint, ".") {
		hint += "."
	}
	return strings.TrimSpace(hint + " " + more)
}

// Hinted reports whether a hint stands by the control.
func (f field) Hinted() bool {
	return f.Item.Hint != "" || f.Item.Precision != "" || f.Room() > 0 || f.Item.Kind == forms.File
}

// Room is the most characters a text may have, where that is so few that the
// hint says it; otherwise 0.
func (f field) Room() int {
	switch most := f.Item.MaxLen; {
	case f.Item.Kind == forms.Long && most <= 5000, f.Item.Kind == forms.Text && most <= 50:
		return most
	}
	return 0
}

// Prose is the item's longer text.
func (f field) Prose() prose { return prose{f.Level, forms.Markdown(f.Item.MD)} }

// Say says a sentence in the page's language.
func (f field) Say(sentence string, blanks ...any) string { return f.sheet.Say(sentence, blanks...) }

// Question is the item's label with its prefix.
func (f field) Question() string {
	if f.Item.Prefix != "" {
		return f.Item.Prefix + " " + f.Item.Ask
	}
	return f.Item.Ask
}
