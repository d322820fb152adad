package pdf

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// subset builds a TrueType program that holds glyph 0 and then the given
// glyphs in their order, without hints, and how many glyphs that came to:
// parts of composite glyphs follow at the end. widths are the advances of the
// given glyphs in font units.
func (f *face) subset(glyphs []uint16, widths []int) (program []byte, count int) {
	list := append([]uint16{0}, glyphs...)
	place := make(map[uint16]uint16, len(list))
	for i, id := range slices.Backward(list) {
		place[id] = uint16(i)
	}
	component := func(id uint16) uint16 {
		at, ok := place[id]
		if !ok {
			at = uint16(len(list))
			place[id] = at
			list = append(list, id)
		}
		return at
	}
	size := 0
	for _, id := range list {
		size += len(f.raw(id)) + 3
	}
	glyf, loca := make([]byte, 0, size), make([]byte, 0, 4*len(list)+4)
	for i := 0; i < len(list); i++ { // list grows while we go
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
		glyf = pad4(f.appendOutline(glyf, list[i], component))
	}
	loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
	return sfnt([]fontTable{
		{"glyf", glyf}, {"head", f.head()}, {"hhea", f.hhea(len(list))},
		{"hmtx", f.hmtx(list, widths)}, {"loca", loca}, {"maxp", maxp(len(list))},
	}), len(list)
}

// raw returns the glyph's bytes in the font, nil for an empty or broken one.
func (f *face) raw(id uint16) []byte {
	if int(id)+1 >= len(f.loca) {
		return nil
	}
	from, to := f.loca[id], f.loca[id+1]
	if to < from+10 || int(to) > len(f.glyf) {
		return nil
	}
	return f.glyf[from:to]
}

// appendOutline appends a glyph without its hinting instructions, its
// components renumbered.
func (f *face) appendOutline(b []byte, id uint16, component func(uint16) uint16) []byte {
	g := f.raw(id)
	if g == nil {
		return b
	}
	if contours := int16At(g, 0); contours >= 0 {
		at := 10 + 2*contours
		if len(g) < at+2 {
			return b
		}
		hints := int(binary.BigEndian.Uint16(g[at:]))
		if len(g) < at+2+hints {
			return b
		}
		return append(append(append(b, g[:at]...), 0, 0), g[at+2+hints:]...)
	}
	return append(b, composite(slices.Clone(g), component)...)
}

// Flags of a composite glyph's parts, from the OpenType specification.
const (
	argsAreWords    = 0x0001
	haveScale       = 0x0008
	moreComponents  = 0x0020
	haveTwoScales   = 0x0040
	haveTwoByTwo    = 0x0080
	haveInstruction = 0x0100
)

func composite(g []byte, component func(uint16) uint16) []byte {
	for at := 10; at+4 <= len(g); {
		flags := binary.BigEndian.Uint16(g[at:])
		binary.BigEndian.PutUint16(g[at:], flags&^haveInstruction)
		binary.BigEndian.PutUint16(g[at+2:], component(binary.BigEndian.Uint16(g[at+2:])))
		at += 6
		if flags&argsAreWords != 0 {
			at += 2
		}
		switch {
		case flags&haveScale != 0:
			at += 2
		case flags&haveTwoScales != 0:
			at += 4
		case flags&haveTwoByTwo != 0:
			at += 8
		}
		if flags&moreComponents == 0 {
			return g[:min(at, len(g))]
		}
	}
	return nil
}

func (f *face) head() []byte {
	b := make([]byte, 54)
	copy(b, []byte{0, 1, 0, 0, 0, 1, 0, 0})
	binary.BigEndian.PutUint32(b[12:], 0x5F0F3CF5) // the table's magic number
	binary.BigEndian.PutUint16(b[16:], 0x000B)
	binary.BigEndian.PutUint16(b[18:], uint16(f.upem))
	for i, v := range f.box {
		binary.BigEndian.PutUint16(b[36+2*i:], uint16(int16(v*f.upem/1000)))
	}
	binary.BigEndian.PutUint16(b[46:], 8)
	binary.BigEndian.PutUint16(b[48:], 2)
	binary.BigEndian.PutUint16(b[50:], 1) // long loca
	return b
}

func (f *face) hhea(glyphs int) []byte {
	b := make([]byte, 36)
	copy(b, []byte{0, 1, 0, 0})
	binary.BigEndian.PutUint16(b[4:], uint16(int16(f.ascent*f.upem/1000)))
	binary.BigEndian.PutUint16(b[6:], uint16(int16(f.descent*f.upem/1000)))
	binary.BigEndian.PutUint16(b[34:], uint16(glyphs))
	return b
}

// hmtx gives advances only to glyph 0 (none) and the glyphs asked for;
// components are never shown by themselves.
func (f *face) hmtx(list []uint16, widths []int) []byte {
	b := make([]byte, 0, 4*len(list))
	for i, id := range list {
		advance, bearing := 0, uint16(0)
		if i > 0 && i <= len(widths) {
			advance = widths[i-1]
		}
		if g := f.raw(id); g != nil {
			bearing = binary.BigEndian.Uint16(g[2:]) // xMin
		}
		b = binary.BigEndian.AppendUint16(b, uint16(advance))
		b = binary.BigEndian.AppendUint16(b, bearing)
	}
	return b
}

// maxp claims generous maxima: readers use them to size buffers only.
func maxp(glyphs int) []byte {
	b := make([]byte, 32)
	copy(b, []byte{0, 1, 0, 0})
	binary.BigEndian.PutUint16(b[4:], uint16(glyphs))
	for _, m := range []struct{ at, value int }{{6, 800}, {8, 80}, {10, 800}, {12, 80}, {14, 2}, {28, 16}, {30, 4}} {
		binary.BigEndian.PutUint16(b[m.at:], uint16(m.value))
	}
	return b
}

type fontTable struct {
	tag   string
	bytes []byte
}

// sfnt joins tables, sorted by tag, into a font file.
func sfnt(tables []fontTable) []byte {
	const head = 12
	at := head + 16*len(tables)
	size := at
	for _, t := range tables {
		size += len(t.bytes) + 3
	}
	halvings := bits.Len(uint(len(tables))) - 1
	b := append(make([]byte, 0, size), 0, 1, 0, 0)
	for _, n := range []int{len(tables), 16 << halvings, halvings, 16*len(tables) - 16<<halvings} {
		b = binary.BigEndian.AppendUint16(b, uint16(n))
	}
	for _, t := range tables {
		b = append(b, t.tag...)
		b = binary.BigEndian.AppendUint32(b, checksum(t.bytes))
		b = binary.BigEndian.AppendUint32(b, uint32(at))
		b = binary.BigEndian.AppendUint32(b, uint32(len(t.bytes)))
		at += (len(t.bytes) + 3) &^ 3
	}
	for _, t := range tables {
		b = pad4(append(b, t.bytes...))
	}
	return b
}

func checksum(b []byte) (sum uint32) {
	for ; len(b) >= 4; b = b[4:] {
		sum += binary.BigEndian.Uint32(b)
	}
	var last [4]byte
	copy(last[:], b)
	return sum + binary.BigEndian.Uint32(last[:])
}

func pad4(b []byte) []byte {
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return b
}
