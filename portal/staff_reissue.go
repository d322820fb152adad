package portal

import (
	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

// staffReissue shows a new link, a new code or both, once. A code alone keeps
// the link, so it is what a post without a choice makes.
func (p *Portal) staffReissue(c *fiber.Ctx, h *store.Holder) error {
	id, in, err := idAndForm(c)
	if err != nil {
		return err
	}
	what := in.Get("what")
	if what == "" {
		what = "code"
	}
	issued, err := p.Store.Reissue(c.UserContext(), h, id, what)
	if err != nil {
		return err
	}
	page, err := p.documentPage(c, h, &issued.Document)
	if err != nil {
		return err
	}
	if page.Issued, err = p.issuedView(c, h, issued); err != nil {
		return err
	}
	if page.Slip, err = p.slip(c, h, issued, page.Issued); err != nil {
		return err
	}
	return p.page(c, fiber.StatusOK, page)
}

func (p *Portal) issuedView(c *fiber.Ctx, h *store.Holder, issued *store.Issued) (*views.Issued, error) {
	practice, err := p.Store.Practice(c.UserContext(), h.Practice)
	if err != nil {
		return nil, err
	}
	return &views.Issued{
		Link: p.linkURL(c, issued.Token), Code: issued.Code, LinkSent: sentTo(issued.LinkBy, issued.LinkTo), CodeSent: sentTo(issued.CodeBy, issued.CodeTo),
		Expires: placeOf(practice).day(issued.ExpiresAt),
	}, nil
}
