package pdf_test

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/pdf"
)

// gallery is one document of every typical kind, to be looked at.
func gallery(t testing.TB) map[string]*pdf.Document {
	agreed := func(name string) *pdf.Document { return sample(t, name) }
	refused := agreed("overseas-storage-consent")
	refused.Entries = declined(refused.Entries)
	guardian := agreed("overseas-storage-consent")
	guardian.Signature = &pdf.Signature{
		Statement: guardian.Signature.Statement, Name: "Mai Nguyễn", Role: "Parent or guardian", Relationship: "Mother",
		Authority: "Parent with sole responsibility; order of the Family Court of 4 May 2021", Method: "typed", Notice: "2026-11",
	}
	receipt := american(agreed("npp-acknowledgement"))
	photos := agreed("intake-adult")
	photos.Entries = slices.DeleteFunc(photos.Entries, func(e forms.Entry) bool { return e.Page > 1 })
	photos.Logo, photos.Color = pngOf(t, picture(300, 120)), "#b5478f"
	photos.Photos = []pdf.Photo{
		{Caption: "Insurance card, front", JPEG: jpegOf(t, picture(1011, 638))},
		{Caption: "Insurance card, back", JPEG: jpegOf(t, picture(1011, 638))},
		{Caption: "Letter of referral from Dr Amara Okafor, 14 October 2026, page 1 of 2", JPEG: jpegOf(t, picture(900, 1270))},
		{Caption: "A rash on the left forearm", JPEG: jpegOf(t, picture(640, 640))},
	}
	plain := agreed("intake-adult")
	plain.Plain = true
	long := form(800)
	long.Title, long.Practice = "A form of eight hundred questions", agreed("intake-adult").Practice
	return map[string]*pdf.Document{
		"intake": agreed("intake-adult"), "consent-agreed": agreed("overseas-storage-consent"), "consent-refused": refused,
		"consent-guardian": guardian, "receipt": receipt, "photos": photos, "plain": plain, "long": long,
		"grids-and-rows": followUp(t), "arabic": arabic(t), "scripts": hardNames(),
	}
}

// american is the document as a practice in the United States prints it.
func american(d *pdf.Document) *pdf.Document {
	d.Country, d.Letter, d.Language, d.Zone = "US", true, "en-US", mustZone("America/Los_Angeles")
	d.Practice = pdf.Party{
		Name: "Harbor Street Clinic", Address: "12 Harbor Street, Suite 400, Portland, OR 97201", Phone: "+1 503 555 0100", Email: "front.desk@harborstreet.example",
	}
	return d
}

// declined answers every consent with no.
func declined(entries []forms.Entry) []forms.Entry {
	for i, e := range entries {
		if e.Item.Kind == forms.Agree {
			entries[i].Text = e.Choices[1].Text
			entries[i].Choices = []forms.Choice{{Text: e.Choices[0].Text}, {Text: e.Choices[1].Text, Ticked: true}}
		}
	}
	return entries
}

// arabic is a consent whose client writes Arabic.
func arabic(t testing.TB) *pdf.Document {
	d := sample(t, "intake-adult")
	d.Client, d.Signature.Name = "محمد عبد الله الأحمد", "محمد عبد الله الأحمد"
	for i, e := range d.Entries {
		switch e.Item.Kind {
		case forms.Long:
			d.Entries[i].Text = "أنا أعاني من صداع منذ شهرين، وخاصة في الصباح. لا يساعدني الدواء الذي وصفه الطبيب كثيرا، وأشعر بالتعب معظم الوقت.\nأتناول Metformin 500 mg مرتين في اليوم."
		case forms.Text:
			d.Entries[i].Text = "محمد الأحمد"
		}
	}
	return d
}

