package pdf

import (
	"math"
	"slices"
	"strconv"
	"unicode/utf16"

	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/shaping"
)

func fontGID(id uint16) font.GID { return font.GID(id) }

// show appends the operators that draw a line from x, y, in points from the
// bottom left of the page.
func (t *typesetter) show(b []byte, l line, w weight, x, y, size float64) []byte {
	if l.runs == nil {
		return t.showSimple(b, l.text, w, x, y, size)
	}
	type placed struct {
		run shaping.Output
		x   float64
	}
	runs := make([]placed, len(l.runs))
	for i, run := range l.runs {
		runs[i] = placed{run, x}
		x += float64(run.Advance) / 64 * size / 1000
	}
	// They stand where they are seen, and follow each other as they are read.
	slices.SortFunc(runs, func(a, b placed) int { return a.run.Runes.Offset - b.run.Runes.Offset })
	for _, r := range runs {
		b = t.showRun(b, r.run, l.source, w, r.x, y, size)
	}
	if l.spaced {
		b = t.showSimple(b, " ", w, x, y, size)
	}
	return b
}

func (t *typesetter) showSimple(b []byte, s string, w weight, x, y, size float64) []byte {
	b = append(b, "BT "...)
	b = append(appendNumber(appendNumber(b, x), y), "Td "...)
	primary := t.embed(t.faces[w][0])
	open := ""
	for _, r := range s {
		e, code := primary, uint32(0)
		if r < quickRunes {
			code = uint32(primary.quick[r])
		}
		if code == 0 {
			e, code = t.loneCode(r, w)
		}
		if name := e.part(code); name != open {
			if open != "" {
				b = append(b, ")Tj "...)
			}
			b, open = append(selectFont(b, name, size), '('), name
		}
		b = e.appendCode(b, code)
	}
	if open != "" {
		b = append(b, ")Tj "...)
	}
	return append(b, "ET\n"...)
}

// loneCode embeds the glyph of a rune drawn by itself.
func (t *typesetter) loneCode(r rune, w weight) (*embedded, uint32) {
	f, id := t.lone(r, w)
	e := t.embed(f)
	code := e.code(use{glyph: id, text: string(r)})
	if e.quick != nil && r < quickRunes && code <= math.MaxUint16 {
		e.quick[r] = uint16(code)
	}
	return e, code
}

// showRun draws one shaped run, every glyph at its own place.
//
// Left-to-right runs carry their text as ActualText, because a glyph may stand
// for several characters or a part of one. Right-to-left runs carry it glyph by
// glyph only: readers take glyphs as they are seen and would turn an ActualText
// round.
func (t *typesetter) showRun(b []byte, run shaping.Output, source []rune, w weight, x, y, size float64) []byte {
	ltr := run.Direction != di.DirectionRTL
	if ltr {
		b = append(b, "/Span<</ActualText<FEFF"...)
		b = appendUTF16(b, string(source[run.Runes.Offset:run.Runes.Offset+run.Runes.Count]))
		b = append(b, ">>>BDC "...)
	}
	b = append(b, "BT "...)
	open, texts := "", glyphTexts(run, source)
	at := make([]float64, len(run.Glyphs))
	for i, g := range run.Glyphs {
		at[i] = x
		x += float64(g.Advance) / 64 * size / 1000
	}
	for _, i := range readingOrder(run, texts) {
		g, x := run.Glyphs[i], at[i]
		f, id := t.faceGlyph(run, g, w)
		e := t.embed(f)
		advance := float64(g.Advance) / 64 * size / 1000
		for n, u := range f.uses(id, texts[i], g) {
			code := e.code(u)
			if name := e.part(code); name != open {
				b, open = selectFont(b, name, size), name
			}
			b = append(b, "1 0 0 1 "...)
			b = appendNumber(b, x+float64(n)*advance/float64(len(texts[i]))+float64(g.XOffset)/64*size/1000)
			b = appendNumber(b, y+float64(g.YOffset)/64*size/1000)
			b = append(e.appendCode(append(b, "Tm("...), code), ")Tj "...)
		}
	}
	b = append(b, "ET"...)
	if ltr {
		b = append(b, " EMC"...)
	}
	return append(b, '\n')
}

