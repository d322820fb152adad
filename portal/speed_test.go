package portal_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
)

// BenchmarkFormPage measures a form page that a code has opened, from the
// parsed request to the answer's bytes, without a network: as it was sent, and
// with forty answers. times-bare is how many times as long it takes as a bare
// handler of the framework that sends the same bytes.
func BenchmarkFormPage(b *testing.B) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		b.Run(string(engine), func(b *testing.B) {
			s := serve(b, testdb.Open(b, engine), slog.New(slog.DiscardHandler), nil)
			if _, err := s.store.PublishTemplate(b.Context(), s.director, fortyFields(), false); err != nil {
				b.Fatal(err)
			}
			path, cookie := s.openForty(b)
			b.Run("blank", func(b *testing.B) { compare(b, s.App().Handler(), path, cookie, "") })
			s.answerForty(b, path, cookie)
			b.Run("answered", func(b *testing.B) { compare(b, s.App().Handler(), path, cookie, "Once a day") })
		})
	}
}

func fortyFields() []byte {
	var y strings.Builder
	y.WriteString("form: forty\nversion: \"1.0.0\"\ntitle: Forty\nkind: intake\nlanguage: en\nitems:\n")
	for i := range 40 {
		fmt.Fprintf(&y, "- {id: q%d, ask: What about number %d, hint: A short hint., type: text}\n", i, i)
	}
	return []byte(y.String())
}

// openForty returns the path of the page and the cookies that open it.
func (s *site) openForty(b *testing.B) (path, cookie string) {
	b.Helper()
	issued, err := s.store.Send(b.Context(), s.director, store.NewDocument{
		Template: "forty", Deliver: "none",
		Client: &store.NewClient{Contact: practice.Contact{FirstName: "Robin"}, Label: practice.Label{FullName: "Robin Reed"}},
	})
	if err != nil {
		b.Fatal(err)
	}
	got, err := s.store.Unlock(b.Context(), issued.Token, issued.Code, "", store.Origin{})
	if err != nil {
		b.Fatal(err)
	}
	session := (&sent{issued, got.Session}).cookie(issued.Token)
	return "/d/" + issued.Token + "/f/" + issued.ID.String() + "/1", session + "; device=" + got.Device
}

func (s *site) answerForty(b *testing.B, path, cookie string) {
	b.Helper()
	body := "_rev=0"
	for i := range 40 {
		body += fmt.Sprintf("&_field=q%d&q%d=Once+a+day,+after+breakfast", i, i)
	}
	c := asked("POST", strings.TrimSuffix(path, "1")+"autosave", cookie)
	c.Request.Header.SetContentType(urlencoded)
	c.Request.SetBodyString(body)
	s.App().Handler()(c)
	if c.Response.StatusCode() != fiber.StatusOK {
		b.Fatalf("saving is %d %s", c.Response.StatusCode(), c.Response.Body())
	}
}

func asked(method, path, cookie string) *fasthttp.RequestCtx {
	c := &fasthttp.RequestCtx{}
	c.Request.Header.SetMethod(method)
	c.Request.SetRequestURI(path)
	c.Request.Header.SetHost("127.0.0.1")
	c.Request.Header.Set("Accept-Encoding", "gzip")
	c.Request.Header.Set("Cookie", cookie)
	return c
}

// compare measures the page and then the bare handler.
func compare(b *testing.B, page fasthttp.RequestHandler, path, cookie, says string) {
	c := asked("GET", path, cookie)
	page(c)
	plain, err := c.Response.BodyGunzip()
	if err != nil || c.Response.StatusCode() != fiber.StatusOK || !bytes.Contains(plain, []byte(says)) {
		b.Fatalf("the page is %d, %v", c.Response.StatusCode(), err)
	}
	sent := bytes.Clone(c.Response.Body())
	bare := fiber.New(fiber.Config{DisableStartupMessage: true})
	bare.Get("/d/:token/f/:doc/:page", func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderContentType, "text/html; charset=utf-8")
		c.Set(fiber.HeaderContentEncoding, "gzip")
		return c.Send(sent)
	})
	ours, theirs := 0.0, 0.0
	b.Run("ours", func(b *testing.B) {
		ours = timed(b, page, path, cookie)
	})
	b.Run("bare", func(b *testing.B) {
		theirs = timed(b, bare.Handler(), path, cookie)
		b.ReportMetric(ours/theirs, "times-bare")
		b.ReportMetric(float64(len(sent)), "bytes")
	})
}

// timed returns the nanoseconds of one request.
func timed(b *testing.B, handler fasthttp.RequestHandler, path, cookie string) float64 {
	b.ReportAllocs()
	c := asked("GET", path, cookie)
	for b.Loop() {
		c.Response.Reset()
		c.ResetUserValues()
		handler(c)
	}
	if c.Response.StatusCode() != fiber.StatusOK {
		b.Fatalf("the page is %d", c.Response.StatusCode())
	}
	return float64(b.Elapsed()) / float64(b.N)
}
