package pdf

import (
	"slices"
	"strings"

	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/unicode/bidi"
)

// unbroken is a width that no line reaches.
const unbroken = 1e9

// longestShape is how many runes are shaped at a time. Wrapping takes more
// than linear time, so a longer paragraph is set as several.
const longestShape = 4000

// A typesetter measures, breaks and encodes the text of one document, and
// knows which glyphs it used. Widths are in thousandths of the font size.
type typesetter struct {
	fonts    *Fonts
	faces    [2][]*face
	plain    bool // no shaping: every rune by itself, left to right
	language language.Language

	embedded []*embedded // in order of first use
	of       map[*face]*embedded
	shapes   map[*face]*font.Face // taken from their pools until release
	symbols  map[rune]line

	shaper    shaping.HarfbuzzShaper
	segmenter shaping.Segmenter
	wrapper   shaping.LineWrapper
}

func (f *Fonts) typesetter(tag string, plain bool) *typesetter {
	t := &typesetter{
		fonts: f, faces: f.faces, plain: plain, language: language.NewLanguage(tag),
		of: map[*face]*embedded{}, shapes: map[*face]*font.Face{}, symbols: map[rune]line{},
	}
	if plain {
		t.faces = f.builtin
	}
	return t
}

// release gives the faces and tables back for the next document.
func (t *typesetter) release() {
	for f, shape := range t.shapes {
		f.idle.Put(shape)
	}
	clear(t.shapes)
	for _, e := range t.embedded {
		if e.quick != nil {
			clear(e.quick[:])
			quicks.Put(e.quick)
			e.quick = nil
		}
	}
}

// A line is one measured line: text of the primary face, or shaped runs in the
// order they are seen.
type line struct {
	text   string
	width  float64
	runs   []shaping.Output
	source []rune // what the runs' indices count in
	rtl    bool   // of a right-to-left paragraph
	spaced bool   // a space follows the runs
}

// lines sets text in lines of at most limit. Each paragraph ends in a space
// without width, so that whoever extracts or hears it does not run its last
// word into the next one.
func (t *typesetter) lines(s string, w weight, limit float64) []line {
	var out []line
	for _, p := range paragraphs(s) {
		out = append(out, t.wrap(p, w, limit)...)
		if last := &out[len(out)-1]; last.runs == nil {
			last.text += " "
		} else {
			last.spaced = true
		}
	}
	return out
}

// single sets text on one line, however long.
func (t *typesetter) single(s string, w weight) line {
	return t.wrap(clean(s), w, unbroken)[0]
}

// symbol sets one rune, remembered for the document.
func (t *typesetter) symbol(r rune) line {
	l, ok := t.symbols[r]
	if !ok {
		l = t.wrapSimple(string(r), regular, unbroken)[0]
		t.symbols[r] = l
	}
	return l
}

// fit sets text on one line of at most limit, its end cut off if need be. It
// is for running heads only; nothing that counts may be cut.
func (t *typesetter) fit(s string, w weight, limit float64) line {
	lines := t.wrap(clean(s), w, limit)
	if len(lines) == 1 {
		return lines[0]
	}
	return t.wrap(strings.TrimSpace(t.wrap(clean(s), w, limit-1000)[0].text)+"…", w, unbroken)[0]
}

// wrap sets clean text. The space at the end of a line stays in its text, for
// whoever extracts it, but has no width.
func (t *typesetter) wrap(s string, w weight, limit float64) []line {
	if t.plain || simple(t.faces[w][0], s) {
		return t.wrapSimple(s, w, limit)
	}
	var out []line
	runes := []rune(s)
	for len(runes) > 0 {
		n := shapeable(runes)
		out = append(out, t.wrapShaped(runes[:n], w, limit)...)
		runes = runes[n:]
	}
	return out
}

// shapeable returns how many runes to shape at once, ending after a space if
// there is one to end at.
func shapeable(runes []rune) int {
	if len(runes) <= longestShape {
		return len(runes)
	}
	for n := longestShape; n > longestShape/2; n-- {
		if runes[n-1] == ' ' {
			return n
		}
	}
	return longestShape
}

// simple reports whether the face draws the text rune by rune: it has every
// glyph, and none of them joins, stacks or runs from right to left.
func simple(f *face, s string) bool {
	if printable(s) {
		return true
	}
	for _, r := range s {
		if mathematical(r) && f.glyph(r) != 0 {
			continue
		}
		if r >= quickRunes || f.quick[r].id == 0 || complexRune(r) {
			return false
		}
	}
	return true
}

// mathematical reports whether a rune is an operator, such as the minus sign of
// a time zone. They stand by themselves, whatever is beside them.
func mathematical(r rune) bool { return r >= 0x2200 && r < 0x2300 }

func complexRune(r rune) bool {
	return r >= 0x0300 && r < 0x0370 || r >= 0x0483 && r <= 0x0489 ||
		r >= 0x0590 && r < 0x1E00 || r >= 0x200B && r <= 0x200F
}

func (t *typesetter) wrapShaped(runes []rune, w weight, limit float64) []line {
	dir := direction(runes)
	input := shaping.Input{
		Text: runes, RunEnd: len(runes), Direction: dir,
		Size: fixed.I(1000), Language: t.language,
	}
	var shaped []shaping.Output
	for _, run := range t.segmenter.Split(input, chooser{t, w}) {
		shaped = append(shaped, t.shaper.Shape(run))
	}
	wrapped, _ := t.wrapper.WrapParagraph(
		shaping.WrapConfig{Direction: dir}, int(limit), runes, shaping.NewSliceIterator(shaped))
	out := make([]line, 0, len(wrapped))
	for _, runs := range wrapped {
		out = append(out, visualLine(slices.Clone(runs), runes, dir == di.DirectionRTL))
	}
	return out
}

func visualLine(runs []shaping.Output, source []rune, rtl bool) line {
	slices.SortFunc(runs, func(a, b shaping.Output) int { return int(a.VisualIndex - b.VisualIndex) })
	l := line{runs: runs, source: source, rtl: rtl}
	from, to := len(source), 0
	for _, r := range runs {
		l.width += float64(r.Advance) / 64
		from, to = min(from, r.Runes.Offset), max(to, r.Runes.Offset+r.Runes.Count)
	}
	l.text = string(source[min(from, to):to])
	return l
}

// direction is that of the first rune that has one (UAX #9, rules P2 and P3).
func direction(runes []rune) di.Direction {
	for _, r := range runes {
		p, _ := bidi.LookupRune(r)
		switch p.Class() {
		case bidi.L:
			return di.DirectionLTR
		case bidi.R, bidi.AL:
			return di.DirectionRTL
		}
	}
	return di.DirectionLTR
}

// A chooser picks the face for each rune of a shaped text.
type chooser struct {
	t *typesetter
	w weight
}

func (c chooser) ResolveFace(r rune) *font.Face {
	for _, f := range c.t.faces[c.w] {
		if f.glyph(r) != 0 {
			return c.t.shape(f)
		}
	}
	return c.t.shape(c.t.faces[c.w][0])
}

func (t *typesetter) shape(f *face) *font.Face {
	if t.shapes[f] == nil {
		t.shapes[f] = f.idle.Get().(*font.Face)
	}
	return t.shapes[f]
}
