package store

import (
	"bytes"
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/vault"
)

// claimedFor is how long a request may take before its key may be claimed
// again: the instance that answered it has then ended without an answer.
const claimedFor = 2 * time.Minute

// unanswered is the status of a claim.
const unanswered = 0

// Remembered returns the answer that the same actor got for the same key and
// request. Where there is none it claims the key for the caller, who then calls
// Remember or Forget; of several at once one claims, and the others are a
// fault.Conflict. The same key with another request is fault.Invalid.
func (s *Store) Remembered(ctx context.Context, h *Holder, key string, request []byte) (status int, body []byte, found bool, err error) {
	defer fault.Wrap(&err, "store.Remembered(%s)", h.ID)
	claimed, err := s.claim(ctx, h, key, request)
	if err != nil || claimed {
		return 0, nil, false, err
	}
	var asked, sealed []byte
	err = s.db.ReadOne(ctx, uuid.Nil, `SELECT request, status, sealed FROM idempotency WHERE practice_id = $1 AND actor_id = $2 AND token = $3`,
		[]any{h.Practice, h.ID, digest([]byte(key))}, &asked, &status, &sealed)
	inProgress := fault.Code(fault.Conflict, "idempotency-key-in-use", "A request with this Idempotency-Key is being answered. Try again in a moment.")
	switch {
	case errors.Is(err, fault.NotFound): // the other one failed meanwhile
		return 0, nil, false, inProgress
	case err != nil:
		return 0, nil, false, err
	case !bytes.Equal(asked, digest(request)):
		return 0, nil, false, fault.Code(fault.Invalid, "idempotency-key-reused", "This Idempotency-Key was used for another request. Use a new one.")
	case status == unanswered:
		return 0, nil, false, inProgress
	}
	body, err = vault.Open(h.memory, sealed, "answer", h.ID[:], digest([]byte(key)))
	return status, body, err == nil, err
}

// claim takes a key that nobody has in one statement.
func (s *Store) claim(ctx context.Context, h *Holder, key string, request []byte) (claimed bool, err error) {
	now := s.at()
	err = s.db.Write(ctx, uuid.Nil, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, `
			INSERT INTO idempotency (practice_id, actor_id, token, request, status, sealed, created_at) VALUES ($1, $2, $3, $4, 0, $5, $6)
			ON CONFLICT (practice_id, actor_id, token) DO UPDATE SET request = excluded.request, created_at = excluded.created_at
			WHERE idempotency.status = 0 AND idempotency.created_at <= $7`,
			h.Practice, h.ID, digest([]byte(key)), digest(request), []byte{}, now, now.Add(-claimedFor))
		claimed = n == 1
		return err
	})
	return claimed, err
}

// Remember keeps the answer to a claimed key for a day, sealed under a key that
// only the caller's API key derives: it may hold a link and a code.
func (s *Store) Remember(ctx context.Context, h *Holder, key string, request []byte, status int, body []byte) (err error) {
	defer fault.Wrap(&err, "store.Remember(%s)", h.ID)
	return s.db.Write(ctx, uuid.Nil, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE idempotency SET status = $4, sealed = $5 WHERE practice_id = $1 AND actor_id = $2 AND token = $3 AND status = 0 AND request = $6`,
			h.Practice, h.ID, digest([]byte(key)), status, vault.Seal(h.memory, body, "answer", h.ID[:], digest([]byte(key))), digest(request))
		return err
	})
}

// Forget gives a claimed key back: what failed may be tried again.
func (s *Store) Forget(ctx context.Context, h *Holder, key string) (err error) {
	defer fault.Wrap(&err, "store.Forget(%s)", h.ID)
	return s.db.Write(ctx, uuid.Nil, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM idempotency WHERE practice_id = $1 AND actor_id = $2 AND token = $3 AND status = 0`, h.Practice, h.ID, digest([]byte(key)))
		return err
	})
}
