package views

import (
	"encoding/json"
	"strings"

	"github.com/sealform/sealform/forms"
)

// Without scripts a question that depends on another of its page is always
// shown, under words such as "If yes", because the server learns the answer
// only when the page is sent. With scripts it appears and goes at once. What
// depends on earlier pages alone is decided by the server.

// ruledOutElsewhere reports whether the field's conditions all ask for answers
// of other pages.
func (f field) ruledOutElsewhere() bool {
	for _, c := range f.Item.ShowIf {
		if q := f.question(c); q == nil || q.Page() == f.Item.Page() {
			return false
		}
	}
	return len(f.Item.ShowIf) > 0
}

func (f field) question(c forms.Condition) *forms.Item { return f.sheet.template.Item(c.Question) }

// If is the field's conditions for the script: a list of [control, operator,
// value], and "number" where numbers are compared. It is empty where there are none, or one that the script cannot
// decide: then the field stays in sight.
func (f field) If() (string, error) {
	if f.ruledOutElsewhere() {
		return "", nil
	}
	var list [][]string
	for _, c := range f.Item.ShowIf {
		control, value, ok := f.decidable(c)
		if !ok {
			return "", nil
		}
		list = append(list, compared(f.question(c), control, c.Op, value))
	}
	if list == nil {
		return "", nil
	}
	b, err := json.Marshal(list)
	return string(b), err
}

// compared is one condition for the script.
func compared(q *forms.Item, control, op, value string) []string {
	switch q.Kind {
	case forms.Number, forms.Integer, forms.Quantity:
		return []string{control, op, value, "number"}
	}
	return []string{control, op, value}
}

// decidable returns the control a condition looks at and the value as it is
// posted there, and whether a script can decide it on this page.
func (f field) decidable(c forms.Condition) (control, value string, ok bool) {
	q := f.question(c)
	if q == nil || q.Page() != f.Item.Page() {
		return "", "", false
	}
	control, value = f.nearest(q), c.Value
	if control == "" {
		return "", "", false
	}
	switch q.Kind {
	case forms.Date, forms.BirthDate, forms.DateTime, forms.Time, forms.Score, forms.Group, forms.Scale:
		return "", "", false
	case forms.Quantity:
		control = forms.Control(control, "value")
	case forms.YesNo:
		if c.Op != "exists" {
			value = map[string]string{"true": "yes", "false": "no"}[c.Value]
		}
	}
	return control, value, true
}

// nearest is the path of another item within the same rows, or "" when the item
// stands in rows that the field is outside of: it has as many answers as rows.
func (f field) nearest(q *forms.Item) string {
	steps := strings.Split(f.prefix, ":")
	path, inside := "", f.sheet.template.Items
	for i := 0; i+1 < len(steps); i += 2 {
		group := f.sheet.template.Item(steps[i])
		if group == nil || !holds(group.Items, q) {
			break
		}
		path += steps[i] + ":" + steps[i+1] + ":"
		inside = group.Items
	}
	if inRows(inside, q) {
		return ""
	}
	return path + q.ID
}

// inRows reports whether the item stands in a repeating group below items.
func inRows(items []*forms.Item, q *forms.Item) bool {
	for _, it := range items {
		if it.Kind == forms.Group && it.Repeats && holds(it.Items, q) || inRows(it.Items, q) {
			return true
		}
	}
	return false
}

func holds(items []*forms.Item, q *forms.Item) bool {
	for _, it := range items {
		if it == q || holds(it.Items, q) {
			return true
		}
	}
	return false
}

// IfText says in words when the field is to be answered: "If yes", or "" when
// always.
func (f field) IfText() string {
	if len(f.Item.ShowIf) == 0 || f.ruledOutElsewhere() {
		return ""
	}
	var parts []string
	for _, c := range f.Item.ShowIf {
		if text := f.conditionText(c); text != "" {
			parts = append(parts, text)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	word := " and "
	if f.Item.ShowAny {
		word = " or "
	}
	return f.Say("If %s", strings.Join(parts, f.Say(word)))
}

// conditionText says one condition. The question is named unless it stands
// right before the field.
func (f field) conditionText(c forms.Condition) string {
	q := f.question(c)
	if q == nil {
		return ""
	}
	say := func(sentence string, blanks ...any) string {
		if f.before != nil && f.before.Item == q {
			return f.Say(sentence, blanks...)
		}
		return f.Say(toQuestion[sentence], append([]any{strings.TrimSuffix(q.Ask, ":")}, blanks...)...)
	}
	switch {
	case c.Op == "exists" && c.Value == "false":
		return say("you gave no answer")
	case c.Op == "exists":
		return say("you gave an answer")
	case q.Kind == forms.YesNo && (c.Value == "true") == (c.Op == "="):
		return say("yes")
	case q.Kind == forms.YesNo:
		return say("no")
	}
	value := c.Value
	if o := q.Option(c.Value); o != nil {
		value = o.Text
	}
	if c.Op != "=" {
		value = f.Say(comparisons[c.Op], value)
	}
	return say("your answer is %s", value)
}

// toQuestion are the same sentences with the question named.
var toQuestion = map[string]string{
	"you gave no answer": "you gave no answer to “%s”", "you gave an answer": "you gave an answer to “%s”",
	"yes": "yes to “%s”", "no": "no to “%s”", "your answer is %s": "your answer to “%s” is %s",
}

var comparisons = map[string]string{
	"!=": "not %s", ">": "more than %s", "<": "less than %s", ">=": "at least %s", "<=": "at most %s",
}
