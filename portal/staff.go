package portal

import (
	"errors"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

// staffCookie holds a staff session.
const staffCookie = "s"

type holderKey struct{}

// asStaff runs next for a signed-in member with the permission ("": every
// member). Whoever is not signed in is led to the sign-in page; who holds no
// grant yet sees the waiting page everywhere but where the recovery kit is
// typed; and who signed in a while ago confirms it before a fresh route.
func (p *Portal) asStaff(w who, next fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		h, err := p.Store.Session(c.UserContext(), p.cookie(c, staffCookie))
		if errors.Is(err, fault.Unauthenticated) {
			return p.toSignIn(c)
		}
		if err != nil {
			return err
		}
		if h.Locked && c.Path() != "/staff/kit" {
			return p.staffWaiting(c, h)
		}
		if h.TOTPDue && !h.Locked && c.Path() != secondFactor && c.Path() != "/staff/confirm" {
			return see(c, secondFactor)
		}
		if w.permission != "" {
			if err := h.Require(w.permission); err != nil {
				return p.staffFault(c, h, err)
			}
		}
		if w.recent && !h.Fresh {
			confirmed, err := p.confirm(c, h)
			if confirmed == nil || err != nil {
				return err
			}
			h = confirmed
		}
		c.Locals(holderKey{}, h)
		return next(c)
	}
}

// holding gives a handler whoever asStaff or asKey let in.
func holding(c *fiber.Ctx) *store.Holder { return c.Locals(holderKey{}).(*store.Holder) }

// forStaff turns the failures of a staff handler into staff pages.
func (p *Portal) forStaff(handler func(*fiber.Ctx, *store.Holder) error) fiber.Handler {
	return func(c *fiber.Ctx) error {
		h := holding(c)
		if err := handler(c, h); err != nil {
			return p.staffFault(c, h, err)
		}
		return nil
	}
}

// toSignIn keeps where a reader wanted to go, and what they had typed.
func (p *Portal) toSignIn(c *fiber.Ctx) error {
	to := "/staff/sign-in"
	if c.Method() == fiber.MethodPost {
		if fields, err := form(c); err == nil && len(fields) > 0 {
			return p.askSignIn(c, views.SignIn{Kept: keepPost(safeNext(c.Path()), fields)})
		}
	}
	if c.Method() == fiber.MethodGet && c.Path() != "/staff" {
		to += "?next=" + url.QueryEscape(c.OriginalURL())
	}
	return see(c, to)
}

// staffFault shows the sentence of a fault on a staff page. Other errors go to
// the portal's own error page, which logs them.
func (p *Portal) staffFault(c *fiber.Ctx, h *store.Holder, err error) error {
	status, heading, sentence := statusOf(err)
	if sentence == "" && errors.Is(err, fault.NotFound) {
		sentence = "There is nothing at this address, or it is not your practice's."
	}
	if sentence == "" || status == fiber.StatusInternalServerError {
		return err
	}
	base, pageErr := p.staffPage(c, h)
	if pageErr != nil {
		return errors.Join(err, pageErr)
	}
	return p.page(c, status, views.StaffMessage{
		StaffPage: base, Heading: heading, Sentence: sentence,
		Forward: &views.Link{Text: "Home", Href: "/staff"},
	})
}

// staffPage fills what all pages of a signed-in member share.
func (p *Portal) staffPage(c *fiber.Ctx, h *store.Holder) (views.StaffPage, error) {
	page, _, err := p.staffPageIn(c, h)
	return page, err
}

// staffPageIn is staffPage with the place of the practice.
func (p *Portal) staffPageIn(c *fiber.Ctx, h *store.Holder) (views.StaffPage, place, error) {
	practice, err := p.Store.Practice(c.UserContext(), h.Practice)
	if err != nil {
		return views.StaffPage{}, place{}, err
	}
	page := views.StaffPage{
		PracticeName: practice.Name, Member: h.Name, Role: roleWords[h.Role],
		SignOut: "/staff/sign-out", Account: account, Flash: flashes[c.Query("done")], DayLike: placeOf(practice).isoDay("1984-03-27"),
	}
	if !h.Locked {
		page.Nav = staffNav(h, c.Path())
	}
	return page, placeOf(practice), nil
}

