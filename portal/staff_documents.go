package portal

import (
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

func (p *Portal) staffDocuments(c *fiber.Ctx, h *store.Holder) error {
	base, where, err := p.staffPageIn(c, h)
	if err != nil {
		return err
	}
	state, err := queryState(c)
	if err != nil {
		return err
	}
	items, next, err := p.Store.Documents(c.UserContext(), h, store.DocumentFilter{State: state, Cursor: c.Query("cursor")})
	if err != nil {
		return err
	}
	page := views.Documents{StaffPage: base, Rows: documentRows(items, p.Now(), where), Filters: stateFilters(state)}
	if h.May(access.SendDocuments) {
		page.New = "/staff/documents/new"
	}
	if next != "" {
		page.Next = "/staff/documents?" + url.Values{"state": {string(state)}, "cursor": {next}}.Encode()
	}
	return p.page(c, fiber.StatusOK, page)
}

// queryState reads the state to filter by; "" is every state.
func queryState(c *fiber.Ctx) (practice.State, error) {
	state := practice.State(c.Query("state"))
	if state != "" && !slices.Contains(practice.States, state) {
		return "", fault.Code(fault.Invalid, "unknown-state", "There is no such state of a document.")
	}
	return state, nil
}

func stateFilters(chosen practice.State) []views.Link {
	links := []views.Link{{Text: "All", Href: "/staff/documents", Current: chosen == ""}}
	for _, s := range practice.States {
		links = append(links, views.Link{Text: states[s].text, Href: "/staff/documents?state=" + string(s), Current: s == chosen})
	}
	return links
}
