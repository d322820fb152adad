package portal

import (
	"errors"
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/views"
)

// An answer is how a kind of fault is told over HTTP.
type answer struct {
	status  int
	heading string
}

// answers is the one table of statuses.
var answers = map[error]answer{
	fault.NotFound:        {fiber.StatusNotFound, "Page not found"},
	fault.Invalid:         {fiber.StatusUnprocessableEntity, "That did not work"},
	fault.Forbidden:       {fiber.StatusForbidden, "Not allowed"},
	fault.Unauthenticated: {fiber.StatusUnauthorized, "Sign in first"},
	fault.Conflict:        {fiber.StatusConflict, "That is not possible now"},
	fault.Expired:         {fiber.StatusGone, "Too late"},
	fault.Locked:          {fiber.StatusLocked, "Locked"},
	fault.TooMany:         {fiber.StatusTooManyRequests, "Too many tries just now"},
	fault.TooLarge:        {fiber.StatusRequestEntityTooLarge, "Too large"},
	fault.Unsupported:     {fiber.StatusUnsupportedMediaType, "Not understood"},
	fault.Unavailable:     {fiber.StatusServiceUnavailable, "Something is not working right now"},
}

var headings = map[int]string{
	fiber.StatusNotFound:           "Page not found",
	fiber.StatusMethodNotAllowed:   "Not possible on this page",
	fiber.StatusMisdirectedRequest: "Not here",
	fiber.StatusBadRequest:         "Not understood",
	fiber.StatusRequestTimeout:     "Too slow",
}

// statusOf returns the status, heading and sentence of an error. An error that
// is nobody's fault but ours gets a plain apology.
func statusOf(err error) (status int, heading, sentence string) {
	if a, ok := answers[fault.KindOf(err)]; ok && fault.KindOf(err) != nil {
		return a.status, a.heading, fault.Sentence(err)
	}
	var e *fiber.Error
	if errors.As(err, &e) {
		switch heading := headings[e.Code]; {
		case e.Code == fiber.StatusMisdirectedRequest:
			return e.Code, heading, e.Message
		case e.Code == fiber.StatusNotFound:
			return e.Code, heading, "There is nothing at this address. Check it, or go back."
		case heading != "":
			return e.Code, heading, "The request does not fit this page."
		case e.Code < 500:
			return e.Code, "Not understood", "The request does not fit this page."
		}
	}
	return fiber.StatusInternalServerError, "Something went wrong", "It is our fault. Try again in a moment."
}

// refuse answers an error: problem details below /api, a page elsewhere. What
// is unknown, or ours, is logged; the reader gets an id to name it by.
func (p *Portal) refuse(c *fiber.Ctx, err error) error {
	p.headers(c)
	status, heading, sentence := statusOf(err)
	if status >= 500 {
		p.Log.Error("request failed", "id", of(c).id, "route", c.Route().Path, "error", err)
	}
	if sentence == "" {
		sentence = heading + "."
	}
	if strings.HasPrefix(c.Path(), "/api/") {
		if fault.KindOf(err) == nil && status < 500 && status != fiber.StatusMisdirectedRequest {
			sentence = "No route takes this request. " + apiBase + "/openapi.json describes them all."
		}
		return problem(c, status, codeOf(err, status), sentence, nil)
	}
	m := views.Message{ClientPage: views.ClientPage{Language: of(c).language}, Heading: heading, Sentence: sentence}
	if status >= 500 {
		m.Request = of(c).id
	}
	return p.page(c, status, m)
}

// codeOf is the fault's own code, or the status's name where the framework
// refused the request: "not-found", "method-not-allowed".
func codeOf(err error, status int) string {
	if fault.KindOf(err) == nil && status < 500 {
		return strings.ReplaceAll(strings.ToLower(http.StatusText(status)), " ", "-")
	}
	return fault.CodeOf(err)
}

// problem answers with problem details (RFC 9457), whose title is the status in
// words. errors lists what is wrong where several things are; nil leaves it out.
func problem(c *fiber.Ctx, status int, code, detail string, errors any) error {
	details := map[string]any{"type": "about:blank", "title": http.StatusText(status), "status": status, "detail": detail, "code": code}
	if errors != nil {
		details["errors"] = errors
	}
	if err := c.Status(status).JSON(details); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/problem+json")
	return nil
}
