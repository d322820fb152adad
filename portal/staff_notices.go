package portal

import (
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

var noticeFilters = []struct{ state, text string }{
	{store.NoticePending, "Missing"}, {store.NoticeRefused, "Refused, documented"}, {store.NoticeAcknowledged, "Acknowledged"}, {"", "Everybody"},
}

// staffNotices lists who acknowledged which version of the privacy notice, and
// first who is missing.
func (p *Portal) staffNotices(c *fiber.Ctx, h *store.Holder) error {
	base, where, err := p.staffPageIn(c, h)
	if err != nil {
		return err
	}
	state := c.Query("state", store.NoticePending)
	if state == "all" {
		state = ""
	}
	rows, next, err := p.Store.Notices(c.UserContext(), h, state, c.Query("cursor"), clientsOnPage)
	if err != nil {
		return err
	}
	notice, err := p.Store.NoticeTemplate(c.UserContext(), h)
	if err != nil {
		return err
	}
	page := views.Notices{StaffPage: base, State: state}
	for _, f := range noticeFilters {
		query := f.state
		if query == "" {
			query = "all"
		}
		page.Filter = append(page.Filter, views.Link{Text: f.text, Href: "/staff/notices?state=" + query, Current: f.state == state})
	}
	for _, r := range rows {
		stands := noticeView(&r.Notice)
		row := views.NoticeRow{Href: clientHref(r.ID), Name: rowName(&r.ClientRow), Text: stands.Text, Tone: stands.Tone, Detail: noticeDetail(&r.Notice, where)}
		if h.May(access.SendDocuments) && r.State == store.NoticePending {
			row.Act = noticeAct(&r, notice.Name)
		}
		page.Rows = append(page.Rows, row)
	}
	if next != "" {
		page.Next = "/staff/notices?" + url.Values{"state": {c.Query("state", store.NoticePending)}, "cursor": {next}}.Encode()
	}
	return p.page(c, fiber.StatusOK, page)
}

// noticeAct is the one thing to do about a client who is missing; template is
// the notice to send.
func noticeAct(r *store.ClientNotice, template string) *views.Link {
	switch {
	case r.Asked == practice.Declined:
		return &views.Link{Text: "Record why not", Href: clientHref(r.ID) + "/notice"}
	case r.Asked.Open():
		return &views.Link{Text: "Look at it", Href: documentHref(r.Document)}
	}
	return &views.Link{Text: "Send the notice", Href: "/staff/documents/new?client=" + r.ID.String() + "&template=" + template}
}

func noticeView(n *store.Notice) views.ClientNotice {
	switch n.State {
	case store.NoticeAcknowledged:
		version := "version " + n.Version
		if n.Template != store.BuiltInNotice { // each copy counts its own versions
			version = n.Template + ", " + version
		}
		return views.ClientNotice{Text: "Acknowledged, " + version, Tone: views.Good}
	case store.NoticeRefused:
		return views.ClientNotice{Text: "Not acknowledged, documented", Tone: views.Calm}
	}
	return views.ClientNotice{Text: "Missing", Tone: views.Warn}
}

func noticeDetail(n *store.Notice, where place) string {
	switch {
	case n.State == store.NoticeAcknowledged:
		return where.day(n.At)
	case n.State == store.NoticeRefused:
		detail := where.isoDay(n.Refusal.On) + ": " + refusalWords[n.Refusal.Reason]
		if n.Refusal.Words != "" {
			detail += ". " + n.Refusal.Words
		}
		return detail + " (" + n.Refusal.By + ")"
	case n.Asked == practice.Declined:
		return "The client declined the form"
	case n.Asked.Open():
		return "Sent, and not signed yet"
	}
	return "Not asked yet"
}

var refusalWords = func() map[string]string {
	words := map[string]string{}
	for _, r := range store.Reasons {
		words[r.Code] = r.Text
	}
	return words
}()

func (p *Portal) staffRefusalForm(c *fiber.Ctx, h *store.Holder) error {
	r, err := p.clientOf(c, h)
	if err != nil {
		return err
	}
	return p.showRefusal(c, h, r, url.Values{}, fiber.StatusOK, nil)
}

// staffRefusal records a documented refusal of the privacy notice.
func (p *Portal) staffRefusal(c *fiber.Ctx, h *store.Holder) error {
	r, err := p.clientOf(c, h)
	if err != nil {
		return err
	}
	in, err := form(c)
	if err != nil {
		return err
	}
	err = p.Store.Refuse(c.UserContext(), h, r.ID, in.Get("reason"), in.Get("on"), in.Get("words"))
	if fault.KindOf(err) == fault.Invalid {
		control := "on"
		if fault.CodeOf(err) == "reason" {
			control = "reason"
		}
		return p.showRefusal(c, h, r, in, fiber.StatusUnprocessableEntity, views.Problems{{Control: control, Text: fault.Sentence(err)}})
	}
	if err != nil {
		return err
	}
	return see(c, clientHref(r.ID)+"?done=recorded")
}

func (p *Portal) showRefusal(c *fiber.Ctx, h *store.Holder, r *store.ClientRow, in url.Values, status int, problems views.Problems) error {
	base, where, err := p.staffPageIn(c, h)
	if err != nil {
		return err
	}
	base.Problems = problems
	page := views.Refusal{
		StaffPage: base, Client: rowName(r), Action: clientHref(r.ID) + "/notice", Back: clientHref(r.ID),
		Reason: in.Get("reason"), On: in.Get("on"), Words: in.Get("words"),
	}
	if page.On == "" {
		page.On = p.Now().In(where.Location).Format(time.DateOnly)
	}
	for _, reason := range store.Reasons {
		page.Reasons = append(page.Reasons, views.Option{Value: reason.Code, Text: reason.Text})
	}
	return p.page(c, status, page)
}
