package portal

import (
	"context"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

func (p *Portal) staffDocument(c *fiber.Ctx, h *store.Holder) error {
	d, err := p.documentOf(c, h)
	if err != nil {
		return err
	}
	page, err := p.documentPage(c, h, d)
	if err != nil {
		return err
	}
	return p.page(c, fiber.StatusOK, page)
}

func (p *Portal) documentOf(c *fiber.Ctx, h *store.Holder) (*store.Document, error) {
	id, err := pathID(c, "id")
	if err != nil {
		return nil, err
	}
	return p.Store.Document(c.UserContext(), h, id)
}

// documentPage is the page of one document with what this member may do.
func (p *Portal) documentPage(c *fiber.Ctx, h *store.Holder, d *store.Document) (*views.Document, error) {
	base, where, err := p.staffPageIn(c, h)
	if err != nil {
		return nil, err
	}
	ctx, now := c.UserContext(), p.Now()
	events, err := p.Store.Timeline(ctx, h, d.ID)
	if err != nil {
		return nil, err
	}
	page := &views.Document{
		StaffPage: base, Heading: clientName(d), Client: "/staff/clients/" + d.ClientID.String(), Template: d.Title, Facts: documentFacts(d, where),
		Locked: d.Locked && d.State.Open(), Progress: progress(d, events, now, where), Typed: d.State == practice.Started,
	}
	page.State, page.Tone = stateWords(d)
	if page.Timeline, err = p.timeline(ctx, h, events, where); err != nil {
		return nil, err
	}
	if !d.NoCodeAt.IsZero() {
		page.CodeAsked = "They said so " + where.when(d.NoCodeAt, now) + "."
	}
	if !d.LinkAskedAt.IsZero() {
		page.LinkAsked = "They asked " + where.when(d.LinkAskedAt, now) + "."
	}
	offerActions(page, h, d, where)
	if err := p.addRelated(ctx, h, d, page, where); err != nil {
		return nil, err
	}
	if err := p.addMessages(ctx, h, d, page, where); err != nil {
		return nil, err
	}
	return page, p.addSealed(ctx, h, d, page, where)
}

// addRelated links what belongs with a document: the rest of its packet, what
// it supersedes, and what supersedes it.
func (p *Portal) addRelated(ctx context.Context, h *store.Holder, d *store.Document, page *views.Document, where place) error {
	packet, err := p.packet(ctx, h, d)
	if err != nil {
		return err
	}
	for _, other := range packet {
		if other.ID != d.ID {
			page.Related = append(page.Related, views.Link{Text: "Under the same link: " + other.Title, Href: documentHref(other.ID)})
		}
	}
	later, err := p.Store.SupersededBy(ctx, h, d.ID)
	if err != nil {
		return err
	}
	for _, other := range later {
		page.Related = append(page.Related, views.Link{Text: "Superseded by the one of " + where.day(other.CreatedAt), Href: documentHref(other.ID)})
	}
	if d.Supersedes != uuid.Nil {
		page.Related = append(page.Related, views.Link{Text: "Supersedes an earlier one", Href: documentHref(d.Supersedes)})
	}
	return nil
}

// addSealed adds what this member's own keys open beside the document.
func (p *Portal) addSealed(ctx context.Context, h *store.Holder, d *store.Document, page *views.Document, where place) error {
	recipient, err := p.Store.Recipient(ctx, h, d.ID)
	if err != nil {
		return err
	}
	if recipient != nil {
		page.Facts = append(page.Facts, views.Fact{Label: "Filled in by", Value: recipient.FirstName + ", " + recipient.Relationship})
	}
	if d.State == practice.Declined && h.May(access.ReadAnswers) {
		if page.Reason, err = p.Store.Reason(ctx, h, d.ID); err != nil {
			return err
		}
	}
	records, err := p.Store.Records(ctx, h, d.ClientID)
	if err != nil {
		return err
	}
	for _, r := range records {
		if r.Kind == store.Withdrawal && r.Document == d.ID {
			page.Withdrawal = &views.Note{Text: "Consent taken back on " + where.isoDay(r.On) + ".", Words: r.Words, By: "Recorded by " + r.By + " on " + where.day(r.At)}
			page.Withdraw = ""
		}
	}
	return nil
}

func documentHref(id uuid.UUID) string { return "/staff/documents/" + id.String() }

func offerActions(page *views.Document, h *store.Holder, d *store.Document, where place) {
	at := documentHref(d.ID)
	if d.State == practice.Completed && d.PaperOn == "" && h.May(access.ReadAnswers) {
		page.Answers = at + "/answers"
	}
	if d.State == practice.Completed && h.May(access.DownloadPDF) {
		page.PDF = pdfPath(d)
	}
	alive := d.State == practice.Prepared || d.State.Open()
	if h.May(access.SendDocuments) {
		offerSending(page, d, at, alive, where)
	}
	if _, err := practice.Next(d.State, d.State, practice.Revoke); err == nil && h.May(access.RevokeDocuments) {
		page.Revoke = at + "/revoke"
	}
}

func offerSending(page *views.Document, d *store.Document, at string, alive bool, where place) {
	if alive {
		page.Reissue = at + "/reissue"
	} else {
		page.File, page.Filed, page.Again = at+"/file", where.day(d.FiledAt), "/staff/documents/new?again="+d.ID.String()
	}
	if alive || d.State == practice.Expired {
		page.Extend = at + "/extend"
	}
	if d.State == practice.Declined {
		page.Reopen = at + "/reopen"
	}
	if d.Outcome.Result == forms.Agreed {
		page.Withdraw = at + "/withdraw"
	}
	if !d.NoCodeAt.IsZero() || !d.LinkAskedAt.IsZero() {
		page.Settle = at + "/settle"
	}
}

func pdfPath(d *store.Document) string {
	return documentHref(d.ID) + "/" + d.Template + "-" + d.ID.String()[:8] + ".pdf"
}

func documentFacts(d *store.Document, where place) []views.Fact {
	facts := []views.Fact{
		{Label: "Date of birth", Value: where.isoDay(d.Client.BirthDate)},
		{Label: "Reference", Value: d.Client.Reference},
		{Label: "Version", Value: d.Version},
		{Label: "Made", Value: where.day(d.CreatedAt)},
	}
	if d.PaperOn != "" {
		facts = append(facts, views.Fact{Label: "On paper", Value: "signed " + where.isoDay(d.PaperOn)})
	} else if d.CompletedAt.IsZero() {
		facts = append(facts, views.Fact{Label: "Works until", Value: where.day(d.ExpiresAt)})
	} else {
		facts = append(facts, views.Fact{Label: "Completed", Value: where.day(d.CompletedAt)}, views.Fact{Label: "First read", Value: where.day(d.ReadAt)})
	}
	if !d.FiledAt.IsZero() {
		facts = append(facts, views.Fact{Label: "Filed", Value: where.day(d.FiledAt)})
	}
	return facts
}

// staffRevoke asks once before it ends a document for ever.
func (p *Portal) staffRevoke(c *fiber.Ctx, h *store.Holder) error {
	d, err := p.documentOf(c, h)
	if err != nil {
		return err
	}
	in, err := form(c)
	if err != nil {
		return err
	}
	if in.Get("confirm") != "yes" {
		page, err := p.documentPage(c, h, d)
		if err != nil {
			return err
		}
		page.Confirm = true
		return p.page(c, fiber.StatusOK, page)
	}
	if _, err := p.Store.Revoke(c.UserContext(), h, d.ID); err != nil {
		return err
	}
	return see(c, documentHref(d.ID)+"?done=revoked")
}

func (p *Portal) staffExtend(c *fiber.Ctx, h *store.Holder) error {
	d, err := p.documentOf(c, h)
	if err != nil {
		return err
	}
	in, err := form(c)
	if err != nil {
		return err
	}
	days, err := strconv.Atoi(strings.TrimSpace(in.Get("days")))
	if err == nil {
		_, err = p.Store.Extend(c.UserContext(), h, d.ID, days)
	} else {
		err = fault.New(fault.Invalid, "Enter a number of days, such as 14")
	}
	if fault.KindOf(err) == fault.Invalid {
		page, pageErr := p.documentPage(c, h, d)
		if pageErr != nil {
			return pageErr
		}
		page.Problems = views.Problems{{Control: "days", Text: fault.Sentence(err)}}
		return p.page(c, fiber.StatusUnprocessableEntity, page)
	}
	if err != nil {
		return err
	}
	return see(c, documentHref(d.ID)+"?done=extended")
}
