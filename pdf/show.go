package pdf

import (
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
	for _, run := range l.runs {
		b = t.showRun(b, run, l.source, w, x, y, size)
		x += float64(run.Advance) / 64 * size / 1000
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
			code = primary.quick[r]
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
	code := e.code(id, string(r))
	if e.quick != nil && r < quickRunes {
		e.quick[r] = code
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
	open := ""
	for i, g := range run.Glyphs {
		e, code := t.glyphCode(run, i, source, w)
		if name := e.part(code); name != open {
			b, open = selectFont(b, name, size), name
		}
		b = append(b, "1 0 0 1 "...)
		b = appendNumber(b, x+float64(g.XOffset)/64*size/1000)
		b = appendNumber(b, y+float64(g.YOffset)/64*size/1000)
		b = append(e.appendCode(append(b, "Tm("...), code), ")Tj "...)
		x += float64(g.Advance) / 64 * size / 1000
	}
	b = append(b, "ET"...)
	if ltr {
		b = append(b, " EMC"...)
	}
	return append(b, '\n')
}

// glyphCode embeds the i-th glyph of a run, or the box if the face lacks it.
// The first glyph of a cluster carries the cluster's text.
func (t *typesetter) glyphCode(run shaping.Output, i int, source []rune, w weight) (*embedded, uint32) {
	g, text := run.Glyphs[i], ""
	if i == 0 || run.Glyphs[i-1].TextIndex() != g.TextIndex() {
		from, to := g.TextIndex(), g.TextIndex()+g.RunesCount()
		if from >= 0 && to <= len(source) {
			text = string(source[from:to])
		}
	}
	f, id := t.fonts.of[run.Face.Font], uint16(g.GlyphID)
	if id == 0 {
		f, id = t.box(w)
	}
	e := t.embed(f)
	return e, e.code(id, text)
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
