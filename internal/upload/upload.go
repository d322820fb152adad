// Package upload owns what may come in as a file: it decides by content what a
// file is, makes photos anew and checks that a PDF is one. The file that comes
// out holds nothing of a photo but its picture: no place, no time, no camera.
//
// It refuses to believe a name or a media type that a browser sent, and never
// writes to a disk.
package upload

import (
	"bytes"
	"context"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sealform/sealform/internal/fault"
)

// The media types a file can come in as. Every photo leaves as a JPEG.
const (
	JPEG = "image/jpeg"
	PNG  = "image/png"
	WebP = "image/webp"
	HEIC = "image/heic"
	PDF  = "application/pdf"
)

// A File is what is kept of an upload.
type File struct {
	Name  string // for people, with the ending that fits Type
	Type  string // JPEG or PDF
	Bytes []byte
}

// TypeOf tells by content what a file is, "" when it is none of ours.
func TypeOf(file []byte) string {
	switch {
	case bytes.HasPrefix(file, []byte("\xff\xd8\xff")):
		return JPEG
	case bytes.HasPrefix(file, []byte("\x89PNG\r\n\x1a\n")):
		return PNG
	case len(file) > 12 && string(file[:4]) == "RIFF" && string(file[8:12]) == "WEBP":
		return WebP
	case len(file) > 12 && string(file[4:8]) == "ftyp" && strings.Contains("heic heix heim heis mif1", string(file[8:12])):
		return HEIC
	case bytes.HasPrefix(file, []byte("%PDF-")):
		return PDF
	}
	return ""
}

// Clean returns what to keep of a file that should be of one of the accepted
// types; a stray HEIC counts as a JPEG. What is refused is a fault with the
// sentence for whoever sent it. ctx bounds how long a photo waits for its turn.
func Clean(ctx context.Context, name string, file []byte, accepted func(mediaType string) bool) (File, error) {
	kind := TypeOf(file)
	if as := kind; as == "" || as == HEIC && !accepted(JPEG) || as != HEIC && !accepted(as) {
		return File{}, fault.New(fault.Unsupported, "That kind of file cannot be used here. "+Wanted(accepted))
	}
	if kind == PDF {
		if !wholePDF(file) {
			return File{}, fault.New(fault.Invalid, "That PDF is damaged or locked with a password. Save it again without a password, or send a photo of it.")
		}
		return File{named(name, ".pdf"), PDF, file}, nil
	}
	photo, err := remake(ctx, kind, file)
	if err != nil {
		return File{}, err
	}
	return File{named(name, ".jpg"), JPEG, photo}, nil
}

// Wanted says which files to choose.
func Wanted(accepted func(string) bool) string {
	switch photo := accepted(JPEG) || accepted(PNG) || accepted(WebP); {
	case photo && accepted(PDF):
		return "Choose a photo (JPEG, PNG or WebP) or a PDF."
	case photo:
		return "Choose a photo (JPEG, PNG or WebP)."
	default:
		return "Choose a PDF."
	}
}

// wholePDF looks at both ends of a file: one that was cut off on its way lacks
// the last. A file with a password could be read by nobody at the practice.
func wholePDF(file []byte) bool {
	tail := file[max(0, len(file)-2048):]
	at := bytes.LastIndex(tail, []byte("startxref"))
	return at >= 0 && bytes.Contains(tail[at:], []byte("%%EOF")) && !bytes.Contains(file, []byte("/Encrypt"))
}

// maxName is the length of a name in characters, its ending included.
const maxName = 80

// named returns the last part of a path as a name that is safe to show: no
// controls, no marks that turn text around, the ending that fits the content.
func named(name, ending string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(c rune) rune {
		if !unicode.IsPrint(c) || c == utf8.RuneError || strings.ContainsRune(`"<>:|?*`, c) {
			return -1
		}
		return c
	}, strings.ToValidUTF8(name, ""))
	if dot := strings.LastIndexByte(name, '.'); dot >= 0 {
		name = name[:dot]
	}
	if name = strings.Trim(name, " ."); name == "" {
		name = "file"
	}
	if r := []rune(name); len(r) > maxName-len(ending) {
		name = string(r[:maxName-len(ending)])
	}
	return name + ending
}
