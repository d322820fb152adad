package views

import (
	"slices"

	"github.com/sealform/sealform/forms"
)

// A Pad is where a signature can be drawn, by whoever has scripts. Its field
// holds strokes as [forms.ParseStrokes] reads them.
type Pad struct {
	ID, Name, Value string // of the field
	Label           string

	language string
}

// Say says a sentence in the page's language.
func (p Pad) Say(sentence string, blanks ...any) string {
	return Words(p.language).Say(sentence, blanks...)
}

// Pad is where the signer draws.
func (s Sign) Pad() Pad {
	return Pad{"f-strokes", "strokes", s.Strokes, s.Say("Draw your signature"), s.Language}
}

// WitnessPad is where the witness does.
func (s Sign) WitnessPad() Pad {
	return Pad{"f-witness-strokes", "witness_strokes", s.WitnessStrokes, s.Say("The witness can draw their signature"), s.Language}
}

// Pad is where the item's signature is drawn.
func (f field) Pad() Pad {
	return Pad{f.ID("strokes"), f.Name("strokes"), f.Value("strokes"), f.Say("Draw the signature"), f.sheet.options.Language}
}

// HasPads reports whether signatures can be drawn on the page.
func (s *sheet) HasPads() bool { return holdsKind(s.Page(), forms.Signature) }

func holdsKind(it *forms.Item, kind forms.Kind) bool {
	return it.Kind == kind || slices.ContainsFunc(it.Items, func(child *forms.Item) bool { return holdsKind(child, kind) })
}
