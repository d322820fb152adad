package testbrowser

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// A Form is a form as HTML describes it. Action is absolute; Button is the name
// and value of its first submit button.
type Form struct {
	Action   string
	Button   [2]string
	Controls []*Control
}

// A Control is one name of a form, a set of radio buttons or ticks being one.
type Control struct {
	Name, Kind string // Kind is the type of the input, or select or textarea
	Label      string
	Hint       string // what the browser may fill it with, from autocomplete and inputmode
	Most       int    // characters it takes, as its hint says; 0 when it does not
	Options    []string
	Values     []string // as they would be sent
	Depends    bool     // it may count only with another answer
}

// FirstForm returns the first form in <main> that is to be sent to the server,
// or nil.
func FirstForm(root *html.Node, base *url.URL) *Form {
	form := First(First(root, "main"), "form")
	if form == nil {
		return nil
	}
	action, err := base.Parse(Attr(form, "action"))
	if err != nil {
		return nil
	}
	f := &Form{Action: action.String()}
	labels, limits := labelsOf(root), limitsOf(root)
	pressed := false
	for n := range Elements(form, "input", "select", "textarea", "button") {
		kind := Attr(n, "type")
		switch {
		case n.Data == "button" && (kind == "" || kind == "submit"), n.Data == "input" && kind == "submit":
			if !pressed {
				f.Button, pressed = [2]string{Attr(n, "name"), Attr(n, "value")}, true
			}
		case n.Data != "button" && kind != "file" && Attr(n, "name") != "":
			f.add(n, labels, limits)
		}
	}
	return f
}

func labelsOf(root *html.Node) map[string]string {
	labels := map[string]string{}
	for n := range Elements(root, "label") {
		labels[Attr(n, "for")] = Text(n)
	}
	return labels
}

// limitsOf returns how many characters the hints on a page allow, by their ids.
func limitsOf(root *html.Node) map[string]int {
	limits := map[string]int{}
	for n := range Elements(root, "p", "div", "span") {
		if m := upTo.FindStringSubmatch(Text(n)); m != nil && Attr(n, "id") != "" {
			limits[Attr(n, "id")], _ = strconv.Atoi(m[1])
		}
	}
	return limits
}

var upTo = regexp.MustCompile(`Up to (\d+) characters`)

func (f *Form) add(n *html.Node, labels map[string]string, limits map[string]int) {
	name, kind := Attr(n, "name"), Attr(n, "type")
	if n.Data != "input" {
		kind = n.Data
	}
	c := f.Control(name)
	if c == nil {
		c = &Control{Name: name, Kind: kind, Label: labels[Attr(n, "id")], Depends: within(n, "data-if"),
			Hint: strings.TrimSpace(Attr(n, "autocomplete") + " " + Attr(n, "inputmode"))}
		for _, id := range strings.Fields(Attr(n, "aria-describedby")) {
			c.Most = max(c.Most, limits[id])
		}
		f.Controls = append(f.Controls, c)
	}
	switch kind {
	case "radio", "checkbox":
		c.option(Attr(n, "value"), n, "checked")
	case "select":
		for o := range Elements(n, "option") {
			c.option(Attr(o, "value"), o, "selected")
		}
	case "textarea":
		c.Values = []string{rawText(n)}
	default:
		c.Values = []string{Attr(n, "value")}
	}
}

func (c *Control) option(value string, n *html.Node, chosen string) {
	if value != "" {
		c.Options = append(c.Options, value)
	}
	if _, is := attr(n, chosen); is && value != "" {
		c.Values = append(c.Values, value)
	}
}

func rawText(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// Control returns the control of that name, or nil.
func (f *Form) Control(name string) *Control {
	for _, c := range f.Controls {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// Set gives a control its values and says whether the form has it.
func (f *Form) Set(name string, values ...string) bool {
	c := f.Control(name)
	if c != nil {
		c.Values = values
	}
	return c != nil
}

// Values is what is sent when the first submit button is pressed.
func (f *Form) Values() url.Values {
	v := url.Values{}
	for _, c := range f.Controls {
		for _, value := range c.Values {
			v.Add(c.Name, value)
		}
	}
	if f.Button[0] != "" {
		v.Add(f.Button[0], f.Button[1])
	}
	return v
}

// Fill answers every control that is still empty as a willing person would, the
// first option of every choice, and returns what it answered. Free text differs
// from control to control, so that each can be found again.
func (f *Form) Fill() map[string]*Control {
	filled := map[string]*Control{}
	for _, c := range f.Controls {
		if c.Kind == "hidden" || strings.Join(c.Values, "") != "" {
			continue
		}
		if len(c.Options) > 0 {
			c.Values = c.Options[:1]
		} else {
			c.Values = []string{c.fitting()}
		}
		filled[c.Name] = c
	}
	return filled
}

// fitting is a plausible answer that is short enough.
func (c *Control) fitting() string {
	s := c.plausible()
	if c.Most > 0 && len(s) > c.Most {
		s = s[len(s)-c.Most:]
	}
	return s
}

func (c *Control) plausible() string {
	says := strings.ToLower(c.Kind + " " + c.Hint + " " + c.Label)
	for _, known := range []struct{ word, value string }{
		{"email", "robin.reed@example.org"}, {"tel", "303 555 0143"},
		{"bday-day", "14"}, {"bday-month", "3"}, {"bday-year", "1980"}, {"year", "2021"}, {"month", "2"}, {"day", "5"},
		{"postal", "97204"}, {"url", "https://example.org/"}, {"decimal", "70"}, {"numeric", "4"}, {"number", "4"},
		{"initials", "RR"}, {"what time", "14:30"}, {"family-name", "Reed"}, {"given-name", "Robin"},
	} {
		if strings.Contains(says, known.word) {
			return known.value
		}
	}
	return "Reed " + strconv.Itoa(sum(c.Name))
}

// sum makes a number of three digits from a name, the same in every run.
func sum(name string) int {
	n := 0
	for _, r := range name {
		n = (n*31 + int(r)) % 900
	}
	return n + 100
}
