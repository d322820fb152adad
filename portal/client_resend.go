package portal

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/views"
)

// unsaved answers a post that met a failure of ours: the page holds all that
// was typed and sends it again.
func (p *Portal) unsaved(c *fiber.Ctx, err error, practice views.Practice) error {
	if c.Method() != fiber.MethodPost || !ours(err) {
		return err
	}
	fields, bad := form(c)
	if bad != nil {
		return bad
	}
	return p.resend(c, err, practice, c.Path(), fields)
}

// ours reports whether an error is no doing of the client.
func ours(err error) bool {
	kind := fault.KindOf(err)
	return kind == nil || kind == fault.Unavailable
}

func (p *Portal) resend(c *fiber.Ctx, err error, practice views.Practice, to string, fields url.Values) error {
	p.Log.Error("answers not saved", "id", of(c).id, "route", c.Route().Path, "error", err)
	sentence := fault.Sentence(err)
	if sentence == "" {
		sentence = "What you typed could not be saved just now. It is our fault, not yours."
	}
	return p.page(c, fiber.StatusServiceUnavailable, views.Message{
		ClientPage: views.ClientPage{Practice: practice, Language: of(c).language},
		Heading:    "Not saved yet", Sentence: sentence,
		Advice:  "Wait a moment, then press the button to send it again.",
		Request: of(c).id,
		Resend:  &views.Resend{Action: to, Fields: hidden("", fields)},
	})
}

// notSaved answers an error of a post whose fields were read already.
func (d *document) notSaved(err error, fields url.Values) error {
	if !ours(err) {
		return err
	}
	return d.p.resend(d.c, err, d.practice(), d.c.Path(), fields)
}
