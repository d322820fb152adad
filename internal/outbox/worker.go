package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/practice"
)

const (
	// Lease is how long a claimed message is left to its worker. A worker that
	// died leaves it to the others after that.
	Lease = 3 * time.Minute
	// sendTime bounds one try. It is well below the lease, so that a slow try is
	// over before another worker may begin one.
	sendTime  = time.Minute
	drainTime = 10 * time.Second
	pollEvery = time.Second
	// AtOnce is how many messages a worker holds. All are being sent, none waits:
	// when a process dies, only these can be sent twice.
	AtOnce = keptSMTP
)

// ErrNothing says that a message is not to be sent after all; whoever wrote it
// has taken it out of the queue or put it off.
var ErrNothing = errors.New("nothing to send")

// A Writer writes the messages of the queue and records what came of them.
type Writer interface {
	// Write returns the message as it goes out now. What it mints is committed
	// as a MAC, and the try counted with HandOver, before it returns. ErrNothing:
	// there is nothing to send now.
	Write(ctx context.Context, e Entry) (*Message, error)
	// Settle records a try, and takes the message out of the queue or puts it
	// off. failure is nil when the channel took the message.
	Settle(ctx context.Context, e Entry, m *Message, failure *Failure) error
}

// A Worker sends what is due. Several may share a database.
type Worker struct {
	DB       *db.DB
	Writer   Writer
	Channels Channels
	Now      func() time.Time
	Log      *slog.Logger
	Lease    time.Duration // 0: Lease
}

// Run sends until ctx ends, then lets what is under way end.
func (w *Worker) Run(ctx context.Context) {
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	var sending sync.WaitGroup
	slots := make(chan struct{}, AtOnce)
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for ctx.Err() == nil {
		entries := w.claim(ctx, cap(slots)-len(slots))
		for _, e := range entries {
			slots <- struct{}{}
			sending.Go(func() {
				defer func() { <-slots }()
				w.send(work, e)
			})
		}
		if len(entries) > 0 && w.rest(ctx, slots) {
			continue
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
	time.AfterFunc(drainTime, cancel)
	sending.Wait()
}

// rest waits until half of the slots are free, so that claims stay large. It
// reports whether to go on at once.
func (w *Worker) rest(ctx context.Context, slots chan struct{}) bool {
	for len(slots) > cap(slots)/2 {
		select {
		case <-ctx.Done():
			return false
		case <-time.After(time.Millisecond):
		}
	}
	return true
}

func (w *Worker) claim(ctx context.Context, most int) []Entry {
	now := w.Now().UTC()
	waiting, err := due(ctx, w.DB, now)
	var entries []Entry
	if err == nil && waiting && most > 0 {
		entries, err = claim(ctx, w.DB, now, w.lease(), most)
	}
	if err != nil && ctx.Err() == nil {
		w.Log.Error("outbox not read", "error", err)
	}
	return entries
}

func (w *Worker) lease() time.Duration {
	if w.Lease > 0 {
		return w.Lease
	}
	return Lease
}

// send tries one message. What cannot be recorded stays claimed until its lease
// ends, and is tried again then.
func (w *Worker) send(ctx context.Context, e Entry) {
	defer func() {
		if v := recover(); v != nil {
			w.Log.Error("message not sent", "message", e.Message, "panic", fmt.Sprintf("%T", v), "at", string(debug.Stack()))
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, min(sendTime, w.lease()/2))
	defer cancel()
	m, err := w.Writer.Write(ctx, e)
	if errors.Is(err, ErrNothing) {
		return
	}
	if err != nil {
		w.Log.Error("message not written", "message", e.Message, "error", err)
		w.giveBack(ctx, e)
		return
	}
	failure := w.try(ctx, m)
	if failure != nil {
		w.Log.Warn("message not sent", "message", e.Message, "channel", m.Channel, "try", e.Tries, "reason", failure.Reason, "status", failure.Status)
	}
	if err := w.Writer.Settle(context.WithoutCancel(ctx), e, m, failure); err != nil {
		w.Log.Error("message not settled", "message", e.Message, "error", err)
	}
}

// giveBack puts a message that did not leave back into the queue: for now when
// this worker is ending, for later when it cannot be written. It is never given
// up for that, since it is not its recipient's fault.
func (w *Worker) giveBack(ctx context.Context, e Entry) {
	due := w.Now().UTC()
	if ctx.Err() == nil {
		due = due.Add(Backoff(e.Tries))
	}
	if err := giveBack(context.WithoutCancel(ctx), w.DB, e, due); err != nil {
		w.Log.Error("message not given back", "message", e.Message, "error", err)
	}
}

func (w *Worker) try(ctx context.Context, m *Message) *Failure {
	if err := guard(m); err != nil {
		w.Log.Error("message held back", "message", m.ID, "error", err)
		return &Failure{Reason: Guarded, Final: true}
	}
	channel := w.Channels[practice.Channel(m.Channel)]
	if channel == nil {
		return &Failure{Reason: NoChannel, Final: true}
	}
	err := channel.Send(ctx, m)
	if err == nil {
		return nil
	}
	if f := (*Failure)(nil); errors.As(err, &f) {
		return f
	}
	return &Failure{Reason: BrokeOff, Unsure: true}
}
