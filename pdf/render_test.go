package pdf_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/pdf"
)

var update = flag.Bool("update", false, "write golden files")

func TestTextHoldsEveryQuestionAndAnswer(t *testing.T) {
	for _, name := range []string{"intake-adult", "overseas-storage-consent"} {
		for _, plain := range []bool{false, true} {
			d := sample(t, name)
			d.Plain = plain
			text := squeezed(judge(t, "pdftotext", "-raw", file(t, render(t, d, nil)), "-"))
			for _, e := range d.Entries {
				for _, want := range append(ticked(e), e.Item.Ask) {
					for line := range strings.Lines(want) {
						wants(t, text, squeezed(line))
					}
				}
			}
			wants(t, text, squeezed(d.Signature.Statement), squeezed(d.Client), d.ID, d.SHA256, d.ChainHead, "2026-11-2203:41:07UTC")
		}
	}
}

// ticked returns the answer as it is drawn: options one by one.
func ticked(e forms.Entry) []string {
	if len(e.Choices) == 0 {
		return []string{e.Text}
	}
	var out []string
	for _, c := range e.Choices {
		if c.Ticked {
			out = append(out, c.Text)
		}
	}
	return out
}

func TestChoicesReadAsTickedOrNot(t *testing.T) {
	d := sample(t, "overseas-storage-consent")
	wants(t, judge(t, "pdftotext", "-layout", file(t, render(t, d, nil)), "-"), "☑ I agree", "☐ I do not agree")
}

func TestScreenReadersGetTheStructure(t *testing.T) {
	d := sample(t, "intake-adult")
	d.Entries = append(d.Entries, d.Entries...)
	path := file(t, render(t, d, newAuthority(t).Seal()))
	wants(t, judge(t, "pdfinfo", "-struct-text", path),
		"H1 (block)", "H2 (block)", "L (block)", "LBody (block)", "Table", "TH", "TD", "Figure", "New client form", "Tired since March")
	wants(t, judge(t, "pdfinfo", path), "Tagged:          yes", "PDF version:     1.7", "Title:           New client form")
	wants(t, judge(t, "pdfdetach", "-list", path), "answers.json")
}

// TestGolden pins the bytes of an unsealed document: the same document must
// give the same bytes on every machine, and a change of layout must be seen.
func TestGolden(t *testing.T) {
	var lines strings.Builder
	documents := map[string]*pdf.Document{"questions": form(12), "grids, rows and photos": goldenHard(t), "scripts": hardNames()}
	for _, name := range slices.Sorted(maps.Keys(documents)) {
		d := documents[name]
		for _, variant := range []string{"full", "plain"} {
			d.Plain = variant == "plain"
			sum := sha256.Sum256(render(t, d, nil))
			fmt.Fprintf(&lines, "%s  %s %s\n", hex.EncodeToString(sum[:]), name, variant)
		}
	}
	const path = "testdata/golden.sha256"
	if *update {
		if err := os.WriteFile(path, []byte(lines.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if lines.String() != string(want) {
		t.Errorf("bytes changed; look at the pages, then run go test ./pdf -run Golden -update\n%s", lines.String())
	}
}

// goldenHard has everything that is drawn, and none of the library's wording.
func goldenHard(t testing.TB) *pdf.Document {
	d := followUp(t)
	d.SHA256 = strings.Repeat("0", 64)
	d.Logo, d.Color = pngOf(t, picture(30, 12)), "#80307a"
	d.Photos = []pdf.Photo{{Caption: "Front", JPEG: jpegOf(t, picture(60, 40))}}
	return d
}

func TestDocumentsDrawnTogetherAreAllRight(t *testing.T) {
	r := pdf.New(fonts)
	d := hardNames()
	want, err := r.Render(t.Context(), d, nil)
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for range 4 {
				if got, err := r.Render(t.Context(), d, nil); err != nil || !bytes.Equal(got, want) {
					t.Errorf("another file, or %v", err)
				}
			}
		})
	}
	wait.Wait()
}

