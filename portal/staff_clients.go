package portal

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

const clientsOnPage = 50

func (p *Portal) staffClients(c *fiber.Ctx, h *store.Holder) error {
	base, err := p.staffPage(c, h)
	if err != nil {
		return err
	}
	rows, next, err := p.Store.Clients(c.UserContext(), h, c.Query("cursor"), clientsOnPage)
	if err != nil {
		return err
	}
	page := views.Clients{StaffPage: base}
	for _, r := range rows {
		page.Rows = append(page.Rows, views.ClientRow{Href: "/staff/clients/" + r.ID.String(), Name: rowName(&r), DateOfBirth: r.BirthDate, Reference: r.Reference})
	}
	if next != "" {
		page.Next = "/staff/clients?cursor=" + url.QueryEscape(next)
	}
	return p.page(c, fiber.StatusOK, page)
}

func (p *Portal) staffClient(c *fiber.Ctx, h *store.Holder) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	r, err := p.Store.Client(c.UserContext(), h, id)
	if err != nil {
		return err
	}
	base, zone, err := p.staffPageIn(c, h)
	if err != nil {
		return err
	}
	items, _, err := p.Store.Documents(c.UserContext(), h, store.DocumentFilter{Client: id, Limit: homeDocuments})
	if err != nil {
		return err
	}
	page := views.Client{StaffPage: base, Name: r.FullName, Documents: documentRows(items, p.Now(), zone), Facts: []views.Fact{
		{Label: "First name", Value: r.FirstName}, {Label: "Date of birth", Value: r.BirthDate}, {Label: "Reference", Value: r.Reference},
		{Label: "Email address", Value: r.Email}, {Label: "Phone", Value: r.Phone}, {Label: "Added", Value: dayWords(r.CreatedAt, zone)},
	}}
	if page.Name == "" {
		page.Name = r.FirstName
	}
	if h.May(access.SendDocuments) {
		page.New = "/staff/documents/new?client=" + id.String()
	}
	return p.page(c, fiber.StatusOK, page)
}
