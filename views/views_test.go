package views_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/views"
)

var pagesDir = flag.String("pages", "", "write every sample page into this folder, to be looked at")

func allKinds(t testing.TB) *forms.Template {
	b, err := os.ReadFile("testdata/all-kinds.yaml")
	if err != nil {
		t.Fatal(err)
	}
	f, err := forms.Parse("all-kinds.yaml", b)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func render(t *testing.T, v *views.Views, p views.Page) []byte {
	var b bytes.Buffer
	if err := v.Render(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestEveryPage(t *testing.T) {
	v := views.New()
	seen := map[string]bool{}
	for name, p := range samples(t) {
		seen[p.View()] = true
		t.Run(name, func(t *testing.T) { checkPage(t, name, render(t, v, p)) })
	}
	for _, p := range views.Pages() {
		t.Run("empty "+p.View(), func(t *testing.T) { checkPage(t, "", render(t, v, p)) })
		if !seen[p.View()] {
			t.Errorf("no sample of %s", p.View())
		}
	}
}

func TestEveryViewFileHasAPage(t *testing.T) {
	known := map[string]bool{}
	for _, p := range views.Pages() {
		known[p.View()] = true
	}
	partial := map[string]bool{"head": true, "meta": true, "top": true, "foot": true, "rows": true, "facts": true, "issued": true, "keynames": true, "slip": true, "places": true, "role": true, "sections": true, "signins": true, "template-rows": true}
	for _, side := range []string{"client", "staff"} {
		files, err := filepath.Glob("html/" + side + "/*.html")
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			name := strings.TrimSuffix(filepath.Base(file), ".html")
			if !partial[name] && !known[side+"/"+name] {
				t.Errorf("%s is printed by no page", file)
			}
		}
	}
}

func TestEveryFormPage(t *testing.T) {
	v := views.New()
	for _, f := range append(resolvedLibrary(t), allKinds(t)) {
		form, err := views.CompileForm(v, f, options)
		if err != nil {
			t.Fatal(err)
		}
		for i := range form.Pages() {
			name := "f-" + f.Name + "-" + string(rune('1'+i))
			t.Run(name, func(t *testing.T) {
				raw, _ := form.Page(i).Blank()
				checkPage(t, name, raw)
			})
		}
	}
}

func checkPage(t *testing.T, name string, page []byte) {
	t.Helper()
	if *pagesDir != "" && name != "" {
		if err := os.WriteFile(filepath.Join(*pagesDir, name+".html"), page, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, fault := range faults(page) {
		t.Error(fault)
	}
	if *pagesDir == "" && bytes.Contains(page, []byte("ZgotmplZ")) {
		t.Error("html/template refused a value")
	}
	if _, err := html.Parse(bytes.NewReader(page)); err != nil {
		t.Error(err)
	}
}
