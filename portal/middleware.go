package portal

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/netip"
	"runtime"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/store"
)

// contentPolicy allows our own style sheets, scripts, pictures and forms, and
// nothing else at all.
const contentPolicy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// A request is what one request carries from its beginning to its log line.
type request struct {
	language string // of the client\'s pages
	id       string
	address  netip.Addr
	cap      int64 // of the body, in bytes
	who      who   // may use the route
}

type requestKey struct{}

// of returns the request's own facts.
func of(c *fiber.Ctx) *request {
	if r, ok := c.Locals(requestKey{}).(*request); ok {
		return r
	}
	r := &request{id: newID()}
	c.Locals(requestKey{}, r)
	return r
}

// newID names a request in the log and on pages about its failure. It is no secret.
func newID() string {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], rand.Uint64())
	return hex.EncodeToString(b[:])
}

// around runs every request: it sets what each answer must carry, refuses what
// no handler should see, turns errors into pages, passes over what was not read
// and writes one log line.
func (p *Portal) around(c *fiber.Ctx) error {
	began := time.Now()
	r := of(c)
	r.address = p.address(c)
	ctx := p.deadlines.from(began)
	c.SetUserContext(ctx)
	p.headers(c)
	if err := p.handle(c); err != nil {
		if err := p.refuse(c, err); err != nil {
			return err
		}
	}
	passOverRest(c)
	took := time.Since(began)
	p.metrics.count(c, took)
	p.logRequest(ctx, c, took)
	return nil
}

// logRequest hands the line to the log's handler itself: the logger would look
// up which line of the program it comes from.
func (p *Portal) logRequest(ctx context.Context, c *fiber.Ctx, took time.Duration) {
	log := p.Log.Handler()
	if !log.Enabled(ctx, slog.LevelInfo) {
		return
	}
	line := slog.NewRecord(time.Now(), slog.LevelInfo, "request", 0)
	line.AddAttrs(slog.String("id", of(c).id), slog.String("method", c.Method()), slog.String("route", c.Route().Path),
		slog.Int("status", c.Response().StatusCode()), slog.Duration("took", took))
	_ = log.Handle(ctx, line) // there is nowhere to tell of a log that cannot be written
}

// handle checks the request and runs its handler. A panic becomes an error
// that names where it happened and never what was being handled.
func (p *Portal) handle(c *fiber.Ctx) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic (%T) at %s", v, origin())
		}
	}()
	if err := p.admit(c); err != nil {
		return err
	}
	return c.Next()
}

// origin names the frames that panicked, innermost first.
func origin() string {
	var pcs [16]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	var out []string
	for {
		f, more := frames.Next()
		if !strings.HasPrefix(f.Function, "runtime.") && len(out) < 6 {
			out = append(out, fmt.Sprintf("%s:%d", f.Function, f.Line))
		}
		if !more {
			return strings.Join(out, " < ")
		}
	}
}

// admit refuses what no handler should see.
func (p *Portal) admit(c *fiber.Ctx) error {
	if !p.knownHost(c) {
		return fiber.NewError(fiber.StatusMisdirectedRequest, "This server does not answer for that address.")
	}
	if c.Get(fiber.HeaderContentEncoding) != "" {
		return fault.New(fault.Unsupported, "Requests must not be compressed.")
	}
	if !sameOrigin(c) {
		return fault.New(fault.Forbidden, "This was sent from another website, so nothing was done. Open the page here and try again.")
	}
	return nil
}

// A header is a line that many answers carry, in the bytes it is sent as: set by
// its name as a string, the name is spelt anew for each answer.
type header struct{ name, value []byte }

func (h header) set(c *fiber.Ctx) { c.Response().Header.SetCanonical(h.name, h.value) }

var headers = []header{
	{[]byte("Content-Security-Policy"), []byte(contentPolicy)},
	{[]byte("X-Content-Type-Options"), []byte("nosniff")},
	{[]byte("Cross-Origin-Opener-Policy"), []byte("same-origin")},
	{[]byte("Cross-Origin-Resource-Policy"), []byte("same-origin")},
	{[]byte("X-Frame-Options"), []byte("DENY")},
	{[]byte("Referrer-Policy"), []byte("no-referrer")},
	{[]byte("X-Robots-Tag"), []byte("noindex, nofollow")},
	{[]byte("Cache-Control"), []byte("no-store")},
}

// What some answers carry beside, or in place of, those.
var (
	httpsAlone       = header{[]byte("Strict-Transport-Security"), []byte("max-age=63072000; includeSubDomains")}
	fromHere         = header{[]byte("Referrer-Policy"), []byte("same-origin")}
	variesByEncoding = header{[]byte("Vary"), []byte("Accept-Encoding")}
	zipped           = header{[]byte("Content-Encoding"), []byte("gzip")}
)

func (p *Portal) headers(c *fiber.Ctx) {
	for _, h := range headers {
		h.set(c)
	}
	if p.secure() {
		httpsAlone.set(c)
	}
}

// from returns who is on the other end, for what the store records.
func from(c *fiber.Ctx) store.Origin {
	browser := c.Get(fiber.HeaderUserAgent)
	if len(browser) > 300 {
		browser = browser[:300]
	}
	return store.Origin{Address: of(c).address.String(), Browser: strings.ToValidUTF8(browser, "")}
}
