package outbox

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/db"
)

const (
	// MostUnsure is how many tries of which nobody knows whether they arrived a
	// message gets. Each leaves a link that may be in somebody's hands.
	MostUnsure = 8
	// MostTries is how often a message is tried in all, over about half a day.
	MostTries = 16
)

// Enqueue puts a message into the queue, in the transaction of what caused it.
func Enqueue(ctx context.Context, tx *db.Tx, message, practice uuid.UUID, due, now time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO outbox (message_id, practice_id, due_at, tries, unsure, created_at) VALUES ($1, $2, $3, 0, 0, $4)`, message, practice, due, now)
	return err
}

// Done takes messages out of the queue.
func Done(ctx context.Context, tx *db.Tx, messages ...uuid.UUID) {
	var list strings.Builder
	args := make([]any, len(messages))
	for i, id := range messages {
		args[i] = id
		fmt.Fprintf(&list, ",$%d", i+1)
	}
	tx.Queue(ctx, `DELETE FROM outbox WHERE message_id IN (`+list.String()[1:]+`)`, args...)
}

// Again puts a claimed message back until due, with so many tries behind it.
func Again(ctx context.Context, tx *db.Tx, message uuid.UUID, due time.Time, tries, unsure int) {
	tx.Queue(ctx, `UPDATE outbox SET due_at = $2, tries = $3, unsure = $4 WHERE message_id = $1`, message, due, tries, unsure)
}

// HandOver counts the tries that begin now, as unsure until they are settled: a
// process that dies from here on has counted them, and one that died before has
// not. Call it in the last commit before the messages leave, with entries of one
// claim. It returns those whose lease still holds; the others may be another
// worker's.
func HandOver(ctx context.Context, tx *db.Tx, entries []Entry) (held map[uuid.UUID]bool, err error) {
	var list strings.Builder
	args := []any{entries[0].until}
	for _, e := range entries {
		args = append(args, e.Message)
		fmt.Fprintf(&list, ",$%d", len(args))
	}
	held = map[uuid.UUID]bool{}
	var id uuid.UUID
	err = tx.Each(ctx, `UPDATE outbox SET tries = tries + 1, unsure = unsure + 1 WHERE due_at = $1 AND message_id IN (`+list.String()[1:]+`) RETURNING message_id`, args,
		[]any{&id}, func() error { held[id] = true; return nil })
	return held, err
}

// giveBack ends a claim without a try being unsure.
func giveBack(ctx context.Context, d *db.DB, e Entry, due time.Time) error {
	return d.Write(ctx, uuid.Nil, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE outbox SET due_at = $2, tries = $3, unsure = $4 WHERE message_id = $1 AND due_at = $5`, e.Message, due, e.Tries, e.Unsure-1, e.until)
		return err
	})
}

// claim takes up to most messages that are due. Until the lease ends no other
// worker sees them.
func claim(ctx context.Context, d *db.DB, now time.Time, lease time.Duration, most int) (entries []Entry, err error) {
	err = d.Write(ctx, uuid.Nil, func(tx *db.Tx) error {
		entries = nil
		until := now.Add(lease).Truncate(time.Microsecond) // as PostgreSQL keeps it
		e := Entry{until: until}
		return tx.Each(ctx, `
			UPDATE outbox SET due_at = $2
			WHERE message_id IN (SELECT message_id FROM outbox WHERE due_at <= $1 ORDER BY due_at LIMIT $3`+tx.SkipLocked()+`)
			RETURNING message_id, practice_id, tries + 1, unsure + 1, created_at`, []any{now, until, most},
			[]any{&e.Message, &e.Practice, &e.Tries, &e.Unsure, &e.Queued}, func() error { entries = append(entries, e); return nil })
	})
	return entries, err
}

// due reports whether anything could be claimed. It spares an idle worker the
// writing transaction.
func due(ctx context.Context, d *db.DB, now time.Time) (waiting bool, err error) {
	err = d.ReadOne(ctx, uuid.Nil, `SELECT EXISTS (SELECT 1 FROM outbox WHERE due_at <= $1)`, []any{now}, &waiting)
	return waiting, err
}

// Backoff returns how long to wait after so many tries: half a minute, doubled
// each time up to an hour, give or take a half, so that messages that failed
// together do not come back together.
func Backoff(tries int) time.Duration {
	wait := time.Hour
	if tries < 8 {
		wait = 30 * time.Second << (tries - 1)
	}
	return wait/2 + rand.N(wait)
}
