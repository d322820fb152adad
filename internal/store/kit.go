package store

import (
	"bytes"
	"context"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/vault"
)

// KitConfirmed reports whether the recovery kit was typed back.
func (s *Store) KitConfirmed(ctx context.Context, h *Holder) (bool, error) {
	p, err := s.Practice(ctx, h.Practice)
	if err != nil {
		return false, err
	}
	return !p.KitConfirmed.IsZero(), nil
}

// ConfirmKit checks that the printed kit was kept: typed back, it must be the
// practice's. Until then nothing can be sent, because data without a kit is
// gone with its last passphrase.
func (s *Store) ConfirmKit(ctx context.Context, h *Holder, typed string) (err error) {
	defer fault.Wrap(&err, "store.ConfirmKit(%s)", h.Practice)
	subject := audit.Subject{Kind: "practice", ID: h.Practice}
	if err := s.require(ctx, h.Actor, access.ManageKeys, subject); err != nil {
		return err
	}
	kit, _, err := s.findKit(ctx, h.Practice, typed)
	if err != nil {
		return err
	}
	return s.change(ctx, h.Practice, func(tx *db.Tx) ([]audit.Event, error) {
		if _, err := tx.Exec(ctx, `UPDATE kits SET confirmed_at = $2 WHERE id = $1`, kit, s.at()); err != nil {
			return nil, err
		}
		_, err := tx.Exec(ctx, `UPDATE practices SET kit_confirmed_at = $2, version = version + 1 WHERE id = $1`, h.Practice, s.at())
		return []audit.Event{{At: s.at(), Actor: h.Actor, Action: "kit.confirm", Subject: subject}}, err
	})
}

