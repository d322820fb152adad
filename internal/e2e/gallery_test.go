package e2e_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/testbrowser"
	"github.com/sealform/sealform/views"
)

// everything is the form that has an item of every kind, with an answer to
// each of them required.
func everything(t *testing.T) *forms.Template {
	t.Helper()
	src, err := os.ReadFile("../../views/testdata/all-kinds.yaml")
	if err != nil {
		t.Fatal(err)
	}
	template, err := forms.Parse("all-kinds.yaml", src)
	if err != nil {
		t.Fatal(err)
	}
	template.Walk(func(it *forms.Item) bool {
		it.Required = it.Asked() && !it.ReadOnly && !it.Hidden
		return true
	})
	if template, err = forms.Parse("everything.yaml", template.Canonical()); err != nil {
		t.Fatal(err)
	}
	return template
}

// A gallery is one document that shows every kind of item to visit: empty,
// refused for nothing and for nonsense, answered with keys alone, reviewed and
// signed. It keeps what was seen of each kind.
type gallery struct {
	client
	demo     *demo
	template *forms.Template
	paper    string // a file to send
	asked    map[forms.Kind]bool
	missing  map[forms.Kind]bool // with the sentence that an answer is needed
	wrong    map[forms.Kind]bool // with the sentence that an answer cannot be
}

func newGallery(t *testing.T, d *demo, tab *testbrowser.Tab) *gallery {
	template := everything(t)
	return &gallery{
		client: client{t: t, tab: tab, doc: d.order(t, string(template.Canonical())), draws: true}, demo: d, template: template,
		paper: photoOf(t, "letter.jpg", 900, 1200), asked: map[forms.Kind]bool{}, missing: map[forms.Kind]bool{}, wrong: map[forms.Kind]bool{},
	}
}

// walk goes from the link to the receipt.
func (g *gallery) walk() {
	g.t.Helper()
	g.tab.Allow("422")
	g.tab.Open(g.doc.Link)
	g.tab.FillByKeyboard() // the code it types is wrong
	g.tab.Type("code", g.doc.Code)
	g.tab.Continue()
	for n := range g.template.Pages() {
		g.page(fmt.Sprintf("gallery-%d", n+1), n)
	}
	g.visit("gallery-review")
	g.tab.FillByKeyboard()
	g.visit("gallery-sign")
	g.tab.FillByKeyboard()
	g.visit("gallery-done")
	if p := g.tab.Page(); testbrowser.Link(p.Root, ".pdf") == "" {
		g.t.Fatalf("no copy at %s: %s", p.URL, testbrowser.Text(testbrowser.First(p.Root, "main")))
	}
}

// page shows one page of questions in all its states and leaves it answered.
func (g *gallery) page(name string, n int) {
	g.t.Helper()
	before := g.tab.Address().Path
	g.look(n, g.asked, "")
	g.visit(name)
	g.tab.Continue()
	g.look(n, g.missing, "-error")
	g.visit(name + "-empty")
	typed := g.mistype("~")
	g.tab.Continue()
	g.look(n, g.wrong, "-error")
	g.visit(name + "-impossible")
	if len(typed) > 0 {
		g.mistype("")
	}
	for _, press := range []string{"_add", ""} { // rows that were added ask for files of their own
		if g.tab.Address().Path == before {
			g.upload()
			g.tab.FillByKeyboard(press)
		}
	}
	if at := g.tab.Page(); at.URL.Path == before {
		g.visit(name + "-stuck")
		g.t.Fatalf("%s was not taken: %s", path.Base(before), testbrowser.Text(testbrowser.First(at.Root, "main")))
	}
}

// look keeps the kinds of which the page has an element of that suffix.
func (g *gallery) look(n int, seen map[forms.Kind]bool, suffix string) {
	g.t.Helper()
	body := string(g.tab.Page().Body)
	g.template.Walk(func(it *forms.Item) bool {
		part := ""
		if parts := it.Controls(); suffix == "" && len(parts) > 0 {
			part = parts[0]
		}
		if it.Page() == n && strings.Contains(body, ` id="`+views.ID(forms.Control(it.ID, part))+suffix+`"`) {
			seen[it.Kind] = true
		}
		return true
	})
}

