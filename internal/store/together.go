package store

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"time"

	"github.com/google/uuid"
)

// errUnread is what those learn whose statement never came to its end.
var errUnread = errors.New("the statement that read the session broke off")

// A sessionRow is what a page must know anew of its session on each request.
type sessionRow struct {
	version       int64
	created, seen time.Time
}

// A sessionAsk is a request that waits for its session's row.
type sessionAsk struct {
	macs  [][]byte
	row   *sessionRow // nil when there is none
	err   error
	woken chan bool // of one that waits: true to run the next statement, false when the answer is here
}

// sessionReads looks up the sessions of all who ask while a statement is under
// way by the next one together: a statement for one row costs far more than a
// row. Nobody waits for others to come.
type sessionReads struct {
	mu      sync.Mutex
	busy    bool
	waiting []*sessionAsk
}

// mostTogether bounds one statement.
const mostTogether = 64

// togetherTimeout bounds a statement that several requests wait for: none of
// them may end it for the others.
const togetherTimeout = 15 * time.Second

// session returns a client session's row, read after the call began; nil when
// there is none.
func (s *Store) session(ctx context.Context, macs [][]byte) (*sessionRow, error) {
	ask := &sessionAsk{macs: macs}
	if !s.sessions.join(ask) {
		if leads := <-ask.woken; !leads {
			return ask.row, ask.err
		}
	}
	runtime.Gosched() // those who are about to ask may still join
	together := s.sessions.take(ask)
	defer func() { // even if the statement panics: the others go on
		s.sessions.handOn()
		for _, a := range together[1:] {
			a.woken <- false
		}
	}()
	s.readSessions(ctx, together)
	return ask.row, ask.err
}

// join puts an ask into the queue, or reports that nothing is under way and it
// leads at once.
func (r *sessionReads) join(ask *sessionAsk) (leads bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.busy {
		r.busy = true
		return true
	}
	ask.woken = make(chan bool, 1)
	r.waiting = append(r.waiting, ask)
	return false
}

// take returns the leader's ask and those that wait.
func (r *sessionReads) take(leader *sessionAsk) []*sessionAsk {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := min(len(r.waiting), mostTogether-1)
	together := append([]*sessionAsk{leader}, r.waiting[:n]...)
	r.waiting = append([]*sessionAsk(nil), r.waiting[n:]...)
	return together
}

// handOn lets the first of those who came meanwhile lead.
func (r *sessionReads) handOn() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.waiting) == 0 {
		r.busy = false
		return
	}
	next := r.waiting[0]
	r.waiting = r.waiting[1:]
	next.woken <- true
}

func (s *Store) readSessions(ctx context.Context, together []*sessionAsk) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), togetherTimeout)
	defer cancel()
	rows := make(map[string]*sessionRow, len(together))
	var args []any
	for _, a := range together {
		a.err = errUnread
		for _, mac := range a.macs {
			args = append(args, mac)
		}
	}
	for len(args)&(len(args)-1) != 0 { // few lengths, so that statements stay prepared
		args = append(args, args[0])
	}
	var mac []byte
	var row sessionRow
	err := s.db.ReadEach(ctx, uuid.Nil, `SELECT mac, version, created_at, seen_at FROM client_sessions WHERE mac IN (`+places(1, len(args))+`)`, args,
		[]any{&mac, &row.version, &row.created, &row.seen}, func() error { copied := row; rows[string(mac)] = &copied; return nil })
	for _, a := range together {
		a.err = err
		for _, mac := range a.macs {
			if found := rows[string(mac)]; found != nil {
				a.row = found
			}
		}
	}
}
