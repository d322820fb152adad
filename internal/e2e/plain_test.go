package e2e_test

import (
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/sealform/sealform/internal/testbrowser"
)

const mostPages = 40

func unlock(t *testing.T, b *testbrowser.Plain, doc document) *testbrowser.Page {
	t.Helper()
	f := b.Get(doc.Link).Form()
	if f == nil || !f.Set("code", doc.Code) {
		t.Fatalf("%s asks for no code", doc.Link)
	}
	return b.Submit(f)
}

// A walk is a way through a document: what was answered, and on which page.
type walk struct {
	answered map[string]*testbrowser.Control
	pages    []string
	sent     []*testbrowser.Form
	last     *testbrowser.Page
}

// forward answers page after page until one links to a PDF, or until it has
// answered as many as stop says.
func forward(t *testing.T, b *testbrowser.Plain, p *testbrowser.Page, stop int) *walk {
	t.Helper()
	w := &walk{answered: map[string]*testbrowser.Control{}, last: p}
	for range stop {
		if testbrowser.Link(w.last.Root, ".pdf") != "" {
			return w
		}
		f := w.last.Form()
		if w.last.Status != 200 || f == nil {
			t.Fatalf("no way forward at %s: %d\n%s", w.last.URL, w.last.Status, testbrowser.Text(testbrowser.First(w.last.Root, "main")))
		}
		maps.Copy(w.answered, f.Fill())
		w.pages, w.sent = append(w.pages, w.last.URL.String()), append(w.sent, f)
		if w.last = b.Submit(f); w.last.Status == 422 {
			if f = shortened(w.last); f != nil {
				w.last = b.Submit(f)
			}
		}
	}
	if stop == mostPages {
		t.Fatalf("no end after %d pages, at %s", stop, w.last.URL)
	}
	return w
}

var tooLong = regexp.MustCompile(`must be (\d) characters or fewer`)

// shortened is the form of a page with what was too long as short as its
// problem says, as a person would make it; nil when something else is wrong.
func shortened(p *testbrowser.Page) *testbrowser.Form {
	problems := tooLong.FindStringSubmatch(testbrowser.Text(testbrowser.First(p.Root, "main")))
	if problems == nil {
		return nil
	}
	n, _ := strconv.Atoi(problems[1])
	f := p.Form()
	for in := range testbrowser.Elements(p.Root, "input") {
		if testbrowser.Attr(in, "aria-invalid") == "true" {
			value := testbrowser.Attr(in, "value")
			f.Set(testbrowser.Attr(in, "name"), value[:min(n, len(value))])
		}
	}
	return f
}

// texts returns what was typed into fields that count whatever else is answered.
func (w *walk) texts() map[string]string {
	typed := map[string]string{}
	for name, c := range w.answered {
		if len(c.Options) == 0 && !c.Depends && strings.HasPrefix(c.Values[0], "Reed ") {
			typed[name] = c.Values[0]
		}
	}
	return typed
}

func TestADocumentOverPlainForms(t *testing.T) {
	pdfsig, pdftotext := testbrowser.Tool(t, "pdfsig"), testbrowser.Tool(t, "pdftotext")
	d := start(t)
	for _, doc := range d.Documents {
		t.Run(doc.Template+" of "+doc.Client, func(t *testing.T) {
			b := testbrowser.NewPlain(t)
			w := forward(t, b, unlock(t, b, doc), mostPages)
			if len(w.texts()) == 0 {
				t.Error("nothing was typed")
			}
			copied := b.Get(w.last.Resolve(testbrowser.Link(w.last.Root, ".pdf")))
			file := filepath.Join(t.TempDir(), "copy.pdf")
			if err := os.WriteFile(file, copied.Body, 0o600); err != nil {
				t.Fatal(err)
			}
			seal := run(t, pdfsig, "-nocert", file)
			for _, want := range []string{"Signature is Valid", "Total document signed"} {
				if !strings.Contains(seal, want) {
					t.Errorf("pdfsig does not say %q:\n%s", want, seal)
				}
			}
			w.expect(t, "the PDF", strings.Join(strings.Fields(run(t, pdftotext, "-layout", file, "-")), " "))
			w.expectAPI(t, d, doc)
			again := testbrowser.NewPlain(t)
			if p := unlock(t, again, doc); testbrowser.Link(p.Root, ".pdf") == "" {
				t.Errorf("opened again, the link leads to %s without the copy", p.URL)
			}
		})
	}
}

func run(t *testing.T, program string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), program, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", program, err, out)
	}
	return string(out)
}

func (w *walk) expect(t *testing.T, where, text string) {
	t.Helper()
	for name, value := range w.texts() {
		if !strings.Contains(text, value) {
			t.Errorf("%s lacks %q, typed into %s", where, value, name)
		}
	}
}

func (w *walk) expectAPI(t *testing.T, d *demo, doc document) {
	t.Helper()
	var state struct{ State string }
	if d.api(t, "/documents/"+doc.ID, &state); state.State != "completed" {
		t.Errorf("the API calls the document %q", state.State)
	}
	var answers struct {
		Template string
		Items    map[string]json.RawMessage
	}
	d.api(t, "/documents/"+doc.ID+"/answers", &answers)
	if answers.Template != doc.Template {
		t.Errorf("the answers are of %q", answers.Template)
	}
	signing := []string{"name", "relationship", "authority"}
	for name, value := range w.texts() {
		if slices.Contains(signing, name) {
			continue
		}
		if !strings.Contains(string(answers.Items[name]), value) {
			t.Errorf("the API has %s for %s, not %q", answers.Items[name], name, value)
		}
	}
}

func TestAnotherDeviceGoesOn(t *testing.T) {
	d := start(t)
	doc := d.of(t, "intake-adult")
	first := testbrowser.NewPlain(t)
	w := forward(t, first, unlock(t, first, doc), 5)
	second := testbrowser.NewPlain(t)
	p := unlock(t, second, doc)
	if p.URL.String() != w.last.URL.String() {
		t.Errorf("the other device goes on at %s, not at %s", p.URL, w.last.URL)
	}
	for i, page := range w.pages {
		found := second.Get(page).Form()
		for _, c := range w.sent[i].Controls {
			if c.Kind == "hidden" {
				continue
			}
			if now := found.Control(c.Name); now == nil || !slices.Equal(now.Values, c.Values) {
				t.Errorf("%s: %s was %q and is %+v on the other device", page, c.Name, c.Values, now)
			}
		}
	}
	if end := forward(t, second, p, mostPages); testbrowser.Link(end.last.Root, ".pdf") == "" {
		t.Error("the other device reaches no copy")
	}
}
