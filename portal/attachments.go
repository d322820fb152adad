package portal

import (
	"mime"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

// staffAttachment answers with a file that came with a document.
func (p *Portal) staffAttachment(c *fiber.Ctx, h *store.Holder) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(c.Params("n"))
	if err != nil {
		return fiber.ErrNotFound
	}
	a, file, err := p.Store.Attachment(c.UserContext(), h, id, n)
	if err != nil {
		return err
	}
	return sendAttachment(c, a, file)
}

func (p *Portal) apiAttachment(c *fiber.Ctx) error { return p.staffAttachment(c, holding(c)) }

// copyAttachment is a file of a document, for whoever signed it.
func copyAttachment(v *visit) error {
	st := v.named()
	n, err := strconv.Atoi(v.c.Params("n"))
	if st == nil || st.State != practice.Completed || err != nil {
		return fiber.ErrNotFound
	}
	a, file, err := v.p.Store.CopyAttachment(v.c.UserContext(), v.Visit, st, n)
	if err != nil {
		return err
	}
	return sendAttachment(v.c, a, file)
}

func fileLinks(files []forms.Attachment, below string) (links []views.Link) {
	for i, a := range files {
		links = append(links, views.Link{Href: below + number(i+1), Text: a.Name + " (" + a.SizeText() + ")"})
	}
	return links
}

// sendAttachment hands over what a client sent. A browser saves it and never shows
// it as a page of ours.
func sendAttachment(c *fiber.Ctx, a forms.Attachment, file []byte) error {
	c.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	c.Set(fiber.HeaderContentType, a.Type)
	c.Set(fiber.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": a.Name}))
	return c.Send(file)
}
