package portal

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

func number(n int) string { return strconv.Itoa(n) }

// numbered returns the page a path names, from 0.
func (d *document) numbered(text string) (int, bool) {
	n, err := strconv.Atoi(text)
	ok := err == nil && n >= 1 && n <= len(d.form.Pages()) && number(n) == text
	return n - 1, ok
}

// showPage shows a form page with what was typed so far.
func showPage(d *document) error {
	name := d.c.Params("page")
	if name == "resume" {
		return d.resume()
	}
	page, ok := d.numbered(name)
	if !ok {
		return fiber.ErrNotFound
	}
	if page == 0 && !d.step.Filled {
		return d.blank()
	}
	draft, err := d.draft()
	if err != nil {
		return err
	}
	state := views.FormState{Inputs: draft.Inputs, Revision: draft.Revision}
	if d.form.Branches() || d.form.Alerts() {
		response := d.read(draft.Inputs)
		if !response.PageShown(page) {
			return see(d.c, d.after(response, page))
		}
		state.Hidden, state.Alerts = response.Hidden, response.Alerts
	}
	if group := d.c.Query("row"); group != "" {
		state.Focus = d.firstOfNewRow(draft.Inputs, group)
	}
	if file := d.c.Query("file"); file != "" {
		state.Focus = file
	}
	return d.print(fiber.StatusOK, page, state)
}

// resume leads to the first page with something to do; where nothing was saved
// yet, to the first of all, whatever the practice filled in.
func (d *document) resume() error {
	draft, err := d.draft()
	if err != nil {
		return err
	}
	response := d.read(draft.Inputs)
	if draft.Revision == 0 {
		return see(d.c, d.after(response, -1))
	}
	if len(response.Problems) == 0 {
		return see(d.c, d.path("review"))
	}
	return see(d.c, d.path(number(response.Problems[0].Page+1)))
}

func (d *document) draft() (*store.Draft, error) {
	return d.p.Store.Draft(d.c.UserContext(), d.Visit, d.step)
}

func (d *document) read(in forms.Inputs) *forms.Response {
	return d.p.Store.ReadForm(d.Visit, d.form, in)
}

// after returns the path of the first page after one that has anything to
// show, or of the review.
func (d *document) after(r *forms.Response, page int) string {
	for next := page + 1; next < len(d.form.Pages()); next++ {
		if r.PageShown(next) {
			return d.path(number(next + 1))
		}
	}
	return d.path("review")
}

// before returns the path of the last page before one that has anything to
// show. Before the first there is the packet, or nothing but that page.
func (d *document) before(r *forms.Response, page int) string {
	for last := page - 1; last >= 0; last-- {
		if r.PageShown(last) {
			return d.path(number(last + 1))
		}
	}
	if len(d.Steps) > 1 {
		return d.link("overview")
	}
	return d.path("1")
}

// firstOfNewRow returns the first control of a group's last row.
func (d *document) firstOfNewRow(in forms.Inputs, group string) string {
	rows := d.form.Rows(in, group)
	if len(rows) == 0 {
		return ""
	}
	item := d.item(group)
	for _, child := range item.Items {
		if child.Asked() && len(child.Controls()) > 0 {
			return forms.Path(group, rows[len(rows)-1], child.ID)
		}
	}
	return ""
}

// blank sends the first page as it was compiled.
func (d *document) blank() error {
	compiled, err := d.compiled()
	if err != nil {
		return err
	}
	raw, gz := compiled.Page(0).Blank()
	return d.sendForm(fiber.StatusOK, func(zip bool) []byte {
		if zip {
			return gz
		}
		return raw
	})
}

// roomForAnswers is what the answers of a page mostly take, in bytes.
const roomForAnswers = 4 << 10

func (d *document) print(status, page int, state views.FormState) error {
	compiled, err := d.compiled()
	if err != nil {
		return err
	}
	raw, _ := compiled.Page(page).Blank()
	room := make([]byte, 0, len(raw)+roomForAnswers)
	return d.sendForm(status, func(zip bool) []byte {
		if zip {
			return compiled.Page(page).AppendGzip(room, state)
		}
		return compiled.Page(page).Append(room, state)
	})
}

func (d *document) sendForm(status int, bytes func(zip bool) []byte) error {
	zip := takesGzip(d.c)
	variesByEncoding.set(d.c)
	if zip {
		zipped.set(d.c)
	}
	fromHere.set(d.c)
	return html(d.c, status, bytes(zip))
}

func (d *document) compiled() (*views.Form, error) {
	key := formKey{d.step.Pin, d.Practice.ID, d.Practice.Version, d.form.Language, len(d.Steps) > 1}
	return d.p.forms.get(key, func() (*views.Form, error) {
		o := views.FormOptions{Practice: d.practice(), Language: d.form.Language, Country: d.Practice.Country, Autosave: "autosave", Decline: "decline"}
		if key.packet {
			o.Overview = "../../overview"
		}
		return views.CompileForm(d.p.views, d.form, o)
	})
}
