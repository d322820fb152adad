package portal

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

// Names of fields and buttons of a form page that are no answers.
const (
	fieldRevision = "_rev"
	fieldSaved    = "_field" // of autosave: a control the post speaks for
	buttonBack    = "_back"
	buttonAdd     = "_add"    // a repeating group
	buttonRemove  = "_remove" // a row of one, "group:row"
	buttonUpload  = "_upload" // a file item: send what was chosen and come back
	buttonDrop    = "_drop"   // a file of one, "item:file"

	buttonLanguage = "_language"
)

// savePage keeps everything a page sent, good or bad, before it looks at it.
func savePage(d *document) error {
	page, ok := d.numbered(d.c.Params("page"))
	if !ok {
		return fiber.ErrNotFound
	}
	got, err := d.receive(page)
	if err != nil {
		return err
	}
	defer got.close()
	fields := got.fields
	if got.failed != nil {
		return d.notSaved(got.failed, fields)
	}
	saved, err := d.save(page, fields, got.change(d.rows(fields)))
	if err != nil {
		return d.notSaved(err, fields)
	}
	if asksJSON(d.c) {
		return got.told()
	}
	response := d.read(saved.Inputs)
	if problems := got.problems(page); len(problems) > 0 {
		return d.print(fiber.StatusUnprocessableEntity, page, views.FormState{Inputs: saved.Inputs, Problems: problems, Hidden: response.Hidden, Revision: saved.Revision})
	}
	switch {
	case fields.Get(buttonLanguage) != "":
		return d.choose(fields.Get(buttonLanguage), d.path(number(page+1)))
	case fields.Get(buttonUpload) != "", fields.Get(buttonDrop) != "":
		return see(d.c, d.path(number(page+1))+"?file="+url.QueryEscape(fileAt(fields)))
	case fields.Get(buttonAdd) != "":
		return see(d.c, d.path(number(page+1))+"?row="+url.QueryEscape(fields.Get(buttonAdd)))
	case fields.Get(buttonRemove) != "":
		return see(d.c, d.path(number(page+1)))
	case fields.Get(buttonBack) != "":
		return see(d.c, d.before(response, page))
	}
	return d.goOn(page, saved, response)
}

// goOn leads to the next page, unless something on this one is to be put
// right or another device changed an answer meanwhile.
func (d *document) goOn(page int, saved *store.Saved, response *forms.Response) error {
	labels := d.labels(saved.Changed)
	if problems := response.PageProblems(page); len(problems) > 0 {
		state := views.FormState{Inputs: saved.Inputs, Problems: problems, Hidden: response.Hidden, Alerts: response.Alerts, Revision: saved.Revision}
		if len(labels) > 0 {
			state.Notice, state.Changed = d.say("These answers were changed in another window or on another device:"), labels
		}
		return d.print(fiber.StatusUnprocessableEntity, page, state)
	}
	next := d.after(response, page)
	if len(labels) > 0 {
		return d.page(fiber.StatusOK, views.Changed{ClientPage: d.client(), Labels: labels, Forward: next})
	}
	return see(d.c, next)
}

// save merges the fields of a page into the draft.
func (d *document) save(page int, fields url.Values, rows func(forms.Inputs) forms.Inputs) (*store.Saved, error) {
	controls, err := d.controls(page)
	if err != nil {
		return nil, err
	}
	return d.merge(controls, fields, rows)
}

func (d *document) merge(controls []string, fields url.Values, rows func(forms.Inputs) forms.Inputs) (saved *store.Saved, err error) {
	base, _ := strconv.ParseInt(fields.Get(fieldRevision), 10, 64)
	page := store.Page{Base: base, Controls: controls, Inputs: typed(controls, fields), Change: rows}
	err = d.inReach(func() (err error) {
		saved, err = d.p.Store.Save(d.c.UserContext(), d.Visit, d.step, page)
		return err
	})
	return saved, err
}

// inReach runs fn, which needs the draft. Where that is out of reach and still
// empty, a fresh one takes its place, so nothing typed is lost.
func (d *document) inReach(fn func() error) error {
	err := fn()
	if errors.Is(err, store.ErrElsewhere) && !d.step.Filled {
		if err := d.p.Store.StartAfresh(d.c.UserContext(), d.Visit, d.step, from(d.c)); err != nil {
			return err
		}
		return fn()
	}
	return err
}

