package views

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/sealform/sealform/forms"
)

// typed is the ink that writes a state itself. It shares nothing with splicing:
// the escaping is html/template's own.
type typed struct {
	template *forms.Template
	page     int
	state    FormState
	listed   forms.Problem
}

func (d *typed) value(path string) string {
	if v := d.state.Inputs[path]; len(v) > 0 {
		return v[0]
	}
	return ""
}

func (d *typed) problem(path string) *forms.Problem {
	for _, p := range d.state.Problems {
		if p.Control == path || strings.HasPrefix(p.Control, path+"@") {
			return &p
		}
	}
	return nil
}

func (d *typed) text(what op, path string) string {
	switch what {
	case opValue:
		return d.value(path)
	case opProblemText:
		return d.problem(path).Text
	case opRevision:
		return strconv.FormatInt(d.state.Revision, 10)
	case opNotice:
		return d.state.Notice
	case opListed:
		return d.listed.Text
	case opListedID:
		return ID(d.listed.Control)
	case opFileID:
		return d.listed.Control
	case opFocus:
		if d.state.Focus != "" && d.state.Focus == path {
			return " autofocus"
		}
		return ""
	}
	panic(fmt.Sprintf("no text for op %d", what))
}

func (d *typed) either(what op, path, code string, yes, no printer) (string, error) {
	item := func(path string) *forms.Item { return d.template.Item(path[strings.LastIndexByte(path, ':')+1:]) }
	group := item(path)
	is := map[op]func() bool{
		opAnyProblem: func() bool { return len(d.state.Problems) > 0 },
		opAnyNotice:  func() bool { return d.state.Notice != "" || len(d.state.Changed) > 0 },
		opProblemAt:  func() bool { return d.problem(path) != nil },
		opShown:      func() bool { return !slices.Contains(d.state.Hidden, path) },
		opAlert:      func() bool { return slices.Contains(d.state.Alerts, path) },
		opAlerted: func() bool {
			return slices.ContainsFunc(d.state.Alerts, func(path string) bool { return item(path).Page() != d.page })
		},
		opHasRoom: func() bool { return len(d.state.Inputs.FilesAt(path)) < group.MaxTimes },
		opTicked:  func() bool { return slices.Contains(d.state.Inputs[path], code) },
		opCanAdd:  func() bool { return len(d.template.Rows(d.state.Inputs, path)) < group.MaxTimes },
		opCanDrop: func() bool { return len(d.template.Rows(d.state.Inputs, path)) > max(1, group.MinTimes) },
	}[what]
	if is() {
		return yes()
	}
	return no()
}

func (d *typed) each(what op, path string, one func(key, number string) (string, error)) (string, error) {
	var out strings.Builder
	add := func(text string, err error) {
		if err != nil {
			panic(err)
		}
		out.WriteString(text)
	}
	switch what {
	case opRows:
		for i, key := range d.template.Rows(d.state.Inputs, path) {
			add(one(key, strconv.Itoa(i+1)))
		}
	case opFiles:
		for _, a := range d.state.Inputs.FilesAt(path) {
			d.listed = forms.Problem{Text: a.Name + " (" + a.SizeText() + ")", Control: a.ID}
			add(one("", ""))
		}
	case opProblems:
		for _, d.listed = range d.state.Problems {
			add(one("", ""))
		}
	case opChanged:
		for _, label := range d.state.Changed {
			d.listed = forms.Problem{Text: label}
			add(one("", ""))
		}
	}
	return out.String(), nil
}

func (d *typed) choose(path string, codes []string, one func(int) (string, error)) (string, error) {
	return one(slices.Index(codes, d.value(path)))
}

var testOptions = FormOptions{
	Practice: Practice{Name: "Harbour & Co", Phone: "+61 3 5550 1234"}, Country: "AU", Autosave: "save", Decline: "decline",
}

// printDirectly is what a request would do without compiled pages.
func printDirectly(v *Views, t *forms.Template, page int, s FormState) (string, error) {
	sh := &sheet{views: v, template: t, options: testOptions, Index: page, ink: &typed{template: t, page: page, state: s}}
	return sh.print("form/page", sh)
}

func compiled(t testing.TB) (*Views, *forms.Template, *Form) {
	b, err := os.ReadFile("testdata/all-kinds.yaml")
	if err != nil {
		t.Fatal(err)
	}
	f, err := forms.Parse("all-kinds.yaml", b)
	if err != nil {
		t.Fatal(err)
	}
	v := New()
	form, err := CompileForm(v, f, testOptions)
	if err != nil {
		t.Fatal(err)
	}
	return v, f, form
}

