package portal

import (
	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

// staffFile marks an ended document as filed, or takes the mark back.
func (p *Portal) staffFile(c *fiber.Ctx, h *store.Holder) error {
	id, in, err := idAndForm(c)
	if err != nil {
		return err
	}
	filed := in.Get("filed") != "no"
	if err := p.Store.File(c.UserContext(), h, id, filed); err != nil {
		return err
	}
	if !filed {
		return see(c, documentHref(id)+"?done=unfiled")
	}
	return see(c, documentHref(id)+"?done=filed")
}

func (p *Portal) staffReopen(c *fiber.Ctx, h *store.Holder) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	if _, err := p.Store.Reopen(c.UserContext(), h, id); err != nil {
		return err
	}
	return see(c, documentHref(id)+"?done=reopened")
}

func (p *Portal) staffSettle(c *fiber.Ctx, h *store.Holder) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	if err := p.Store.Settle(c.UserContext(), h, id); err != nil {
		return err
	}
	return see(c, documentHref(id)+"?done=settled")
}

// staffWithdraw records that a client took a consent back.
func (p *Portal) staffWithdraw(c *fiber.Ctx, h *store.Holder) error {
	d, err := p.documentOf(c, h)
	if err != nil {
		return err
	}
	in, err := form(c)
	if err != nil {
		return err
	}
	err = p.Store.Withdraw(c.UserContext(), h, d.ID, in.Get("on"), in.Get("words"))
	if fault.KindOf(err) == fault.Invalid {
		page, pageErr := p.documentPage(c, h, d)
		if pageErr != nil {
			return pageErr
		}
		page.On, page.Words = in.Get("on"), in.Get("words")
		page.Problems = views.Problems{{Control: "on", Text: fault.Sentence(err)}}
		return p.page(c, fiber.StatusUnprocessableEntity, page)
	}
	if err != nil {
		return err
	}
	return see(c, documentHref(d.ID)+"?done=recorded")
}
