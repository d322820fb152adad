package views

import (
	"encoding/json"
	"html/template"
	"slices"
	"strings"

	"github.com/sealform/sealform/forms"
)

// A Crisis is whom to call at once, as a page says it.
type Crisis struct {
	Heading, Warning, Danger string
	Lines                    []string
}

// CrisisIn returns it in a language for the practice's country.
func CrisisIn(language, country string) *Crisis {
	w, help := Words(language), forms.CrisisHelp(country)
	c := &Crisis{
		Heading: w.Say("If you might hurt yourself, get help now"),
		Warning: w.Say("Nobody reads your answers until you have sent them, and even then it can take a while. Do not wait for us."),
		Danger:  w.Say("In danger right now? Call your local emergency number, or go to the nearest hospital."),
	}
	if help.Emergency != "" {
		c.Danger = w.Say("In danger right now? Call %s, or go to the nearest hospital.", help.Emergency)
	}
	for _, l := range help.Lines {
		if l.Text != "" {
			c.Lines = append(c.Lines, w.Say("%s: call %s or text %s, day or night", l.Name, l.Call, l.Text))
		} else {
			c.Lines = append(c.Lines, w.Say("%s: call %s, day or night", l.Name, l.Call))
		}
	}
	return c
}

// Crisis is the help for the practice's country.
func (s *sheet) Crisis() *Crisis { return CrisisIn(s.options.Language, s.options.Country) }

// Urgent stands above the form while an answer of another page raises an alert.
func (s *sheet) Urgent() (template.HTML, error) {
	return printed(s.ink.either(opAlerted, "", "", func() (string, error) { return s.print("part/crisis", s.Crisis()) }, nothing))
}

// Alert is the help at the answer that raises it: in sight when the page is
// sent with that answer, and with scripts as soon as it is chosen.
func (f field) Alert() (template.HTML, error) {
	if f.Item.Alert == "" {
		return "", nil
	}
	return printed(f.sheet.print("form/alert", f))
}

// Crisis is the help for the practice's country.
func (f field) Crisis() *Crisis { return f.sheet.Crisis() }

// Unalerted hides the help until the item raises its alert.
func (f field) Unalerted() (template.HTMLAttr, error) {
	text, err := f.sheet.ink.either(opAlert, f.Path, "", nothing, func() (string, error) { return " hidden", nil })
	return template.HTMLAttr(text), err
}

// AlertIf is when the script shows the help: any of a list of [control,
// operator, value]. A comparison of scores becomes the options that have them.
func (f field) AlertIf() (string, error) {
	var list [][]string
	op, value := f.Item.Flagged()
	switch {
	case f.Item.Kind == forms.Quantity:
		list = append(list, compared(f.Item, f.Name("value"), op, value))
	case f.Item.Kind == forms.YesNo && op == "=", f.Item.Kind == forms.Number, f.Item.Kind == forms.Integer:
		list = append(list, compared(f.Item, f.Path, op, value))
	case f.Item.Kind == forms.YesNo:
		list = append(list, []string{f.Path, "=", strings.NewReplacer("yes", "no", "no", "yes").Replace(value)})
	default:
		for _, code := range f.Item.FlagCodes() {
			list = append(list, []string{f.Path, "=", code})
		}
	}
	b, err := json.Marshal(slices.Clip(list))
	return string(b), err
}
