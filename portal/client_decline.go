package portal

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/views"
)

// maxReason bounds a reason, in characters, as its page does.
const maxReason = 2000

func showDecline(d *document) error {
	return d.page(fiber.StatusOK, d.declining())
}

func (d *document) declining() views.Decline {
	return views.Decline{ClientPage: d.client(), Action: d.path("decline"), Back: "/d/" + d.token}
}

// keptReason shows again what was entered when a session ran out.
func (d *document) keptReason(fields url.Values) error {
	page := d.declining()
	page.Reason = fieldText(fields, "reason")
	return d.page(fiber.StatusOK, page)
}

// decline ends the document as a whole. The reason may be left out.
func decline(d *document) error {
	fields, err := form(d.c)
	if err != nil {
		return err
	}
	reason := fieldText(fields, "reason")
	if len([]rune(reason)) > maxReason {
		page := d.declining()
		page.Reason = reason
		page.Problems = views.Problems{{Control: "reason", Text: d.say("Use at most %d characters", maxReason)}}
		return d.page(fiber.StatusUnprocessableEntity, page)
	}
	if err := d.p.Store.Decline(d.c.UserContext(), d.Visit, d.step, reason, from(d.c)); err != nil {
		return d.notSaved(err, fields)
	}
	return d.page(fiber.StatusOK, views.Declined{ClientPage: d.client()})
}

// showAfresh explains that the draft was begun in another browser.
func showAfresh(d *document) error {
	page := views.Elsewhere{ClientPage: d.client(), Action: d.path("afresh")}
	at, err := d.p.Store.WorkingLinks(d.c.UserContext(), d.Visit)
	if err != nil {
		return err
	}
	for _, t := range at {
		page.Messages = append(page.Messages, d.say("the message of %s", d.day(t)))
	}
	return d.page(fiber.StatusOK, page)
}

// afresh begins a second draft here; whichever is sent first counts.
func afresh(d *document) error {
	if err := d.p.Store.StartAfresh(d.c.UserContext(), d.Visit, d.step, from(d.c)); err != nil {
		return err
	}
	return see(d.c, d.path("1"))
}
