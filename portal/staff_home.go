package portal

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

// homeDocuments is how many of the newest documents the home page looks at.
const homeDocuments = 200

func (p *Portal) staffHome(c *fiber.Ctx, h *store.Holder) error {
	base, zone, err := p.staffPageIn(c, h)
	if err != nil {
		return err
	}
	page := views.Home{StaffPage: base}
	if page.Tasks, err = p.tasks(c, h); err != nil {
		return err
	}
	if h.May(access.SendDocuments) {
		page.New = "/staff/documents/new"
	}
	items, _, err := p.Store.Documents(c.UserContext(), h, store.DocumentFilter{Limit: homeDocuments})
	if err != nil {
		return err
	}
	now := p.Now()
	for i := range items {
		d := &items[i]
		row := documentRow(d, now, zone)
		row.Reason = reasonToLook(d, h, now)
		switch {
		case row.Reason != "":
			page.Needs = append(page.Needs, row)
		case d.State == practice.Prepared || d.State.Open():
			page.Waiting = append(page.Waiting, row)
		case d.State == practice.Completed && d.CompletedAt.After(now.AddDate(0, 0, -7)):
			page.Done = append(page.Done, row)
		}
	}
	return p.page(c, fiber.StatusOK, page)
}

// reasonToLook says why a document needs this member now, or "".
func reasonToLook(d *store.Document, h *store.Holder, now time.Time) string {
	switch {
	case d.Locked && d.State.Open():
		return "ten wrong codes: make a new code"
	case d.State == practice.Prepared:
		return "hand over its link and code"
	case d.State == practice.Completed && d.ReadAt.IsZero() && h.May(access.ReadAnswers):
		return "nobody has read it yet"
	case d.State == practice.Declined:
		return "the client said no"
	case d.State == practice.Expired && d.ExpiresAt.After(now.AddDate(0, 0, -7)):
		return "its time ran out: give it more, or let it go"
	}
	return ""
}

// tasks are what the practice itself still needs of this member.
func (p *Portal) tasks(c *fiber.Ctx, h *store.Holder) ([]views.Task, error) {
	var tasks []views.Task
	if h.May(access.ManageKeys) {
		confirmed, err := p.Store.KitConfirmed(c.UserContext(), h)
		if err != nil {
			return nil, err
		}
		if !confirmed {
			tasks = append(tasks, views.Task{Text: "Type the recovery kit back from the paper. Documents can be sent after that.", Button: "Type it", Href: "/staff/kit"})
		}
	}
	if h.May(access.ManageMembers) {
		members, err := p.Store.Members(c.UserContext(), h)
		if err != nil {
			return nil, err
		}
		for _, m := range members {
			if m.State == "waiting" {
				tasks = append(tasks, views.Task{Text: m.Name + " waits for approval.", Button: "Look", Href: "/staff/settings"})
			}
		}
	}
	return tasks, nil
}
