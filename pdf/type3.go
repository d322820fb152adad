package pdf

import (
	"math"
	"strconv"

	"github.com/go-text/typesetting/font"
	ot "github.com/go-text/typesetting/font/opentype"
)

// procedure returns the glyph as the content of a Type 3 procedure, in font
// units. Faces with CFF outlines (most Chinese, Japanese and Korean ones) are
// embedded that way: the text stays text, and no CFF subsetter is needed.
func (f *face) procedure(id uint16, advance int) []byte {
	shape := f.idle.Get().(*font.Face)
	defer f.idle.Put(shape)
	box, _ := shape.GlyphExtents(font.GID(id))
	b := appendInts(nil, advance, 0,
		int(box.XBearing)-1, int(box.YBearing+box.Height)-1,
		int(box.XBearing+box.Width)+1, int(box.YBearing)+1)
	b = append(b, "d1\n"...)
	if o, ok := shape.GlyphDataOutline(font.GID(id)); ok {
		b = appendOutline(b, o.Segments)
	}
	return b
}

func appendOutline(b []byte, segments []ot.Segment) []byte {
	var at ot.SegmentPoint
	for i, s := range segments {
		switch p := s.Args; s.Op {
		case ot.SegmentOpMoveTo:
			if i > 0 {
				b = append(b, "h\n"...)
			}
			b, at = append(appendPoints(b, p[0]), "m\n"...), p[0]
		case ot.SegmentOpLineTo:
			b, at = append(appendPoints(b, p[0]), "l\n"...), p[0]
		case ot.SegmentOpQuadTo:
			b = appendPoints(b, toward(at, p[0]), toward(p[1], p[0]), p[1])
			b, at = append(b, "c\n"...), p[1]
		case ot.SegmentOpCubeTo:
			b, at = append(appendPoints(b, p[0], p[1], p[2]), "c\n"...), p[2]
		}
	}
	return append(b, "h f"...)
}

// toward returns the cubic control point that a quadratic one stands for.
func toward(from, control ot.SegmentPoint) ot.SegmentPoint {
	return ot.SegmentPoint{X: from.X + 2*(control.X-from.X)/3, Y: from.Y + 2*(control.Y-from.Y)/3}
}

func appendPoints(b []byte, points ...ot.SegmentPoint) []byte {
	for _, p := range points {
		b = appendInts(b, int(math.Round(float64(p.X))), int(math.Round(float64(p.Y))))
	}
	return b
}

func appendInts(b []byte, numbers ...int) []byte {
	for _, n := range numbers {
		b = append(strconv.AppendInt(b, int64(n), 10), ' ')
	}
	return b
}
