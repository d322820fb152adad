package portal

import (
	"context"
	"net/url"
	"strconv"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

const clientsOnPage = 50

func clientHref(id uuid.UUID) string { return "/staff/clients/" + id.String() }

// staffClients lists clients or what a search found. With ?for=document each
// leads on to a new document for them, with ?for=paper to a form on paper.
func (p *Portal) staffClients(c *fiber.Ctx, h *store.Holder) error {
	base, where, err := p.staffPageIn(c, h)
	if err != nil {
		return err
	}
	query := url.Values{}
	for _, kept := range []string{"for", "archived"} {
		if v := c.Query(kept); v != "" {
			query.Set(kept, v)
		}
	}
	page := views.Clients{
		StaffPage: base, Search: "/staff/clients", Query: c.Query("q"),
		Choosing: query.Get("for") == "document", Archived: query.Get("archived") != "",
	}
	var rows []store.ClientRow
	switch {
	case page.Query != "":
		rows, page.More, err = p.Store.Search(c.UserContext(), h, page.Query)
	case page.Archived:
		rows, page.Next, err = p.Store.ArchivedClients(c.UserContext(), h, c.Query("cursor"), clientsOnPage)
	default:
		rows, page.Next, err = p.Store.Clients(c.UserContext(), h, c.Query("cursor"), clientsOnPage)
	}
	if err != nil {
		return err
	}
	for _, r := range rows {
		row := clientRow(&r, where)
		if page.Choosing && !row.Archived {
			row.Href = "/staff/documents/new?client=" + r.ID.String()
		}
		page.Rows = append(page.Rows, row)
	}
	if page.Next != "" {
		next := url.Values{"cursor": {page.Next}}
		for name := range query {
			next.Set(name, query.Get(name))
		}
		page.Next = "/staff/clients?" + next.Encode()
	}
	if page.Choosing {
		page.Kept, page.New = []views.Hidden{{Name: "for", Value: "document"}}, "/staff/documents/new"
	} else if err := p.addLists(c.UserContext(), h, &page); err != nil {
		return err
	}
	return p.page(c, fiber.StatusOK, page)
}

// addLists links to the other lists of clients, and to what adds some.
func (p *Portal) addLists(ctx context.Context, h *store.Holder, page *views.Clients) error {
	page.Tabs = []views.Link{
		{Text: "Current", Href: "/staff/clients", Current: !page.Archived && page.Query == ""},
		{Text: "Archived", Href: "/staff/clients?archived=1", Current: page.Archived && page.Query == ""},
	}
	about, err := p.Store.Practice(ctx, h.Practice)
	if err != nil {
		return err
	}
	if about.Country == privacyNoticeCountry {
		page.Tabs = append(page.Tabs, views.Link{Text: "Privacy notice", Href: "/staff/notices"})
	}
	if h.May(access.SendDocuments) {
		page.Add, page.Import = "/staff/clients/new", "/staff/clients/import"
	}
	return nil
}

func clientRow(r *store.ClientRow, where place) views.ClientRow {
	return views.ClientRow{Href: clientHref(r.ID), Name: rowName(r), DateOfBirth: where.isoDay(r.BirthDate), Reference: r.Reference, Archived: !r.ArchivedAt.IsZero()}
}

// rowName is what staff know a client by.
func rowName(r *store.ClientRow) string {
	if r.FullName != "" {
		return r.FullName
	}
	return r.FirstName
}

// staffClient shows a client with everything beside them.
func (p *Portal) staffClient(c *fiber.Ctx, h *store.Holder) error {
	ctx := c.UserContext()
	r, err := p.clientOf(c, h)
	if err != nil {
		return err
	}
	base, where, err := p.staffPageIn(c, h)
	if err != nil {
		return err
	}
	page := &views.Client{StaffPage: base, Name: rowName(r), Archived: where.day(r.ArchivedAt), Facts: []views.Fact{
		{Label: "First name", Value: r.FirstName}, {Label: "Date of birth", Value: where.isoDay(r.BirthDate)}, {Label: "Reference", Value: r.Reference},
		{Label: "Email address", Value: r.Email}, {Label: "Phone", Value: r.Phone}, {Label: "Added", Value: where.day(r.CreatedAt)},
	}}
	offerOnClient(page, h, r)
	standings, err := p.Store.Standings(ctx, h, r.ID)
	if err != nil {
		return err
	}
	page.Reach = reach(standings, where)
	if err := p.addClientDocuments(ctx, h, r.ID, page, where); err != nil {
		return err
	}
	if err := p.addNotice(ctx, h, r.ID, page, where); err != nil {
		return err
	}
	if err := p.addHistory(ctx, h, r, page, where); err != nil {
		return err
	}
	return p.page(c, fiber.StatusOK, page)
}

// offerOnClient links to what the member may do about a client.
func offerOnClient(page *views.Client, h *store.Holder, r *store.ClientRow) {
	at := clientHref(r.ID)
	if h.May(access.AssignClients) {
		page.Team = at + "/team"
	}
	if !h.May(access.SendDocuments) {
		return
	}
	page.Edit, page.Archive, page.Paper = at+"/edit", at+"/archive", at+"/paper"
	if r.ArchivedAt.IsZero() {
		page.New = "/staff/documents/new?client=" + r.ID.String()
	}
}

// addClientDocuments lists the client's documents, and the consents among them
// with what became of each.
func (p *Portal) addClientDocuments(ctx context.Context, h *store.Holder, id uuid.UUID, page *views.Client, where place) error {
	items, _, err := p.Store.Documents(ctx, h, store.DocumentFilter{Client: id, Limit: homeDocuments})
	if err != nil {
		return err
	}
	records, err := p.Store.Records(ctx, h, id)
	if err != nil {
		return err
	}
	withdrawn := map[uuid.UUID]string{}
	for _, r := range records {
		if r.Kind == store.Withdrawal {
			withdrawn[r.Document] = "taken back on " + where.isoDay(r.On)
		}
	}
	for i := range items {
		d := &items[i]
		row := documentRow(d, p.Now(), where)
		if d.State == practice.Completed && h.May(access.DownloadPDF) && h.May(access.Export) {
			row.ID, page.Zip = d.ID.String(), "/staff/documents/zip"
		}
		page.Documents = append(page.Documents, row)
		if consent, is := consentView(d, where); is {
			consent.Withdrawn = withdrawn[d.ID]
			page.Consents = append(page.Consents, consent)
		}
	}
	return nil
}

// privacyNoticeCountry is where the law asks for an acknowledgement of the
// privacy notice (45 CFR 164.520).
const privacyNoticeCountry = "US"

func (p *Portal) addNotice(ctx context.Context, h *store.Holder, id uuid.UUID, page *views.Client, where place) error {
	about, err := p.Store.Practice(ctx, h.Practice)
	if err != nil || about.Country != privacyNoticeCountry {
		return err
	}
	n, err := p.Store.ClientNotice(ctx, h, id)
	if err != nil {
		return err
	}
	stands := noticeView(&n)
	stands.Detail = noticeDetail(&n, where)
	if n.State != store.NoticeAcknowledged && h.May(access.SendDocuments) {
		stands.Record = clientHref(id) + "/notice"
	}
	page.Notice = &stands
	return nil
}

// consentView is a document as a line of a client's consents, when it is one.
func consentView(d *store.Document, where place) (views.Consent, bool) {
	answer, is := map[string]struct {
		text string
		tone views.Tone
	}{
		forms.Agreed: {"Agreed", views.Good}, forms.Declined: {"Not agreed", views.Warn}, forms.Acknowledged: {"Acknowledged", views.Good},
	}[d.Outcome.Result]
	return views.Consent{Href: documentHref(d.ID), Title: d.Title, Version: d.Version, Answer: answer.text, Tone: answer.tone, Day: where.day(d.CompletedAt)}, is
}

var fieldWords = map[string]string{
	"first_name": "First name", "full_name": "Full name", "date_of_birth": "Date of birth", "reference": "Reference", "email": "Email address", "phone": "Phone",
}

// addHistory says who changed what and when, newest first, with every value as
// it was.
func (p *Portal) addHistory(ctx context.Context, h *store.Holder, r *store.ClientRow, page *views.Client, where place) error {
	names, err := p.Store.Colleagues(ctx, h)
	if err != nil {
		return err
	}
	snapshots, err := p.Store.Snapshots(ctx, h, r.ID)
	if err != nil {
		return err
	}
	events, err := p.Store.ClientEvents(ctx, h, r.ID)
	if err != nil {
		return err
	}
	next, after := 0, store.NewClient{Contact: r.Contact, Label: r.Label}
	for i := len(events) - 1; i >= 0; i-- {
		e := events[i]
		change := views.Change{When: where.when(e.At, p.Now()), Who: actorWords(e.Actor, names), Text: clientActions[string(e.Action)]}
		switch {
		case change.Text == "" || e.Outcome != "ok":
			continue
		case (e.Action == "client.edit" || e.Action == "client.restore") && next < len(snapshots):
			s := snapshots[next]
			next++
			change.Former = formerValues(s, after, where)
			after = s.Former
			if page.Edit != "" {
				change.Restore, change.Snapshot, change.Version = clientHref(r.ID)+"/restore", s.ID.String(), strconv.FormatInt(r.Version, 10)
			}
		}
		page.History = append(page.History, change)
	}
	return nil
}

// clientActions are the words of a client's history, after who did it.
var clientActions = map[string]string{
	"client.add": "added the client", "client.import": "imported the client", "client.edit": "changed the record", "client.restore": "put the record back as it was",
	"client.archive": "archived the client", "client.unarchive": "restored the client", "client.assign": "changed who sees the client", "record.add": "wrote a record down",
}

func formerValues(s store.Snapshot, after store.NewClient, where place) (former []views.FormerValue) {
	was, is := clientValues(s.Former, where), clientValues(after, where)
	for _, field := range s.Changed {
		former = append(former, views.FormerValue{Label: fieldWords[field], Was: was[field], Became: is[field]})
	}
	return former
}

func clientValues(c store.NewClient, where place) map[string]string {
	return map[string]string{
		"first_name": c.FirstName, "full_name": c.FullName, "date_of_birth": where.isoDay(c.BirthDate), "reference": c.Reference, "email": c.Email, "phone": c.Phone,
	}
}
