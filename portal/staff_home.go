package portal

import (
	"fmt"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

// homeDocuments is how many of a client's documents their page shows.
const homeDocuments = 200

// staffHome shows what needs this member now, what waits, and what was done.
func (p *Portal) staffHome(c *fiber.Ctx, h *store.Holder) error {
	base, where, err := p.staffPageIn(c, h)
	if err != nil {
		return err
	}
	page := views.Home{StaffPage: base}
	if page.Tasks, err = p.tasks(c, h); err != nil {
		return err
	}
	board, err := p.Store.Board(c.UserContext(), h)
	if err != nil {
		return err
	}
	now := p.Now()
	page.Needs = needs(board, h, now, where)
	asked := map[string]bool{}
	for _, n := range page.Needs {
		asked[n.Href] = true
	}
	for i := range board.Waiting {
		if row := documentRow(&board.Waiting[i], now, where); !asked[row.Href] {
			page.Waiting = append(page.Waiting, row)
		}
	}
	page.Done = documentRows(board.Done, now, where)
	if h.May(access.SendDocuments) {
		page.New = "/staff/documents/new"
		if len(page.Needs)+len(page.Waiting)+len(page.Done) == 0 {
			page.Start, err = p.firstSteps(c, h)
		}
	}
	if err != nil {
		return err
	}
	return p.page(c, fiber.StatusOK, page)
}

// needs are the lines that want this member, the most urgent first; a document
// stands once, with its most urgent reason and the one thing to do about it.
func needs(b *store.Board, h *store.Holder, now time.Time, where place) []views.DocumentRow {
	var rows []views.DocumentRow
	had := map[string]bool{}
	add := func(docs []store.Document, reason func(d *store.Document) (why, act, below string)) {
		for i := range docs {
			row := documentRow(&docs[i], now, where)
			why, act, below := reason(&docs[i])
			if why == "" || had[row.Href] {
				continue
			}
			had[row.Href] = true
			row.Reason, row.Act = why, &views.Link{Text: act, Href: row.Href + below}
			rows = append(rows, row)
		}
	}
	reads, sends := h.May(access.ReadAnswers), h.May(access.SendDocuments)
	add(b.Unread, func(d *store.Document) (string, string, string) {
		if flags := b.Findings[d.ID].Flags; len(flags) > 0 && flags[0].Crisis {
			return "Safety: " + flags[0].Label, "Read it now", "/answers"
		}
		return "", "", ""
	})
	if sends {
		add(b.Calls, callReason)
		add(b.Locked, always("Ten wrong codes were entered", "Make a new code", "#help"))
	}
	add(b.Unread, func(d *store.Document) (string, string, string) {
		switch flags := b.Findings[d.ID].Flags; {
		case !reads:
			return "", "", ""
		case len(flags) > 0:
			return "Flagged: " + flags[0].Label, "Read it", "/answers"
		}
		return "Nobody has read it yet", "Read it", "/answers"
	})
	add(b.Declined, always("The client said no", "See why", ""))
	if sends {
		add(b.Expired, always("Its time ran out", "Give it more time", "#time"))
		add(b.Ending, func(d *store.Document) (string, string, string) {
			return "Stops working " + where.when(d.ExpiresAt, now), "Give it more time", "#time"
		})
	}
	return rows
}

func always(why, act, below string) func(*store.Document) (string, string, string) {
	return func(*store.Document) (string, string, string) { return why, act, below }
}

func callReason(d *store.Document) (why, act, below string) {
	switch {
	case !d.State.Open():
		return "The client asks for a new link", "Look at it", ""
	case !d.NoCodeAt.IsZero():
		return "The client has no code", "Make a new code", "#help"
	}
	return "The client asks for a new link", "Make a new link", "#help"
}

// firstSteps teach a practice that has sent nothing lately what to do next.
func (p *Portal) firstSteps(c *fiber.Ctx, h *store.Holder) ([]views.Task, error) {
	clients, _, err := p.Store.Clients(c.UserContext(), h, "", 1)
	if err != nil {
		return nil, err
	}
	send := views.Task{Text: "Send a form: choose the client and the documents, then hand over the link and the code.", Button: "New document", Href: "/staff/documents/new"}
	if len(clients) > 0 {
		return []views.Task{send}, nil
	}
	return []views.Task{
		{Text: "Bring your clients in: import the list you have, saved as CSV, or add them one by one.", Button: "Import a list", Href: "/staff/clients/import"},
		send,
	}, nil
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
	if h.May(access.ManageKeys) {
		r, err := p.Store.Rekeyed(c.UserContext(), h)
		if err != nil {
			return nil, err
		}
		if r.Left > 0 {
			tasks = append(tasks, views.Task{Text: fmt.Sprintf("The practice’s key is being changed: %d %% is done.", r.Percent()), Button: "Go on", Href: practiceKey})
		}
	}
	if h.May(access.ManageMembers) {
		members, err := p.Store.Members(c.UserContext(), h)
		if err != nil {
			return nil, err
		}
		for _, m := range members {
			if m.State == "waiting" {
				tasks = append(tasks, views.Task{Text: m.Name + " waits for approval.", Button: "Look", Href: team})
			}
		}
	}
	return tasks, nil
}
