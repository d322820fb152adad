package pdf

import (
	"fmt"
	"strconv"
	"sync"
)

// How many codes one PDF font holds: Type 3 fonts have one-byte codes.
const (
	trueTypeCodes = 60000
	type3Codes    = 255
)

// embedded is what one document uses of a face. A glyph gets its own code for
// each text it stands for, so that the box drawn for many missing characters
// still reads back as each of them.
type embedded struct {
	face  *face
	name  string // of the font resource, without the part's number
	size  int    // codes in a part
	codes map[use]uint32
	uses  []use               // by code-1
	quick *[quickRunes]uint16 // codes by rune, of primary faces; 0 for not known
	parts []string            // names
}

// blankGlyph is drawn as nothing. No face has so many glyphs.
const blankGlyph = 0xFFFF

type use struct {
	glyph uint16
	text  string
	width int // in font units; 0 for the glyph's own
}

// usedMostly is about how many glyphs of a face a document uses.
const usedMostly = 96

// quicks are empty tables of codes by rune.
var quicks = sync.Pool{New: func() any { return new([quickRunes]uint16) }}

func (t *typesetter) embed(f *face) *embedded {
	e := t.of[f]
	if e == nil {
		e = &embedded{face: f, name: "F" + strconv.Itoa(len(t.embedded)), size: trueTypeCodes, codes: make(map[use]uint32, usedMostly)}
		if f.glyf == nil {
			e.size = type3Codes
		}
		if f.quick != nil {
			e.quick = quicks.Get().(*[quickRunes]uint16)
		}
		t.of[f] = e
		t.embedded = append(t.embedded, e)
	}
	return e
}

// code returns the code of a use, from 1.
func (e *embedded) code(u use) uint32 {
	c, ok := e.codes[u]
	if !ok {
		e.uses = append(e.uses, u)
		c = uint32(len(e.uses))
		e.codes[u] = c
	}
	return c
}

// part returns the resource name of the font that holds a code.
func (e *embedded) part(code uint32) string {
	n := int(code-1) / e.size
	for len(e.parts) <= n {
		e.parts = append(e.parts, e.name+"."+strconv.Itoa(len(e.parts)))
	}
	return e.parts[n]
}

// appendCode appends a code as bytes of a literal string.
func (e *embedded) appendCode(b []byte, code uint32) []byte {
	c := int(code-1)%e.size + 1
	if e.size == trueTypeCodes {
		b = appendLiteral(b, byte(c>>8))
	}
	return appendLiteral(b, byte(c))
}

func appendLiteral(b []byte, c byte) []byte {
	switch c {
	case '(', ')', '\\':
		return append(b, '\\', c)
	case '\r': // a reader would take it for the end of a line
		return append(b, '\\', 'r')
	}
	return append(b, c)
}

// writeFonts adds the fonts that the document used to the file and returns
// the entries of its font resources.
func (t *typesetter) writeFonts(w *writer) []byte {
	var resources []byte
	for n, e := range t.embedded {
		for i := 0; i*e.size < len(e.uses); i++ {
			uses := e.uses[i*e.size : min((i+1)*e.size, len(e.uses))]
			object := 0
			if e.size == type3Codes {
				object = e.face.writeType3(w, uses)
			} else {
				object = e.face.writeTrueType(w, subsetTag(n, i), uses)
			}
			resources = fmt.Appendf(resources, "/%s %d 0 R", e.part(uint32(i*e.size+1)), object)
		}
	}
	return resources
}

// subsetTag is the six letters that mark a subset's name, different for each.
func subsetTag(face, part int) string {
	return fmt.Sprintf("SF%c%c%c%c", 'A'+face/26%26, 'A'+face%26, 'A'+part/26%26, 'A'+part%26)
}

