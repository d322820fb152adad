package pdf_test

import (
	"math"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/pdf"
)

// structure is what a screen reader gets: elements, attributes and text.
func structure(t testing.TB, d *pdf.Document) string {
	return judge(t, "pdfinfo", "-struct-text", file(t, render(t, d, newAuthority(t).Seal())))
}

// spoken is the text of a structure in reading order, without spaces.
func spoken(structure string) string {
	var b strings.Builder
	for line := range strings.Lines(structure) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, `"`) {
			b.WriteString(squeezed(strings.Trim(line, `"`)))
		}
	}
	return b.String()
}

func TestEverythingIsReadInTheOrderOfTheForm(t *testing.T) {
	for name, d := range gallery(t) {
		if d.Plain || name == "scripts" || name == "arabic" || name == "long" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			text := spoken(structure(t, d))
			at := 0
			reads := func(want string) {
				i := strings.Index(text[at:], squeezed(want))
				if i < 0 {
					t.Errorf("not read after %q: %q", text[max(0, at-60):at], want)
					return
				}
				at += i
			}
			reads(d.Practice.Name)
			reads(d.Title)
			inRows := false
			for _, e := range d.Entries {
				// The head of a table of rows is read once, before all of them.
				if inRows = e.Row > 0; !inRows {
					reads(e.Item.Ask)
				}
			}
			for _, photo := range d.Photos {
				reads(photo.Caption)
			}
			reads(d.Signature.Statement)
			reads(d.Signature.Name)
			reads("Certificate of completion")
			reads(d.SHA256)
		})
	}
}

// inOrder reports whether the output has the lines one after the other.
func inOrder(output string, lines ...string) bool {
	var trimmed strings.Builder
	for line := range strings.Lines(output) {
		trimmed.WriteString(strings.TrimSpace(line) + "\n")
	}
	return strings.Contains(trimmed.String(), strings.Join(lines, "\n")+"\n")
}

func TestGridsAndRowsAreTablesWithHeads(t *testing.T) {
	out := structure(t, followUp(t))
	for name, lines := range map[string][]string{
		"head of a grid":                 {"TH:", "/Scope /Column", `"Question "`, "TH:", "/Scope /Column", `"Not at all "`},
		"row of a grid":                  {"TH:", "/Scope /Row", `"Feeling down, depressed or hopeless "`, "TD", `"☐"`, "TD", `"☑"`, "TD", `"☐"`, "TD", `"☐"`},
		"head of rows":                   {"TH:", "/Scope /Column", `"No. "`, "TH:", "/Scope /Column", `"Name "`, "TH:", "/Scope /Column", `"How much "`},
		"row":                            {"TH:", "/Scope /Row", `"2 "`, "TD", `"Perindopril arginine "`, "TD", `"5 mg "`, "TD", `"Every morning "`, "TD", `"Not answered "`},
		"rows in a row":                  {"H3 (block)", `"Condition · Person in your home 1 "`, "Table (block)", "TR", "TH:", "/Scope /Column", `"No. "`},
		"too many questions for columns": {"TH:", "/ColSpan 2", `"Stay in a hospital 2 "`, "TR", "TH:", "/Scope /Row", `"Hospital "`, "TD", `"Lakeside General "`},
	} {
		if !inOrder(out, lines...) {
			t.Errorf("%s: not found %q in\n%s", name, lines, out)
		}
	}
	wants(t, judge(t, "pdftotext", "-layout", file(t, render(t, followUp(t), nil)), "-"), "Not answered", "100 micrograms, one or", "Some days I manage")
}

