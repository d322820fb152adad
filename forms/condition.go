package forms

import "strings"

// shown reports whether the item's conditions hold. They look at earlier items
// only, so every value they need has been read.
func (r *reading) shown(it *Item, s *scope) bool {
	for i := range it.ShowIf {
		if r.holds(&it.ShowIf[i], s) == it.ShowAny {
			return it.ShowAny
		}
	}
	return !it.ShowAny
}

// holds looks in the same row first, then outward. From outside, a question in
// a repeating group counts as answered with the answers of all its rows.
func (r *reading) holds(c *Condition, s *scope) bool {
	for ; s != nil; s = s.outer {
		if s.holds(c.target) && !(c.target.inRows && s.rowsOf(c.target)) {
			return c.truth(r.matches(c, s.value(c.target)), s.value(c.target).state == good)
		}
		if s.holds(c.target) {
			return c.truth(r.inRows(c, s))
		}
	}
	return c.truth(false, false)
}

// rowsOf reports whether the item's value is in rows below this scope rather
// than in it.
func (s *scope) rowsOf(it *Item) bool {
	for g := it.parent; g != nil && s.holds(g); g = g.parent {
		if g.Repeats {
			return true
		}
	}
	return false
}

// inRows reports whether any row's answer matches, and whether any has one.
func (r *reading) inRows(c *Condition, s *scope) (matches, answered bool) {
	for group, rows := range s.rows {
		if !group.contains(c.target) {
			continue
		}
		for _, row := range rows {
			m, a := false, false
			if row.rowsOf(c.target) {
				m, a = r.inRows(c, row)
			} else {
				v := row.value(c.target)
				m, a = r.matches(c, v), v.state == good
			}
			matches, answered = matches || m, answered || a
		}
	}
	return matches, answered
}

// truth turns a match into the condition's truth, as FHIR R4 defines it: "!="
// holds when no answer is equal, so also when there is none.
func (c *Condition) truth(matches, answered bool) bool {
	switch c.Op {
	case "exists":
		return answered == (c.Value == "true")
	case "!=":
		return !matches
	default:
		return matches
	}
}

// matches compares one value; for "!=" it reports equality.
func (r *reading) matches(c *Condition, v *value) bool {
	if v.state != good {
		return false
	}
	switch {
	case c.target.numeric():
		return compare(c.Op, v.number, c.number)
	case c.target.dated():
		d, _ := day(c.Value, r.c.Today)
		at, _, _ := strings.Cut(v.key, "T")
		return compare(c.Op, at, d.Format("2006-01-02"))
	case c.target.Kind == Time:
		return compare(c.Op, v.key, c.Value)
	case c.target.Kind == PickMany:
		for _, code := range v.codes {
			if code == c.Value {
				return true
			}
		}
		return false
	default:
		return v.key == c.Value
	}
}

func compare[T float64 | string](op string, a, b T) bool {
	switch op {
	case ">":
		return a > b
	case "<":
		return a < b
	case ">=":
		return a >= b
	case "<=":
		return a <= b
	default:
		return a == b
	}
}
