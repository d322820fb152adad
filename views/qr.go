package views

import (
	"strconv"

	"rsc.io/qr"
)

// A QR is a QR code as an SVG draws it: one path, in modules, within a quiet
// zone of four on each side (ISO/IEC 18004).
type QR struct {
	Size int
	Path string
}

const quietZone = 4

// qrOf returns the code of a text, or nil when the text is empty or longer
// than a code can hold. Level M survives a fold in the paper.
func qrOf(text string) *QR {
	if text == "" {
		return nil
	}
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return nil
	}
	var path []byte
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			run := 0
			for code.Black(x+run, y) {
				run++
			}
			if run == 0 {
				continue
			}
			path = append(path, 'M')
			path = strconv.AppendInt(path, int64(x+quietZone), 10)
			path = append(path, ' ')
			path = strconv.AppendInt(path, int64(y+quietZone), 10)
			path = append(path, 'h')
			path = strconv.AppendInt(path, int64(run), 10)
			path = append(path, "v1h-"...)
			path = strconv.AppendInt(path, int64(run), 10)
			path = append(path, 'z')
			x += run
		}
	}
	return &QR{Size: code.Size + 2*quietZone, Path: string(path)}
}
