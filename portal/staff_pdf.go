package portal

import (
	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/internal/store"
)

// staffPDF answers with the sealed PDF. The name in the path is for the
// browser alone; the id decides.
func (p *Portal) staffPDF(c *fiber.Ctx, h *store.Holder) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	file, name, err := p.Store.PDF(c.UserContext(), h, id)
	if err != nil {
		return err
	}
	return sendPDF(c, file, name)
}

func sendPDF(c *fiber.Ctx, file []byte, name string) error {
	c.Set(fiber.HeaderContentType, "application/pdf")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+name+`"`)
	return c.Send(file)
}
