package pdf_test

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/pdf"
)

// hardNames is a document with names of many scripts.
func hardNames() *pdf.Document {
	d := form(0)
	for _, name := range []string{
		"Jordan Nguyễn-O’Brien", "Nguye\u0302\u0303n Thi\u0323 Ho\u0300ng", "محمد عبد الله الأحمد", "שרה כהן־לוי", "Sarah كريم Cohen",
		"Ελένη Παπαδοπούλου", "Зоя Щербакова", "Ģirts Žagars", "Kōtuku Wīremu", "Անի Սարգսյան", "ნინო ჯაფარიძე",
		"أنا أعاني من صداع منذ شهرين، وخاصة في الصباح. لا يساعدني الدواء الذي وصفه الطبيب كثيرا، وأشعر بالتعب معظم الوقت.",
		"王小明", "👩‍👩‍👧 fine 👍🏽", "a\xffb\xc0\xafc", "",
	} {
		d.Entries = append(d.Entries, forms.Entry{Item: &forms.Item{Kind: forms.Text, Ask: "Name: " + name}, Level: 1, Text: name})
	}
	return d
}

// asTyped is text as pdftotext gives it back, without spaces and the marks of
// direction that it puts around what runs from right to left.
func asTyped(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, squeezed(text))
}

func TestNamesOfManyScriptsComeBackFromTheText(t *testing.T) {
	text := asTyped(judge(t, "pdftotext", "-raw", file(t, render(t, hardNames(), nil)), "-"))
	for _, want := range []string{
		"JordanNguyễn-O’Brien", "NguyễnThịHòng", "محمدعبداللهالأحمد", "שרהכהן־לוי", "SarahكريمCohen", "وخاصةفيالصباح.لايساعدنيالدواءالذيوصفهالطبيب", "ΕλένηΠαπαδοπούλου", "ЗояЩербакова",
		"ĢirtsŽagars", "KōtukuWīremu", "ԱնիՍարգսյան", "ნინოჯაფარიძე", "王小明", "fine", "👍", "a\uFFFDb",
	} {
		wants(t, text, want)
	}
}

// dangerous are the names by which a PDF acts when it is opened.
var dangerous = regexp.MustCompile(`/(JS|JavaScript|AA|OpenAction|Launch|URI|SubmitForm|ImportData|RichMedia|XFA|GoToR|GoToE)\b`)

// takenApart returns the file without its streams, and the streams, unpacked.
func takenApart(b []byte) (outside, streams []byte) {
	for {
		before, rest, found := bytes.Cut(b, []byte(">>\nstream\n"))
		outside = append(append(outside, before...), ">>\n"...)
		if !found {
			return outside, streams
		}
		content, after, _ := bytes.Cut(rest, []byte("\nendstream\n"))
		if z, err := zlib.NewReader(bytes.NewReader(content)); err == nil {
			content, _ = io.ReadAll(z)
		}
		streams, b = append(append(streams, content...), '\n'), after
	}
}

var attacks = []string{
	`)>>/JS(app.alert(1))/S/JavaScript`, `) Tj ET /AA<</O<</S/Launch>>>> BT (`, "endstream\nendobj\n1 0 obj<</OpenAction 2 0 R>>",
	"\x00\x01\x02\x1b[31m", "\u202Eevil\u202C", "\u2066hidden\u2069", "]]>&lt;/x:xmpmeta>", "%s%d%n", `\\)\(`, "\r\n.\r\n", "(((((", ")))))",
	"x" + strings.Repeat("\u0335", 30) + "y", "\uFEFF\u200B\u200D\u2060", "\xed\xa0\x80\xff",
	strings.Repeat("\n", 9) + "end", "\U000E0041\U000E0042", "=cmd|' /C calc'!A0", "<script>alert(1)</script>", "{{.Secret}}",
}

// endless are attacks that cost so much that one set in each round has them.
var endless = strings.Repeat("a\u0301\u0302\u0303\u0304", 300) + "x" + strings.Repeat("\u0335", 2000) + "y" + strings.Repeat("\n", 500) + "end "

// junk is what a hostile person could type: attacks, bytes that are no text,
// and characters of every kind.
func junk(random *rand.Rand) string {
	var b strings.Builder
	for range 1 + random.IntN(4) {
		switch random.IntN(3) {
		case 0:
			b.WriteString(attacks[random.IntN(len(attacks))])
		case 1:
			for range random.IntN(20) {
				b.WriteByte(byte(random.UintN(256)))
			}
		default:
			for range random.IntN(20) {
				b.WriteRune(rune(random.IntN(0x30000)))
			}
		}
	}
	return b.String()
}

// TestHostileAnswersStayText draws ten thousand sets of hostile answers,
// everywhere that a person's text goes. Each set has a word of its own at its
// end, which has to come back.
func TestHostileAnswersStayText(t *testing.T) {
	const rounds = 40
	a := newAuthority(t)
	for round := range rounds {
		t.Run(strconv.Itoa(round), func(t *testing.T) {
			t.Parallel()
			hostileRound(t, a, round)
		})
	}
}

