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

// ResetMember gives a member who lost their passphrase or second factor a new
// invitation, by the operator. With a new passphrase comes a new key, which a
// colleague has to approve or the recovery kit to open. API keys they made stay:
// programs of the practice hang on them, and none depends on the passphrase.
func (s *Store) ResetMember(ctx context.Context, email string) (token string, err error) {
	defer fault.Wrap(&err, "store.ResetMember")
	member, practice, err := s.memberByEmail(ctx, email)
	if err != nil {
		return "", err
	}
	return s.reset(ctx, access.Actor{Kind: access.Operator, Practice: practice}, practice, member)
}

// ResetColleague is ResetMember by a director.
func (s *Store) ResetColleague(ctx context.Context, h *Holder, member uuid.UUID) (token string, err error) {
	defer fault.Wrap(&err, "store.ResetColleague(%s)", member)
	if err := s.require(ctx, h.Actor, access.ManageMembers, audit.Subject{Kind: "member", ID: member}); err != nil {
		return "", err
	}
	if member == h.ID {
		return "", fault.New(fault.Conflict, "You are signed in, so change your passphrase under your own name.")
	}
	return s.reset(ctx, h.Actor, h.Practice, member)
}

func (s *Store) reset(ctx context.Context, by access.Actor, practice, member uuid.UUID) (token string, err error) {
	secret := vault.NewSecret()
	err = s.changeHolders(ctx, by, access.ManageMembers, nil, func(tx *db.Tx) ([]audit.Event, error) {
		var state string
		if err := tx.QueryRow(ctx, `SELECT state FROM members WHERE id = $1 AND practice_id = $2 AND state <> 'removed'`, member, practice).Scan(&state); err != nil {
			if fault.KindOf(err) == fault.NotFound {
				err = errNoMember
			}
			return nil, err
		}
		if _, err := tx.Exec(ctx, `UPDATE members SET state = 'invited', seed = NULL, public_key = NULL, public_pin = NULL, totp = NULL WHERE id = $1`, member); err != nil {
			return nil, err
		}
		if err := endMember(ctx, tx, member); err != nil {
			return nil, err
		}
		return []audit.Event{{At: s.at(), Actor: by, Action: "member.reset", Subject: audit.Subject{Kind: "member", ID: member}}},
			s.addInvitation(ctx, tx, practice, member, secret, state != memberInvited)
	})
	return encodeSecret(secret), err
}

// endMember ends what a member holds: sessions, known browsers, grants, open
// invitations and what stands in for their second factor.
func endMember(ctx context.Context, tx *db.Tx, member uuid.UUID) error {
	for _, q := range []string{
		`DELETE FROM staff_sessions WHERE member_id = $1`,
		`DELETE FROM staff_devices WHERE member_id = $1`,
		`DELETE FROM grants WHERE holder_id = $1`,
		`DELETE FROM invitations WHERE member_id = $1`,
		`DELETE FROM recovery_codes WHERE member_id = $1`,
	} {
		if _, err := tx.Exec(ctx, q, member); err != nil {
			return err
		}
	}
	return nil
}

// RemoveMember ends a member's access at their next request, on every
// instance: their sessions, browsers, grants and key, and the API keys they
// made, which they may have copied.
func (s *Store) RemoveMember(ctx context.Context, h *Holder, member uuid.UUID) (err error) {
	defer fault.Wrap(&err, "store.RemoveMember(%s)", member)
	subject := audit.Subject{Kind: "member", ID: member}
	if err := s.require(ctx, h.Actor, access.ManageMembers, subject); err != nil {
		return err
	}
	if member == h.ID {
		return fault.New(fault.Conflict, "You cannot remove yourself. Ask another director.")
	}
	return s.changeHolders(ctx, h.Actor, access.ManageMembers, nil, func(tx *db.Tx) ([]audit.Event, error) {
		n, err := tx.Exec(ctx, `UPDATE members SET state = 'removed', seed = NULL, public_key = NULL, public_pin = NULL, totp = NULL WHERE id = $1 AND practice_id = $2 AND state <> 'removed'`, member, h.Practice)
		if err != nil {
			return nil, err
		}
		if n == 0 {
			return nil, errNoMember
		}
		keys, err := idsIn(ctx, tx, `SELECT id FROM api_keys WHERE made_by = $1 AND practice_id = $2 AND revoked_at IS NULL`, member, h.Practice)
		if err != nil {
			return nil, err
		}
		ended, err := s.endKeys(ctx, tx, h.Actor, keys)
		if err != nil {
			return nil, err
		}
		for _, q := range []string{`DELETE FROM member_emails WHERE member_id = $1`, `DELETE FROM assignments WHERE member_id = $1`} {
			if _, err := tx.Exec(ctx, q, member); err != nil {
				return nil, err
			}
		}
		return append([]audit.Event{{At: s.at(), Actor: h.Actor, Action: "member.remove", Subject: subject}}, ended...), endMember(ctx, tx, member)
	})
}
