package pdf

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"unicode/utf16"

	"github.com/klauspost/compress/zlib"

	"github.com/sealform/sealform/internal/lazyregexp"
)

// Limits for files of unknown origin.
const (
	maxObjects  = 1 << 20
	maxObject   = 1 << 20  // bytes of a plain object
	maxInflated = 64 << 20 // attachments of one file, together
)

// A sealedFile is a file taken apart as far as Verify needs it. It reads only
// what this package writes: one revision, a cross-reference stream, and the
// catalog, information dictionary, seal and attachments as plain objects.
type sealedFile struct {
	bytes      []byte
	offsets    []int // by object number; 0 for objects in object streams
	root, info []byte
}

var errForeign = errors.New("not a file that this service sealed")

var (
	startOfTable  = lazyregexp.New(`\nstartxref\n(\d{1,10})\n%%EOF\n$`)
	tableHead     = lazyregexp.New(`^\d+ 0 obj\n<</Type/XRef/Size (\d{1,7})/W\[1 4 1\]/Root (\d{1,7}) 0 R/Info (\d{1,7}) 0 R/ID\[<[0-9a-f]{32}><[0-9a-f]{32}>\]/Filter/FlateDecode/Length (\d{1,8})>>\nstream\n`)
	titleEntry    = lazyregexp.New(`/Title(\([^)]*\)|<[0-9A-F]*>)`)
	authorEntry   = lazyregexp.New(`/Author(\([^)]*\)|<[0-9A-F]*>)`)
	subjectEntry  = lazyregexp.New(`/Subject(\([^)]*\)|<[0-9A-F]*>)`)
	keywordsEntry = lazyregexp.New(`/Keywords(\([^)]*\)|<[0-9A-F]*>)`)
)

func readSealed(file []byte) (*sealedFile, error) {
	tail := file[max(0, len(file)-64):]
	m := startOfTable().FindSubmatch(tail)
	if m == nil {
		return nil, errForeign
	}
	at, _ := strconv.Atoi(string(m[1])) // the pattern admits ten digits at most
	if at >= len(file) {
		return nil, errForeign
	}
	head := tableHead().FindSubmatch(file[at:min(len(file), at+400)])
	if head == nil {
		return nil, errForeign
	}
	var n [4]int // size, root, info, length
	for i := range n {
		n[i], _ = strconv.Atoi(string(head[i+1]))
	}
	f := &sealedFile{bytes: file}
	if err := f.readTable(file[at+len(head[0]):], n[0], n[3]); err != nil {
		return nil, err
	}
	f.root, f.info = f.object(n[1]), f.object(n[2])
	if f.root == nil || f.info == nil {
		return nil, errForeign
	}
	return f, nil
}

func (f *sealedFile) readTable(stream []byte, size, length int) error {
	const row = 6
	if length > len(stream) || size > maxObjects {
		return errForeign
	}
	rows, err := inflate(stream[:length], row*size)
	if err != nil || len(rows) != row*size {
		return errForeign
	}
	f.offsets = make([]int, size)
	for n := range f.offsets {
		if r := rows[row*n:]; r[0] == 1 {
			f.offsets[n] = int(r[1])<<24 | int(r[2])<<16 | int(r[3])<<8 | int(r[4])
		}
	}
	return nil
}

// object returns a plain object without its "obj" and "endobj", nil for none.
func (f *sealedFile) object(n int) []byte {
	if n <= 0 || n >= len(f.offsets) || f.offsets[n] == 0 || f.offsets[n] >= len(f.bytes) {
		return nil
	}
	body, ok := bytes.CutPrefix(f.bytes[f.offsets[n]:], []byte(strconv.Itoa(n)+" 0 obj\n"))
	body, _, ended := bytes.Cut(body[:min(len(body), maxObject)], []byte("\nendobj\n"))
	if !ok || !ended {
		return nil
	}
	return body
}

// text returns a text entry of the information dictionary.
func (f *sealedFile) text(pattern *regexp.Regexp) string {
	m := pattern.FindSubmatch(f.info)
	if m == nil {
		return ""
	}
	return readTextString(m[1])
}

// readTextString reads what textString wrote.
func readTextString(s []byte) string {
	if s[0] == '(' {
		return string(s[1 : len(s)-1])
	}
	digits := bytes.TrimPrefix(s[1:len(s)-1], []byte("FEFF"))
	var units []uint16
	for ; len(digits) >= 4; digits = digits[4:] {
		u, err := strconv.ParseUint(string(digits[:4]), 16, 16)
		if err != nil {
			return ""
		}
		units = append(units, uint16(u))
	}
	return string(utf16.Decode(units))
}

// inflate decompresses at most most bytes; more are an error.
func inflate(b []byte, most int) ([]byte, error) {
	z, err := zlib.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	out, err := io.ReadAll(io.LimitReader(z, int64(most)+1))
	if err == nil && len(out) > most {
		return nil, errors.New("more than is allowed")
	}
	return out, err
}
