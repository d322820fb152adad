package store

import (
	"context"
	"encoding/hex"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
)

// keepHooks is how long a signed request is remembered: longer than a gateway's
// signature holds. Twilio signs no time.
const keepHooks = 7 * 24 * time.Hour

// Once runs what a channel's signed request asks for, unless one with the same
// signature was acted on before: an old one that is sent again does nothing. When
// do fails the request may come again.
func (s *Store) Once(ctx context.Context, signature string, do func() error) (err error) {
	defer fault.Wrap(&err, "store.Once")
	name := hex.EncodeToString(digest([]byte(signature)))
	var heard bool
	err = s.db.ReadOne(ctx, uuid.Nil, `SELECT EXISTS (SELECT 1 FROM hooks_heard WHERE digest = $1)`, []any{name}, &heard)
	if err != nil || heard {
		return err
	}
	if err := do(); err != nil {
		return err
	}
	return s.db.Write(ctx, uuid.Nil, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO hooks_heard (digest, at) VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING`, name, s.at())
		return err
	})
}
