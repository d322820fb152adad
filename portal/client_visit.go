package portal

import (
	"errors"
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/words"
	"github.com/sealform/sealform/views"
)

// A visit is one request to a link that works.
type visit struct {
	*store.Visit
	p     *Portal
	c     *fiber.Ctx
	token string
}

func (p *Portal) visit(c *fiber.Ctx) (*visit, error) {
	token := c.Params("token")
	v, err := p.Store.Visit(c.UserContext(), token, p.cookie(c, sessionCookie(token)), p.cookie(c, deviceCookie))
	if err != nil {
		return nil, err
	}
	of(c).language = v.Language
	return &visit{v, p, c, token}, nil
}

// linked runs next for a link that works and, where the route is for clients,
// in a browser that gave its code. Every other request goes to the link's
// first page, which says what to do or, for a dead link, nothing; but nothing
// typed is dropped on the way.
func (p *Portal) linked(next func(*visit) error) fiber.Handler {
	return func(c *fiber.Ctx) error {
		v, err := p.visit(c)
		if errors.Is(err, fault.NotFound) {
			return see(c, "/d/"+url.PathEscape(c.Params("token")))
		}
		if err != nil {
			return p.unsaved(c, err, views.Practice{})
		}
		if of(c).who == client && !v.Unlocked {
			return v.askAgain()
		}
		return next(v)
	}
}

// A document is one step of a visit that is this client's turn.
type document struct {
	*visit
	step *store.Step
	form *forms.Template
}

// onDocument runs next for the document of the path when it is its turn, and
// otherwise leads to where the client is.
func (p *Portal) onDocument(next func(*document) error) fiber.Handler {
	return p.linked(func(v *visit) error {
		st := v.named()
		switch {
		case st == nil:
			return fiber.ErrNotFound
		case st.State == practice.Completed:
			return see(v.c, v.at(st, "done"))
		case st.State == practice.Declined && v.Current() == nil:
			return v.page(fiber.StatusOK, views.Declined{ClientPage: v.client()})
		case st != v.Current():
			return see(v.c, v.link("overview"))
		}
		d, err := v.document(st)
		if err != nil {
			return p.unsaved(v.c, err, v.practice())
		}
		err = next(d)
		if errors.Is(err, store.ErrElsewhere) {
			return see(v.c, v.at(st, "afresh"))
		}
		return err
	})
}

// named returns the step of the path's document, or nil.
func (v *visit) named() *store.Step {
	id, err := uuid.Parse(v.c.Params("doc"))
	if err != nil {
		return nil
	}
	return v.Step(id)
}

func (v *visit) document(st *store.Step) (*document, error) {
	form, err := v.p.Store.Form(v.c.UserContext(), v.Practice.ID, st.Pin)
	if err != nil {
		return nil, err
	}
	return &document{v, st, form.In(v.Language)}, nil
}

func (v *visit) link(below string) string { return "/d/" + v.token + "/" + below }

func (v *visit) at(st *store.Step, below string) string {
	return v.link("f/" + st.Document.String() + "/" + below)
}

func (d *document) path(below string) string { return d.at(d.step, below) }

func (v *visit) practice() views.Practice {
	return practiceView(v.Practice)
}

func (v *visit) client() views.ClientPage {
	page := views.ClientPage{Practice: v.practice(), Language: v.Language}
	if v.Unlocked {
		page.MessagesPage = v.link("messages")
	}
	return page
}

// say says a sentence of ours in the language of the visit's pages.
func (v *visit) say(sentence string, blanks ...any) string {
	return views.Words(v.Language).Say(sentence, blanks...)
}

// say does so in the language of the document, which may not have the visit's.
func (d *document) say(sentence string, blanks ...any) string {
	return views.Words(d.form.Language).Say(sentence, blanks...)
}

// client is what the pages of one document share.
func (d *document) client() views.ClientPage {
	page := d.visit.client()
	page.Language = d.form.Language
	return page
}

// crisis is whom to call, while an answer raises an alert; else nil.
func (d *document) crisis(r *forms.Response) *views.Crisis {
	if len(r.Alerts) == 0 {
		return nil
	}
	return views.CrisisIn(d.form.Language, d.Practice.Country)
}

func (v *visit) page(status int, page views.Page) error { return v.p.page(v.c, status, page) }

// day says a day as people do, where the practice is.
func (v *visit) day(t time.Time) string {
	return words.Weekday(v.Language, v.Practice.Country, t.In(v.Practice.Location()))
}
