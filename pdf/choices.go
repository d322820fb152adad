package pdf

import (
	"slices"

	"github.com/sealform/sealform/forms"
)

const choiceGap = 14.0 // between choices on one line

// choices sets the options of a question, ticked and not: side by side when
// they fit on one line, in two columns when they are many and short, otherwise
// one below the other.
func (p *pen) choices(choices []forms.Choice, width float64) []set {
	if line, ok := p.choiceLine(choices, 0, width); ok {
		return []set{line}
	}
	if lines, ok := p.choicePairs(choices, width); ok {
		return lines
	}
	var out []set
	for _, c := range choices {
		s := choiceStyle(c)
		offset := choiceOffset(s)
		lines := indented(p.sets(c.Text, s, width-offset), offset)
		lines[0].pieces = append([]piece{{x: -offset, box: boxFor(c)}}, lines[0].pieces...)
		out = append(out, lines...)
	}
	return out
}

// choiceLine sets choices on one line, each at least step after the last one's
// start. It fails when one is wider than its step or all are wider than width.
func (p *pen) choiceLine(choices []forms.Choice, step, width float64) (set, bool) {
	line := set{style: answerStyle}
	x := 0.0
	for i, c := range choices {
		if start := float64(i) * step; step > 0 && x > start {
			return set{}, false
		}
		x = max(x, float64(i)*step)
		s := choiceStyle(c)
		line.pieces = append(line.pieces, piece{x: x, box: boxFor(c)})
		x += choiceOffset(s)
		text := p.text.single(c.Text, s.weight)
		line.pieces = append(line.pieces, piece{line: text, x: x, style: s})
		x += wide(text, s) + choiceGap
		if x-choiceGap > width {
			return set{}, false
		}
	}
	return line, true
}

// choicePairs sets many short choices two to a line.
func (p *pen) choicePairs(choices []forms.Choice, width float64) ([]set, bool) {
	const many = 6
	if len(choices) < many {
		return nil, false
	}
	var out []set
	for pair := range slices.Chunk(choices, 2) {
		line, ok := p.choiceLine(pair, width/2, width)
		if !ok {
			return nil, false
		}
		out = append(out, line)
	}
	return out, true
}

func choiceOffset(s style) float64 { return boxSize(s) + 5 }

// choiceStyle lets what was chosen stand out and keeps the rest readable.
func choiceStyle(c forms.Choice) style {
	if c.Ticked {
		return answerStyle
	}
	return absentStyle
}

func boxFor(c forms.Choice) tick {
	if c.Ticked {
		return ticked
	}
	return unticked
}

// chosenOnly leaves out what was not chosen from long lists, such as
// countries, which would fill pages without saying more.
func chosenOnly(choices []forms.Choice) []forms.Choice {
	const long = 20
	if len(choices) <= long {
		return choices
	}
	return tickedOnly(choices)
}

func tickedOnly(choices []forms.Choice) []forms.Choice {
	var out []forms.Choice
	for _, c := range choices {
		if c.Ticked {
			out = append(out, c)
		}
	}
	return out
}
