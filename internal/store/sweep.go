package store

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
)

// keepDrafts is how long the draft of an expired document waits for an
// extension.
const keepDrafts = 30 * 24 * time.Hour

// Swept counts what a sweep did.
type Swept struct {
	Expired   int // documents whose time ran out
	Erased    int // documents whose drafts and client wraps are gone
	Forgotten int // deliveries whose links and codes are gone
	Sessions  int // sessions and remembered answers that ended
}

// Sweep expires documents, erases what only lived until now, and forgets ended
// sessions. Several instances may sweep at once.
func (s *Store) Sweep(ctx context.Context) (swept Swept, err error) {
	defer fault.Wrap(&err, "store.Sweep")
	if err := s.renewAuthority(ctx); err != nil {
		return swept, err
	}
	err = s.eachPractice(ctx, func(p uuid.UUID) error {
		n, err := s.expire(ctx, p)
		swept.Expired += n
		if err != nil {
			return err
		}
		n, err = s.erase(ctx, p)
		swept.Erased += n
		if err != nil {
			return err
		}
		n, err = s.forgetDeliveries(ctx, p)
		swept.Forgotten += n
		if err != nil {
			return err
		}
		if err := s.sweepLoose(ctx, p); err != nil {
			return err
		}
		return s.forgetCodes(ctx, p)
	})
	if err != nil {
		return swept, err
	}
	swept.Sessions, err = s.forget(ctx)
	return swept, err
}

type due struct{ id, delivery uuid.UUID }

func (s *Store) dueDocuments(ctx context.Context, practice uuid.UUID, query string, args ...any) (list []due, err error) {
	var d due
	err = s.db.ReadEach(ctx, practice, query, args, []any{&d.id, &d.delivery}, func() error { list = append(list, d); return nil })
	return list, err
}

func (s *Store) expire(ctx context.Context, p uuid.UUID) (int, error) {
	list, err := s.dueDocuments(ctx, p, `
		SELECT id, delivery_id FROM documents
		WHERE practice_id = $1 AND state IN ('prepared', 'sent', 'unlocked', 'started') AND expires_at <= $2 LIMIT 500`, p, s.at())
	if err != nil {
		return 0, err
	}
	for i, d := range list {
		if err := s.expireDocument(ctx, p, d); err != nil {
			return i, err
		}
	}
	return len(list), nil
}

func (s *Store) expireDocument(ctx context.Context, p uuid.UUID, d due) error {
	return s.change(ctx, p, func(tx *db.Tx) ([]audit.Event, error) {
		n, err := tx.Exec(ctx, `
			UPDATE documents SET former = state, state = 'expired'
			WHERE id = $1 AND state IN ('prepared', 'sent', 'unlocked', 'started') AND expires_at <= $2`, d.id, s.at())
		if err != nil || n == 0 {
			return nil, err
		}
		if _, err = tx.Exec(ctx, `UPDATE steps SET state = $2 WHERE document_id = $1`, d.id, string(practice.Expired)); err != nil {
			return nil, err
		}
		err = s.announceExpiry(ctx, tx, p, d.delivery, s.at())
		return []audit.Event{{At: s.at(), Actor: access.Actor{Kind: access.System}, Action: "document.expire", Subject: audit.Subject{Kind: "document", ID: d.id}}}, err
	})
}

// erase removes the client's wraps of completed documents when the copy is
// withdrawn and nobody looks at it, and the drafts of documents that ended. A
// delivery that was never completed as a whole has no day of withdrawal; its
// link's expiry counts then.
func (s *Store) erase(ctx context.Context, p uuid.UUID) (int, error) {
	now := s.at()
	list, err := s.dueDocuments(ctx, p, `
		SELECT d.id, d.delivery_id FROM documents d JOIN deliveries v ON v.id = d.delivery_id
		WHERE d.practice_id = $1 AND d.erased_at IS NULL AND (
			(d.state = 'completed' AND v.copy_until <= $2
				AND NOT EXISTS (SELECT 1 FROM client_sessions c WHERE c.delivery_id = v.id AND c.seen_at > $3 AND c.created_at > $4))
			OR (d.state = 'completed' AND v.copy_until IS NULL AND v.expires_at <= $5)
			OR (d.state = 'expired' AND d.expires_at <= $5)) LIMIT 500`,
		p, now, now.Add(-clientIdle), now.Add(-clientMost), now.Add(-keepDrafts))
	if err != nil {
		return 0, err
	}
	for i, d := range list {
		if err := s.eraseDocument(ctx, p, d.id); err != nil {
			return i, err
		}
	}
	return len(list), nil
}

func (s *Store) eraseDocument(ctx context.Context, p, doc uuid.UUID) error {
	return s.change(ctx, p, func(tx *db.Tx) ([]audit.Event, error) {
		n, err := tx.Exec(ctx, `UPDATE documents SET erased_at = $2 WHERE id = $1 AND erased_at IS NULL`, doc, s.at())
		if err != nil || n == 0 {
			return nil, err
		}
		eraseWraps(ctx, tx, doc)
		// A submission's own draft row stays: its attachments hang on it.
		tx.Queue(ctx, `DELETE FROM attachments WHERE document_id = $1 AND draft_id NOT IN (SELECT draft_id FROM submissions WHERE document_id = $1)`, doc)
		tx.Queue(ctx, `DELETE FROM drafts WHERE document_id = $1 AND id NOT IN (SELECT draft_id FROM submissions WHERE document_id = $1)`, doc)
		return []audit.Event{{At: s.at(), Actor: access.Actor{Kind: access.System}, Action: "document.erase", Subject: audit.Subject{Kind: "document", ID: doc}}}, nil
	})
}

// forget deletes sessions and remembered answers whose time is over.
func (s *Store) forget(ctx context.Context) (gone int, err error) {
	now := s.at()
	for _, q := range []struct {
		query string
		args  []any
	}{
		{`DELETE FROM client_sessions WHERE seen_at <= $1 OR created_at <= $2`, []any{now.Add(-clientIdle), now.Add(-clientMost)}},
		{`DELETE FROM staff_sessions WHERE seen_at <= $1 OR created_at <= $2`, []any{now.Add(-staffIdle), now.Add(-staffMost)}},
		{`DELETE FROM staff_sessions WHERE half AND created_at <= $1`, []any{now.Add(-halfLife)}},
		{`DELETE FROM staff_devices WHERE seen_at <= $1`, []any{now.Add(-deviceLife)}},
		{`DELETE FROM sign_in_tries WHERE since <= $1`, []any{now.Add(-tryWindow)}},
		{`DELETE FROM idempotency WHERE created_at <= $1`, []any{now.Add(-24 * time.Hour)}},
		{`DELETE FROM hooks_heard WHERE at <= $1`, []any{now.Add(-keepHooks)}},
		{`DELETE FROM invitations WHERE expires_at <= $1`, []any{now.Add(-keepDrafts)}},
	} {
		err := s.db.Write(ctx, uuid.Nil, func(tx *db.Tx) error {
			n, err := tx.Exec(ctx, q.query, q.args...)
			gone += int(n)
			return err
		})
		if err != nil {
			return gone, err
		}
	}
	return gone, nil
}