// NewKit makes a new recovery kit and returns it this once; the kit before it
// opens nothing from then on. Nothing can be sent until it is typed back.
func (s *Store) NewKit(ctx context.Context, h *Holder) (kit string, err error) {
	defer fault.Wrap(&err, "store.NewKit(%s)", h.Practice)
	subject := audit.Subject{Kind: "practice", ID: h.Practice}
	if err := s.require(ctx, h.Actor, access.ManageKeys, subject); err != nil {
		return "", err
	}
	kit, secret := vault.NewKit()
	pair, err := kitHolder(secret, h.Practice)
	if err != nil {
		return "", err
	}
	id := newID()
	grants, err := s.copyGrants(ctx, h, true, id, pair.Public())
	if err != nil {
		return "", err
	}
	return kit, s.changeHolders(ctx, h.Actor, access.ManageKeys, grants, func(tx *db.Tx) ([]audit.Event, error) {
		if _, err := tx.Exec(ctx, `DELETE FROM grants WHERE holder_id IN (SELECT id FROM kits WHERE practice_id = $1)`, h.Practice); err != nil {
			return nil, err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM kits WHERE practice_id = $1`, h.Practice); err != nil {
			return nil, err
		}
		if err := s.insertKit(ctx, tx, h.Practice, id, pair.Public()); err != nil {
			return nil, err
		}
		if err := insertGrants(ctx, tx, h.Practice, id, grants); err != nil {
			return nil, err
		}
		_, err := tx.Exec(ctx, `UPDATE practices SET kit_confirmed_at = NULL, version = version + 1 WHERE id = $1`, h.Practice)
		return []audit.Event{{At: s.at(), Actor: h.Actor, Action: "kit.make", Subject: subject}}, err
	})
}

func (s *Store) insertKit(ctx context.Context, tx *db.Tx, practice, id uuid.UUID, public []byte) error {
	_, err := tx.Exec(ctx, `INSERT INTO kits (id, practice_id, public_key, public_pin, created_at) VALUES ($1, $2, $3, $4, $5)`,
		id, practice, public, s.holderPin(practice, id, public), s.at())
	return err
}

// findKit returns the practice's kit that was typed.
func (s *Store) findKit(ctx context.Context, practice uuid.UUID, typed string) (uuid.UUID, *vault.Pair, error) {
	wrong := fault.New(fault.Invalid, "This is not the recovery kit of this practice. Check each group of characters.")
	secret, err := vault.ParseKit(typed)
	if err != nil {
		return uuid.Nil, nil, wrong
	}
	pair, err := kitHolder(secret, practice)
	if err != nil {
		return uuid.Nil, nil, err
	}
	var id uuid.UUID
	var public []byte
	err = s.db.ReadOne(ctx, practice, `SELECT id, public_key FROM kits WHERE practice_id = $1 ORDER BY created_at DESC LIMIT 1`, []any{practice}, &id, &public)
	if err != nil {
		return id, nil, err
	}
	if !bytes.Equal(public, pair.Public()) {
		return id, nil, wrong
	}
	return id, pair, nil
}

// RedeemKit gives a waiting member, who types the kit, the grants of their role.
func (s *Store) RedeemKit(ctx context.Context, h *Holder, typed string) (err error) {
	defer fault.Wrap(&err, "store.RedeemKit(%s)", h.ID)
	id, pair, err := s.findKit(ctx, h.Practice, typed)
	if err != nil {
		return s.refuse(ctx, h.Actor, "kit.redeem", audit.Subject{Kind: "member", ID: h.ID}, err)
	}
	kit := &Holder{Actor: access.Actor{Kind: access.Staff, ID: id, Practice: h.Practice, Role: access.Director}, pair: pair}
	return s.approve(ctx, kit, h.Actor, "", "kit.redeem", h.ID)
}

// Approve gives a waiting member the grants of their role, from the approver's
// own.
func (s *Store) Approve(ctx context.Context, h *Holder, member uuid.UUID) (err error) {
	defer fault.Wrap(&err, "store.Approve(%s)", member)
	if err := s.require(ctx, h.Actor, access.ManageMembers, audit.Subject{Kind: "member", ID: member}); err != nil {
		return err
	}
	return s.approve(ctx, h, h.Actor, access.ManageMembers, "member.approve", member)
}

func (s *Store) approve(ctx context.Context, from *Holder, by access.Actor, needs access.Permission, action audit.Action, member uuid.UUID) error {
	var role string
	var public, pin []byte
	err := s.db.ReadOne(ctx, from.Practice, `SELECT role, public_key, public_pin FROM members WHERE id = $1 AND practice_id = $2 AND state = 'waiting'`, []any{member, from.Practice}, &role, &public, &pin)
	if err != nil {
		return err
	}
	if !s.holderPinned(from.Practice, member, public, pin) {
		return errHolderPin(member)
	}
	grants, err := s.copyGrants(ctx, from, access.Role(role).ReadsAnswers(), member, public)
	if err != nil {
		return err
	}
	return s.changeHolders(ctx, by, needs, grants, func(tx *db.Tx) ([]audit.Event, error) {
		n, err := tx.Exec(ctx, `UPDATE members SET state = 'active' WHERE id = $1 AND state = 'waiting' AND public_key = $2`, member, public)
		if err != nil {
			return nil, err
		}
		if n == 0 {
			return nil, fault.New(fault.Conflict, "This member is no longer waiting for approval.")
		}
		return []audit.Event{{At: s.at(), Actor: by, Action: action, Subject: audit.Subject{Kind: "member", ID: member}}}, insertGrants(ctx, tx, from.Practice, member, grants)
	})
}

type sealedGrant struct {
	kind    string
	version int64
	sealed  []byte
}

// copyGrants seals every seed that a holder opens to another holder: always
// the index, and the practice's when that holder reads answers.
func (s *Store) copyGrants(ctx context.Context, from *Holder, reads bool, to uuid.UUID, public []byte) ([]sealedGrant, error) {
	key, err := s.parsePublic(public)
	if err != nil {
		return nil, err
	}
	var grants []sealedGrant
	var g sealedGrant
	err = s.db.ReadEach(ctx, from.Practice, `SELECT kind, version FROM grants WHERE holder_id = $1 AND practice_id = $2 ORDER BY kind, version`,
		[]any{from.ID, from.Practice}, []any{&g.kind, &g.version}, func() error {
			if g.kind == indexSeed || reads {
				grants = append(grants, g)
			}
			return nil
		})
	if err != nil {
		return nil, err
	}
	for i, g := range grants {
		seed, _, err := s.openGrant(ctx, from, g.kind, g.version)
		if err != nil {
			return nil, err
		}
		if grants[i].sealed, err = key.Seal(seed[:], "grant", grantFields(g.kind, from.Practice, g.version, to)...); err != nil {
			return nil, err
		}
	}
	if len(grants) == 0 {
		return nil, fault.New(fault.Forbidden, "You hold no key yourself, so you cannot approve anyone.")
	}
	return grants, nil
}

func insertGrants(ctx context.Context, tx *db.Tx, practice, holder uuid.UUID, grants []sealedGrant) error {
	for _, g := range grants {
		if _, err := tx.Exec(ctx, `
			INSERT INTO grants (practice_id, kind, version, holder_id, sealed) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (practice_id, kind, version, holder_id) DO UPDATE SET sealed = excluded.sealed`,
			practice, g.kind, g.version, holder, g.sealed); err != nil {
			return err
		}
	}
	return nil
}
