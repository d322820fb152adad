// Package portal owns HTTP: the one table of routes with who may use each, what
// every request and answer must obey, cookies, and the pages of clients and
// staff and the API over them. It is the only package that knows the web
// framework.
//
// It refuses to touch the database or a key itself: everything it shows or
// changes goes through a [store.Store].
package portal

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/internal/outbox"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

// Config is what a Portal is made of. Store, Now and Log are needed; the Store
// may be set later, before Serve.
type Config struct {
	Store          *store.Store
	BaseURL        string          // "https://forms.example.org"; what links begin with
	TrustedProxies []netip.Prefix  // whose X-Forwarded-For is believed
	Redis          string          // URL of the Redis that counts requests for all instances; "" counts in memory
	Demo           *Demo           // nil outside the demo
	Twilio         *outbox.Twilio  // checks what Twilio posts; nil without
	Gateway        *outbox.Gateway // likewise for the operator's own gateway
	Now            func() time.Time
	Log            *slog.Logger
	Version        string
}

// A Demo is what only the demo serves.
type Demo struct {
	Outbox func() []outbox.Kept // messages held in memory, newest first, for /dev/outbox
}

// Time-outs of a connection, and of the work for one request.
const (
	readTimeout  = 30 * time.Second
	writeTimeout = 60 * time.Second
	idleTimeout  = 75 * time.Second
	workTimeout  = 30 * time.Second
)

// prefetch is how much of a body is read before its handler runs; the rest is
// streamed below the route's own cap.
const prefetch = 64 << 10

// A Portal serves all pages and the API of one installation.
type Portal struct {
	Config
	app       *fiber.App
	base      *url.URL // nil when no base URL is set
	views     *views.Views
	limits    *limits
	deadlines deadlines
	forms     *formCache
	metrics   *metrics
	closing   atomic.Bool
}

// New returns a Portal that serves once it has its Store. It reaches for nothing
// yet.
func New(c Config) (*Portal, error) {
	p := &Portal{Config: c, views: views.New(), forms: newFormCache(formsKept), metrics: newMetrics()}
	if c.BaseURL != "" {
		base, err := url.Parse(c.BaseURL)
		if err != nil || base.Host == "" {
			return nil, fmt.Errorf("the base URL %q is not an address such as https://forms.example.org", c.BaseURL)
		}
		p.base = base
	}
	p.limits = newLimits(c.Redis, c.Log)
	p.app = fiber.New(fiber.Config{
		Immutable:             true,
		CaseSensitive:         true,
		StrictRouting:         true,
		StreamRequestBody:     true,
		BodyLimit:             prefetch,
		ReadBufferSize:        16 << 10,
		ReadTimeout:           readTimeout,
		WriteTimeout:          writeTimeout,
		IdleTimeout:           idleTimeout,
		DisableStartupMessage: true,
		ErrorHandler:          p.refuse,

		// Otherwise whole forms with files are read before their route is
		// known, and what is large is written to temporary files in clear.
		DisablePreParseMultipartForm: true,
	})
	p.app.Use(p.around)
	for _, r := range p.routes() {
		p.register(r)
	}
	return p, nil
}

// App returns the framework's application, for tests that need no listener.
func (p *Portal) App() *fiber.App { return p.app }

// Serve answers on the listener until Shutdown. It reaches for Redis first, so
// that its operator learns soon whether it answers.
func (p *Portal) Serve(l net.Listener) error {
	p.limits.redis()
	return p.app.Listener(l)
}

// Prepare makes pages ready that would else be when the first one is asked for.
func (p *Portal) Prepare() { p.views.Prepare() }

// Shutdown stops taking requests and waits for those under way, or for ctx.
func (p *Portal) Shutdown(ctx context.Context) error {
	p.closing.Store(true)
	return p.app.ShutdownWithContext(ctx)
}

// secure reports whether clients reach us over https.
func (p *Portal) secure() bool { return p.base != nil && p.base.Scheme == "https" }
