package store

import (
	"context"
	"errors"

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
	if err := s.try(ctx, s.keys().MAC("tries", []byte("session"), h.Session[:])); err != nil {
		return "", err
	}
	seed, err := s.openMember(ctx, h.Practice, h.ID, passphrase)
	if errors.Is(err, errSignIn) {
		return "", s.refuse(ctx, actor, "member.confirm", subject, errWrongPassphrase)
	}
	if err != nil {
		return "", err
	}
	return s.moveSession(ctx, h, seed, "member.confirm", from)
}

// moveSession gives a session another cookie and id, fresh and whole. Since
// when it is stays.
func (s *Store) moveSession(ctx context.Context, h *Holder, seed vault.Seed, action audit.Action, from Origin) (cookie string, err error) {
	secret, id := vault.NewSecret(), newID()
	wrapped := vault.Seal(sessionKey(secret, id), seed[:], "session", id[:], h.ID[:])
	actor := access.Actor{Kind: access.Staff, ID: h.ID, Practice: h.Practice}
	mac, rowMAC := s.staffSessionMACs(secret, &Holder{Actor: actor, Session: id, since: h.since})
	err = s.change(ctx, h.Practice, func(tx *db.Tx) ([]audit.Event, error) {
		n, err := tx.Exec(ctx, `UPDATE staff_sessions SET mac = $2, id = $3, seed = $4, origin = $5, half = $6, seen_at = $7, fresh_at = $7, row_mac = $8 WHERE id = $1`,
			h.Session, mac, id, wrapped, s.sealOrigin(id, from), false, s.at(), rowMAC)
		if err == nil && n == 0 {
			err = errSignedOut
		}
		return []audit.Event{{At: s.at(), Actor: actor, Action: action, Subject: audit.Subject{Kind: "member", ID: h.ID}, Detail: from.detail()}}, err
	})
	return encodeSecret(secret), err
}

// sealOrigin seals where a session or device is, bound to its id.
func (s *Store) sealOrigin(id uuid.UUID, from Origin) []byte {
	return s.sealValue("origin", from, id)
}

func (s *Store) openOrigin(id uuid.UUID, sealed []byte) (from Origin, err error) {
	err = s.openValue("origin", sealed, &from, id)
	return from, err
}
