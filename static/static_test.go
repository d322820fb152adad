package static_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/sealform/sealform/static"
)

// The sizes are promises to people on bad reception: the first page, its style
// and nothing else come in one round of a fresh connection.
func TestFilesAreSmall(t *testing.T) {
	for name, most := range map[string]int{
		"client.css": 6 << 10, "staff.css": 8 << 10, "form.js": 4 << 10, "sign.js": 4 << 10, "upload.js": 2 << 10, "icon.svg": 1 << 10,
	} {
		f, ok := static.Open(static.URL(name))
		if !ok {
			t.Fatalf("%s is not served", name)
		}
		size := len(f.Gzip)
		if f.Gzip == nil {
			size = len(f.Bytes)
		}
		if size > most {
			t.Errorf("%s is %d bytes compressed, more than %d", name, size, most)
		}
	}
}

func TestEveryFileIsServedWhole(t *testing.T) {
	if len(static.Paths()) < 5 {
		t.Fatalf("only %v", static.Paths())
	}
	shape := regexp.MustCompile(`^/static/[a-z]+\.[0-9a-f]{12}\.(css|js|svg)$`)
	for _, path := range static.Paths() {
		f, ok := static.Open(path)
		if !ok || !shape.MatchString(path) || f.Type == "" {
			t.Errorf("%s: served %v as %q", path, ok, f.Type)
		}
		if f.Gzip == nil {
			continue
		}
		r, err := gzip.NewReader(bytes.NewReader(f.Gzip))
		if err != nil {
			t.Fatal(err)
		}
		if plain, err := io.ReadAll(r); err != nil || !bytes.Equal(plain, f.Bytes) {
			t.Errorf("%s: the gzipped bytes differ", path)
		}
	}
}

func TestUnknownPathsAreNotServed(t *testing.T) {
	for _, path := range []string{"", "/", "/static/", "/static/client.css", "/static/static.go", static.URL("client.css") + "x"} {
		if _, ok := static.Open(path); ok {
			t.Errorf("%q is served", path)
		}
	}
}

// Nothing may be fetched from anywhere else, and nothing may need more than the
// strictest policy allows.
func TestFilesAskNobodyElse(t *testing.T) {
	for _, path := range static.Paths() {
		f, _ := static.Open(path)
		text := strings.ReplaceAll(string(f.Bytes), "http://www.w3.org/2000/svg", "")
		for _, word := range []string{"http:", "https:", "//cdn", "@import", "url(", "eval(", "new Function", "innerHTML", "localStorage", "sessionStorage", "document.cookie"} {
			if strings.Contains(text, word) {
				t.Errorf("%s contains %q", path, word)
			}
		}
	}
}
