package forms

import (
	"cmp"
	"embed"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed library/*.yaml
var libraryFiles embed.FS

// library parses the built-in templates once. A broken one panics: the tests
// parse them all, so no build that passed them gets there.
var library = sync.OnceValue(func() []*Template {
	files, err := libraryFiles.ReadDir("library")
	if err != nil {
		panic("forms: " + err.Error())
	}
	var all []*Template
	for _, f := range files {
		name := path.Join("library", f.Name())
		src, err := libraryFiles.ReadFile(name)
		if err != nil {
			panic("forms: " + err.Error())
		}
		t, err := Parse(name, src)
		if err != nil {
			panic("forms: " + err.Error())
		}
		all = append(all, t)
	}
	return newest(all)
})

// newest keeps the highest version of each name, by name.
func newest(all []*Template) []*Template {
	slices.SortFunc(all, func(a, b *Template) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), CompareVersions(b.Version, a.Version))
	})
	return slices.CompactFunc(all, func(a, b *Template) bool { return a.Name == b.Name })
}

// LibraryText returns a built-in template as it was written, with what it says
// to whoever edits it; nil when there is none.
func LibraryText(name string) []byte {
	text, err := libraryFiles.ReadFile(path.Join("library", name+".yaml"))
	if err != nil {
		return nil
	}
	return text
}

// CompareVersions orders versions of three numbers, like cmp.Compare.
func CompareVersions(a, b string) int {
	x, y := strings.Split(a, "."), strings.Split(b, ".")
	for i := range min(len(x), len(y)) {
		m, _ := strconv.Atoi(x[i])
		n, _ := strconv.Atoi(y[i])
		if c := cmp.Compare(m, n); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(x), len(y))
}

// Library returns the newest version of every built-in template, by name.
func Library() []*Template { return slices.Clone(library()) }

// LibraryTemplate returns the newest version of a built-in template.
func LibraryTemplate(name string) (*Template, bool) {
	for _, t := range library() {
		if t.Name == name {
			return t, true
		}
	}
	return nil, false
}
