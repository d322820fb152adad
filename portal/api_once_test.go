package portal_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/testdb"
)

// Twenty equal requests at once make one document. Whoever comes while it is
// being made is told to try again, and then gets the same answer.
func TestTwentyEqualRequestsAtOnce(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		s := startOn(t, d, "US", nil, nil)
		key, err := s.store.MakeAPIKey(t.Context(), s.director, "a program", true)
		fatal(t, err)
		post := func() (int, string) {
			c := &fasthttp.RequestCtx{}
			c.Request.Header.SetMethod(http.MethodPost)
			c.Request.SetRequestURI("/api/v1/documents")
			c.Request.Header.SetHost("127.0.0.1")
			c.Request.Header.Set("Authorization", "Bearer "+key)
			c.Request.Header.Set("Idempotency-Key", "one")
			c.Request.Header.SetContentType(fiber.MIMEApplicationJSON)
			c.Request.SetBodyString(order)
			s.App().Handler()(c)
			return c.Response.StatusCode(), string(c.Response.Body())
		}
		var all sync.WaitGroup
		var mu sync.Mutex
		made := map[string]bool{}
		for range 20 {
			all.Go(func() {
				status, body := post()
				mu.Lock()
				defer mu.Unlock()
				switch {
				case status == 201:
					made[body] = true
				case status != 409 || !strings.Contains(body, "idempotency-key-in-use"):
					t.Errorf("one of twenty: %d %s", status, body)
				}
			})
		}
		all.Wait()
		if status, body := post(); status != 201 || !made[body] || len(made) != 1 {
			t.Errorf("%d different answers; afterwards: %d", len(made), status)
		}
	})
}
