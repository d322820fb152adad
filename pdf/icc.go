package pdf

import (
	"bytes"
	"encoding/binary"
	"math"
	"sync"
)

// srgb is a small ICC version 2 display profile made here: the sRGB primaries
// adapted to D50 and a sampled sRGB curve (IEC 61966-2-1). PDF/A wants one to
// say what the colours of a file mean. It is kept compressed.
var srgb = sync.OnceValue(func() []byte {
	var out bytes.Buffer
	deflate(&out, profile())
	return out.Bytes()
})

func profile() []byte {
	curve := sampledCurve(64)
	tags := []struct {
		name  string
		bytes []byte // nil shares those of the tag before
	}{
		{"desc", description("sRGB")}, {"cprt", copyright("No copyright, use freely")},
		{"wtpt", xyz(0.9642, 1, 0.8249)},
		{"rXYZ", xyz(0.43607, 0.22249, 0.01392)}, {"gXYZ", xyz(0.38515, 0.71687, 0.09708)}, {"bXYZ", xyz(0.14307, 0.06061, 0.71410)},
		{"rTRC", curve}, {"gTRC", nil}, {"bTRC", nil},
	}
	index := binary.BigEndian.AppendUint32(nil, uint32(len(tags)))
	var body []byte
	at, size := 0, 0
	for _, t := range tags {
		if t.bytes != nil {
			body = pad4(body)
			at, size = 128+4+12*len(tags)+len(body), len(t.bytes)
			body = append(body, t.bytes...)
		}
		index = append(index, t.name...)
		index = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(index, uint32(at)), uint32(size))
	}
	out := append(append(profileHeader(), index...), pad4(body)...)
	binary.BigEndian.PutUint32(out, uint32(len(out)))
	return out
}

func profileHeader() []byte {
	h := make([]byte, 128)
	copy(h[8:], []byte{2, 0x10, 0, 0}) // version 2.1
	copy(h[12:], "mntrRGB XYZ ")
	copy(h[24:], []byte{0x07, 0xEA, 0, 1, 0, 1}) // made on 1 January 2026
	copy(h[36:], "acsp")
	copy(h[68:], xyz(0.9642, 1, 0.8249)[8:]) // D50
	return h
}

func xyz(values ...float64) []byte {
	b := []byte("XYZ \x00\x00\x00\x00")
	for _, v := range values {
		b = binary.BigEndian.AppendUint32(b, uint32(int32(math.Round(v*65536))))
	}
	return b
}

func description(s string) []byte {
	b := binary.BigEndian.AppendUint32([]byte("desc\x00\x00\x00\x00"), uint32(len(s)+1))
	return append(append(b, s...), make([]byte, 1+4+4+2+1+67)...) // no Unicode, no Macintosh name
}

func copyright(s string) []byte { return append([]byte("text\x00\x00\x00\x00"+s), 0) }

func sampledCurve(samples int) []byte {
	b := binary.BigEndian.AppendUint32([]byte("curv\x00\x00\x00\x00"), uint32(samples))
	for i := range samples {
		x := float64(i) / float64(samples-1)
		y := x / 12.92
		if x > 0.04045 {
			y = math.Pow((x+0.055)/1.055, 2.4)
		}
		b = binary.BigEndian.AppendUint16(b, uint16(math.Round(y*65535)))
	}
	return b
}