func gunzip(t testing.TB, b []byte) []byte {
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

// hostile are values that end an attribute, a tag, a textarea or a script, or
// that an escaper could trip over.
var hostile = []string{
	`"><script>alert(1)</script>`, `' onfocus=alert(1) x='`, "</textarea><b>", "\nleading line", "a&amp;b&#43;+",
	"\x00\xff\xfe", "\u2028\u202e", "{{.}}", "q0123456789abcdef00001", "javascript:alert(1)", "Zoë 🙂",
}

// long needs more than one stored block of a gzip file.
var long = strings.Repeat("<é>", 12000)

func randomState(r *rand.Rand, f *forms.Template) FormState {
	s := FormState{Inputs: forms.Inputs{}, Revision: r.Int64N(1000)}
	for _, path := range []string{"meds", "meds:1:meds.effects", "meds:2:meds.effects"} {
		for range r.IntN(4) {
			s.Inputs, _ = f.AddRow(s.Inputs, path)
		}
	}
	for page := range f.Pages() {
		for _, control := range f.PageControls(page, s.Inputs) {
			fillAtRandom(r, f, s.Inputs, control)
			if r.IntN(12) == 0 {
				s.Problems = append(s.Problems, forms.Problem{Control: control, Text: hostile[r.IntN(len(hostile))]})
			}
		}
	}
	for page := range f.Pages() {
		for _, path := range f.FileControls(page, s.Inputs) {
			for i := range r.IntN(4) {
				s.Inputs, _ = f.AddFile(s.Inputs, path, forms.Attachment{ID: strconv.Itoa(i), Name: hostile[r.IntN(4)], Type: "image/jpeg", Size: 1 + r.IntN(5_000_000), SHA256: strconv.Itoa(i)})
			}
		}
	}
	if r.IntN(2) == 0 {
		s.Problems = nil
	}
	if r.IntN(3) == 0 {
		s.Notice, s.Changed = hostile[r.IntN(len(hostile))], hostile[:r.IntN(4)]
		s.Alerts = [][]string{nil, {"smoke"}, {"smoke", "gad.1"}}[r.IntN(3)]
		s.Hidden, s.Focus = []string{"smoke.help", "meds"}, "story"
		s.Inputs["first.code"], s.Inputs["story"] = []string{"<read only>"}, []string{long}
	}
	return s
}

func fillAtRandom(r *rand.Rand, f *forms.Template, in forms.Inputs, control string) {
	item := control[strings.LastIndexByte(control, ':')+1:]
	item, _, _ = strings.Cut(item, "@")
	codes := []string{"yes", "no", "true", "mg", "kg", forms.Other}
	for _, o := range f.Item(item).Options {
		codes = append(codes, o.Code)
	}
	for range r.IntN(3) {
		if r.IntN(3) > 0 {
			in[control] = append(in[control], codes[r.IntN(len(codes))])
		} else {
			in[control] = append(in[control], hostile[r.IntN(len(hostile))])
		}
	}
}

// The property that lets a page be spliced at all: whatever the state, the
// bytes are those that html/template would have written.
func TestSplicedPageIsTheTemplatesPage(t *testing.T) {
	v, f, form := compiled(t)
	for seed := range uint64(30) {
		s := randomState(rand.New(rand.NewPCG(seed, 1)), f)
		for i := range form.Pages() {
			want, err := printDirectly(v, f, i, s)
			if err != nil {
				t.Fatal(err)
			}
			same(t, seed, form.Page(i).Append(nil, s), want)
			same(t, seed, gunzip(t, form.Page(i).AppendGzip(nil, s)), want)
		}
	}
}

func same(t *testing.T, seed uint64, got []byte, want string) {
	t.Helper()
	if string(got) == want {
		return
	}
	at := 0
	for at < min(len(got), len(want)) && got[at] == want[at] {
		at++
	}
	around := func(s string) string { return s[max(0, at-80):min(len(s), at+80)] }
	t.Fatalf("seed %d, byte %d:\n got %q\nwant %q", seed, at, around(string(got)), around(want))
}

func TestBlankIsThePageWithoutAnswers(t *testing.T) {
	v, f, form := compiled(t)
	for i := range form.Pages() {
		raw, gz := form.Page(i).Blank()
		want, err := printDirectly(v, f, i, FormState{})
		if err != nil {
			t.Fatal(err)
		}
		same(t, 0, raw, want)
		same(t, 0, gunzip(t, gz), want)
	}
}

func TestAppendKeepsWhatIsThere(t *testing.T) {
	_, _, form := compiled(t)
	page := form.Page(0)
	if got := page.Append([]byte("before"), FormState{}); !bytes.HasPrefix(got, []byte("before<!doctype")) {
		t.Errorf("got %q", got[:20])
	}
	if got := page.AppendGzip([]byte("before"), FormState{}); !bytes.Equal(gunzip(t, got[6:]), page.blank) {
		t.Error("the gzip file does not begin after what was there")
	}
}

// A typed secret must stand in the gzip file as it is. Were it compressed
// together with words an attacker chose, the length would tell about it.
func TestAnswersAreNotCompressed(t *testing.T) {
	_, _, form := compiled(t)
	secret := "my secret my secret my secret my secret my secret"
	gz := form.Page(1).AppendGzip(nil, FormState{Inputs: forms.Inputs{"story": {secret}}})
	if !bytes.Contains(gz, []byte(secret)) {
		t.Error("the answer was compressed")
	}
}

func TestEveryKindHasAView(t *testing.T) {
	v := New()
	for _, kind := range forms.Kinds() {
		if v.lookup("field/"+string(kind)) == nil {
			t.Errorf("html/field/%s.html is missing", kind)
		}
	}
}

func TestTemplateTestsEveryKind(t *testing.T) {
	_, f, _ := compiled(t)
	seen := map[forms.Kind]bool{}
	f.Walk(func(it *forms.Item) bool { seen[it.Kind] = true; return true })
	for _, kind := range forms.Kinds() {
		if !seen[kind] {
			t.Errorf("testdata/all-kinds.yaml has no %s", kind)
		}
	}
}

func TestConcurrentPages(t *testing.T) {
	v, f, form := compiled(t)
	s := randomState(rand.New(rand.NewPCG(9, 9)), f)
	want := form.Page(1).Append(nil, s)
	for i := range 8 {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			t.Parallel()
			for range 20 {
				if !bytes.Equal(form.Page(1).Append(nil, s), want) {
					t.Fatal("two pages at once got mixed up")
				}
				if err := v.Render(io.Discard, Sign{}); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := CompileForm(v, f, testOptions); err != nil {
				t.Fatal(err)
			}
		})
	}
}
