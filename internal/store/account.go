package store

import (
	"context"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/vault"
)

// ChangePassphrase puts the member's key under another passphrase. Their other
// sessions end, and every browser is a stranger again.
func (s *Store) ChangePassphrase(ctx context.Context, h *Holder, passphrase string) (err error) {
	defer fault.Wrap(&err, "store.ChangePassphrase(%s)", h.ID)
	p, err := s.Practice(ctx, h.Practice)
	if err != nil {
		return err
	}
	passphrase = normalPassphrase(passphrase)
	if err := checkPassphrase(passphrase, p.Name, h.Name); err != nil {
		return err
	}
	seed, err := h.own()
	if err != nil {
		return err
	}
	wrapped, err := vault.WrapSeed(ctx, s.keys(), passphrase, h.ID, seed)
	if err != nil {
		return busy(err)
	}
	return s.change(ctx, h.Practice, func(tx *db.Tx) ([]audit.Event, error) {
		n, err := tx.Exec(ctx, `UPDATE members SET seed = $2 WHERE id = $1 AND state IN ('waiting', 'active')`, h.ID, wrapped)
		if err == nil && n == 0 {
			err = errSignedOut
		}
		if err != nil {
			return nil, err
		}
		return []audit.Event{{At: s.at(), Actor: h.Actor, Action: "member.passphrase", Subject: audit.Subject{Kind: "member", ID: h.ID}}}, endPlacesBut(ctx, tx, h.ID, h.Session)
	})
}

// SignIns returns the member's sign-ins and refusals, the latest first, up to
// limit. Directors see everybody's.
func (s *Store) SignIns(ctx context.Context, h *Holder, member uuid.UUID, limit int) (events []audit.Event, err error) {
	defer fault.Wrap(&err, "store.SignIns(%s)", member)
	if member != h.ID {
		if err := s.require(ctx, h.Actor, access.ManageMembers, audit.Subject{Kind: "member", ID: member}); err != nil {
			return nil, err
		}
	}
	err = s.db.Read(ctx, h.Practice, func(tx *db.Tx) error {
		events, err = audit.Find(ctx, tx, s.keys(), h.Practice, audit.Filter{Subject: member, Actions: []audit.Action{"member.sign-in", "member.confirm"}}, limit)
		return err
	})
	return events, err
}
