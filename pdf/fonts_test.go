package pdf_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/go-fonts/dejavu/dejavusansmono"
	"github.com/go-fonts/dejavu/dejavusansoblique"
	"github.com/go-fonts/dejavu/dejavuserif"

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
