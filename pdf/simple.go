package pdf

import "unicode/utf8"

// wrapSimple breaks text that needs no shaping: after spaces, hyphens, dashes
// and slashes, and anywhere within a word that is longer than a line.
func (t *typesetter) wrapSimple(s string, w weight, limit float64) []line {
	b := breaker{t: t, w: w, text: s, upem: t.faces[w][0].upem}
	b.limit = int(min(limit, unbroken) * float64(b.upem) / 1000)
	for i, r := range s {
		b.add(i, r)
	}
	if b.start < len(s) || len(b.out) == 0 {
		b.emit(len(s), b.width)
	}
	return b.out
}

// A breaker fills lines greedily. Its widths are in units of the primary face.
type breaker struct {
	t     *typesetter
	w     weight
	text  string
	upem  int
	limit int
	out   []line

	start, width      int // of the line so far
	chance, chanceEnd int // where it may end, and its width there; 0 for nowhere
}

func (b *breaker) add(i int, r rune) {
	advance := b.t.advance(r, b.w)
	if b.width+advance > b.limit && r != ' ' && i > b.start {
		if b.chance > b.start {
			b.emit(b.chance, b.chanceEnd)
		} else {
			b.emit(i, b.width)
		}
	}
	b.width += advance
	switch r {
	case ' ', '-', '–', '—', '/':
		b.chance, b.chanceEnd = i+utf8.RuneLen(r), b.width
	}
}

// emit ends the line at a byte of the text, where it is width wide.
func (b *breaker) emit(end, width int) {
	visible := width
	for i := end; i > b.start && b.text[i-1] == ' '; i-- {
		visible -= b.t.advance(' ', b.w)
	}
	b.out = append(b.out, line{text: b.text[b.start:end], width: float64(visible) * 1000 / float64(b.upem)})
	b.start, b.width, b.chance = end, b.width-width, 0
}

// advance is the width of a rune drawn by itself, in units of the primary face.
func (t *typesetter) advance(r rune, w weight) int {
	f := t.faces[w][0]
	if r < quickRunes && f.quick[r].id != 0 {
		return int(f.quick[r].advance)
	}
	other, id := t.lone(r, w)
	return int(t.shape(other).HorizontalAdvance(fontGID(id))) * f.upem / other.upem
}

// spaceWidth is the width of a space in thousandths of the size.
func (t *typesetter) spaceWidth(w weight) float64 {
	return float64(t.advance(' ', w)) * 1000 / float64(t.faces[w][0].upem)
}

// lone returns the face and glyph for a rune drawn by itself: a box when no
// face has it.
func (t *typesetter) lone(r rune, w weight) (*face, uint16) {
	for _, f := range t.faces[w] {
		if id := f.glyph(r); id != 0 {
			return f, id
		}
	}
	return t.box(w)
}

// box returns the visible box that stands for a character no face has.
func (t *typesetter) box(w weight) (*face, uint16) {
	for _, f := range t.faces[w] {
		for _, r := range "□\uFFFD?" {
			if id := f.glyph(r); id != 0 {
				return f, id
			}
		}
	}
	return t.faces[w][0], 1
}