// TestLongRowsRepeatTheirHead has more rows than fit a page.
func TestLongRowsRepeatTheirHead(t *testing.T) {
	d := form(0)
	items := []*forms.Item{{ID: "r.a", Kind: forms.Text, Ask: "Substance"}, {ID: "r.b", Kind: forms.Text, Ask: "Quantity"}}
	template, err := forms.Parse("rows.yaml", []byte(`
form: rows
version: "1.0.0"
kind: intake
title: Rows
language: en
sign: {role: author, statement: "Yes."}
items:
- {id: r, type: group, repeats: true, max_times: 99, ask: Medicine, items: [{id: r.a, type: text, ask: Substance}, {id: r.b, type: text, ask: Quantity}]}
`))
	if err != nil {
		t.Fatal(err)
	}
	in := forms.Inputs{}
	for n := range 90 {
		key := strconv.Itoa(n + 1)
		in["r@rows"] = append(in["r@rows"], key)
		for _, it := range items {
			in[forms.Path("r", key, it.ID)] = []string{it.Ask + "-" + key + "."}
		}
	}
	d.Entries, d.Pages = template.Read(in, forms.Context{Today: signedAt}).Entries, nil
	path := file(t, render(t, d, nil))
	text := judge(t, "pdftotext", "-layout", path, "-")
	pages := strings.Split(text, "\f")
	if len(pages) < 4 {
		t.Fatalf("%d pages", len(pages))
	}
	for _, page := range pages[:3] {
		wants(t, page, "Substance ", "Quantity\n")
	}
	for n := range 90 {
		wants(t, text, "Substance-"+strconv.Itoa(n+1)+".", "Quantity-"+strconv.Itoa(n+1)+".")
	}
	if heads := strings.Count(judge(t, "pdfinfo", "-struct-text", path), "/Scope /Column"); heads != 3 {
		t.Errorf("%d heads are read, want No., Substance and Quantity once each", heads)
	}
}

// opened is the file with every object readable.
func opened(t testing.TB, b []byte) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "open.pdf")
	judge(t, "qpdf", "--qdf", "--object-streams=disable", file(t, b), out)
	return judge(t, "cat", out)
}

func TestListsFiguresLanguageAndTitleAreMarked(t *testing.T) {
	d := gallery(t)["photos"]
	d.Language = "fr-CA"
	b := render(t, d, newAuthority(t).Seal())
	out := judge(t, "pdfinfo", "-struct-text", file(t, b))
	if !inOrder(out, "LI (block)", "Lbl (block)", `"•"`, "LBody (block)", "P (block)", `"Have your medicines near you. You will need their names. "`) {
		t.Errorf("no list in\n%s", head(out))
	}
	text := opened(t, b)
	wants(t, text, "/Lang (fr-CA)", "/DisplayDocTitle true", "/Marked true", "/Title (New client form)",
		"/Alt (Logo de Lakeside Family Practice)", "/Alt (Photo : Insurance card, front)", "/S /Form", "/Alt (Digital seal)", "/Tabs /S",
		"<pdfaid:part>3</pdfaid:part>", "<pdfuaid:part>1</pdfuaid:part>")
	if figures, alts := strings.Count(text, "/S /Figure"), strings.Count(text, "/Alt "); figures != 6 || alts != figures+1 {
		t.Errorf("%d figures and %d alternative texts, want 6 and one more for the seal", figures, alts)
	}
}

func TestPracticeColourIsReadableOnWhite(t *testing.T) {
	textColour := regexp.MustCompile(`(?m)^([\d.]+) ([\d.]+) ([\d.]+) rg `)
	for _, colour := range []string{"", "#ffff00", "#FFFFFF", "#b5478f", "#000000", "red", "#12", "#ggg000", "#1234567"} {
		d := form(3)
		d.Color = colour
		_, streams := takenApart(render(t, d, nil))
		seen := map[string]bool{}
		for _, m := range textColour.FindAllStringSubmatch(string(streams), -1) {
			seen[m[0]] = true
			var linear [3]float64
			for i := range linear {
				v, err := strconv.ParseFloat(m[i+1], 64)
				if err != nil {
					t.Fatal(err)
				}
				linear[i] = math.Pow(v, 2.2)
			}
			if contrast := 1.05 / (0.2126*linear[0] + 0.7152*linear[1] + 0.0722*linear[2] + 0.05); contrast < 4.4 {
				t.Errorf("%q draws text in %s, contrast %.1f", colour, m[0], contrast)
			}
		}
		if len(seen) < 3 {
			t.Errorf("%q: only %d colours of text found", colour, len(seen))
		}
	}
}

func TestTypicalDocumentsHoldForOutsideJudges(t *testing.T) {
	if _, err := exec.LookPath("qpdf"); err != nil {
		missing(t, "qpdf")
	}
	a := newAuthority(t)
	for name, d := range gallery(t) {
		if name == "long" {
			continue // has a test of its own
		}
		b := render(t, d, a.Seal())
		if r := pdf.Verify(b, a.Roots()); !r.Genuine {
			t.Errorf("%s: %q", name, r.Problems)
		}
		wants(t, judge(t, "qpdf", "--check", file(t, b)), "No syntax or stream encoding errors found")
	}
}
