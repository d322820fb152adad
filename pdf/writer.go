package pdf

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/klauspost/compress/zlib"
)

// A writer puts the objects of the final file together.
type writer struct {
	out     *bytes.Buffer
	offsets []int // by object number; packed for those in an object stream
	packed  bool  // small objects go into object streams
	small   []smallObject
}

type smallObject struct {
	number int
	body   []byte
}

const inObjectStream = -1

// next takes an object number, to be written later.
func (w *writer) next() int {
	w.offsets = append(w.offsets, 0)
	return len(w.offsets) - 1
}

func (w *writer) add(body []byte) int {
	n := w.next()
	w.put(n, body)
	return n
}

// put writes an object, in an object stream if the file has those.
func (w *writer) put(n int, body []byte) {
	if !w.packed {
		w.putPlain(n, body)
		return
	}
	w.offsets[n] = inObjectStream
	w.small = append(w.small, smallObject{n, body})
}

// putPlain writes an object that Verify reads, or that must not be packed.
func (w *writer) putPlain(n int, body []byte) {
	w.offsets[n] = w.out.Len()
	fmt.Fprintf(w.out, "%d 0 obj\n", n)
	w.out.Write(body)
	w.out.WriteString("\nendobj\n")
}

// addStream compresses and writes a stream; dict holds its other entries.
func (w *writer) addStream(dict string, content []byte) int {
	n := w.next()
	w.putStream(n, dict, content)
	return n
}

func (w *writer) putStream(n int, dict string, content []byte) {
	room := rooms.Get().(*bytes.Buffer)
	defer rooms.Put(room)
	deflate(room, content)
	w.putRawStream(n, dict+"/Filter/FlateDecode", room.Bytes())
}

// putRawStream writes a stream as it is.
func (w *writer) putRawStream(n int, dict string, content []byte) {
	w.offsets[n] = w.out.Len()
	fmt.Fprintf(w.out, "%d 0 obj\n<<%s/Length %d>>\nstream\n", n, dict, len(content))
	w.out.Write(content)
	w.out.WriteString("\nendstream\nendobj\n")
}

// finish writes the cross-reference and trailer, which holds the entries.
func (w *writer) finish(entries string) {
	if w.packed {
		w.finishPacked(entries)
		return
	}
	at := w.out.Len()
	fmt.Fprintf(w.out, "xref\n0 %d\n0000000000 65535 f \n", len(w.offsets))
	for _, offset := range w.offsets[1:] {
		fmt.Fprintf(w.out, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(w.out, "trailer\n<</Size %d%s>>\nstartxref\n%d\n%%%%EOF\n", len(w.offsets), entries, at)
}

// packSize is how many objects share a stream: readers inflate a whole one to
// see a single object.
const packSize = 200

func (w *writer) finishPacked(entries string) {
	holder := make(map[int][2]int, len(w.small)) // object: its stream, its place there
	for from := 0; from < len(w.small); from += packSize {
		part := w.small[from:min(from+packSize, len(w.small))]
		n := w.pack(part)
		for i, o := range part {
			holder[o.number] = [2]int{n, i}
		}
	}
	n := w.next()
	w.offsets[n] = w.out.Len()
	rows := make([]byte, 0, 6*len(w.offsets))
	for number, offset := range w.offsets {
		switch h := holder[number]; {
		case number == 0:
			rows = append(rows, 0, 0, 0, 0, 0, 255)
		case offset == inObjectStream:
			rows = append(rows, 2, byte(h[0]>>24), byte(h[0]>>16), byte(h[0]>>8), byte(h[0]), byte(h[1]))
		default:
			rows = append(rows, 1, byte(offset>>24), byte(offset>>16), byte(offset>>8), byte(offset), 0)
		}
	}
	dict := fmt.Sprintf("/Type/XRef/Size %d/W[1 4 1]%s", len(w.offsets), entries)
	w.putStream(n, dict, rows)
	fmt.Fprintf(w.out, "startxref\n%d\n%%%%EOF\n", w.offsets[n])
}

func (w *writer) pack(objects []smallObject) int {
	room := rooms.Get().(*bytes.Buffer)
	defer rooms.Put(room)
	room.Reset()
	at := 0
	for _, o := range objects {
		room.Write(appendInts(room.AvailableBuffer(), o.number, at))
		at += len(o.body) + 1
	}
	first := room.Len()
	for _, o := range objects {
		room.Write(o.body)
		room.WriteByte('\n')
	}
	return w.addStream(fmt.Sprintf("/Type/ObjStm/N %d/First %d", len(objects), first), room.Bytes())
}

// compression takes less than half the time of level 6, for ten bytes more in a
// hundred.
const compression = 1

var deflaters sync.Pool // of *zlib.Writer

// rooms are buffers for what is copied elsewhere when it is whole.
var rooms = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// deflate compresses in place of what the buffer held, with a pooled
// compressor: making one costs more than compressing a page.
func deflate(out *bytes.Buffer, b []byte) {
	out.Reset()
	z, ok := deflaters.Get().(*zlib.Writer)
	if ok {
		z.Reset(out)
	} else {
		z, _ = zlib.NewWriterLevel(out, compression) // the level exists
	}
	z.Write(b) // a bytes.Buffer takes everything
	z.Close()
	deflaters.Put(z)
}

// textString writes text as a PDF string.
func textString(s string) string {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '(' || c == ')' || c == '\\' {
			return "<FEFF" + string(appendUTF16(nil, s)) + ">"
		}
	}
	return "(" + s + ")"
}

func dateString(t time.Time) string { return t.UTC().Format("(D:20060102150405+00'00')") }

// nameToken writes a media type as a PDF name.
func nameToken(s string) string {
	var b []byte
	for _, c := range []byte(s) {
		if c <= ' ' || c > '~' {
			continue
		}
		if c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '.' || c == '-' {
			b = append(b, c)
		} else {
			b = append(b, '#')
			b = append(b, hex.EncodeToString([]byte{c})...)
		}
	}
	if len(b) == 0 {
		return "application#2foctet-stream"
	}
	return string(b)
}

func ref(n int) string { return strconv.Itoa(n) + " 0 R" }

// appendRef appends a reference to an object.
func appendRef(b []byte, n int) []byte { return append(strconv.AppendInt(b, int64(n), 10), " 0 R"...) }
