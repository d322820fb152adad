package portal

import (
	"context"
	"log/slog"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"github.com/ulule/limiter/v3"
	"github.com/ulule/limiter/v3/drivers/store/memory"
	"github.com/ulule/limiter/v3/drivers/store/redis"

	"github.com/gofiber/fiber/v2"
)

// A pace is how often one network may do something.
type pace struct {
	name string
	rate limiter.Rate
}

// Clients share addresses, so these smooth and no more; what protects a code
// is the count of wrong ones in the database.
var (
	unlocking = pace{"unlock", limiter.Rate{Period: time.Minute, Limit: 30}}
	telling   = pace{"tell", limiter.Rate{Period: time.Minute, Limit: 20}}
	signingIn = pace{"sign-in", limiter.Rate{Period: time.Minute, Limit: 20}}
)

// limits counts in Redis when there is one, and in memory while it is away.
type limits struct {
	own    limiter.Store
	client *goredis.Client // nil without Redis
	mu     sync.Mutex
	shared limiter.Store // nil until Redis answered once
	tried  time.Time     // when it was last asked to, before that
	away   atomic.Bool
	log    *slog.Logger
}

func newLimits(url string, log *slog.Logger) *limits {
	l := &limits{own: memory.NewStoreWithOptions(limiter.StoreOptions{Prefix: "sealform", CleanUpInterval: time.Minute}), log: log}
	if url == "" {
		return l
	}
	options, err := goredis.ParseURL(url)
	if err != nil {
		log.Warn("rate limits are counted in memory: the Redis URL cannot be read")
		return l
	}
	options.MaxRetries, options.DialerRetries = -1, 1
	options.DialTimeout, options.ReadTimeout, options.WriteTimeout = redisPatience, redisPatience, redisPatience
	l.client = goredis.NewClient(options)
	return l
}

// redisAgain is how long a Redis that has not answered yet is left alone.
const redisAgain = time.Second

// redis returns the shared counts; nil while Redis has never answered.
func (l *limits) redis() limiter.Store {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.shared != nil || l.client == nil || time.Since(l.tried) < redisAgain {
		return l.shared
	}
	l.tried = time.Now()
	shared, err := redis.NewStoreWithOptions(l.client, limiter.StoreOptions{Prefix: "sealform"})
	if err != nil {
		l.lost(err)
		return nil
	}
	l.shared = shared
	return shared
}

func (l *limits) lost(why error) {
	if l.away.CompareAndSwap(false, true) {
		l.log.Warn("rate limits are counted in memory: Redis does not answer", "error", why)
	}
}

// redisPatience is how long a count may wait for Redis before memory takes
// over. Somebody is waiting for a page meanwhile.
const redisPatience = 250 * time.Millisecond

// allow counts one try of the network and reports whether it is within pace.
func (l *limits) allow(ctx context.Context, to pace, from netip.Addr) bool {
	key := to.name + ":" + network(from)
	if shared := l.redis(); shared != nil {
		got, err := shared.Get(ctx, key, to.rate)
		if err == nil {
			if l.away.CompareAndSwap(true, false) {
				l.log.Info("rate limits are counted in Redis again")
			}
			return !got.Reached
		}
		l.lost(err)
	}
	got, err := l.own.Get(ctx, key, to.rate)
	return err != nil || !got.Reached
}

// network is what counts as one place: an IPv4 address, or the /64 that an
// IPv6 household is given.
func network(addr netip.Addr) string {
	if addr.Is6() {
		if prefix, err := addr.Prefix(64); err == nil {
			return prefix.String()
		}
	}
	return addr.String()
}

// within reports whether the request keeps the pace.
func (p *Portal) within(c *fiber.Ctx, to pace) bool {
	return p.limits.allow(c.UserContext(), to, of(c).address)
}