var roleWords = map[access.Role]string{
	access.Director: "Director", access.Supervisor: "Supervisor",
	access.Clinical: "Clinical", access.Administrative: "Administrative",
}

// flashes are what a redirect may say on the page it leads to. Only their names
// travel in the address, so that nobody can put words on a page with a link.
var flashes = map[string]string{
	"extended":   "The document has more time now.",
	"revoked":    "The document is revoked. Its link no longer works.",
	"filed":      "Filed. It no longer shows on the home page.",
	"unfiled":    "Taken back from filed.",
	"reopened":   "Opened again. The client's link and code work as before.",
	"settled":    "Noted as dealt with.",
	"recorded":   "Recorded.",
	"imported":   "Imported. Each line says what became of it.",
	"added":      "The client is added.",
	"changed":    "Saved. What was there before stands under History.",
	"archived":   "Archived. A search still finds them.",
	"unarchived": "Restored. They show in the lists again.",
	"restored":   "Put back as it was before.",
	"approved":   "Approved. They can work as soon as they open their next page.",
	"removed":    "Removed. Their sessions have ended.",
	"kit":        "The recovery kit is confirmed. Documents can be sent now.",
	"opened":     "The kit opened your practice. You can work now.",
	"saved":      "Saved.",
	"rekeyed":    "The new key is made. Older documents are moved to it now.",
	"ended":      "Ended.",
	"passphrase": "Your passphrase is changed. You are signed out everywhere else.",
	"logo":       "Saved. Clients see it on their next page.",
	"unkeyed":    "The key is revoked. It works no longer.",

	"published": "Published. It can be sent now.",
	"draft":     "Kept as a draft. Clients do not see it.",
	"retired":   "Retired. It is no longer offered.",
	"discarded": "The draft is gone.",

	"retried": "It goes out again now.",
}

func staffNav(h *store.Holder, path string) []views.Link {
	links := []views.Link{{Text: "Home", Href: "/staff", Current: path == "/staff"}}
	for _, l := range []struct {
		text, href string
		needs      access.Permission
	}{
		{"Documents", "/staff/documents", access.ReadDocuments},
		{"Clients", "/staff/clients", access.ReadDocuments},
		{"Templates", templatesPath, access.ManageTemplates},
		{"Activity", "/staff/activity", access.ReadActivity},
		{"Team", team, access.ManageMembers},
		{"Settings", settings, ""},
	} {
		if l.needs == "" || h.May(l.needs) {
			links = append(links, views.Link{Text: l.text, Href: l.href, Current: path == l.href || strings.HasPrefix(path, l.href+"/")})
		}
	}
	return links
}

// pathID reads an id of the path. What is no id at all is answered like an id
// that does not exist.
func pathID(c *fiber.Ctx, name string) (uuid.UUID, error) {
	id, err := uuid.Parse(c.Params(name))
	if err != nil || id.String() != c.Params(name) {
		return uuid.Nil, fault.New(fault.NotFound, "There is nothing at this address, or it is not your practice's.")
	}
	return id, nil
}

// idAndForm reads what a form is about, the ":id" of its path, and its fields.
func idAndForm(c *fiber.Ctx) (id uuid.UUID, in url.Values, err error) {
	if id, err = pathID(c, "id"); err != nil {
		return id, nil, err
	}
	in, err = form(c)
	return id, in, err
}

// linkURL is the whole address of a client's link; "" without a token.
func (p *Portal) linkURL(c *fiber.Ctx, token string) string {
	if token == "" {
		return ""
	}
	return p.site(c) + "/d/" + token
}

// site is what addresses begin with: the base URL, and where none is set (on
// loopback alone) the host that was asked.
func (p *Portal) site(c *fiber.Ctx) string {
	if p.base != nil {
		return strings.TrimSuffix(p.base.String(), "/")
	}
	return "http://" + string(c.Request().Host())
}
