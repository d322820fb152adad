package pdf

import (
	"bytes"
	"encoding/binary"

	ot "github.com/go-text/typesetting/font/opentype"
)

// shapingLoader returns the tables that shaping reads. Of a TrueType glyph that
// is its box: outlines are copied from the file as they lie in it, and parsed
// they would take most of the memory of a face. A variable font keeps its
// outlines, whose points its variations count.
func (f *face) shapingLoader(ld *ot.Loader, file []byte) (*ot.Loader, error) {
	if f.glyf == nil || tableOf(file, "gvar") != nil {
		return ld, nil
	}
	glyf, loca := f.boxes()
	var tables []fontTable
	for tag, table := range tablesOf(file) {
		switch tag {
		case "glyf":
			table = glyf
		case "loca":
			table = loca
		case "head":
			table = bytes.Clone(table)
			binary.BigEndian.PutUint16(table[50:], 1) // long loca
		}
		tables = append(tables, fontTable{tag, table})
	}
	return ot.NewLoader(bytes.NewReader(sfnt(tables)))
}

// boxes returns the font's glyphs as simple ones without any contour, and where
// each of them is.
func (f *face) boxes() (glyf, loca []byte) {
	for id := range len(f.loca) {
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
		if g := f.raw(uint16(id)); g != nil {
			glyf = append(glyf, 0, 0)       // contours
			glyf = append(glyf, g[2:10]...) // the box
			glyf = append(glyf, 0, 0)       // bytes of instructions
		}
	}
	return glyf, loca
}