// controls returns every control the page speaks for. Which rows there are is
// known to the draft alone, so it is read where the page has any.
func (d *document) controls(page int) ([]string, error) {
	if !repeats(d.form.Pages()[page].Items) {
		return d.form.PageControls(page, nil), nil
	}
	draft, err := d.draft()
	if errors.Is(err, store.ErrElsewhere) && !d.step.Filled {
		return d.form.PageControls(page, nil), nil
	}
	if err != nil {
		return nil, err
	}
	return d.form.PageControls(page, draft.Inputs), nil
}

func repeats(items []*forms.Item) bool {
	return slices.ContainsFunc(items, func(it *forms.Item) bool { return it.Repeats || repeats(it.Items) })
}

// typed returns what the fields hold of the controls. Empty fields are left
// out: the control alone says that nothing is in it.
func typed(controls []string, fields url.Values) forms.Inputs {
	in := forms.Inputs{}
	for _, name := range controls {
		var values []string
		for _, v := range fields[name] {
			values = append(values, strings.ToValidUTF8(v, ""))
		}
		if strings.Join(values, "") != "" {
			in[name] = values
		}
	}
	return in
}

// rows returns what the buttons of repeating groups and files do to the
// answers.
func (d *document) rows(fields url.Values) func(forms.Inputs) forms.Inputs {
	if group := fields.Get(buttonAdd); group != "" {
		return func(in forms.Inputs) forms.Inputs {
			in, _ = d.form.AddRow(in, group)
			return in
		}
	}
	if row := fields.Get(buttonRemove); row != "" {
		return func(in forms.Inputs) forms.Inputs {
			last := max(strings.LastIndexByte(row, ':'), 0)
			return d.form.RemoveRow(in, row[:last], row[min(last+1, len(row)):])
		}
	}
	if file := fields.Get(buttonDrop); file != "" {
		return func(in forms.Inputs) forms.Inputs {
			last := max(strings.LastIndexByte(file, ':'), 0)
			return d.form.RemoveFile(in, file[:last], file[min(last+1, len(file)):])
		}
	}
	return nil
}

// item returns the item of a control or path, or one that asks nothing.
func (d *document) item(control string) *forms.Item {
	path, _, _ := strings.Cut(control, "@")
	if it := d.form.Item(path[strings.LastIndexByte(path, ':')+1:]); it != nil {
		return it
	}
	return &forms.Item{}
}

// labels names the questions of the controls, each once.
func (d *document) labels(controls []string) []string {
	var out []string
	for _, control := range controls {
		if label := d.item(control).Label(); label != "" && !slices.Contains(out, label) {
			out = append(out, label)
		}
	}
	return out
}

// autosaved answers the page's script, which follows no redirect: a session
// that ran out is a status.
func (p *Portal) autosaved(c *fiber.Ctx) error {
	v, err := p.visit(c)
	if err != nil || !v.Unlocked {
		if err == nil || errors.Is(err, fault.NotFound) {
			err = fault.New(fault.Unauthenticated, "The code is needed again.")
		}
		return told(c, err)
	}
	st := v.Current()
	if st == nil || st != v.named() {
		return told(c, fault.New(fault.Conflict, "This form can no longer be changed."))
	}
	d, err := v.document(st)
	if err != nil {
		return told(c, err)
	}
	return autosave(d)
}

func autosave(d *document) error {
	fields, err := form(d.c)
	if err != nil {
		return told(d.c, err)
	}
	controls, err := d.savedFields(fields[fieldSaved])
	if err != nil {
		return told(d.c, err)
	}
	saved, err := d.merge(controls, fields, nil)
	if err != nil {
		return told(d.c, err)
	}
	// A page that has not yet shown what another device changed keeps its old
	// revision, so that going on does not overwrite it unseen.
	revision := saved.Revision
	if len(saved.Changed) > 0 {
		revision, _ = strconv.ParseInt(fields.Get(fieldRevision), 10, 64)
	}
	return d.c.JSON(map[string]int64{"rev": revision})
}

// savedFields returns which of the names are controls of the form.
func (d *document) savedFields(names []string) ([]string, error) {
	var known []string
	for page := range d.form.Pages() {
		controls, err := d.controls(page)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			if slices.Contains(controls, name) && !slices.Contains(known, name) {
				known = append(known, name)
			}
		}
	}
	return known, nil
}

// told answers a script with problem details.
func told(c *fiber.Ctx, err error) error {
	status, _, sentence := statusOf(err)
	return problem(c, status, fault.CodeOf(err), sentence, nil)
}
