package pdf

import (
	"bytes"
	"errors"
	"regexp"
	"strconv"

	"github.com/sealform/sealform/internal/lazyregexp"
)

// drawn is what gofpdf wrote, taken apart. It understands nothing but the
// files of gofpdf itself, without compression: a classic cross-reference
// table, and objects 1 and 2 for the page tree and the resources.
type drawn struct {
	objects    [][]byte // by number, from after "obj" to the end of the file
	root, info int
	pages      []int // their object numbers
}

var errNotDrawn = errors.New("not a file that gofpdf wrote")

var (
	rootEntry     = lazyregexp.New(`/Root (\d+) 0 R`)
	infoEntry     = lazyregexp.New(`/Info (\d+) 0 R`)
	kidsEntry     = lazyregexp.New(`/Kids \[([^\]]*)\]`)
	reference     = lazyregexp.New(`(\d+) 0 R`)
	contentsEntry = lazyregexp.New(`/Contents (\d+) 0 R`)
	lengthEntry   = lazyregexp.New(`/Length (\d+)`)
)

const (
	pageTree  = 1
	resources = 2
)

func readDrawn(file []byte) (*drawn, error) {
	at := bytes.LastIndex(file, []byte("\nxref\n0 "))
	if at < 0 {
		return nil, errNotDrawn
	}
	head, rows, _ := bytes.Cut(file[at+len("\nxref\n0 "):], []byte("\n"))
	count, err := strconv.Atoi(string(head))
	const row = 20
	if err != nil || len(rows) < row*count {
		return nil, errNotDrawn
	}
	d := &drawn{objects: make([][]byte, count)}
	for n := 1; n < count; n++ {
		offset, err := strconv.Atoi(string(rows[row*n : row*n+10]))
		if err != nil || offset > at {
			return nil, errNotDrawn
		}
		_, d.objects[n], _ = bytes.Cut(file[offset:at], []byte("obj\n"))
	}
	trailer := rows[row*count:]
	d.root, d.info = entry(rootEntry(), trailer), entry(infoEntry(), trailer)
	if count <= resources || d.root == 0 || d.info == 0 {
		return nil, errNotDrawn
	}
	d.pages = d.kids()
	return d, nil
}

// entry returns the number a pattern finds, 0 for none.
func entry(pattern *regexp.Regexp, b []byte) int {
	if m := pattern.FindSubmatch(b); m != nil {
		n, _ := strconv.Atoi(string(m[1])) // the pattern admits digits only
		return n
	}
	return 0
}

func (d *drawn) kids() []int {
	var pages []int
	if list := kidsEntry().FindSubmatch(d.dict(pageTree)); list != nil {
		for _, m := range reference().FindAllSubmatch(list[1], -1) {
			n, _ := strconv.Atoi(string(m[1]))
			pages = append(pages, n)
		}
	}
	return pages
}

// dict returns an object that is not a stream.
func (d *drawn) dict(n int) []byte {
	body, _, _ := bytes.Cut(d.objects[n], []byte("endobj"))
	return bytes.TrimSpace(body)
}

// stream returns the entries and the content of a stream object.
func (d *drawn) stream(n int) (dict, content []byte, ok bool) {
	dict, rest, ok := bytes.Cut(d.objects[n], []byte("\nstream\n"))
	length := entry(lengthEntry(), dict)
	if !ok || length > len(rest) || bytes.Contains(dict, []byte("endobj")) {
		return nil, nil, false
	}
	return dict, rest[:length], true
}

// content returns the number and the drawing operators of a page's contents.
func (d *drawn) content(page int) (n int, operators []byte, err error) {
	n = entry(contentsEntry(), d.dict(page))
	if n == 0 || n >= len(d.objects) {
		return 0, nil, errNotDrawn
	}
	_, operators, ok := d.stream(n)
	if !ok {
		return 0, nil, errNotDrawn
	}
	return n, operators, nil
}
