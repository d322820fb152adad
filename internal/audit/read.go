package audit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/vault"
)

const columns = `seq, id, at, actor_kind, actor_id, action, subject_kind, subject_id, outcome, detail, detail_hash, hash`

type row struct {
	Event
	detail, digest []byte
}

// dest is where columns go.
func (r *row) dest() []any {
	return []any{&r.Seq, &r.ID, &r.At, (*string)(&r.Actor.Kind), &r.Actor.ID, (*string)(&r.Action), &r.Subject.Kind, &r.Subject.ID, &r.Outcome, &r.detail, &r.digest, &r.Hash}
}

// A Filter says which events to find. Zero fields ask nothing.
type Filter struct {
	Before         int64 // sequence number, not included
	Actor, Subject uuid.UUID
	Actions        []Action
	Outcome        string
	From, To       time.Time // To is not included
}

// Find returns up to limit events of the practice, newest first.
func Find(ctx context.Context, tx *db.Tx, ring *vault.Ring, practice uuid.UUID, f Filter, limit int) ([]Event, error) {
	where, args := []string{`practice_id = $1`}, []any{practice}
	add := func(condition string, value any) {
		args = append(args, value)
		where = append(where, fmt.Sprintf(condition, len(args)))
	}
	if f.Before > 0 {
		add(`seq < $%d`, f.Before)
	}
	if f.Actor != uuid.Nil {
		add(`actor_id = $%d`, f.Actor)
	}
	if f.Subject != uuid.Nil {
		add(`subject_id = $%d`, f.Subject)
	}
	if f.Outcome != "" {
		add(`outcome = $%d`, f.Outcome)
	}
	if !f.From.IsZero() {
		add(`at >= $%d`, f.From)
	}
	if !f.To.IsZero() {
		add(`at < $%d`, f.To)
	}
	if len(f.Actions) > 0 {
		var marks []string
		for _, a := range f.Actions {
			args = append(args, string(a))
			marks = append(marks, fmt.Sprintf(`$%d`, len(args)))
		}
		where = append(where, `action IN (`+strings.Join(marks, `, `)+`)`)
	}
	args = append(args, limit)
	return collect(ctx, tx, ring, practice, strings.Join(where, ` AND `)+fmt.Sprintf(` ORDER BY seq DESC LIMIT $%d`, len(args)), args...)
}

// About returns every event about the subject, oldest first.
func About(ctx context.Context, tx *db.Tx, ring *vault.Ring, practice, subject uuid.UUID) ([]Event, error) {
	return collect(ctx, tx, ring, practice, `practice_id = $1 AND subject_id = $2 ORDER BY seq`, practice, subject)
}

func collect(ctx context.Context, tx *db.Tx, ring *vault.Ring, practice uuid.UUID, where string, args ...any) (events []Event, err error) {
	var r row
	err = tx.Each(ctx, `SELECT `+columns+` FROM events WHERE `+where, args, r.dest(), func() (err error) {
		r.Detail, err = openDetail(ring, practice, r.ID, r.detail, r.digest)
		r.Actor.Practice = practice
		events = append(events, r.Event)
		return err
	})
	return events, err
}

// Verify reads a practice's whole chain and returns its head. An altered,
// removed, added or swapped event, or a head that is missing or that this
// installation did not write, is an error that names the first bad entry; then
// sound is the last one before it. Events that are appended meanwhile are left
// for the next time.
//
// The chain as it once was, put back with its head, is as genuine as it was.
func Verify(ctx context.Context, tx *db.Tx, ring *vault.Ring, practice uuid.UUID) (sound Head, err error) {
	defer fault.Wrap(&err, "audit.Verify(%s)", practice)
	var head Head
	var mac []byte
	err = tx.QueryRow(ctx, `SELECT seq, hash, mac FROM chain_heads WHERE practice_id = $1`, practice).Scan(&head.Seq, &head.Hash, &mac)
	if fault.KindOf(err) == fault.NotFound {
		return sound, expectUnbegun(ctx, tx, practice)
	}
	if err != nil {
		return sound, err
	}
	if !verifyHead(ring, practice, head, mac) {
		return sound, fmt.Errorf("the head of the chain was not written by this installation")
	}
	var r row
	err = tx.Each(ctx, `SELECT `+columns+` FROM events WHERE practice_id = $1 AND seq <= $2 ORDER BY seq`, []any{practice, head.Seq}, r.dest(), func() error {
		n := sound.Seq + 1
		if r.Seq != n {
			return fmt.Errorf("event %d is missing", n)
		}
		if !bytes.Equal(r.Hash, hash(sound.Hash, practice, r.Event, r.digest)) {
			return fmt.Errorf("event %d was altered", n)
		}
		if _, err := openDetail(ring, practice, r.ID, r.detail, r.digest); err != nil {
			return fmt.Errorf("the detail of event %d was altered", n)
		}
		sound = Head{n, r.Hash}
		return nil
	})
	if err != nil {
		return sound, err
	}
	if sound.Seq != head.Seq || !bytes.Equal(sound.Hash, head.Hash) {
		return sound, fmt.Errorf("the chain ends at event %d, its head says %d", sound.Seq, head.Seq)
	}
	return sound, expectNoneAfter(ctx, tx, practice)
}

// expectNoneAfter reads events and head in one statement, so that both are of
// one moment.
func expectNoneAfter(ctx context.Context, tx *db.Tx, practice uuid.UUID) error {
	var beyond int64
	err := tx.QueryRow(ctx, `
		SELECT count(*) FROM events
		WHERE practice_id = $1 AND seq > (SELECT seq FROM chain_heads WHERE practice_id = $1)`, practice).Scan(&beyond)
	if err == nil && beyond > 0 {
		err = fmt.Errorf("%d events stand after the head of the chain", beyond)
	}
	return err
}

var errHeadless = errors.New("the head of the chain is missing")

// expectUnbegun lets only the installation's chain have no head, as long as it
// has no events. It asks for both in one statement as well: the first append may
// come between two.
func expectUnbegun(ctx context.Context, tx *db.Tx, practice uuid.UUID) error {
	if practice != Installation {
		return errHeadless
	}
	var seq int64
	err := tx.QueryRow(ctx, `
		SELECT seq FROM events WHERE practice_id = $1
			AND NOT EXISTS (SELECT 1 FROM chain_heads WHERE practice_id = $1) LIMIT 1`, practice).Scan(&seq)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	if err == nil {
		return errHeadless
	}
	return err
}
