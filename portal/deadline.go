package portal

import (
	"context"
	"sync"
	"time"
)

// deadlines gives the requests of one second the same context: one for each,
// with its timer, would cost a page as much as a line of the log does.
type deadlines struct {
	mu     sync.Mutex
	shared context.Context
	until  time.Time // it is given out
}

// from returns a context that ends after workTimeout, or up to a second earlier.
func (d *deadlines) from(now time.Time) context.Context {
	d.mu.Lock()
	defer d.mu.Unlock()
	if now.Before(d.until) {
		return d.shared
	}
	d.until = now.Add(time.Second)
	ctx, cancel := context.WithDeadline(context.Background(), now.Add(workTimeout))
	context.AfterFunc(ctx, cancel)
	d.shared = ctx
	return ctx
}