// mistype puts a text where any can be typed.
func (g *gallery) mistype(text string) (typed []string) {
	g.t.Helper()
	for _, c := range g.tab.Page().Form().Controls {
		if c.Kind == "text" && !c.Depends {
			g.tab.Type(c.Name, text)
			typed = append(typed, c.Name)
		}
	}
	return typed
}

// upload chooses a file for every item that waits for one.
func (g *gallery) upload() {
	g.t.Helper()
	for n := range testbrowser.Elements(g.tab.Page().Root, "input") {
		name := testbrowser.Attr(n, "name")
		sent := `document.querySelector('[data-path="` + name + `"] .file')`
		if testbrowser.Attr(n, "type") == "file" && g.tab.Evaluate(`String(`+sent+`)`) == "null" {
			g.tab.Upload(name, g.paper)
			g.tab.Until(sent)
		}
	}
}

// pdf is the sealed copy, in a file.
func (g *gallery) pdf() string {
	g.t.Helper()
	return fileOf(g.t, "gallery.pdf", g.demo.file(g.t, "/documents/"+g.doc.ID+"/pdf"))
}

// unanswered are the kinds that hold or tell, and so never ask.
var unanswered = map[forms.Kind]bool{forms.Note: true, forms.Group: true, forms.Page: true, forms.Scale: true, forms.Score: true}

// Whatever kind an item has: it stands on a page that axe finds nothing on, is
// answered with keys alone, says what is wrong with its answer, and is in the
// copy and in FHIR.
func TestEveryKindOfItem(t *testing.T) {
	d := start(t)
	g := newGallery(t, d, testbrowser.NewChromium(t).Tab(t, phone))
	g.visit = func(name string) { inspect(t, g.tab, name) }
	g.walk()
	for _, line := range g.tab.Noise() {
		t.Errorf("the console: %s", line)
	}
	printed := squeezed(run(t, testbrowser.Tool(t, "pdftotext"), "-raw", g.pdf(), "-"))
	var questionnaire, bundle json.RawMessage
	d.api(t, "/templates/"+g.template.Name+"@"+g.template.Version+"/fhir", &questionnaire)
	d.api(t, "/documents/"+g.doc.ID+"/fhir", &bundle)
	inCopy, inFHIR, answered := map[forms.Kind]bool{}, map[forms.Kind]bool{}, map[forms.Kind]bool{}
	g.template.Walk(func(it *forms.Item) bool {
		link := `"linkId":"` + it.ID + `"`
		inCopy[it.Kind] = inCopy[it.Kind] || strings.Contains(printed, squeezed(it.Label())[:min(12, len(squeezed(it.Label())))])
		inFHIR[it.Kind] = inFHIR[it.Kind] || strings.Contains(squeezed(string(questionnaire)), link)
		answered[it.Kind] = answered[it.Kind] || strings.Contains(squeezed(string(bundle)), link)
		return true
	})
	for _, kind := range forms.Kinds() {
		switch {
		case !inCopy[kind]:
			t.Errorf("the copy has no %s", kind)
		case !inFHIR[kind]:
			t.Errorf("the Questionnaire has no %s", kind)
		case unanswered[kind]:
		case !g.asked[kind]:
			t.Errorf("no page asks for a %s", kind)
		case !g.missing[kind]:
			t.Errorf("a %s that is missing is not asked for again", kind)
		case !answered[kind]:
			t.Errorf("the QuestionnaireResponse has no %s", kind)
		}
	}
	for _, kind := range []forms.Kind{forms.Number, forms.Integer, forms.Quantity, forms.Date, forms.DateTime, forms.Time, forms.URL, forms.BirthDate, forms.Email, forms.Phone} {
		if !g.wrong[kind] {
			t.Errorf("nonsense is taken for a %s", kind)
		}
	}
}

func squeezed(s string) string { return strings.Join(strings.Fields(s), "") }

// picture writes the copy's pages and the FHIR of the form into the folder.
func (g *gallery) picture(folder string) {
	g.t.Helper()
	run(g.t, testbrowser.Tool(g.t, "pdftoppm"), "-png", "-r", "90", g.pdf(), filepath.Join(folder, "gallery-pdf"))
	fhir := g.demo.file(g.t, "/templates/"+g.template.Name+"@"+g.template.Version+"/fhir")
	if err := os.WriteFile(filepath.Join(folder, "gallery-fhir.json"), fhir, 0o644); err != nil {
		g.t.Fatal(err)
	}
}
