package forms

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// check reports what is wrong between items, once all are read and linked.
func (p *parsing) check(t *Template) {
	p.item = ""
	first := map[string]*Item{}
	asks := make([][]string, len(t.order)) // countries each item is asked in
	p.checkRows(t)
	for i, it := range t.order {
		if other := first[it.ID]; other != nil && it.ID != "" {
			p.failItem(it, "id: is used already on line %d; give each item its own", p.lines[other])
		} else {
			first[it.ID] = it
		}
		outer := t.Countries
		if it.parent != nil {
			outer = asks[it.parent.index]
		} else if len(t.Items) > 0 && (it.Kind == Page) != t.paged && it.Kind != "" {
			p.failItem(it, "control: page stands on some items at the root and not on others; make every one a page, or none")
		}
		var ok bool
		if asks[i], ok = meet(outer, it.Countries); !ok {
			p.failItem(it, "countries: none of them is among those of the form or group around it; widen one")
		}
		p.checkAgree(it)
		p.checkInitial(it)
		p.checkFlag(it)
		p.checkScore(t, it, asks)
		for n := range it.ShowIf {
			p.checkCondition(t, it, &it.ShowIf[n], asks)
		}
	}
}

// Bounds of what stands in a form that nobody has touched: rows within rows
// multiply, and each is read whenever somebody saves.
const (
	maxRowsBegun  = 100
	maxItemsBegun = 10_000
)

func (p *parsing) checkRows(t *Template) {
	begun := make([]int, len(t.order)) // how often each item stands there
	total := 0
	for i, it := range t.order {
		begun[i] = 1
		if it.parent != nil {
			begun[i] = begun[it.parent.index]
		}
		if it.Repeats {
			begun[i] *= max(it.MinTimes, 1)
		}
		if begun[i] > maxRowsBegun {
			p.failItem(it, "min_times: with the groups around it the form begins with %d rows of this; lower them to %d together", begun[i], maxRowsBegun)
			begun[i] = 1
		}
		total += begun[i]
	}
	if total > maxItemsBegun {
		p.fail(0, "items: with their min_times: the form begins with %d of them, more than %d; lower min_times:", total, maxItemsBegun)
	}
}

func (p *parsing) checkAgree(it *Item) {
	if it.Kind != Agree || len(it.Options) == 0 {
		return
	}
	if len(it.Options) != 2 || it.Option(AgreeCode) == nil || it.Option(DeclineCode) == nil {
		p.failItem(it, "options: a consent has exactly the codes agree and decline; only their texts are yours")
	}
}

func (p *parsing) checkFlag(it *Item) {
	m := comparison().FindStringSubmatch(it.Flag)
	if m == nil {
		if it.Alert != "" {
			p.failItem(it, `alert: is shown while a flag holds; add flag: with a comparison, such as ">0"`)
		}
		return
	}
	op, value := m[1], m[2]
	_, bad := strconv.ParseFloat(value, 64)
	equality := op == "=" || op == "!="
	switch {
	case it.Kind == YesNo && (!equality || value != "yes" && value != "no"):
		p.failItem(it, `flag: on a yesno must be "=yes" or "=no"`)
	case it.numeric() && bad != nil:
		p.failItem(it, "flag: must compare with a number")
	case it.choosable() && equality && it.Option(value) == nil:
		p.failItem(it, "flag: %s is no code of its options", value)
	case it.choosable() && !equality && (bad != nil || !it.scored()):
		p.failItem(it, "flag: %s compares scores; give options a score: and compare with a number", op)
	}
}

// scored reports whether choosing an option counts.
func (it *Item) scored() bool {
	return slices.ContainsFunc(it.Options, func(o Option) bool { return o.Score != nil })
}

func (p *parsing) checkScore(t *Template, it *Item, asks [][]string) {
	if it.Score == nil {
		return
	}
	if it.inRows {
		p.failItem(it, "a score cannot stand in a repeating group; move it out")
	}
	for _, id := range it.Score.Sum {
		target := t.byID[id]
		switch {
		case target == nil:
			p.failItem(it, "sum: %s is no item of this form; check its id", id)
		case target.end > it.index:
			p.failItem(it, "sum: %s ends after this score; move the score behind it", id)
		case target.inRows || target.Repeats:
			p.failItem(it, "sum: %s repeats and cannot be added up", id)
		case !covers(asks[target.index], asks[it.index]):
			p.failItem(it, "sum: %s is not asked in every country this score is for", id)
		case !slices.ContainsFunc(t.order[target.index:target.end], (*Item).counts):
			p.failItem(it, "sum: nothing in %s has a score; give options a score:", id)
		}
	}
}

