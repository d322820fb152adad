package store

import (
	"context"
	"errors"
	"slices"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
)

// ChangeMember gives a member a role, and just the adjustable permissions named.
// The grants follow the role: to read answers takes a grant from h, who must
// hold one, and administrative staff lose theirs. With a new role the member
// signs in again, and API keys they made that may do more than they now may end:
// they may have copied them.
func (s *Store) ChangeMember(ctx context.Context, h *Holder, member uuid.UUID, role access.Role, wanted []access.Permission) (err error) {
	defer fault.Wrap(&err, "store.ChangeMember(%s)", member)
	subject := audit.Subject{Kind: "member", ID: member}
	if err := s.require(ctx, h.Actor, access.ManageMembers, subject); err != nil {
		return err
	}
	switch {
	case !role.Valid():
		return errRole
	case member == h.ID:
		return fault.New(fault.Conflict, "You cannot change your own role. Ask another director.")
	}
	var state, was string
	var public, pin []byte
	err = s.db.ReadOne(ctx, h.Practice, `SELECT state, role, public_key, public_pin FROM members WHERE id = $1 AND practice_id = $2 AND state <> 'removed'`,
		[]any{member, h.Practice}, &state, &was, &public, &pin)
	if errors.Is(err, fault.NotFound) {
		return errNoMember
	}
	if err != nil {
		return err
	}
	var grants []sealedGrant
	if state == memberActive {
		if !s.holderPinned(h.Practice, member, public, pin) {
			return errHolderPin(member)
		}
		if grants, err = s.copyGrants(ctx, h, role.ReadsAnswers(), member, public); err != nil {
			return err
		}
	}
	return s.changeHolders(ctx, h.Actor, access.ManageMembers, grants, func(tx *db.Tx) ([]audit.Event, error) {
		n, err := tx.Exec(ctx, `UPDATE members SET role = $2, permissions = $3 WHERE id = $1 AND role = $4 AND state = $5`, member, string(role), role.Adjust(wanted).String(), was, state)
		if err != nil {
			return nil, err
		}
		if n == 0 {
			return nil, fault.New(fault.Conflict, "This member changed just now. Look at them again.")
		}
		if err := s.regrant(ctx, tx, h.Practice, member, role, grants); err != nil {
			return nil, err
		}
		if string(role) != was {
			if _, err := tx.Exec(ctx, `DELETE FROM staff_sessions WHERE member_id = $1`, member); err != nil {
				return nil, err
			}
		}
		ended, err := s.endKeysBeyond(ctx, tx, h.Actor, member, access.Actor{Kind: access.Staff, Role: role, Adjusted: role.Adjust(wanted)})
		return append([]audit.Event{{At: s.at(), Actor: h.Actor, Action: "member.change", Subject: subject, Detail: audit.Detail{"role": string(role), "permissions": role.Adjust(wanted).String()}}}, ended...), err
	})
}

// endKeysBeyond ends the keys a member made that may do what they, as now, may
// not.
func (s *Store) endKeysBeyond(ctx context.Context, tx *db.Tx, by access.Actor, member uuid.UUID, now access.Actor) (ended []audit.Event, err error) {
	for _, reads := range []bool{false, true} {
		within := !slices.ContainsFunc(keyScope(reads), func(p access.Permission) bool { return !now.May(p) })
		if within {
			continue
		}
		keys, err := idsIn(ctx, tx, `SELECT id FROM api_keys WHERE made_by = $1 AND practice_id = $2 AND reads = $3 AND revoked_at IS NULL`, member, by.Practice, reads)
		if err != nil {
			return nil, err
		}
		events, err := s.endKeys(ctx, tx, by, keys)
		if err != nil {
			return nil, err
		}
		ended = append(ended, events...)
	}
	return ended, nil
}

func (s *Store) regrant(ctx context.Context, tx *db.Tx, practice, member uuid.UUID, role access.Role, grants []sealedGrant) error {
	if !role.ReadsAnswers() {
		if _, err := tx.Exec(ctx, `DELETE FROM grants WHERE holder_id = $1 AND practice_id = $2 AND kind = $3`, member, practice, practiceSeed); err != nil {
			return err
		}
	}
	return insertGrants(ctx, tx, practice, member, grants)
}

// AssignedClients returns the clients that are assigned to a member, newest
// first, without who is archived.
func (s *Store) AssignedClients(ctx context.Context, h *Holder, member uuid.UUID) (clients []ClientRow, err error) {
	defer fault.Wrap(&err, "store.AssignedClients(%s)", member)
	if err := s.require(ctx, h.Actor, access.ManageMembers, audit.Subject{Kind: "member", ID: member}); err != nil {
		return nil, err
	}
	ids, err := s.ids(ctx, h.Practice, `SELECT client_id FROM assignments WHERE member_id = $1 AND practice_id = $2 ORDER BY created_at DESC, client_id LIMIT 500`, member, h.Practice)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		c, err := s.Client(ctx, h, id)
		if err != nil {
			return nil, err
		}
		clients = append(clients, *c)
	}
	return clients, nil
}
