package portal

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/audit"
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
	base, zone, err := p.staffPageIn(c, h)
	if err != nil {
		return nil, err
	}
	events, err := p.Store.Timeline(c.UserContext(), h, d.ID)
	if err != nil {
		return nil, err
	}
	page := &views.Document{StaffPage: base, Heading: clientName(d), Template: d.Title, Facts: documentFacts(d, zone), Locked: d.Locked && d.State.Open()}
	page.State, page.Tone = stateWords(d)
	for _, e := range events {
		page.Timeline = append(page.Timeline, eventWords(e, p.Now(), zone))
	}
	page.CodeAsked = codeAsked(events, p.Now(), zone)
	offerActions(page, h, d)
	if d.State == practice.Declined && h.May(access.ReadAnswers) {
		reason, err := p.Store.Reason(c.UserContext(), h, d.ID)
		if err != nil {
			return nil, err
		}
		page.Facts = append(page.Facts, views.Fact{Label: "Why they said no", Value: reason})
	}
	return page, nil
}

func offerActions(page *views.Document, h *store.Holder, d *store.Document) {
	at := "/staff/documents/" + d.ID.String()
	if d.State == practice.Completed && h.May(access.ReadAnswers) {
		page.Answers = at + "/answers"
	}
	if d.State == practice.Completed && h.May(access.DownloadPDF) {
		page.PDF = pdfPath(d)
	}
	alive := d.State == practice.Prepared || d.State.Open()
	if h.May(access.SendDocuments) && alive {
		page.Reissue = at + "/reissue"
	}
	if h.May(access.SendDocuments) && (alive || d.State == practice.Expired) {
		page.Extend = at + "/extend"
	}
	if _, err := practice.Next(d.State, d.State, practice.Revoke); err == nil && h.May(access.RevokeDocuments) {
		page.Revoke = at + "/revoke"
	}
}

func pdfPath(d *store.Document) string {
	return "/staff/documents/" + d.ID.String() + "/" + d.Template + "-" + d.ID.String()[:8] + ".pdf"
}

func documentFacts(d *store.Document, zone *time.Location) []views.Fact {
	facts := []views.Fact{
		{Label: "Date of birth", Value: d.Client.BirthDate},
		{Label: "Reference", Value: d.Client.Reference},
		{Label: "Version", Value: d.Version},
		{Label: "Made", Value: dayWords(d.CreatedAt, zone)},
	}
	if d.CompletedAt.IsZero() {
		return append(facts, views.Fact{Label: "Works until", Value: dayWords(d.ExpiresAt, zone)})
	}
	return append(facts, views.Fact{Label: "Completed", Value: dayWords(d.CompletedAt, zone)}, views.Fact{Label: "First read", Value: dayWords(d.ReadAt, zone)})
}

func eventWords(e audit.Event, now time.Time, zone *time.Location) views.Event {
	tone := views.Calm
	if e.Outcome == audit.Refused || e.Outcome == audit.Failed {
		tone = views.Warn
	}
	return views.Event{At: whenWords(e.At, now, zone), Text: actionWords(string(e.Action), e.Outcome), Tone: tone}
}

// codeAsked says when the client last said they have no code, unless one was
// made since.
func codeAsked(events []audit.Event, now time.Time, zone *time.Location) string {
	for _, e := range slices.Backward(events) {
		switch e.Action {
		case "document.reissue", "delivery.unlock", "document.unlock":
			return ""
		case "delivery.no-code":
			return "They said so " + whenWords(e.At, now, zone) + "."
		}
	}
	return ""
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
	return see(c, "/staff/documents/"+d.ID.String()+"?done=revoked")
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
	return see(c, "/staff/documents/"+d.ID.String()+"?done=extended")
}