func (f *face) writeTrueType(w *writer, tag string, uses []use) int {
	glyphs, texts := split(uses)
	units := f.advances(uses)
	program, count := f.subset(glyphs, units)
	every := make([]byte, (count+7)/8)
	for i := range count {
		every[i/8] |= 0x80 >> (i % 8)
	}
	name := tag + "+" + f.name
	file := w.addStream(fmt.Sprintf("/Length1 %d", len(program)), program)
	set := w.addStream("", every)
	unicode := w.addStream("", toUnicode(texts, 2))
	descriptor := w.add(fmt.Appendf(nil, "<</Type/FontDescriptor/FontName/%s/Flags 4/FontBBox[%d %d %d %d]/ItalicAngle %d/Ascent %d/Descent %d/CapHeight %d/StemV %d/CIDSet %d 0 R/FontFile2 %d 0 R>>",
		name, f.box[0], f.box[1], f.box[2], f.box[3], f.slant, f.ascent, f.descent, f.capHeight, f.stem, set, file))
	widths := []byte("[1[")
	for _, u := range units {
		widths = appendInts(widths, (u*1000+f.upem/2)/f.upem)
	}
	descendant := w.add(fmt.Appendf(nil, "<</Type/Font/Subtype/CIDFontType2/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor %d 0 R/DW 0/W%s]]/CIDToGIDMap/Identity>>",
		name, descriptor, widths))
	return w.add(fmt.Appendf(nil, "<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>",
		name, descendant, unicode))
}

func (f *face) writeType3(w *writer, uses []use) int {
	glyphs, texts := split(uses)
	units := f.advances(uses)
	var procedures, names, widths []byte
	for i, g := range glyphs {
		n := w.addStream("", f.procedure(g, units[i]))
		procedures = fmt.Appendf(procedures, "/g%d %d 0 R", i+1, n)
		names = fmt.Appendf(names, "/g%d", i+1)
		widths = appendInts(widths, units[i])
	}
	unicode := w.addStream("", toUnicode(texts, 1))
	scale := 1 / float64(f.upem)
	return w.add(fmt.Appendf(nil, "<</Type/Font/Subtype/Type3/FontBBox[%d %d %d %d]/FontMatrix[%g 0 0 %g 0 0]/CharProcs<<%s>>/Encoding<</Type/Encoding/Differences[1%s]>>/FirstChar 1/LastChar %d/Widths[%s]/ToUnicode %d 0 R/Resources<<>>>>",
		f.box[0]*f.upem/1000, f.box[1]*f.upem/1000, f.box[2]*f.upem/1000, f.box[3]*f.upem/1000,
		scale, scale, procedures, names, len(uses), widths, unicode))
}

func split(uses []use) (glyphs []uint16, texts []string) {
	glyphs, texts = make([]uint16, 0, len(uses)), make([]string, 0, len(uses))
	for _, u := range uses {
		glyphs, texts = append(glyphs, u.glyph), append(texts, u.text)
	}
	return glyphs, texts
}

// toUnicode maps codes of size bytes, from 1, to the texts they stand for.
func toUnicode(texts []string, size int) []byte {
	low, high := fmt.Sprintf("%0*X", 2*size, 0), fmt.Sprintf("%X", 1<<(8*size)-1)
	b := fmt.Appendf(nil, "/CIDInit/ProcSet findresource begin 12 dict begin begincmap/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def/CMapName/Adobe-Identity-UCS def/CMapType 2 def 1 begincodespacerange<%s><%s>endcodespacerange\n", low, high)
	const most = 100 // entries a bfchar block may have
	var block []byte
	count := 0
	flush := func() {
		if count > 0 {
			b = append(append(fmt.Appendf(b, "%d beginbfchar\n", count), block...), "endbfchar\n"...)
		}
		block, count = block[:0], 0
	}
	for i, text := range texts {
		if text == "" {
			continue
		}
		block = appendUTF16(fmt.Appendf(block, "<%0*X><", 2*size, i+1), text)
		block = append(block, ">\n"...)
		if count++; count == most {
			flush()
		}
	}
	flush()
	return append(b, "endcmap CMapName currentdict/CMap defineresource pop end end"...)
}
