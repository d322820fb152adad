package portal

import (
	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

// staffKitForm asks for the kit to be typed back from the paper. The kit itself
// was shown once, when the practice's keys were made.
func (p *Portal) staffKitForm(c *fiber.Ctx, h *store.Holder) error {
	if h.Locked {
		return p.staffWaiting(c, h)
	}
	if err := h.Require(access.ManageKeys); err != nil {
		return err
	}
	return p.showKit(c, h, fiber.StatusOK, views.Kit{Remake: "/staff/kit/new"})
}

// staffNewKit makes a kit in place of one that was lost, and shows it once.
func (p *Portal) staffNewKit(c *fiber.Ctx, h *store.Holder) error {
	kit, err := p.Store.NewKit(c.UserContext(), h)
	if err != nil {
		return err
	}
	at, err := p.Store.Practice(c.UserContext(), h.Practice)
	if err != nil {
		return err
	}
	return p.showKit(c, h, fiber.StatusOK, views.Kit{Groups: kitGroups(kit), Made: placeOf(at).day(p.Now())})
}

// staffKit takes the typed kit: from somebody without a grant it opens the
// practice to them, from everybody else it proves that the paper can be read.
func (p *Portal) staffKit(c *fiber.Ctx, h *store.Holder) error {
	in, err := form(c)
	if err != nil {
		return err
	}
	if h.Locked {
		return p.redeemKit(c, h, in.Get("kit"))
	}
	if err := h.Require(access.ManageKeys); err != nil {
		return err
	}
	err = p.Store.ConfirmKit(c.UserContext(), h, in.Get("kit"))
	if text := kitProblem(err); text != "" {
		page := views.Kit{Typed: in.Get("kit")}
		page.Problems = views.Problems{{Control: "kit", Text: text}}
		return p.showKit(c, h, fiber.StatusUnprocessableEntity, page)
	}
	if err != nil {
		return err
	}
	return see(c, "/staff?done=kit")
}

// kitProblem says what is wrong with a typed kit, or "" when something else is.
func kitProblem(err error) string {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Conflict, fault.Unauthenticated:
		if text := fault.Sentence(err); text != "" {
			return text
		}
		return "Check each group: this is not the kit of your practice"
	}
	return ""
}

func (p *Portal) showKit(c *fiber.Ctx, h *store.Holder, status int, page views.Kit) error {
	base, err := p.staffPage(c, h)
	if err != nil {
		return err
	}
	base.Problems = page.Problems
	page.StaffPage, page.Section, page.Action = base, sections(h, "/staff/kit"), "/staff/kit"
	return p.page(c, status, page)
}
