package upload

import (
	"bytes"
	"encoding/binary"
)

// orientation reads which way up a photo was taken, from 1 to 8; 1 when it does
// not say. It is the only thing ever read from a photo's metadata.
func orientation(kind string, file []byte) int {
	switch kind {
	case JPEG:
		turn := 1
		segments(file, func(marker byte, body []byte) bool {
			exif, ok := bytes.CutPrefix(body, []byte("Exif\x00\x00"))
			if marker == 0xE1 && ok {
				turn = turned(exif)
			}
			return turn == 1
		})
		return turn
	case PNG:
		return turned(chunk(file[8:], "eXIf", binary.BigEndian, 4, 4))
	case WebP:
		exif := chunk(file[12:], "EXIF", binary.LittleEndian, 0, 0)
		return turned(bytes.TrimPrefix(exif, []byte("Exif\x00\x00")))
	}
	return 1
}

// segments calls visit for each segment of a JPEG before its picture, until it
// returns false.
func segments(file []byte, visit func(marker byte, body []byte) bool) {
	for file = file[min(2, len(file)):]; len(file) >= 4 && file[0] == 0xFF; {
		marker, size := file[1], int(binary.BigEndian.Uint16(file[2:]))
		switch {
		case marker == 0xFF: // fill
			file = file[1:]
			continue
		case marker == 0xDA, size < 2, size+2 > len(file):
			return
		}
		if !visit(marker, file[4:size+2]) {
			return
		}
		file = file[size+2:]
	}
}

// chunk returns the body of the first chunk of a name, nil without one. In PNG
// the length comes before the name and a checksum after the body; in RIFF the
// length comes after the name and bodies have even length.
func chunk(file []byte, name string, order binary.ByteOrder, nameAt, after int) []byte {
	for len(file) >= 8 {
		size := int(order.Uint32(file[4-nameAt:]))
		if size < 0 || size > len(file)-8 {
			return nil
		}
		if string(file[nameAt:nameAt+4]) == name {
			return file[8 : 8+size]
		}
		next := 8 + size + after
		if after == 0 {
			next += size % 2
		}
		file = file[min(next, len(file)):]
	}
	return nil
}

// turned reads the orientation (tag 0x0112) from the first directory of Exif
// data, which are a TIFF file.
func turned(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.BigEndian
	if string(tiff[:2]) == "II" {
		order = binary.LittleEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at < 8 || at+2 > int64(len(tiff)) {
		return 1
	}
	entries := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(entries) < 12 {
			break
		}
		if order.Uint16(entries) == 0x0112 {
			if v := int(order.Uint16(entries[8:])); v >= 1 && v <= 8 {
				return v
			}
		}
		entries = entries[12:]
	}
	return 1
}
