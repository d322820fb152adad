package pdf_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sealform/sealform/forms"
)

// Wherever a page ends, the next one's answers stand below a head that names
// the columns, and no heading is left behind without what it is about.
func TestHeadsStayWithWhatTheyHead(t *testing.T) {
	for shift := range 12 {
		d := form(0)
		add := func(kind forms.Kind, ask, md, text string) {
			e := forms.Entry{Item: &forms.Item{Kind: kind, Ask: ask, MD: md}, Level: 1, Text: text, Static: kind == forms.Note}
			d.Entries = append(d.Entries, e)
		}
		for n := range shift {
			add(forms.Text, "To move the break", "", fmt.Sprintf("Answer-s%d", n))
		}
		for n := range 30 {
			add(forms.Note, fmt.Sprintf("Heading-%d", n), "A few words on it.", "")
			add(forms.Text, "One of two", "", fmt.Sprintf("Answer-%da", n))
			add(forms.Text, "Two of two", "", fmt.Sprintf("Answer-%db", n))
		}
		text := judge(t, "pdftotext", "-layout", file(t, render(t, d, nil)), "-")
		for n, page := range strings.Split(text, "\f") {
			if first := strings.Index(page, "Answer-"); first >= 0 && !strings.Contains(page[:first], "Question") {
				t.Errorf("with %d rows before: page %d has answers below no head:\n%s", shift, n+1, page)
			}
			if last, answer := strings.LastIndex(page, "Heading-"), strings.LastIndex(page, "Answer-"); last > answer {
				t.Errorf("with %d rows before: page %d ends with a heading:\n%s", shift, n+1, page)
			}
		}
	}
}

// Paper shows where a link leads, once.
func TestAddressesOfLinksStandOnce(t *testing.T) {
	d := form(0)
	d.Entries = []forms.Entry{{Item: &forms.Item{Kind: forms.Note, Ask: "Links", MD: strings.Join([]string{
		"[our site](https://a.example/x)", "[www.b.example/y](https://www.b.example/y)", "[desk@c.example](mailto:desk@c.example)", "[03 5550 1234](tel:0355501234)",
	}, "\n\n")}, Static: true}}
	text := judge(t, "pdftotext", "-raw", file(t, render(t, d, nil)), "-")
	wants(t, text, "our site (https://a.example/x)")
	for _, once := range []string{"www.b.example/y", "desk@c.example"} {
		if n := strings.Count(text, once); n != 1 {
			t.Errorf("%s stands %d times in\n%s", once, n, text)
		}
	}
}