// readingOrder returns the glyphs of a run in the order to draw them: the words
// of a right-to-left run from the right, each of them from the left. Readers
// turn a word round, and take words as they come.
func readingOrder(run shaping.Output, texts [][]string) []int {
	order := make([]int, 0, len(run.Glyphs))
	if run.Direction != di.DirectionRTL {
		for i := range run.Glyphs {
			order = append(order, i)
		}
		return order
	}
	for end := len(run.Glyphs); end > 0; {
		start := end - 1
		for start > 0 && texts[start][0] != " " {
			start--
		}
		for i := start; i < end; i++ {
			order = append(order, i)
		}
		end = start
	}
	return order
}

// uses returns what to draw for a glyph that stands for the texts: the glyph,
// and for each further text a blank beside it, sharing its width.
func (f *face) uses(glyph uint16, texts []string, g shaping.Glyph) []use {
	if len(texts) == 1 {
		return []use{{glyph: glyph, text: texts[0]}}
	}
	share := max(1, int(g.Advance)*f.upem/64000/len(texts))
	out := make([]use, len(texts))
	for i, text := range texts {
		out[i] = use{glyph: blankGlyph, text: text, width: share}
	}
	out[0].glyph = glyph
	return out
}

// faceGlyph returns the face and glyph to draw: the box if the run's face
// lacks the character.
func (t *typesetter) faceGlyph(run shaping.Output, g shaping.Glyph, w weight) (*face, uint16) {
	if g.GlyphID == 0 {
		return t.box(w)
	}
	return t.fonts.of[run.Face.Font], uint16(g.GlyphID)
}

// glyphTexts returns what each glyph of a run stands for. In left-to-right runs
// the first glyph of a cluster stands for all of it. In right-to-left runs each
// glyph stands for one character, since readers turn round the order of glyphs
// and not of what one glyph stands for; only the last one of a cluster, such as
// a ligature, may stand for several.
func glyphTexts(run shaping.Output, source []rune) [][]string {
	texts := make([][]string, len(run.Glyphs))
	for from := 0; from < len(run.Glyphs); {
		first := run.Glyphs[from]
		to := from + 1
		for to < len(run.Glyphs) && run.Glyphs[to].TextIndex() == first.TextIndex() {
			to++
		}
		start := min(max(first.TextIndex(), 0), len(source))
		cluster := source[start:min(start+max(first.RunesCount(), 0), len(source))]
		if run.Direction == di.DirectionRTL {
			shareOut(texts[from:to], cluster)
		} else {
			for i := range texts[from:to] {
				texts[from+i] = []string{""}
			}
			texts[from][0] = string(cluster)
		}
		from = to
	}
	return texts
}

// shareOut gives the glyphs of a right-to-left cluster, as seen from the left,
// its characters from the last to the first.
func shareOut(texts [][]string, cluster []rune) {
	for i := range texts {
		left := len(texts) - i
		switch {
		case left > len(cluster):
			texts[i] = []string{""}
			continue
		case left == 1:
			for _, r := range slices.Backward(cluster) {
				texts[i] = append(texts[i], string(r))
			}
			return
		}
		texts[i] = []string{string(cluster[len(cluster)-1])}
		cluster = cluster[:len(cluster)-1]
	}
}

func selectFont(b []byte, name string, size float64) []byte {
	b = append(append(append(b, '/'), name...), ' ')
	return append(appendNumber(b, size), "Tf "...)
}

const hexDigits = "0123456789ABCDEF"

// appendUTF16 appends text as hexadecimal UTF-16BE.
func appendUTF16(b []byte, s string) []byte {
	for _, r := range s {
		if r >= 0x10000 {
			high, low := utf16.EncodeRune(r)
			b = appendHex16(appendHex16(b, high), low)
		} else {
			b = appendHex16(b, r)
		}
	}
	return b
}

func appendHex16(b []byte, u rune) []byte {
	return append(b, hexDigits[u>>12&15], hexDigits[u>>8&15], hexDigits[u>>4&15], hexDigits[u&15])
}

// appendNumber appends a number with at most two decimals and a space.
func appendNumber(b []byte, v float64) []byte {
	b = strconv.AppendFloat(b, v, 'f', 2, 64)
	for b[len(b)-1] == '0' {
		b = b[:len(b)-1]
	}
	if b[len(b)-1] == '.' {
		b = b[:len(b)-1]
	}
	return append(b, ' ')
}