func hostileRound(t *testing.T, a *pdf.Authority, round int) {
	const sets = 250
	random := rand.New(rand.NewPCG(3, uint64(round)))
	d := form(0)
	var words []string
	for n := range sets {
		word := fmt.Sprintf("Zw%dq%dZ", round, n)
		words = append(words, word)
		d.Entries = append(d.Entries, forms.Entry{
			Item: &forms.Item{Kind: forms.PickOrType, Ask: junk(random)}, Level: 1, Text: junk(random) + " " + word,
			Choices: []forms.Choice{{Text: junk(random), Ticked: true}},
		})
	}
	for _, text := range []*string{
		&d.Title, &d.Client, &d.ID, &d.Language, &d.Template, &d.Practice.Name, &d.Practice.Address, &d.Practice.Phone, &d.Practice.Email,
		&d.Signature.Name, &d.Signature.Statement, &d.Signature.Authority, &d.Browser, &d.Address,
		&d.Attachments[0].Name, &d.Attachments[0].Type, &d.Attachments[0].Description,
	} {
		*text = junk(random)
	}
	d.Timeline = []pdf.Event{{Label: junk(random), At: signedAt, Detail: junk(random)}}
	d.Entries[7].Text = endless + d.Entries[7].Text
	d.Plain = round%8 == 0
	b := render(t, d, a.Seal())
	if r := pdf.Verify(b, a.Roots()); !r.Genuine {
		t.Fatalf("round %d: %q", round, r.Problems)
	}
	// Answers are drawn glyph by glyph; only structure may hold such names.
	if m := dangerous.Find(structureOf(b)); m != nil {
		t.Errorf("round %d: found %s", round, m)
	}
	if round%4 == 0 { // the judges take longer than the drawing
		path := file(t, b)
		wants(t, judge(t, "qpdf", "--check", path), "No syntax or stream encoding errors found")
		wants(t, squeezed(judge(t, "pdftotext", "-raw", path, "-")), words...)
	}
}

// structureOf is all of the file but its strings, in which any words are
// harmless, and its attachments.
func structureOf(b []byte) []byte {
	outside, streams := takenApart(b)
	return append(withoutStrings(outside), withoutStrings(streams)...)
}

func withoutStrings(b []byte) (out []byte) {
	for i := 0; i < len(b); i++ {
		if b[i] != '(' {
			out = append(out, b[i])
			continue
		}
		for i++; i < len(b) && b[i] != ')'; i++ {
			if b[i] == '\\' {
				i++
			}
		}
	}
	return out
}

func TestAttackFindsItsMark(t *testing.T) {
	b := render(t, form(3), nil)
	planted := bytes.Replace(b, []byte("/Type/Catalog"), []byte("/Type/Catalog/OpenAction<</S/JavaScript/JS(1)>>"), 1)
	if dangerous.Find(structureOf(b)) != nil || dangerous.Find(structureOf(planted)) == nil {
		t.Error("the search for dangerous names does not see them, or sees ghosts")
	}
}

func TestTextOfEveryUnicodeBlockComesBack(t *testing.T) {
	d := form(0)
	var all []rune
	for base := rune(0xA0); base < 0x1FC00; base += 64 {
		for r := base; r < base+64; r++ {
			if unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S) && !unicode.Is(unicode.Mn, r) {
				all = append(all, r)
				break
			}
		}
	}
	d.Entries = []forms.Entry{{Item: &forms.Item{Kind: forms.Long, Ask: "All"}, Level: 1, Text: strings.Join(strings.Split(string(all), ""), " ")}}
	text := judge(t, "pdftotext", "-raw", file(t, render(t, d, nil)), "-")
	lost := 0
	for _, r := range all {
		if !strings.Contains(text, norm.NFC.String(string(r))) {
			lost++
			t.Logf("lost %U %c", r, r)
		}
	}
	if lost > 0 {
		t.Errorf("%d of %d lost", lost, len(all))
	}
}

func TestEndlessWords(t *testing.T) {
	for name, word := range map[string]string{"Latin": "x", "Arabic": "ع", "Chinese": "字", "combining": "e\u0301"} {
		d := form(0)
		n := 1 << 20 / len(word)
		if word != "x" {
			n /= 4 // a quarter of a megabyte, which takes longer than Latin's one
		}
		d.Entries = []forms.Entry{{Item: &forms.Item{Kind: forms.Long, Ask: "All"}, Level: 1, Text: strings.Repeat(word, n)}}
		b := render(t, d, nil)
		if _, streams := takenApart(b); len(streams) < 2*n {
			t.Errorf("%s: %d characters gave %d bytes of drawing", name, n, len(streams))
		}
	}
}

func TestWildStrokesAreClamped(t *testing.T) {
	for _, plain := range []bool{false, true} {
		d := form(1)
		d.Plain = plain
		d.Signature.Strokes = []pdf.Stroke{
			{{math.NaN(), math.Inf(1)}, {-1e300, 1e300}}, {}, nil, {{1, 1}},
			make(pdf.Stroke, 100_000),
		}
		for range 30_000 {
			d.Signature.Strokes = append(d.Signature.Strokes, pdf.Stroke{{5, 5}})
		}
		_, b := takenApart(render(t, d, nil))
		if bytes.Contains(b, []byte("NaN")) || bytes.Contains(b, []byte("Inf ")) {
			t.Error("a number that is none reached the page")
		}
		if len(b) > 8<<20 {
			t.Errorf("%d bytes for a signature", len(b))
		}
	}
}
