package portal

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

// seenNotice stands above a page that staff open.
const seenNotice = "This is the page as it was asked and answered. What is changed here goes nowhere."

// staffSeen shows one page of a form as its client had it: from the pinned
// version, in the language it was read in, with the answers. ?page= counts
// from 1. Its form goes nowhere.
func (p *Portal) staffSeen(c *fiber.Ctx, h *store.Holder) error {
	sub, err := p.answersOf(c, h)
	if err != nil {
		return err
	}
	about, err := p.Store.Practice(c.UserContext(), h.Practice)
	if err != nil {
		return err
	}
	read := sub.Form.In(sub.Language)
	compiled, err := views.CompileForm(p.views, read, views.FormOptions{
		Practice: views.Practice{Name: about.Name, Phone: about.Phone, Email: about.Email, Address: about.Address},
		Language: read.Language, Country: about.Country,
	})
	if err != nil {
		return err
	}
	c.Set("Content-Security-Policy", previewPolicy)
	state := views.FormState{Inputs: sub.Inputs, Hidden: sub.Response.Hidden, Alerts: sub.Response.Alerts, Notice: seenNotice}
	return html(c, fiber.StatusOK, compiled.Page(within(c.Query("page", "1"), compiled.Pages())).Append(nil, state))
}

// seenPath is where staffSeen shows a page, from 0.
func seenPath(document string, page int) string {
	return document + "/answers/page?page=" + strconv.Itoa(page+1)
}
