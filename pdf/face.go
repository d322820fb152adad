package pdf

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync"

	"github.com/go-text/typesetting/font"
	ot "github.com/go-text/typesetting/font/opentype"
)

// quickRunes is the end of the runes that a primary face looks up in a table.
const quickRunes = 0x2100

// A face is one parsed font: immutable, shared by every document.
type face struct {
	name string // letters and digits only, for the PDF
	font *font.Font
	upem int
	bold bool

	quick []quickGlyph // by rune; nil unless the face is a primary one

	ascent, descent, capHeight, stem, slant int // thousandths of the size
	box                                     [4]int

	glyf []byte // nil for CFF outlines
	loca []uint32

	idle sync.Pool // of *font.Face, which only one goroutine may use at a time
}

var errNoFace = errors.New("no face in the font file")

var errNoOutlines = errors.New("the font has no outlines")

// A quickGlyph is what drawing a rune without shaping needs to know.
type quickGlyph struct{ id, advance uint16 }

// parseFace reads the first face of a TrueType, OpenType or collection file,
// which it keeps. primary faces get a table of their first runes.
func parseFace(file []byte, primary bool) (*face, error) {
	loaders, err := ot.NewLoaders(bytes.NewReader(file))
	if err != nil {
		return nil, err
	}
	if len(loaders) == 0 {
		return nil, errNoFace
	}
	about, _ := font.Describe(loaders[0], nil)
	f := &face{bold: about.Aspect.Weight >= font.WeightSemibold}
	f.name = fontName(about.Family, f.bold)
	if err := f.readTables(loaders[0], file); err != nil {
		return nil, fmt.Errorf("%s: %w", about.Family, err)
	}
	shaping, err := f.shapingLoader(loaders[0], file)
	if err != nil {
		return nil, err
	}
	if f.font, err = font.NewFont(shaping); err != nil {
		return nil, err
	}
	f.idle.New = func() any { return font.NewFace(f.font) }
	if primary {
		f.fillQuick()
	}
	return f, nil
}

func fontName(family string, bold bool) string {
	name := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, family)
	if bold {
		name += "-Bold"
	}
	return name
}

func (f *face) readTables(ld *ot.Loader, file []byte) error {
	table := func(tag string) []byte { b, _ := ld.RawTable(ot.MustNewTag(tag)); return b }
	head, hhea, maxp := table("head"), table("hhea"), table("maxp")
	if len(head) < 54 || len(hhea) < 36 || len(maxp) < 6 {
		return errors.New("a required table is missing")
	}
	if f.upem = int(binary.BigEndian.Uint16(head[18:])); f.upem == 0 {
		return errors.New("the size of its em is missing")
	}
	f.readMetrics(head, hhea, table("OS/2"), table("post"))
	f.glyf = tableOf(file, "glyf")
	if f.glyf == nil {
		if table("CFF ") == nil && table("CFF2") == nil {
			return errNoOutlines
		}
		return nil
	}
	return f.readLoca(tableOf(file, "loca"), int(binary.BigEndian.Uint16(maxp[4:])), int16At(head, 50) == 0)
}

// tableOf returns a table of the first face as it lies in the file, nil when
// there is none (OpenType specification, "Organization of an OpenType Font").
func tableOf(file []byte, tag string) []byte {
	for found, table := range tablesOf(file) {
		if found == tag {
			return table
		}
	}
	return nil
}

// tablesOf yields the tables of the first face, by tag, as they lie in the file.
func tablesOf(file []byte) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		for at := directory(file) + 12; at+16 <= directoryEnd(file); at += 16 {
			from, size := int(binary.BigEndian.Uint32(file[at+8:])), int(binary.BigEndian.Uint32(file[at+12:]))
			if from+size <= len(file) && !yield(string(file[at:at+4]), file[from:from+size:from+size]) {
				return
			}
		}
	}
}

// directory returns where the list of the first face's tables begins.
func directory(file []byte) int {
	if bytes.HasPrefix(file, []byte("ttcf")) && len(file) >= 16 {
		return min(int(binary.BigEndian.Uint32(file[12:])), len(file))
	}
	return 0
}

// directoryEnd returns where it ends.
func directoryEnd(file []byte) int {
	at := directory(file)
	if len(file) < at+12 {
		return 0
	}
	return min(at+12+16*int(binary.BigEndian.Uint16(file[at+4:])), len(file))
}

func (f *face) readMetrics(head, hhea, os2, post []byte) {
	f.ascent, f.descent = f.thousandths(int16At(hhea, 4)), f.thousandths(int16At(hhea, 6))
	for i := range f.box {
		f.box[i] = f.thousandths(int16At(head, 36+2*i))
	}
	f.capHeight, f.stem = f.ascent*7/10, 80
	if len(os2) > 90 && int16At(os2, 0) > 1 {
		f.capHeight = f.thousandths(int16At(os2, 88))
	}
	if len(os2) > 6 {
		// The usual estimate of the stem's width from the weight class.
		weight := int16At(os2, 4)
		f.stem = 50 + weight*weight/4225
	}
	if len(post) > 8 {
		f.slant = int16At(post, 4)
	}
}

func (f *face) readLoca(loca []byte, glyphs int, short bool) error {
	size := 4
	if short {
		size = 2
	}
	if len(loca) < (glyphs+1)*size {
		return errors.New("the glyph index is cut off")
	}
	f.loca = make([]uint32, glyphs+1)
	for i := range f.loca {
		if short {
			f.loca[i] = 2 * uint32(binary.BigEndian.Uint16(loca[2*i:]))
		} else {
			f.loca[i] = binary.BigEndian.Uint32(loca[4*i:])
		}
	}
	return nil
}

func (f *face) fillQuick() {
	f.quick = make([]quickGlyph, quickRunes)
	shape := font.NewFace(f.font)
	for r := rune(' '); r < quickRunes; r++ {
		if id, ok := shape.NominalGlyph(r); ok {
			f.quick[r] = quickGlyph{uint16(id), uint16(shape.HorizontalAdvance(id))}
		}
	}
}

// glyph returns the glyph of a rune, 0 when the face has none.
func (f *face) glyph(r rune) uint16 {
	if r >= 0 && int(r) < len(f.quick) {
		return f.quick[r].id
	}
	id, _ := f.font.NominalGlyph(r)
	return uint16(id)
}

// advances returns the widths of the uses in font units.
func (f *face) advances(uses []use) []int {
	shape := f.idle.Get().(*font.Face)
	defer f.idle.Put(shape)
	widths := make([]int, len(uses))
	for i, u := range uses {
		widths[i] = u.width
		if u.width == 0 {
			widths[i] = int(shape.HorizontalAdvance(font.GID(u.glyph)))
		}
	}
	return widths
}

func (f *face) thousandths(units int) int { return units * 1000 / f.upem }

func int16At(b []byte, i int) int { return int(int16(binary.BigEndian.Uint16(b[i:]))) }
