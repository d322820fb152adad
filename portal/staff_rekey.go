package portal

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

const practiceKey = settings + "/practice-key"

// rekeyFor is how long one request moves documents to a new key.
const rekeyFor = time.Second

// staffRekeyPage shows how far the practice's newest key has come. While it is
// open a script asks for step after step.
func (p *Portal) staffRekeyPage(c *fiber.Ctx, h *store.Holder) error {
	base, err := p.staffPage(c, h)
	if err != nil {
		return err
	}
	r, err := p.Store.Rekeyed(c.UserContext(), h)
	if err != nil {
		return err
	}
	page := views.Rekey{StaffPage: base, Section: sections(h, practiceKey), Version: r.Version, Total: r.Total, Left: r.Left, Percent: r.Percent()}
	if r.Left > 0 {
		page.Step = practiceKey + "/step"
	} else {
		page.Begin = practiceKey
	}
	return p.page(c, fiber.StatusOK, page)
}

func (p *Portal) staffRekey(c *fiber.Ctx, h *store.Holder) error {
	if err := p.Store.Rekey(c.UserContext(), h); err != nil {
		return err
	}
	return see(c, practiceKey+"?done=rekeyed")
}

// staffRekeyStep moves documents for a second, within the member's own request.
func (p *Portal) staffRekeyStep(c *fiber.Ctx, h *store.Holder) error {
	for began := time.Now(); time.Since(began) < rekeyFor; {
		moved, err := p.Store.RekeyBatch(c.UserContext(), h)
		if err != nil {
			return err
		}
		if moved == 0 {
			break
		}
	}
	if c.Get(fiber.HeaderAccept) == fiber.MIMEApplicationJSON {
		r, err := p.Store.Rekeyed(c.UserContext(), h)
		if err != nil {
			return err
		}
		return c.JSON(map[string]int64{"left": r.Left, "percent": r.Percent()})
	}
	return see(c, practiceKey)
}
