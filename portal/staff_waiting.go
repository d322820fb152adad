package portal

import (
	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

// staffWaiting is every page of a member who holds no grant yet.
func (p *Portal) staffWaiting(c *fiber.Ctx, h *store.Holder) error {
	return p.showWaiting(c, h, fiber.StatusForbidden, nil)
}

func (p *Portal) showWaiting(c *fiber.Ctx, h *store.Holder, status int, problems views.Problems) error {
	base, err := p.staffPage(c, h)
	if err != nil {
		return err
	}
	base.Problems = problems
	return p.page(c, status, views.Waiting{StaffPage: base, Kit: "/staff/kit"})
}

func (p *Portal) redeemKit(c *fiber.Ctx, h *store.Holder, typed string) error {
	err := p.Store.RedeemKit(c.UserContext(), h, typed)
	if text := kitProblem(err); text != "" {
		return p.showWaiting(c, h, fiber.StatusUnprocessableEntity, views.Problems{{Control: "kit", Text: text}})
	}
	if err != nil {
		return err
	}
	return see(c, "/staff?done=opened")
}