// counts reports whether an answer to the item can be part of a score.
func (it *Item) counts() bool { return it.scored() || it.Kind == Integer }

func (p *parsing) checkCondition(t *Template, it *Item, c *Condition, asks [][]string) {
	target := t.byID[c.Question]
	switch {
	case target == nil:
		p.failItem(it, "show_if: %s is no item of this form; check its id", c.Question)
	case target == it || target.contains(it) || it.contains(target):
		p.failItem(it, "show_if: depends on itself through %s; ask about another item", c.Question)
	case target.index > it.index && len(p.errs) < maxErrors && t.depends(target, it):
		p.failItem(it, "show_if: %s depends on this item in turn, so neither would ever show; remove one condition", c.Question)
	case target.index > it.index:
		p.failItem(it, "show_if: %s comes later in the form; ask it before this item", c.Question)
	case target.Kind == "": // already reported
	case !target.Asked() && target.Kind != Score:
		p.failItem(it, "show_if: %s is a %s and has no answer; name a question", c.Question, target.Kind)
	case !covers(asks[target.index], asks[it.index]):
		p.failItem(it, "show_if: %s is not asked in every country this item is for; give both the same countries:", c.Question)
	default:
		p.checkValue(it, c, target)
	}
}

func (it *Item) contains(other *Item) bool { return it.index < other.index && other.index < it.end }

// depends reports whether a is shown depending on b, over any number of
// conditions, its own or its groups'.
func (t *Template) depends(a, b *Item) bool {
	seen := map[*Item]bool{}
	var visit func(*Item) bool
	visit = func(it *Item) bool {
		if it == nil || seen[it] {
			return false
		}
		seen[it] = true
		for _, c := range it.ShowIf {
			if c.target == b || c.target != nil && b.contains(c.target) || visit(c.target) {
				return true
			}
		}
		return visit(it.parent)
	}
	return visit(a)
}

// checkValue checks that the target can hold the value a condition waits for.
func (p *parsing) checkValue(it *Item, c *Condition, target *Item) {
	if c.Op == "exists" {
		if c.Value != "true" && c.Value != "false" {
			p.failItem(it, "show_if: exists: must be true or false")
		}
		return
	}
	equality := c.Op == "=" || c.Op == "!="
	switch {
	case carriesMore(target):
		p.failItem(it, "show_if: %s is a %s; use exists", c.Question, target.Kind)
	case target.numeric() && !written().MatchString(c.Value):
		p.failItem(it, "show_if: %s is a number; compare it with a number, not %q", c.Question, c.Value)
	case target.Kind == Quantity && len(target.Units) > 1:
		p.failItem(it, "show_if: %s can be in several units and cannot be compared; use exists", c.Question)
	case target.numeric():
		c.number = number(c.Value)
	case target.dated():
		if _, ok := day(c.Value, epoch); !ok {
			p.failItem(it, "show_if: %s is a date; compare it with one such as 2026-05-31 or today-18y", c.Question)
		}
	case target.Kind == Time:
		if _, err := time.Parse("15:04", c.Value); err != nil {
			p.failItem(it, `show_if: %s is a time; compare it with one such as "08:30"`, c.Question)
		}
	case !equality:
		p.failItem(it, "show_if: %s has no order; use = or != instead of %s", c.Question, c.Op)
	case (target.Kind == YesNo || target.Kind == Acknowledge) && c.Value != "true" && c.Value != "false":
		p.failItem(it, "show_if: %s is yes or no; compare it with true or false", c.Question)
	case target.choosable() && target.ValueSet == "" && target.Option(c.Value) == nil && !(target.Kind == PickOrType && c.Value == Other):
		p.failItem(it, "show_if: %q is no option of %s; use one of %s", c.Value, c.Question, codesOf(target))
	}
}

func codesOf(it *Item) string {
	var codes []string
	for _, o := range it.Options {
		codes = append(codes, o.Code)
	}
	return strings.Join(codes, ", ")
}
