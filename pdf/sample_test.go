package pdf_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/pdf"
)

var melbourne = mustZone("Australia/Melbourne")

func mustZone(name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	return z
}

var signedAt = time.Date(2026, 11, 22, 3, 41, 7, 0, time.UTC)

// fonts are shared by all tests, as they are in the service.
var fonts = func() *pdf.Fonts {
	f, err := pdf.LoadFonts("")
	if err != nil {
		panic(err)
	}
	return f
}()

// answered reads a library template with a plausible answer to every question.
func answered(t testing.TB, name string) *forms.Response {
	t.Helper()
	template, ok := forms.LibraryTemplate(name)
	if !ok {
		t.Fatalf("no template %s", name)
	}
	home := "AU"
	if len(template.Countries) > 0 {
		home = template.Countries[0]
	}
	template, err := template.Resolve(forms.Vars{
		Practice: "Lakeside Family Practice", Phone: "03 5550 1234", Email: "hello@lakeside.example",
		Address: "12 Shore Road, Lakeside VIC 3999", Website: "https://lakeside.example",
		Country: home, CountryName: "Australia", StorageCountry: "US", StorageCountryName: "the United States",
		Operator: "Sealform Hosting Inc.", PrivacyContact: "privacy@lakeside.example", EffectiveDate: "1 May 2026",
	})
	if err != nil {
		t.Fatal(err)
	}
	in := forms.Inputs{}
	for _, it := range template.Items {
		answer(in, it)
	}
	return template.Read(in, forms.Context{Today: signedAt, Country: "AU"})
}

func answer(in forms.Inputs, it *forms.Item) {
	if it.Repeats {
		in[it.ID+"@rows"] = []string{"1", "2"}
		for row, kid := range it.Items {
			_ = row
			for _, key := range []string{"1", "2"} {
				in[forms.Path(it.ID, key, kid.ID)] = []string{sampleText(kid)}
			}
		}
		return
	}
	for _, kid := range it.Items {
		answer(in, kid)
	}
	switch it.Kind {
	case forms.Text, forms.Long:
		in[it.ID] = []string{sampleText(it)}
	case forms.YesNo:
		in[it.ID] = []string{"yes"}
	case forms.Email:
		in[it.ID] = []string{"jordan.nguyen@example.org"}
	case forms.Phone:
		in[it.ID] = []string{"0491 570 156"}
	case forms.BirthDate, forms.Date:
		in[it.ID+"@day"], in[it.ID+"@month"], in[it.ID+"@year"] = []string{"4"}, []string{"7"}, []string{"1987"}
	case forms.Integer, forms.Number:
		in[it.ID] = []string{"3"}
	case forms.Pick, forms.DropDown, forms.PickOrType, forms.Agree:
		in[it.ID] = []string{it.Options[0].Code}
	case forms.PickMany:
		in[it.ID] = []string{it.Options[0].Code}
		if len(it.Options) > 2 && !it.Options[1].Exclusive {
			in[it.ID] = append(in[it.ID], it.Options[1].Code)
		}
	case forms.Acknowledge:
		in[it.ID] = []string{"true"}
	}
}

func sampleText(it *forms.Item) string {
	switch {
	case strings.Contains(it.ID, "given"), strings.Contains(it.ID, "first"):
		return "Jordan"
	case strings.Contains(it.ID, "family"):
		return "Nguyễn-O’Brien"
	case it.Kind == forms.Long:
		return "Tired since March, worse in the evenings. I sleep about six hours.\nMy left knee hurts on stairs; it started after a fall in May."
	}
	return "Metformin 500 mg"
}

// sample is a document with everything in it.
func sample(t testing.TB, name string) *pdf.Document {
	r := answered(t, name)
	d := &pdf.Document{
		Title: r.Template.Title, Language: "en-AU",
		Practice: pdf.Party{
			Name: "Lakeside Family Practice", Address: "12 Shore Road, Lakeside VIC 3999",
			Phone: "03 5550 1234", Email: "hello@lakeside.example",
		},
		ID: "01938f5e-7c1a-7e0a-9d35-4a1f7d2c9b10", Template: r.Template.Name, Version: r.Template.Version, SHA256: r.Template.SHA256(),
		Client: "Jordan Nguyễn-O’Brien", Reference: "LFP-20417",
		Entries: r.Entries, At: signedAt, Zone: melbourne,
		Signature: &pdf.Signature{
			Statement: r.Template.Sign.Statement, Name: "Jordan Nguyễn-O’Brien", Role: "Client", Method: "drawn",
			Strokes: scribble(), Notice: "2026-11",
		},
		Timeline: []pdf.Event{
			{Label: "Link sent", At: signedAt.Add(-50 * time.Hour), Detail: "by e-mail to j•••@example.org; the code by SMS"},
			{Label: "Unlocked", At: signedAt.Add(-34 * time.Minute), Detail: "203.0.113.7"},
			{Label: "Signed", At: signedAt, Detail: "203.0.113.7"},
		},
		Address: "203.0.113.7", Browser: "Safari 19 on iPhone (iOS 19.1)",
		ChainHead: strings.Repeat("5f0c93ab", 8), ChainSeq: 4182,
		Attachments: []pdf.File{{
			Name: "answers.json", Type: "application/json", Description: "The answers, for machines",
			Bytes: []byte(`{"template":"` + name + `","items":{}}`),
		}},
	}
	for _, page := range r.Template.Pages() {
		d.Pages = append(d.Pages, page.Ask)
	}
	return d
}

// scribble is a signature of five strokes.
func scribble() []pdf.Stroke {
	var strokes []pdf.Stroke
	for s := range 5 {
		var stroke pdf.Stroke
		for i := range 36 {
			a := float64(i) / 6
			stroke = append(stroke, pdf.Point{X: 80 + float64(s)*160 + 26*a + 40*math.Sin(a*2), Y: 150 + 90*math.Sin(a+float64(s))*math.Cos(a/2)})
		}
		strokes = append(strokes, stroke)
	}
	return strokes
}
