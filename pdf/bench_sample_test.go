package pdf_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/go-fonts/liberation/liberationsansbold"
	"github.com/go-fonts/liberation/liberationsansregular"
	"github.com/jung-kurt/gofpdf"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/pdf"
)

const answersAsked = 17

// threePages is a consent of a usual size: three sections with two lists, a
// table of answers over a page break and a drawn signature on two pages, a
// certificate page, and four kilobytes of answers for machines.
func threePages(t testing.TB) *pdf.Document {
	d := american(sample(t, "overseas-storage-consent"))
	d.Title, d.Pages, d.Entries = "Consent to treatment and to how we use your records", []string{"1. Treatment", "2. Your records", "3. Costs", "Your answers"}, nil
	say := func(page int, md string) {
		d.Entries = append(d.Entries, forms.Entry{Item: &forms.Item{Kind: forms.Note, MD: md}, Page: page, Level: 1, Static: true})
	}
	say(0, "I agree that the doctors and staff of this practice examine and treat me as they judge necessary. I may refuse any step of it. I may take this consent back at any time by telling the practice in writing, save for what was done before in good faith.")
	say(0, "## What this covers\n\n- Examinations, simple measurements and tests at the practice, and the taking of blood and other samples.\n- Visits by video or telephone.\n- Care by trainees under the eyes of a qualified person. I may say no to them without any harm to my care.\n- Electronic prescriptions, and asking pharmacies which medicines I was given before.")
	say(1, "I was given the notice that describes how my health information may be used and shared, and how I can see it. With my signature I confirm that I received it, and I give up no right that it describes.")
	say(1, "## My rights\n\n- to see and to get a copy of what is kept about me, on paper or as a file, within 30 days;\n- to ask for a change of what I think is wrong or not complete;\n- to be told with whom it was shared in the last six years;\n- to be reached another way, or at another address;\n- to complain to the practice or to the authority, without harm to my care.")
	say(2, "Benefits of my insurance may be paid to the practice for what it does. I pay what the insurance does not, such as deductibles, shares and services that are not covered, unless a contract or a law says otherwise. I may ask for an estimate before each service that was arranged.")
	for i := range answersAsked {
		kind := i % 3
		d.Entries = append(d.Entries, forms.Entry{
			Item: &forms.Item{Kind: forms.Text, Ask: []string{"May we leave a message that says who we are?", "Which medicines do you take?", "Whom may we call?"}[kind]},
			Page: 3, Level: 1, Text: []string{"Yes, on the mobile number only", "Lisinopril 10 mg; metformin 500 mg twice a day", "Łukasz Żółkiewski, Tiếng Việt at home"}[kind],
		})
	}
	d.Attachments[0].Bytes = []byte(`{"items":[` + strings.TrimSuffix(strings.Repeat(`{"id":"about.medicines","value":"Lisinopril 10 mg once a day"},`, 64), ",") + `]}`)
	return d
}

// byGofpdf draws the same words, rules and strokes with gofpdf's own text, and
// leaves out tags, metadata, attachments and the seal.
func byGofpdf(t testing.TB, d *pdf.Document) []byte {
	p := gofpdf.New("P", "pt", "Letter", "")
	p.AddUTF8FontFromBytes("L", "", bytes.Clone(liberationsansregular.TTF)) // it writes to them
	p.AddUTF8FontFromBytes("L", "B", bytes.Clone(liberationsansbold.TTF))
	p.SetMargins(58, 50, 58)
	p.AddPage()
	write := func(style string, size float64, text string) {
		p.SetFont("L", style, size)
		p.MultiCell(0, size*1.4, text, "", "L", false)
	}
	write("B", 13, d.Practice.Name)
	write("B", 21, d.Title)
	page := -1
	for _, e := range d.Entries {
		if e.Page != page {
			page = e.Page
			write("B", 13, d.Pages[page])
		}
		if e.Static {
			write("", 9.5, strings.NewReplacer("## ", "", "- ", "• ").Replace(e.Item.MD))
			continue
		}
		write("", 9, e.Item.Ask)
		write("", 9.5, e.Text)
		p.Line(58, p.GetY(), 554, p.GetY())
	}
	write("", 9.5, d.Signature.Statement)
	for _, stroke := range d.Signature.Strokes {
		p.MoveTo(stroke[0].X/4, stroke[0].Y/4)
		for _, q := range stroke {
			p.LineTo(q.X/4, q.Y/4)
		}
		p.DrawPath("D")
	}
	p.AddPage()
	write("B", 17, "Certificate of completion")
	for _, text := range []string{d.ID, d.Title, d.SHA256, d.Client, d.Reference, d.Signature.Name, d.Browser, d.Address, d.ChainHead} {
		write("", 9.5, text)
	}
	for _, e := range d.Timeline {
		write("", 8, e.Label+" "+e.At.String()+" "+e.Detail)
	}
	var out bytes.Buffer
	if err := p.Output(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
