package portal

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

const (
	importFile   = 4 << 20 // largest list, bytes: far above ten thousand clients
	importBody   = importFile + 1<<16
	importOnPage = 100
)

func (p *Portal) staffImportForm(c *fiber.Ctx, h *store.Holder) error {
	return p.showImportForm(c, h, fiber.StatusOK, nil)
}

func (p *Portal) showImportForm(c *fiber.Ctx, h *store.Holder, status int, problems views.Problems) error {
	base, err := p.staffPage(c, h)
	if err != nil {
		return err
	}
	base.Problems = problems
	return p.page(c, status, views.ImportForm{StaffPage: base, Action: "/staff/clients/import", Back: "/staff/clients"})
}

// staffUpload reads a list and keeps it sealed for its preview. The file is
// held in memory alone, and nobody is added.
func (p *Portal) staffUpload(c *fiber.Ctx, h *store.Holder) error {
	in, err := p.readImport(c, h)
	if err == nil {
		in, err = p.Store.PrepareImport(c.UserContext(), h, *in)
	}
	if kind := fault.KindOf(err); kind == fault.Invalid || kind == fault.TooLarge || kind == fault.Unsupported {
		status, _, _ := statusOf(err)
		return p.showImportForm(c, h, status, views.Problems{{Control: "file", Text: fault.Sentence(err)}})
	}
	if err != nil {
		return err
	}
	return see(c, "/staff/clients/import/"+in.ID.String())
}

func (p *Portal) readImport(c *fiber.Ctx, h *store.Holder) (*store.Import, error) {
	file, err := uploadedFile(c, importFile, "Choose a CSV file of at most 4 MB")
	if err != nil {
		return nil, err
	}
	about, err := p.Store.Practice(c.UserContext(), h.Practice)
	if err != nil {
		return nil, err
	}
	roster, err := practice.ReadRoster(file, about.Country, p.Now().In(about.Location()))
	if err != nil {
		return nil, err
	}
	in := &store.Import{Notes: roster.Notes}
	for _, l := range roster.Clients {
		in.Rows = append(in.Rows, store.ImportRow{Line: l.Line, Client: store.NewClient{Contact: l.Contact, Label: l.Label}, Problem: l.Problem})
	}
	return in, nil
}

// staffImport shows a list before or after it was imported, line by line.
func (p *Portal) staffImport(c *fiber.Ctx, h *store.Holder) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	in, err := p.Store.Import(c.UserContext(), h, id)
	if err != nil {
		return err
	}
	return p.showImport(c, h, in)
}

// staffRunImport adds the clients. What broke off is shown as it stands, and
// goes on from there when it is sent again.
func (p *Portal) staffRunImport(c *fiber.Ctx, h *store.Holder) error {
	id, in, err := idAndForm(c)
	if err != nil {
		return err
	}
	if _, err := p.Store.RunImport(c.UserContext(), h, id, in.Get("alike") == "yes"); err != nil {
		return err
	}
	return see(c, "/staff/clients/import/"+id.String()+"?done=imported")
}

func (p *Portal) showImport(c *fiber.Ctx, h *store.Holder, in *store.Import) error {
	base, where, err := p.staffPageIn(c, h)
	if err != nil {
		return err
	}
	at := "/staff/clients/import/" + in.ID.String()
	page := views.Import{StaffPage: base, Notes: in.Notes, Again: "/staff/clients/import"}
	var ready, alike, problems, added int
	for i := range in.Rows {
		switch r := &in.Rows[i]; {
		case r.Added:
			added++
		case r.Problem != "":
			problems++
		case r.Ready():
			ready++
		default:
			alike++
		}
	}
	page.Counts = importCounts(ready, alike, problems, added)
	if ready+alike > 0 {
		page.Action, page.Ready = at, "Import "+count(ready, "client")
		if ready == 0 {
			page.Ready = "Import those that are ticked"
		}
	}
	if alike > 0 {
		page.Alike = count(alike, "client") + " who may be here already"
	}
	if added > 0 {
		page.Done = "/staff/clients"
	}
	all := c.Query("lines") == "all" || problems+alike == 0
	page.Filter = []views.Link{{Text: fmt.Sprintf("Need a look: %d", problems+alike), Href: at, Current: !all}, {Text: fmt.Sprintf("All lines: %d", len(in.Rows)), Href: at + "?lines=all", Current: all}}
	after, _ := strconv.Atoi(c.Query("after"))
	for i := range in.Rows {
		r := &in.Rows[i]
		if r.Line <= after || !all && (r.Added || r.Ready()) {
			continue
		}
		if len(page.Rows) == importOnPage {
			next := url.Values{"after": {page.Rows[len(page.Rows)-1].Line}}
			if all {
				next.Set("lines", "all")
			}
			page.Next = at + "?" + next.Encode()
			break
		}
		page.Rows = append(page.Rows, importRow(r, where))
	}
	return p.page(c, fiber.StatusOK, page)
}

func importCounts(ready, alike, problems, added int) []views.Fact {
	var facts []views.Fact
	for _, f := range []struct {
		label string
		n     int
	}{{"Added", added}, {"Ready to be added", ready}, {"May be here already", alike}, {"Cannot be added", problems}} {
		if f.n > 0 {
			facts = append(facts, views.Fact{Label: f.label, Value: strconv.Itoa(f.n)})
		}
	}
	return facts
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

func importRow(r *store.ImportRow, where place) views.ImportRow {
	row := views.ImportRow{
		Line: strconv.Itoa(r.Line), Name: r.Client.FullName, DateOfBirth: where.isoDay(r.Client.BirthDate), Reference: r.Client.Reference,
		Contact: strings.TrimSpace(r.Client.Email + " " + r.Client.Phone),
	}
	switch {
	case r.Added:
		row.State, row.Tone, row.Other = "Added", views.Good, &views.Link{Text: "Look", Href: clientHref(r.ID)}
	case r.Problem != "":
		row.State, row.Tone, row.Why = "Cannot be added", views.Stop, r.Problem
	case r.Alike != uuid.Nil:
		row.State, row.Tone, row.Other = "May be here already", views.Warn, &views.Link{Text: "Compare", Href: clientHref(r.Alike)}
	case r.Twin != 0:
		row.State, row.Tone, row.Why = "May be here already", views.Warn, fmt.Sprintf("The same person as line %d?", r.Twin)
	default:
		row.State, row.Tone = "Ready", views.Wait
	}
	return row
}
