package forms

import (
	"encoding/json"
	"strconv"
)

// score adds up a Score item. It stays empty unless enough is answered: part
// of a scale says nothing.
func (r *reading) score(it *Item, s *scope, path string, level int) {
	res := ScoreResult{Item: it.ID, Label: it.Label()}
	asked, answered, sum := 0, 0, 0.0
	counted := map[int]bool{}
	for _, id := range it.Score.Sum {
		target := r.t.byID[id]
		if target == nil {
			continue // not asked in this country
		}
		for _, q := range r.t.order[target.index:target.end] {
			if !q.counts() || counted[q.index] || q.inRows || q.holdsItems() || r.concealed(q, s) {
				continue
			}
			counted[q.index] = true
			asked++
			res.Max += q.most()
			if v := s.value(q); v.state == good {
				answered++
				sum += v.number
			}
		}
	}
	need := asked
	if it.Score.Need > 0 {
		need = it.Score.Need
	}
	if res.Complete = asked > 0 && answered >= need; res.Complete {
		res.Value = int(sum)
		res.Band = it.Score.band(res.Value)
		r.scored(it, s, path, res.Value)
	}
	r.out.Scores = append(r.out.Scores, res)
	if it.Hidden {
		return
	}
	e := Entry{Item: it, Level: level, Path: path, Row: s.row}
	if res.Complete {
		if e.Text = strconv.Itoa(res.Value); res.Band != "" {
			e.Text += " (" + res.Band + ")"
		}
	}
	r.entry(e)
}

func (r *reading) scored(it *Item, s *scope, path string, total int) {
	digits := strconv.Itoa(total)
	v := s.value(it)
	*v = value{state: good, text: digits, key: digits, number: float64(total)}
	s.answers[it.ID] = json.Number(digits)
	if it.Flag != "" && it.flagged(v) {
		r.flag(it, path)
	}
}

// concealed reports whether the item or a group around it is not shown.
func (r *reading) concealed(it *Item, s *scope) bool {
	for ; it != nil; it = it.parent {
		if len(it.ShowIf) > 0 && !r.shown(it, s) {
			return true
		}
	}
	return false
}

// most is the highest number an answer to the item can add to a score.
func (it *Item) most() int {
	best := 0
	for _, o := range it.Options {
		switch {
		case o.Score == nil:
		case it.Kind == PickMany:
			best += max(*o.Score, 0)
		default:
			best = max(best, *o.Score)
		}
	}
	if it.Kind == Integer {
		best = int(number(it.Max))
	}
	return best
}

func (rule *ScoreRule) band(total int) string {
	text := ""
	for _, b := range rule.Bands {
		if total >= b.From {
			text = b.Text
		}
	}
	return text
}

// outcome says what was agreed to. Required consents and acknowledgements
// count; in a form that is itself a consent or an acknowledgement and
// requires none, all do.
func (r *reading) outcome(root *scope) string {
	if o := r.outcomeOf(root, func(it *Item) bool { return it.Required }); o != "" {
		return o
	}
	if r.t.Type == "consent" || r.t.Type == "acknowledgement" {
		return r.outcomeOf(root, func(*Item) bool { return true })
	}
	return ""
}

func (r *reading) outcomeOf(root *scope, counts func(*Item) bool) string {
	var consents, agreed, notices, ticked int
	for _, it := range r.t.order {
		if it.inRows || it.Kind != Agree && it.Kind != Acknowledge || !counts(it) || r.concealed(it, root) {
			continue
		}
		switch v := root.value(it); {
		case it.Kind == Agree && v.key == DeclineCode:
			return Declined
		case it.Kind == Agree:
			consents++
			if v.key == AgreeCode {
				agreed++
			}
		default:
			notices++
			if v.key == "true" {
				ticked++
			}
		}
	}
	switch {
	case agreed < consents || ticked < notices:
		return ""
	case consents > 0:
		return Agreed
	case notices > 0:
		return Acknowledged
	}
	return ""
}
