package portal

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

// showReview shows all answers before signing.
func showReview(d *document) error {
	draft, err := d.draft()
	if err != nil {
		return err
	}
	return d.review(fiber.StatusOK, draft, nil)
}

// passReview leads on to sign exactly what was reviewed.
func passReview(d *document) error {
	fields, err := form(d.c)
	if err != nil {
		return err
	}
	draft, err := d.draft()
	if err != nil {
		return d.notSaved(err, fields)
	}
	response := d.read(draft.Inputs)
	if fields.Get(buttonBack) != "" {
		return see(d.c, d.before(response, len(d.form.Pages())))
	}
	seen, err := strconv.ParseInt(fields.Get(fieldRevision), 10, 64)
	switch {
	case err != nil || seen != draft.Revision:
		return d.review(fiber.StatusConflict, draft, draft.ChangedSince(seen))
	case len(response.Problems) > 0:
		return d.review(fiber.StatusUnprocessableEntity, draft, nil)
	}
	return see(d.c, d.path("sign?rev="+strconv.FormatInt(draft.Revision, 10)))
}

// review shows the answers of a draft, with those marked that changed since
// they were last shown.
func (d *document) review(status int, draft *store.Draft, changed []string) error {
	response := d.read(draft.Inputs)
	page := d.client()
	page.Choose = d.languages(d.form.Languages(), d.form.Language, d.path("review"))
	page.Crisis = d.crisis(response)
	r := views.Review{
		ClientPage: page, Action: d.path("review"), Revision: draft.Revision, Heading: d.form.Title,
		Changed: status == fiber.StatusConflict, Ready: len(response.Problems) == 0,
		Dropped: d.labels(response.Dropped), Pages: d.reviewed(response, changed),
	}
	for _, problem := range response.Problems {
		r.Problems = append(r.Problems, views.Problem{Control: problem.Control, Text: problem.Text, Href: control(problem.Page, problem.Control)})
	}
	return d.page(status, r)
}

// control returns the address of a control on its page, from the review beside
// it: said whole, the addresses would be a third of what a phone loads there.
func control(page int, name string) string {
	return number(page+1) + "#" + views.ID(name)
}

// reviewed lists the pages that ask something; of one that is only read there
// is nothing to check.
func (d *document) reviewed(r *forms.Response, changed []string) []views.ReviewPage {
	var out []views.ReviewPage
	for i, page := range d.form.Pages() {
		if !r.PageShown(i) {
			continue
		}
		shown := views.ReviewPage{Title: page.Label(), Href: number(i + 1)}
		for _, e := range r.Entries {
			if e.Page == i && e.Level > 0 {
				shown.Lines = append(shown.Lines, line(e, r, changed))
			}
		}
		if slices.ContainsFunc(shown.Lines, func(l views.ReviewLine) bool { return !l.Static }) {
			out = append(out, shown)
		}
	}
	return out
}

func line(e forms.Entry, r *forms.Response, changed []string) views.ReviewLine {
	l := views.ReviewLine{Entry: e}
	controls := e.Item.Controls()
	if e.Static || len(controls) == 0 || !e.Item.Asked() {
		return l
	}
	l.Missing = slices.ContainsFunc(r.Problems, func(p forms.Problem) bool { return ofItem(p.Control, e.Path) })
	l.Changed = slices.ContainsFunc(changed, func(c string) bool { return ofItem(c, e.Path) })
	if !e.Item.ReadOnly {
		l.Href = control(e.Page, forms.Control(e.Path, controls[0]))
	}
	return l
}

// ofItem reports whether a control belongs to the item at path.
func ofItem(control, path string) bool {
	rest, ok := strings.CutPrefix(control, path)
	return ok && (rest == "" || rest[0] == '@')
}
