package instances_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/outbox"
	"github.com/sealform/sealform/internal/testdb"
)

const queuedMessages = 10_000

// Two workers with pools of their own claim from one queue. No message is
// claimed twice, and none is left.
func TestTwoWorkersClaimApart(t *testing.T) {
	s := newSite(t, db.Postgres)
	s.must(s.db.Write(t.Context(), uuid.Nil, func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `
			INSERT INTO outbox (message_id, practice_id, due_at, tries, unsure, created_at)
			SELECT gen_random_uuid()::text, $1, $2, 0, 0, $2 FROM generate_series(1, $3)`, s.id, time.Now().UTC(), queuedMessages)
		return err
	}))
	ctx, stop := context.WithCancel(t.Context())
	claimed := &claims{of: map[uuid.UUID][]int{}, all: stop}
	var working sync.WaitGroup
	for n := range 2 {
		w := &outbox.Worker{DB: testdb.OpenURL(t, s.url), Writer: claimant{n, claimed}, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
		working.Go(func() { w.Run(ctx) })
	}
	working.Wait()
	each := [2]int{}
	for id, by := range claimed.of {
		if len(by) > 1 {
			t.Errorf("message %s was claimed by %v", id, by)
		}
		each[by[0]]++
	}
	t.Logf("claimed %v", each)
	if each[0]+each[1] != queuedMessages || min(each[0], each[1]) == 0 {
		t.Errorf("claimed %v of %d", each, queuedMessages)
	}
	if n := s.count(`SELECT count(*) FROM outbox WHERE due_at <= $1`, time.Now().UTC()); n != 0 {
		t.Errorf("%d were left", n)
	}
}

// claims counts who claimed which message, until all were.
type claims struct {
	mu  sync.Mutex
	of  map[uuid.UUID][]int
	all func()
}

// A claimant takes note of its claims and sends nothing.
type claimant struct {
	number int
	*claims
}

func (c claimant) Write(_ context.Context, entries []outbox.Entry) (all []outbox.Written) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, e := range entries {
		c.of[e.Message] = append(c.of[e.Message], c.number)
		all = append(all, outbox.Written{Entry: e, Err: outbox.ErrNothing})
	}
	if len(c.of) == queuedMessages {
		c.all()
	}
	return all
}

func (claimant) Settle(context.Context, []outbox.Outcome) error { return nil }
