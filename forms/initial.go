package forms

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// mayBegin reports whether an item may hold an answer before anybody gave one.
// What somebody agrees to or signs must be their own doing.
func mayBegin(it *Item) bool {
	switch it.Kind {
	case Agree, Acknowledge, Initials, File, Signature:
		return false
	}
	return it.Asked()
}

// initial reads one answer, or a list where several may be given.
func (p *parsing) initial(it *Item, n *node) {
	if it.Kind == PickMany {
		for _, e := range p.elements("initial", n) {
			it.Initial = append(it.Initial, p.scalar("initial", e))
		}
		return
	}
	it.Initial = []string{p.scalar("initial", n)}
}

// checkInitial refuses what could not be put into the item's controls. Limits do
// not matter: whoever fills in the form is told of those.
func (p *parsing) checkInitial(it *Item) {
	if len(it.Initial) == 0 {
		return
	}
	if it.inRows {
		p.failItem(it, "initial: rows begin empty; remove it")
		return
	}
	if it.ValueSet != "" && len(it.Options) == 0 {
		return
	}
	if in, ok := it.begun(it.ID); !ok || len(in) == 0 {
		p.failItem(it, "initial: %s is no answer to this; write such as %s", strings.Join(it.Initial, ", "), it.example())
	}
}

func (it *Item) example() string {
	switch {
	case it.choosable():
		return codesOf(it)
	case it.Kind == YesNo:
		return "true or false"
	case it.numeric():
		return "12"
	case it.Kind == DateTime:
		return `"2026-05-31T08:30"`
	case it.dated():
		return `"2026-05-31"`
	case it.Kind == Time:
		return `"08:30"`
	}
	return "a text"
}

// begun returns the inputs of the item, at its path, before anybody touched it.
func (it *Item) begun(path string) (Inputs, bool) {
	first := it.Initial[0]
	switch {
	case it.Kind == PickOrType && it.Option(first) == nil:
		return Inputs{path: {Other}, Control(path, "other"): {first}}, first != ""
	case it.choosable():
		return Inputs{path: it.Initial}, !slices.ContainsFunc(it.Initial, func(code string) bool { return it.Option(code) == nil })
	case it.Kind == YesNo:
		said := map[string]string{"true": "yes", "false": "no"}[first]
		return Inputs{path: {said}}, said != ""
	case it.Kind == Quantity:
		return Inputs{Control(path, "value"): {first}}, written().MatchString(first) && len(it.Units) < 2
	case it.numeric():
		return Inputs{path: {first}}, written().MatchString(first)
	case it.Kind == DateTime:
		at, err := time.Parse("2006-01-02T15:04", first)
		in := dayInputs(path, at)
		in[Control(path, "hour")], in[Control(path, "minute")] = []string{at.Format("15")}, []string{at.Format("04")}
		return in, err == nil
	case it.dated():
		at, err := time.Parse(time.DateOnly, first)
		return dayInputs(path, at), err == nil
	case it.Kind == Time:
		_, err := time.Parse("15:04", first)
		return Inputs{path: {first}}, err == nil
	}
	return Inputs{path: {first}}, notBlank(first)
}

func dayInputs(path string, d time.Time) Inputs {
	return Inputs{
		Control(path, "day"): {strconv.Itoa(d.Day())}, Control(path, "month"): {strconv.Itoa(int(d.Month()))}, Control(path, "year"): {strconv.Itoa(d.Year())},
	}
}

// untouched reports whether an item holds just what it began with.
func (it *Item) untouched(in Inputs, path string) bool {
	if len(it.Initial) == 0 {
		return false
	}
	begun, _ := it.begun(path)
	for name, values := range begun {
		if !slices.Equal(in[name], values) {
			return false
		}
	}
	return true
}
