package store

import (
	"bytes"
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/vault"
)

// Remembered returns the answer that the same actor got for the same key and
// request. The same key with another request is fault.Invalid.
func (s *Store) Remembered(ctx context.Context, h *Holder, key string, request []byte) (status int, body []byte, found bool, err error) {
	defer fault.Wrap(&err, "store.Remembered(%s)", h.ID)
	var asked, sealed []byte
	err = s.db.ReadOne(ctx, uuid.Nil, `SELECT request, status, sealed FROM idempotency WHERE practice_id = $1 AND actor_id = $2 AND token = $3`,
		[]any{h.Practice, h.ID, digest([]byte(key))}, &asked, &status, &sealed)
	if errors.Is(err, fault.NotFound) {
		return 0, nil, false, nil
	}
	if err != nil {
		return 0, nil, false, err
	}
	if !bytes.Equal(asked, digest(request)) {
		return 0, nil, false, fault.Code(fault.Invalid, "idempotency-key-reused", "This Idempotency-Key was used for another request. Use a new one.")
	}
	body, err = vault.Open(h.memory, sealed, "answer", h.ID[:], digest([]byte(key)))
	return status, body, err == nil, err
}

// Remember keeps an answer for a day, sealed under a key that only the caller's
// API key derives: it may hold a link and a code.
func (s *Store) Remember(ctx context.Context, h *Holder, key string, request []byte, status int, body []byte) (err error) {
	defer fault.Wrap(&err, "store.Remember(%s)", h.ID)
	return s.db.Write(ctx, uuid.Nil, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `
			INSERT INTO idempotency (practice_id, actor_id, token, request, status, sealed, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (practice_id, actor_id, token) DO NOTHING`,
			h.Practice, h.ID, digest([]byte(key)), digest(request), status, vault.Seal(h.memory, body, "answer", h.ID[:], digest([]byte(key))), s.at())
		return err
	})
}
