package forms

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Who may be asked to sign, in Item.Signer; "" is the client.
const (
	GuardianSigns = "guardian" // whoever signs for the client: relationship and authority are asked as well
	WitnessSigns  = "witness"  // somebody who saw it, and so none of those who signed before
)

// A Signed is what was entered at one Signature.
type Signed struct {
	Name                    string
	Relationship, Authority string     // of a guardian
	Strokes                 [][][2]int // as [ParseStrokes] returns them; nil when only the name was typed
}

// Bounds of a drawn signature, far above any person's. The box is the one that
// strokes are drawn in.
const (
	StrokeWidth  = 1000
	StrokeHeight = 300
	maxStrokes   = 200
	maxPoints    = 20_000
)

var errStrokes = errors.New("these are no strokes")

// ParseStrokes reads a drawn signature: JSON, one list of [x, y] for each
// movement of the pen. Empty text is no drawing.
func ParseStrokes(text string) ([][][2]int, error) {
	if text == "" {
		return nil, nil
	}
	var raw [][][]int
	if json.Unmarshal([]byte(text), &raw) != nil || len(raw) > maxStrokes {
		return nil, errStrokes
	}
	var strokes [][][2]int
	points := 0
	for _, stroke := range raw {
		var line [][2]int
		for _, at := range stroke {
			if points++; points > maxPoints || len(at) != 2 || at[0] < 0 || at[0] > StrokeWidth || at[1] < 0 || at[1] > StrokeHeight {
				return nil, errStrokes
			}
			line = append(line, [2]int{at[0], at[1]})
		}
		if len(line) > 0 {
			strokes = append(strokes, line)
		}
	}
	return strokes, nil
}

// StrokePath is a drawn signature as SVG path data. A dot is a line of no
// length, which round caps make visible.
func StrokePath(strokes [][][2]int) string {
	var b strings.Builder
	for _, stroke := range strokes {
		for i, at := range stroke {
			fmt.Fprintf(&b, "%c%d %d", "ML"[min(i, 1)], at[0], at[1])
		}
		if len(stroke) == 1 {
			b.WriteString("h0")
		}
	}
	return b.String()
}

// Path is the drawing as SVG path data, "" when the name was only typed.
func (s *Signed) Path() string { return StrokePath(s.Strokes) }

// Who is the signer as a person reads it.
func (s *Signed) Who() string {
	if s.Relationship == "" {
		return s.Name
	}
	return s.Name + ", " + s.Relationship + " (" + s.Authority + ")"
}

func (s *Signed) answer() map[string]any {
	out := map[string]any{"name": s.Name}
	for key, text := range map[string]string{"relationship": s.Relationship, "authority": s.Authority} {
		if text != "" {
			out[key] = text
		}
	}
	if len(s.Strokes) > 0 {
		out["strokes"] = s.Strokes
	}
	return out
}

// readSignature reads a signature. The name is always typed, so that it can be
// read; the drawing may be left out.
func (r *reading) readSignature(it *Item, path string) value {
	said := func(part string) string {
		return strings.Join(strings.Fields(clean(clip(r.first(path, part)), false)), " ")
	}
	s := &Signed{Name: said("")}
	drawn := r.first(path, "strokes")
	if it.Signer == GuardianSigns {
		s.Relationship, s.Authority = said("relationship"), said("authority")
	}
	if s.Name+s.Relationship+s.Authority == "" && blank(drawn) {
		return value{}
	}
	strokes, err := ParseStrokes(drawn)
	s.Strokes = strokes
	part, problem := "", ""
	long := slices.IndexFunc([]string{s.Name, s.Relationship, s.Authority}, func(t string) bool { return utf8.RuneCountInString(t) > maxName })
	switch {
	case s.Name == "":
		problem = it.say.Say("Type the full name for %s", it.quoted())
	case it.Signer == GuardianSigns && s.Relationship == "":
		part, problem = "relationship", it.say.Say("Enter the relationship for %s", it.quoted())
	case it.Signer == GuardianSigns && s.Authority == "":
		part, problem = "authority", it.say.Say("Enter what allows you to sign, for %s", it.quoted())
	case long >= 0:
		part, problem = []string{"", "relationship", "authority"}[long], it.tooLong(maxName)
	case err != nil:
		problem = it.say.Say("Draw the signature again, or leave the drawing out, for %s", it.quoted())
	case it.Signer == WitnessSigns && slices.ContainsFunc(r.signers, func(name string) bool { return strings.EqualFold(name, s.Name) }):
		problem = it.say.Say("The witness must be somebody who has not signed already, for %s", it.quoted())
	}
	if problem != "" {
		return it.broken(s.Name, part, problem)
	}
	r.signers = append(r.signers, s.Name)
	return value{state: good, text: s.Who(), answer: s.answer(), key: s.Name, signed: s}
}

// clip keeps a hostile text from being normalised whole.
func clip(s string) string { return s[:min(len(s), maxText*utf8.UTFMax)] }
