package pdf_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-fonts/dejavu/dejavusans"
	"github.com/go-fonts/dejavu/dejavusansmono"
	"github.com/go-fonts/dejavu/dejavusansoblique"
	"github.com/go-fonts/dejavu/dejavuserif"
	"github.com/go-fonts/liberation/liberationsansregular"
	"github.com/go-text/typesetting/font"

	"github.com/sealform/sealform/pdf"
)

func TestFontsOfTheFolderAreUsed(t *testing.T) {
	dir := t.TempDir()
	for name, b := range map[string][]byte{"serif.ttf": dejavuserif.TTF, "oblique.ttf": dejavusansoblique.TTF, "mono.TTF": dejavusansmono.TTF, "README": []byte("text")} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	f, err := pdf.LoadFonts(dir)
	if err != nil {
		t.Fatal(err)
	}
	b, err := pdf.New(f).Render(t.Context(), hardNames(), nil)
	if err != nil {
		t.Fatal(err)
	}
	// In the order of their names, mono is first to have Armenian; Liberation
	// stays before all of them, and italics are not for falling back on.
	list := judge(t, "pdffonts", file(t, b))
	wants(t, list, "LiberationSans", "DejaVuSansMono", "emb sub uni")
	if out := judge(t, "pdffonts", file(t, render(t, hardNames(), nil))); out == list {
		t.Error("the folder made no difference")
	}
}

// A face is shaped without its outlines: every glyph must keep its box, by which
// marks are placed that the font has no anchors for, and its width.
func TestGlyphsKeepTheirBoxes(t *testing.T) {
	for name, file := range map[string][]byte{"Sans": dejavusans.TTF, "Serif": dejavuserif.TTF, "Liberation": liberationsansregular.TTF} {
		whole, err := font.ParseTTF(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		shaping, err := pdf.ShapingFont(file)
		if err != nil {
			t.Fatal(err)
		}
		slim, boxes := font.NewFace(shaping), 0
		for id := range font.GID(1 << 16) {
			want, known := whole.GlyphExtents(id)
			if got, also := slim.GlyphExtents(id); got != want || also != known || slim.HorizontalAdvance(id) != whole.HorizontalAdvance(id) {
				t.Fatalf("%s: glyph %d is %v, not %v", name, id, got, want)
			}
			if want.Width != 0 {
				boxes++
			}
		}
		if boxes < 1000 {
			t.Errorf("%s: %d glyphs have a box", name, boxes)
		}
	}
}

func TestUnusableFolderIsAnError(t *testing.T) {
	broken := t.TempDir()
	if err := os.WriteFile(filepath.Join(broken, "a.ttf"), []byte("not a font"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{broken, filepath.Join(broken, "absent")} {
		if _, err := pdf.LoadFonts(dir); err == nil {
			t.Errorf("%s: accepted", dir)
		}
	}
}

// Most fonts for Chinese, Japanese and Korean have CFF outlines, which are
// embedded as procedures. The one here has three characters; the text of all
// others must still be found.
func TestFontWithCFFOutlinesIsEmbedded(t *testing.T) {
	dir := strings.TrimSpace(judge(t, "go", "list", "-m", "-f", "{{.Dir}}", "golang.org/x/image"))
	b, err := os.ReadFile(filepath.Join(dir, "font", "testdata", "CFFTest.otf"))
	if err != nil {
		t.Fatal(err)
	}
	f, err := pdf.OnlyFace(b)
	if err != nil {
		t.Fatal(err)
	}
	for _, draw := range []func(context.Context, *pdf.Document, *pdf.Seal) ([]byte, error){pdf.New(f).Render, pdf.New(f).RenderArchive1} {
		file := file(t, must(t)(draw(t.Context(), hardNames(), nil)))
		wants(t, judge(t, "pdffonts", file), "Type 3")
		wants(t, judge(t, "pdftotext", "-raw", file, "-"), "Practice", "Зоя Щербакова", "王小明")
	}
	wants(t, preflight(t, file(t, must(t)(pdf.New(f).RenderArchive1(t.Context(), hardNames(), nil)))), "is a valid PDF/A-1b file")
}

func must(t testing.TB) func([]byte, error) []byte {
	return func(b []byte, err error) []byte {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
}
