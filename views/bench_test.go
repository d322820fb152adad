package views

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sealform/sealform/forms"
)

// fortyFields is a page of the size that a long intake has, with an answer in
// every field.
func fortyFields(b *testing.B) (*Views, *forms.Template, FormState) {
	var yaml strings.Builder
	yaml.WriteString("form: forty\nversion: \"1.0.0\"\ntitle: Forty\nstatus: active\nkind: intake\nlanguage: en\nwho: [client]\n" +
		"sign: {role: author, statement: True.}\nitems:\n")
	s := FormState{Inputs: forms.Inputs{}, Revision: 12}
	for i := range 40 {
		id, kind, answer := fmt.Sprintf("q%d", i), "text", "Once a day, after breakfast"
		switch i % 4 {
		case 1:
			kind, answer = "pick, options: [Never, Weekly, Daily]", "Weekly"
		case 2:
			kind, answer = "yesno", "yes"
		case 3:
			kind = "long"
		}
		fmt.Fprintf(&yaml, "- {id: %s, ask: What about number %d, hint: A short hint., type: %s}\n", id, i, kind)
		s.Inputs[id] = []string{answer}
	}
	f, err := forms.Parse("forty.yaml", []byte(yaml.String()))
	if err != nil {
		b.Fatal(err)
	}
	v := New()
	return v, f, s
}

func BenchmarkPage(b *testing.B) {
	v, f, s := fortyFields(b)
	form, err := CompileForm(v, f, testOptions)
	if err != nil {
		b.Fatal(err)
	}
	page := form.Page(0)
	buf := make([]byte, 0, 1<<16)
	var direct, spliced float64
	b.Run("html-template", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := printDirectly(v, f, 0, s); err != nil {
				b.Fatal(err)
			}
		}
		direct = float64(b.Elapsed()) / float64(b.N)
	})
	b.Run("Append", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			buf = page.Append(buf[:0], s)
		}
		spliced = float64(b.Elapsed()) / float64(b.N)
		b.ReportMetric(direct/spliced, "times-faster")
		b.ReportMetric(float64(len(buf)), "bytes")
	})
	b.Run("AppendGzip", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			buf = page.AppendGzip(buf[:0], s)
		}
		b.ReportMetric(direct/(float64(b.Elapsed())/float64(b.N)), "times-faster")
		b.ReportMetric(float64(len(buf)), "bytes")
	})
	b.Run("Blank", func(b *testing.B) {
		for b.Loop() {
			raw, gz := page.Blank()
			if len(raw) == 0 || len(gz) == 0 {
				b.Fatal("no page")
			}
			b.ReportMetric(float64(len(gz)), "bytes")
		}
	})
	b.Run("CompileForm", func(b *testing.B) {
		for b.Loop() {
			if _, err := CompileForm(v, f, testOptions); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkPageBegun(b *testing.B) {
	v, f, s := fortyFields(b)
	form, err := CompileForm(v, f, testOptions)
	if err != nil {
		b.Fatal(err)
	}
	for i := range 40 {
		if i > 4 {
			delete(s.Inputs, fmt.Sprintf("q%d", i))
		}
	}
	var buf []byte
	for b.Loop() {
		buf = form.Page(0).AppendGzip(buf[:0], s)
	}
	b.ReportMetric(float64(len(buf)), "bytes")
}