// followUp is the form of testdata/hard.yaml, answered.
func followUp(t testing.TB) *pdf.Document {
	yaml, err := os.ReadFile("testdata/hard.yaml")
	if err != nil {
		t.Fatal(err)
	}
	template, err := forms.Parse("hard.yaml", yaml)
	if err != nil {
		t.Fatal(err)
	}
	in := forms.Inputs{
		"mood.1": {"1"}, "mood.2": {"1"}, "mood.3": {"3"}, "mood.4": {"3"}, "mood.5": {"0"}, "mood.6": {"2"}, "mood.7": {"1"},
		"mood.support": {"Agree"}, "more.website": {"https://health.example/conditions/" + strings.Repeat("chronic-fatigue-and-what-helps/", 5)},
		"more.words": {strings.Repeat("Some days I manage the stairs and others I do not. ", 30)}, "more.initials": {"JN"},
	}
	fill := func(group string, rows ...map[string]string) {
		for n, row := range rows {
			key := string(rune('1' + n))
			in[group+"@rows"] = append(in[group+"@rows"], key)
			for item, text := range row {
				in[forms.Path(group, key, item)] = []string{text}
			}
		}
	}
	fill("medicine",
		map[string]string{"medicine.name": "Metformin", "medicine.dose": "500 mg", "medicine.often": "Twice a day, with meals", "medicine.since@year": "2021", "medicine.since@month": "3", "medicine.since@day": "14", "medicine.why": "Diabetes"},
		map[string]string{"medicine.name": "Perindopril arginine", "medicine.dose": "5 mg", "medicine.often": "Every morning"},
		map[string]string{"medicine.name": "Salbutamol", "medicine.dose": "100 micrograms, one or two puffs", "medicine.often": "When I need it", "medicine.why": "Asthma, mostly in spring"})
	fill("allergy",
		map[string]string{"allergy.what": "Penicillin", "allergy.reaction": "A rash over the whole body within an hour, and swollen lips. I was taken to the hospital.", "allergy.sure": "yes"},
		map[string]string{"allergy.what": "Peanuts", "allergy.reaction": "Itching", "allergy.sure": "no"})
	fill("household", map[string]string{"household.name": "Mai Nguyễn"}, map[string]string{"household.name": "Kim Nguyễn"})
	in["household.1.condition@rows"] = []string{"1", "2"}
	for item, text := range map[string]string{"1.condition.name": "Asthma", "1.condition.since": "Childhood", "2.condition.name": "Gout", "2.condition.since": "2019"} {
		key, id, _ := strings.Cut(item, ".")
		in[forms.Path(forms.Path("household", "1", "condition"), key, id)] = []string{text}
	}
	stay := map[string]string{}
	for n, text := range []string{"Lakeside General", "4 East", "3 May 2024", "9 May 2024", "A broken hip after a fall on the stairs", "Dr Amara Okafor", "A new joint; two weeks of exercises after it", "A check in January"} {
		stay["history."+string(rune('1'+n))] = text
	}
	fill("history", stay, stay)
	d := sample(t, "intake-adult")
	r := template.Read(in, forms.Context{Today: signedAt, Country: "AU"})
	d.Title, d.Template, d.Version, d.Entries, d.Pages = template.Title, template.Name, template.Version, r.Entries, nil
	for _, page := range template.Pages() {
		d.Pages = append(d.Pages, page.Ask)
	}
	return d
}

// TestScreenshots pictures the gallery into the folder that
// SEALFORM_SCREENSHOTS names: every page, or of a long document the first, the
// middle and the last ones.
func TestScreenshots(t *testing.T) {
	folder := os.Getenv("SEALFORM_SCREENSHOTS")
	if folder == "" {
		t.Skip("SEALFORM_SCREENSHOTS names no folder")
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	seal := newAuthority(t).Seal()
	for name, d := range gallery(t) {
		path := file(t, render(t, d, seal))
		pages := pageCount(t, path)
		for page := 1; page <= pages; page++ {
			if pages < 20 || page < 3 || page == pages/2 || page > pages-2 {
				n := strconv.Itoa(page)
				judge(t, "pdftoppm", "-png", "-r", "90", "-f", n, "-l", n, path, filepath.Join(folder, "pdf-"+name))
			}
		}
	}
}

func pageCount(t testing.TB, path string) int {
	t.Helper()
	_, after, _ := strings.Cut(judge(t, "pdfinfo", path), "Pages:")
	line, _, _ := strings.Cut(after, "\n")
	n, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	return n
}
