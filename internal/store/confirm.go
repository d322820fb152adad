package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/vault"
)

var errWrongPassphrase = fault.New(fault.Unauthenticated, "That is not your passphrase. Check it and try again.")

// Confirm makes a session fresh for ten minutes when its member types the
// passphrase again, and moves it to a new cookie, which it returns. Where and
// since when somebody is signed in stays.
func (s *Store) Confirm(ctx context.Context, h *Holder, passphrase string, from Origin) (cookie string, err error) {
	defer fault.Wrap(&err, "store.Confirm(%s)", h.ID)
	actor := access.Actor{Kind: access.Staff, ID: h.ID, Practice: h.Practice}
	subject := audit.Subject{Kind: "member", ID: h.ID}
	seed, err := s.openMember(ctx, h.Practice, h.ID, passphrase)
	if errors.Is(err, errSignIn) {
		return "", s.refuse(ctx, actor, "member.confirm", subject, errWrongPassphrase)
	}
	if err != nil {
		return "", err
	}
	secret, id := vault.NewSecret(), newID()
	wrapped := vault.Seal(sessionKey(secret, id), seed[:], "session", id[:], h.ID[:])
	err = s.change(ctx, h.Practice, func(tx *db.Tx) ([]audit.Event, error) {
		n, err := tx.Exec(ctx, `UPDATE staff_sessions SET mac = $2, id = $3, seed = $4, origin = $5, seen_at = $6, fresh_at = $6 WHERE id = $1`,
			h.Session, s.keys().MAC("staff-session", secret), id, wrapped, s.sealOrigin(id, from), s.at())
		if err == nil && n == 0 {
			err = errSignedOut
		}
		return []audit.Event{{At: s.at(), Actor: actor, Action: "member.confirm", Subject: subject, Detail: from.detail()}}, err
	})
	return encodeSecret(secret), err
}

// sealOrigin seals where a session or device is, bound to its id.
func (s *Store) sealOrigin(id uuid.UUID, from Origin) []byte {
	text, err := json.Marshal(from)
	if err != nil {
		panic("internal error: an origin is always JSON: " + err.Error())
	}
	return s.keys().Seal(text, "origin", id[:])
}

func (s *Store) openOrigin(id uuid.UUID, sealed []byte) (from Origin, err error) {
	text, err := s.keys().Open(sealed, "origin", id[:])
	if err != nil {
		return from, fmt.Errorf("origin of %s: %w", id, err)
	}
	return from, json.Unmarshal(text, &from)
}
