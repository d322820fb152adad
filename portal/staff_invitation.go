package portal

import (
	"errors"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

func (p *Portal) staffInvitationForm(c *fiber.Ctx) error {
	inv, err := p.Store.Invitation(c.UserContext(), c.Params("token"))
	if err != nil {
		return p.deadInvitation(c, err)
	}
	return p.showInvitation(c, fiber.StatusOK, inv, nil)
}

// staffAccept makes the member's key pair under the passphrase and signs them
// in. The founding director gets the recovery kit, shown this once.
func (p *Portal) staffAccept(c *fiber.Ctx) error {
	inv, err := p.Store.Invitation(c.UserContext(), c.Params("token"))
	if err != nil {
		return p.deadInvitation(c, err)
	}
	in, err := form(c)
	if err != nil {
		return err
	}
	passphrase := in.Get("passphrase")
	if in.Get("again") != passphrase {
		return p.refusePassphrase(c, inv, "again", "Type the same passphrase twice")
	}
	if !p.within(c, signingIn) {
		return errTooFast
	}
	cookie, kit, err := p.Store.Accept(c.UserContext(), c.Params("token"), passphrase, from(c))
	if errors.Is(err, fault.Invalid) {
		return p.refusePassphrase(c, inv, "passphrase", fault.Sentence(err))
	}
	if err != nil {
		return p.deadInvitation(c, err)
	}
	h, err := p.Store.Session(c.UserContext(), cookie)
	if err != nil {
		return err
	}
	if kit == "" {
		return p.signedIn(c, cookie, h, nil)
	}
	p.setCookie(c, staffCookie, cookie, 0)
	return p.showKit(c, h, fiber.StatusOK, views.Kit{Groups: kitGroups(kit), Made: placeOf(inv.Practice).day(p.Now())})
}

func (p *Portal) refusePassphrase(c *fiber.Ctx, inv *store.Invitation, control, text string) error {
	return p.showInvitation(c, fiber.StatusUnprocessableEntity, inv, views.Problems{{Control: control, Text: text}})
}

func (p *Portal) showInvitation(c *fiber.Ctx, status int, inv *store.Invitation, problems views.Problems) error {
	page := views.Invitation{Action: c.Path(), Email: inv.Email, Name: inv.Name, Suggestion: store.SuggestPassphrase(), Reset: inv.Reset}
	page.Title, page.PracticeName, page.Problems = "Choose a passphrase", inv.Practice.Name, problems
	return p.page(c, status, page)
}

func (p *Portal) deadInvitation(c *fiber.Ctx, err error) error {
	if !errors.Is(err, fault.NotFound) {
		return err
	}
	return p.page(c, fiber.StatusNotFound, views.StaffMessage{
		Heading:  "This invitation does not work",
		Sentence: "It was used already, has run out, or was not copied whole.",
		Advice:   "Ask whoever invited you for a new one.",
		Forward:  &views.Link{Text: "Sign in", Href: "/staff/sign-in"},
	})
}

// kitGroups splits the printed kit into its groups.
func kitGroups(kit string) []string {
	return strings.FieldsFunc(kit, func(r rune) bool { return r == '-' || r == ' ' || r == '\n' })
}
