package pdf_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/pdf"
)

// noto are texts in scripts that the built-in fonts lack, with the Debian
// font that has them.
var noto = []struct{ script, path, text string }{
	{"Devanagari", "/usr/share/fonts/truetype/noto/NotoSansDevanagari-Regular.ttf", "मुझे दो महीने से सिरदर्द है"},
	{"Bengali", "/usr/share/fonts/truetype/noto/NotoSansBengali-Regular.ttf", "আমার মাথা ব্যথা করছে"},
	{"Tamil", "/usr/share/fonts/truetype/noto/NotoSansTamil-Regular.ttf", "எனக்கு தலைவலி உள்ளது"},
	{"Thai", "/usr/share/fonts/truetype/noto/NotoSansThai-Regular.ttf", "ฉันปวดหัวมาสองเดือนแล้ว"},
	{"Khmer", "/usr/share/fonts/truetype/noto/NotoSansKhmer-Regular.ttf", "ខ្ញុំឈឺក្បាល"},
	{"Ethiopic", "/usr/share/fonts/truetype/noto/NotoSansEthiopic-Regular.ttf", "ራስ ምታት አለብኝ"},
	{"Arabic", "/usr/share/fonts/truetype/noto/NotoSansArabic-Regular.ttf", "أنا أعاني من صداع"},
	{"Chinese and Japanese", "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", "我头痛两个月了 頭が痛いです 머리가 아파요"},
}

func TestScriptsOfInstalledFontsComeBack(t *testing.T) {
	dir := t.TempDir()
	for _, n := range noto[:7] {
		if _, err := os.Stat(n.path); err != nil {
			missing(t, "fonts-noto-core")
		}
	}
	d := form(0)
	for _, n := range noto {
		if os.Symlink(n.path, filepath.Join(dir, filepath.Base(n.path))) != nil {
			t.Fatal("no links here")
		}
		if _, err := os.Stat(n.path); err != nil { // too large to ask for everywhere
			os.Remove(filepath.Join(dir, filepath.Base(n.path)))
			continue
		}
		d.Entries = append(d.Entries, forms.Entry{Item: &forms.Item{Kind: forms.Text, Ask: n.script}, Level: 1, Text: n.text})
	}
	fonts, err := pdf.LoadFonts(dir)
	if err != nil {
		t.Fatal(err)
	}
	b, err := pdf.New(fonts).Render(t.Context(), d, newAuthority(t).Seal())
	if err != nil {
		t.Fatal(err)
	}
	path := file(t, b)
	text := asTyped(judge(t, "pdftotext", "-raw", path, "-"))
	for _, e := range d.Entries {
		wants(t, text, squeezed(e.Text))
	}
	// Each was drawn by its own font, and not as boxes.
	drawn := judge(t, "pdffonts", path)
	for _, n := range noto[:7] {
		wants(t, drawn, "+"+strings.TrimSuffix(filepath.Base(n.path), "-Regular.ttf"))
	}
	if len(d.Entries) == len(noto) {
		wants(t, drawn, "Type 3")
	}
	wants(t, judge(t, "pdfsig", "-nocert", path), "Signature is Valid.", "Total document signed")
}
