// Package static owns the style sheets, scripts and pictures of the pages, all
// of them our own, and serves them under names that carry their content's hash,
// so that a browser may keep them for ever and never shows an old one.
//
// It refuses to compress per request: every file is held raw and gzipped.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"path"
	"strings"
	"sync"
)

//go:embed *.css *.js *.svg
var files embed.FS

// A File is what a browser gets. Gzip is the whole file compressed, or nil
// where that would save nothing. The bytes are shared: never write to them.
type File struct {
	Bytes, Gzip []byte
	Type        string // Content-Type
}

// types lists what may be served at all; a file of any other kind stops the
// program as it starts.
var types = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

var (
	urls   = map[string]string{} // name to path
	byPath = map[string]func() File{}
)

func init() {
	entries, err := files.ReadDir(".")
	if err != nil {
		panic(fmt.Sprintf("static: %v", err)) // an embedded folder can always be read
	}
	for _, e := range entries {
		b, err := files.ReadFile(e.Name())
		if err != nil {
			panic(fmt.Sprintf("static: %v", err))
		}
		add(e.Name(), b)
	}
}

func add(name string, b []byte) {
	ext := path.Ext(name)
	kind, ok := types[ext]
	if !ok {
		panic("static: " + name + " is of no known type")
	}
	sum := sha256.Sum256(b)
	url := "/static/" + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext
	urls[name] = url
	byPath[url] = sync.OnceValue(func() File { // compressed when somebody asks: every command starts here
		f := File{Bytes: b, Type: kind}
		if z := squeeze(b); len(z) < len(b) {
			f.Gzip = z
		}
		return f
	})
}

func squeeze(b []byte) []byte {
	var z bytes.Buffer
	// The level is valid and a Buffer never fails, so neither can this.
	w, _ := gzip.NewWriterLevel(&z, gzip.BestCompression)
	_, _ = w.Write(b)
	_ = w.Close()
	return z.Bytes()
}

// URL returns the path that serves the named file, such as
// "/static/client.9f2c61d0a3b4.css" for "client.css". An unknown name panics:
// names are written in our own views, never taken from a request.
func URL(name string) string {
	url, ok := urls[name]
	if !ok {
		panic("static: no file called " + name)
	}
	return url
}

// Open returns the file a path of URL names, and whether there is one.
func Open(path string) (File, bool) {
	f, ok := byPath[path]
	if !ok {
		return File{}, false
	}
	return f(), true
}

// Paths returns every path that Open knows, in no order.
func Paths() []string {
	all := make([]string, 0, len(byPath))
	for p := range byPath {
		all = append(all, p)
	}
	return all
}
