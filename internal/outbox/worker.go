package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/db"
)

const (
	// Lease is how long a claimed message is left to its worker. A worker that
	// died leaves it to the others after that.
	Lease = 3 * time.Minute
	// sendTime bounds one try. Two of them, one behind the other, are over well
	// before the lease, so that a slow try has ended when another worker begins one.
	sendTime  = time.Minute
	drainTime = 10 * time.Second
	pollEvery = time.Second
	// AtOnce is how many messages a worker holds: those being sent, and those that
	// are written or recorded meanwhile, together in one commit. When a process
	// dies, only these can be sent twice.
	AtOnce = 4 * keptSMTP
)

// ErrNothing says that a message is not to be sent after all; whoever wrote it
// has taken it out of the queue or put it off.
var ErrNothing = errors.New("nothing to send")

// A Writer writes the messages of the queue and records what came of them, many
// at a time: a commit for one costs as much as a commit for many.
type Writer interface {
	// Write returns each entry of one claim and one practice with its message as
	// it goes out now. What it mints is committed as MACs, and the tries counted
	// with HandOver, before it returns.
	Write(ctx context.Context, entries []Entry) []Written
	// Settle records tries of one practice, and takes their messages out of the
	// queue or puts them off: all of them or, when it fails, none.
	Settle(ctx context.Context, tried []Outcome) error
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

// A hand is what one run of a worker holds.
type hand struct {
	held    chan struct{} // a token for each message
	written chan Written
	tried   chan Outcome
}

// Run sends until ctx ends, then lets what is under way end.
func (w *Worker) Run(ctx context.Context) {
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	h := &hand{make(chan struct{}, AtOnce), make(chan Written, AtOnce), make(chan Outcome, AtOnce)}
	var sending, settling sync.WaitGroup
	for range keptSMTP {
		sending.Go(func() { w.send(work, h) })
	}
	settling.Go(func() { w.settle(work, h) })
	w.feed(ctx, h)
	time.AfterFunc(drainTime, cancel)
	close(h.written)
	sending.Wait()
	close(h.tried)
	settling.Wait()
}

// feed claims and writes while there is room in the hand, until ctx ends.
func (w *Worker) feed(ctx context.Context, h *hand) {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for ctx.Err() == nil {
		entries := w.claim(ctx, cap(h.held)-len(h.held))
		for range entries {
			h.held <- struct{}{}
		}
		w.write(ctx, h, entries)
		if len(entries) > 0 && rest(ctx, h) {
			continue
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
}

// rest waits until half of the hand is free, so that claims stay large. It
// reports whether to go on at once.
func rest(ctx context.Context, h *hand) bool {
	for len(h.held) > cap(h.held)/2 {
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

// write has what was claimed written, and passes it on to be sent.
func (w *Worker) write(ctx context.Context, h *hand, entries []Entry) {
	for _, of := range apart(entries, func(e Entry) uuid.UUID { return e.Practice }) {
		passed := w.writeOf(ctx, h, of)
		for range len(of) - passed {
			<-h.held
		}
	}
}

// writeOf writes messages of one practice, and returns how many are to be sent.
func (w *Worker) writeOf(ctx context.Context, h *hand, entries []Entry) (passed int) {
	defer w.survive("messages not written")
	for _, one := range w.Writer.Write(context.WithoutCancel(ctx), entries) {
		switch {
		case one.Err == nil:
			passed++
			h.written <- one
		case !errors.Is(one.Err, ErrNothing):
			w.Log.Error("message not written", "message", one.Message, "error", one.Err)
			w.giveBack(ctx, one.Entry)
		}
	}
	return passed
}

// apart returns the practices' shares of a list.
func apart[T any](all []T, practice func(T) uuid.UUID) map[uuid.UUID][]T {
	shares := map[uuid.UUID][]T{}
	for _, one := range all {
		shares[practice(one)] = append(shares[practice(one)], one)
	}
	return shares
}

// survive keeps a panic over one message from ending the worker.
func (w *Worker) survive(what string) {
	if v := recover(); v != nil {
		w.Log.Error(what, "panic", fmt.Sprintf("%T", v), "at", string(debug.Stack()))
	}
}

// giveBack puts a message that did not leave back into the queue, for later. It
// is never given up for that, since it is not its recipient's fault.
func (w *Worker) giveBack(ctx context.Context, e Entry) {
	if err := giveBack(context.WithoutCancel(ctx), w.DB, e, w.Now().UTC().Add(Backoff(e.Tries))); err != nil {
		w.Log.Error("message not given back", "message", e.Message, "error", err)
	}
}

// send tries what was written, one message after the other.
func (w *Worker) send(ctx context.Context, h *hand) {
	for one := range h.written {
		if !w.sendOne(ctx, h, one) {
			<-h.held
		}
	}
}

// sendOne reports whether there is an outcome. Without one the message stays
// claimed until its lease ends, and is tried again then.
func (w *Worker) sendOne(ctx context.Context, h *hand, one Written) (tried bool) {
	defer w.survive("message not sent")
	ctx, cancel := context.WithTimeout(ctx, min(sendTime, w.lease()/3))
	defer cancel()
	failure := w.try(ctx, one.Text)
	if failure != nil {
		w.Log.Warn("message not sent", "message", one.Message, "channel", one.Text.Channel, "try", one.Tries, "reason", failure.Reason, "status", failure.Status)
	}
	h.tried <- Outcome{one.Entry, one.Text, failure}
	return true
}

// settle records what was tried: at each time all that came meanwhile.
func (w *Worker) settle(ctx context.Context, h *hand) {
	for first := range h.tried {
		all := []Outcome{first}
		for range len(h.tried) {
			all = append(all, <-h.tried)
		}
		for _, of := range apart(all, func(o Outcome) uuid.UUID { return o.Practice }) {
			w.settleAll(context.WithoutCancel(ctx), of)
		}
		for range all {
			<-h.held
		}
	}
}

// settleAll records each alone when they cannot be recorded together, so that
// one that cannot be takes no other with it.
func (w *Worker) settleAll(ctx context.Context, all []Outcome) {
	defer w.survive("messages not settled")
	err := w.Writer.Settle(ctx, all)
	switch {
	case err == nil:
	case len(all) == 1:
		w.Log.Error("message not settled", "message", all[0].Message, "error", err)
	default:
		for _, one := range all {
			w.settleAll(ctx, []Outcome{one})
		}
	}
}

func (w *Worker) try(ctx context.Context, m *Message) *Failure {
	if err := guard(m); err != nil {
		w.Log.Error("message held back", "message", m.ID, "error", err)
		return &Failure{Reason: Guarded, Final: true}
	}
	channel := w.Channels[m.Channel]
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
