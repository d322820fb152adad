package portal

import (
	"bytes"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/static"
	"github.com/sealform/sealform/views"
)

// page answers with a page. Pages that hold forms let their own posts name
// where they come from; the others say nothing to anyone.
func (p *Portal) page(c *fiber.Ctx, status int, page views.Page) error {
	var b bytes.Buffer
	if err := p.views.Render(&b, page); err != nil {
		return err
	}
	if bytes.Contains(b.Bytes(), []byte("<form")) {
		fromHere.set(c)
	}
	return html(c, status, b.Bytes())
}

func html(c *fiber.Ctx, status int, b []byte) error {
	c.Set(fiber.HeaderContentType, "text/html; charset=utf-8")
	return c.Status(status).Send(b)
}

// takesGzip reports whether the browser says it does.
func takesGzip(c *fiber.Ctx) bool {
	for part := range strings.SplitSeq(c.Get(fiber.HeaderAcceptEncoding), ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.TrimSpace(name) == "gzip" {
			w := strings.TrimSpace(weight)
			return w != "q=0" && !strings.HasPrefix(w, "q=0.0")
		}
	}
	return false
}

// home tells a stranger nothing but that this is a place for forms.
func (p *Portal) home(c *fiber.Ctx) error {
	return p.page(c, fiber.StatusOK, views.Message{
		Heading: "Forms", Sentence: "To open a form, use the link in the message from your practice.",
		Forward: &views.Link{Text: "Staff sign-in", Href: "/staff/sign-in"},
	})
}

func (p *Portal) favicon(c *fiber.Ctx) error {
	return see(c, static.URL("icon.svg"))
}

func (p *Portal) robots(c *fiber.Ctx) error {
	return c.SendString("User-agent: *\nDisallow: /\n")
}

// static serves a file that never changes under its name.
func (p *Portal) static(c *fiber.Ctx) error {
	f, ok := static.Open(c.Path())
	if !ok {
		return fiber.ErrNotFound
	}
	c.Set("Cache-Control", "public, max-age=31536000, immutable")
	c.Set(fiber.HeaderContentType, f.Type)
	variesByEncoding.set(c)
	if f.Gzip != nil && takesGzip(c) {
		zipped.set(c)
		return c.Send(f.Gzip)
	}
	return c.Send(f.Bytes)
}

// healthy says that the process runs.
func (p *Portal) healthy(c *fiber.Ctx) error { return c.SendString("ok\n") }

// ready says that requests can be served: the database answers and we are not
// shutting down.
func (p *Portal) ready(c *fiber.Ctx) error {
	if p.closing.Load() {
		return c.Status(fiber.StatusServiceUnavailable).SendString("closing\n")
	}
	if err := p.Store.Ping(c.UserContext()); err != nil {
		return c.Status(fiber.StatusServiceUnavailable).SendString("the database does not answer\n")
	}
	return c.SendString("ok\n")
}

// outbox shows the demo's messages.
func (p *Portal) outbox(c *fiber.Ctx) error {
	var page views.Outbox
	for _, m := range p.Demo.Outbox() {
		page.Messages = append(page.Messages, views.OutboxMessage{At: m.At.UTC().Format("15:04:05 MST"), Channel: channelWords[m.Channel], To: m.To, Subject: m.Subject, Body: m.Body})
	}
	return p.page(c, fiber.StatusOK, page)
}

// see sends the browser on with a GET.
func see(c *fiber.Ctx, path string) error {
	return c.Redirect(path, fiber.StatusSeeOther)
}