func TestLongFormBreaksOverPages(t *testing.T) {
	d := form(800)
	path := file(t, render(t, d, newAuthority(t).Seal()))
	text := squeezed(judge(t, "pdftotext", "-raw", path, "-"))
	for _, e := range d.Entries {
		if !strings.Contains(text, squeezed(e.Text)) {
			t.Errorf("lost %q", e.Text)
		}
	}
	wants(t, judge(t, "pdfsig", "-nocert", path), "Signature is Valid.", "Total document signed")
	wants(t, judge(t, "qpdf", "--check", path), "No syntax or stream encoding errors found")
}

// form is a form of n questions of every shape.
func form(n int) *pdf.Document {
	d := &pdf.Document{
		Title: "A form", Practice: pdf.Party{Name: "Practice"}, ID: "id", Template: "form", Version: "1",
		Client: "Client", At: signedAt, Country: "US", Letter: true, Pages: []string{"One", "Two"},
		Signature:   &pdf.Signature{Statement: "I agree.", Name: "Client", Method: "drawn", Strokes: scribble()},
		Attachments: []pdf.File{{Name: "answers.json", Type: "application/json", Bytes: []byte("{}")}},
	}
	for i := range n {
		e := forms.Entry{
			Item: &forms.Item{Kind: forms.Text, Ask: fmt.Sprintf("Question %d of many?", i)},
			Page: min(i/400, 1), Level: 1 + i%3, Text: fmt.Sprintf("Answer-%d %s", i, strings.Repeat("and more ", i%60)),
		}
		if i%5 == 0 {
			e.Item.Kind = forms.PickMany
			for c := range 1 + i%9 {
				e.Choices = append(e.Choices, forms.Choice{Text: fmt.Sprintf("Choice %d", c), Ticked: c == 0})
			}
			e.Text = "Choice 0"
		}
		d.Entries = append(d.Entries, e)
	}
	return d
}

// However full the page before is, the heading stands over its first photo.
func TestPhotosStandUnderTheirHeading(t *testing.T) {
	letter := jpegOf(t, picture(900, 1200))
	for n := range 4 {
		d := form(8 * n)
		d.Photos = []pdf.Photo{{Caption: "Referral letter", JPEG: letter}}
		for _, page := range strings.Split(judge(t, "pdftotext", "-layout", file(t, render(t, d, nil)), "-"), "\f") {
			if strings.Contains(page, "\nPhotos\n") != strings.Contains(page, "Referral letter\n") {
				t.Errorf("after %d answers they stand on two pages:\n%s", 8*n, page)
			}
		}
	}
}

func TestAcknowledgedWordsStandOnce(t *testing.T) {
	d := form(0)
	words := "I have received the notice."
	d.Entries = []forms.Entry{{Item: &forms.Item{Kind: forms.Acknowledge, Ask: words}, Level: 1, Text: "Yes", Choices: []forms.Choice{{Text: words, Ticked: true}}}}
	out := judge(t, "pdftotext", "-layout", file(t, render(t, d, nil)), "-")
	if n := strings.Count(out, words); n != 1 {
		t.Errorf("the words stand %d times:\n%s", n, out)
	}
}

func TestEveryKindOfItemIsDrawn(t *testing.T) {
	for _, kind := range forms.Kinds() {
		for _, text := range []string{"", "The answer"} {
			d := form(0)
			d.Pages = nil
			d.Entries = []forms.Entry{{Item: &forms.Item{Kind: kind, Ask: "The question"}, Level: 1, Text: text, Static: kind == forms.Note}}
			out := judge(t, "pdftotext", "-layout", file(t, render(t, d, nil)), "-")
			wants(t, out, "The question")
			if kind != forms.Note && kind != forms.Page {
				want := map[bool]string{true: "ot a", false: text}[text == ""] // not answered, not acknowledged
				wants(t, out, want)
			}
		}
	}
}

func TestTooMuchTextIsTooLarge(t *testing.T) {
	d := form(1)
	d.Entries[0].Text = strings.Repeat("x", 9<<20)
	if _, err := pdf.New(fonts).Render(t.Context(), d, nil); !errors.Is(err, fault.TooLarge) {
		t.Errorf("error is %v", err)
	}
}

func TestPanicBelowIsAnError(t *testing.T) {
	d := form(1)
	b, err := pdf.New(nil).Render(t.Context(), d, nil)
	if b != nil || err == nil || !strings.Contains(err.Error(), "drawing failed") {
		t.Errorf("%d bytes, error %v", len(b), err)
	}
}
