package views

import (
	"encoding/json"
	"html/template"
	"slices"
	"strings"

	"github.com/sealform/sealform/forms"
)

// A pickView is one option of a field, or an entry of its list of units.
type pickView struct {
	field
	Code, Text string
	Index      int
	Chosen     bool
	Exclusive  bool // unticks all others
}

// Tick prints checked for an option of which several may be chosen.
func (p pickView) Tick() (template.HTML, error) {
	on := p
	on.Chosen = true
	return printed(p.sheet.ink.either(opTicked, p.Path, p.Code,
		func() (string, error) { return p.sheet.print("form/tick", on) },
		func() (string, error) { return p.sheet.print("form/tick", p) }))
}

// Radios prints the options as radio buttons.
func (f field) Radios() (template.HTML, error) {
	return f.options("form/radio", "", f.codes())
}

// DropDown prints the options as a list's entries.
func (f field) DropDown() (template.HTML, error) {
	return f.options("form/option", "", f.codes())
}

// UnitList prints the units as a list's entries.
func (f field) UnitList() (template.HTML, error) {
	return f.options("form/option", "unit", f.units())
}

func (f field) codes() []pickView {
	var all []pickView
	add := func(code, text string) {
		all = append(all, pickView{field: f, Code: code, Text: text, Index: len(all)})
	}
	if f.Item.Kind == forms.YesNo {
		add("yes", f.Say("Yes"))
		add("no", f.Say("No"))
	}
	for _, o := range f.Item.Options {
		add(o.Code, o.Text)
		all[len(all)-1].Exclusive = o.Exclusive
	}
	if f.Item.Kind == forms.PickOrType {
		add(forms.Other, f.OtherLabel())
	}
	return all
}

func (f field) units() []pickView {
	var all []pickView
	for i, u := range f.Item.Units {
		all = append(all, pickView{field: f, Code: u.Code, Text: unitText(u), Index: i})
	}
	return all
}

func unitText(u forms.Unit) string {
	if u.Text != "" {
		return u.Text
	}
	return u.Code
}

// OneUnit is the unit when there is just one; otherwise nil.
func (f field) OneUnit() *forms.Unit {
	if len(f.Item.Units) != 1 {
		return nil
	}
	return &f.Item.Units[0]
}

// OtherLabel names the choice of own words.
func (f field) OtherLabel() string {
	if f.Item.OtherLabel != "" {
		return f.Item.OtherLabel
	}
	return f.Say("Something else")
}

// Ticks prints the options as boxes to tick.
func (f field) Ticks() (template.HTML, error) {
	var out template.HTML
	for _, p := range f.codes() {
		html, err := p.Tick()
		if err != nil {
			return "", err
		}
		out += html
	}
	return out, nil
}

// atOnce is how many options are printed in every way they can be chosen. A
// long list is printed in pieces of so many, or its ways would be its square.
const atOnce = 12

// options prints options of which one can be chosen, once for each that can be
// and once for none, so that a request copies a whole piece instead of asking
// at each option.
func (f field) options(view, part string, all []pickView) (template.HTML, error) {
	var out strings.Builder
	for piece := range slices.Chunk(all, atOnce) {
		var codes []string
		for _, p := range piece {
			codes = append(codes, p.Code)
		}
		text, err := f.sheet.ink.choose(f.Name(part), codes, func(chosen int) (string, error) {
			return f.piece(view, piece, chosen)
		})
		if err != nil {
			return "", err
		}
		out.WriteString(text)
	}
	return template.HTML(out.String()), nil
}

func (f field) piece(view string, piece []pickView, chosen int) (string, error) {
	var out strings.Builder
	for i, p := range piece {
		p.Chosen = i == chosen
		text, err := f.sheet.print(view, p)
		if err != nil {
			return "", err
		}
		out.WriteString(text)
	}
	return out.String(), nil
}

// Ticked prints checked for a single box that has the value code.
func (f field) Ticked(code string) (template.HTMLAttr, error) {
	text, err := f.sheet.ink.either(opTicked, f.Path, code,
		func() (string, error) { return " checked", nil }, nothing)
	return template.HTMLAttr(text), err
}

// UnitText is the name of OneUnit.
func (f field) UnitText() string { return unitText(*f.OneUnit()) }

// IfOther is the condition for the script under which own words are asked.
func (f field) IfOther() (string, error) {
	b, err := json.Marshal([][3]string{{f.Path, "=", forms.Other}})
	return string(b), err
}
