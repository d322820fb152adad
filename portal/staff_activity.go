package portal

import (
	"fmt"
	"net/url"
	"strconv"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

const eventsOnPage = 100

// staffActivity shows the log, newest first. The first page checks the whole
// chain as well: that is what the log is worth.
func (p *Portal) staffActivity(c *fiber.Ctx, h *store.Holder) error {
	base, zone, err := p.staffPageIn(c, h)
	if err != nil {
		return err
	}
	events, next, err := p.Store.Events(c.UserContext(), h, audit.Filter{}, c.Query("cursor"), eventsOnPage)
	if err != nil {
		return err
	}
	names, err := p.memberNames(c, h)
	if err != nil {
		return err
	}
	page := views.Activity{StaffPage: base}
	for _, e := range events {
		page.Rows = append(page.Rows, views.ActivityRow{
			Seq: strconv.FormatInt(e.Seq, 10), At: whenWords(e.At, p.Now(), zone),
			Who: actorWords(e.Actor, names), Text: actionWords(string(e.Action), e.Outcome), Href: subjectHref(e.Subject), From: e.Detail["address"],
		})
	}
	if next != "" {
		page.Next = "/staff/activity?cursor=" + url.QueryEscape(next)
	}
	if c.Query("cursor") == "" {
		n, err := p.Store.VerifyChain(c.UserContext(), h)
		if err != nil {
			page.Broken = "Tell whoever runs this installation. The check stopped after entry " + strconv.FormatInt(n, 10) + "."
		} else {
			page.Verified = fmt.Sprintf("The log was checked just now: %d entries, unbroken.", n)
		}
	}
	return p.page(c, fiber.StatusOK, page)
}

// memberNames are the colleagues' names by id, where the member may see them.
func (p *Portal) memberNames(c *fiber.Ctx, h *store.Holder) (map[uuid.UUID]string, error) {
	names := map[uuid.UUID]string{h.ID: h.Name}
	if !h.May(access.ManageMembers) {
		return names, nil
	}
	members, err := p.Store.Members(c.UserContext(), h)
	for _, m := range members {
		names[m.ID] = m.Name
	}
	return names, err
}

func actorWords(a access.Actor, names map[uuid.UUID]string) string {
	switch a.Kind {
	case access.Staff:
		if name := names[a.ID]; name != "" {
			return name
		}
		return "A colleague"
	case access.APIKey:
		return "An API key"
	case access.Client:
		return "The client"
	case access.Operator:
		return "The operator"
	default:
		return "Sealform"
	}
}

func subjectHref(s audit.Subject) string {
	switch s.Kind {
	case "document":
		return "/staff/documents/" + s.ID.String()
	case "client":
		return "/staff/clients/" + s.ID.String()
	}
	return ""
}
