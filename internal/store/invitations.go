package store

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/vault"
)

func (s *Store) addInvitation(ctx context.Context, tx *db.Tx, practice, member uuid.UUID, secret []byte, reset bool) error {
	_, err := tx.Exec(ctx, `INSERT INTO invitations (mac, member_id, practice_id, expires_at, reset, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		s.keys().MAC("invitation", secret), member, practice, s.at().Add(invitationLife), reset, s.at())
	return err
}

// An Invitation is what its link shows.
type Invitation struct {
	Practice *practice.Practice
	Name     string
	Email    string
	Role     access.Role
	Reset    bool // they had a passphrase before

	member uuid.UUID
}

var errInvitation = fault.New(fault.NotFound, "This invitation was used, or its time ran out. Ask for a new one.")

// Invitation looks up an invitation link. Unknown, used and expired are one
// fault.NotFound.
func (s *Store) Invitation(ctx context.Context, token string) (*Invitation, error) {
	secret, ok := decodeSecret(token)
	if !ok {
		return nil, errInvitation
	}
	var inv Invitation
	var practiceID uuid.UUID
	var expires, used time.Time
	marks, macs := anyOf(1, s.keys().MACs("invitation", secret))
	err := s.db.ReadOne(ctx, uuid.Nil, `SELECT member_id, practice_id, expires_at, used_at, reset FROM invitations WHERE mac IN (`+marks+`)`, macs, &inv.member, &practiceID, &expires, &used, &inv.Reset)
	if errors.Is(err, fault.NotFound) || err == nil && (!used.IsZero() || s.now().After(expires)) {
		return nil, errInvitation
	}
	if err != nil {
		return nil, err
	}
	var role string
	var sealed []byte
	if err := s.db.ReadOne(ctx, practiceID, `SELECT role, profile FROM members WHERE id = $1 AND state = 'invited'`, []any{inv.member}, &role, &sealed); err != nil {
		return nil, errInvitation
	}
	p, err := s.openProfile(practiceID, inv.member, sealed)
	if err != nil {
		return nil, err
	}
	inv.Name, inv.Email, inv.Role = p.Name, p.Email, access.Role(role)
	inv.Practice, err = s.Practice(ctx, practiceID)
	return &inv, err
}

// Accept makes the invited member's key under the passphrase and signs them in.
// The first director of a practice founds its keys, and gets the recovery kit
// to print; everyone else waits for a colleague's approval.
func (s *Store) Accept(ctx context.Context, token, passphrase string, from Origin) (cookie, kit string, err error) {
	defer fault.Wrap(&err, "store.Accept")
	inv, err := s.Invitation(ctx, token)
	if err != nil {
		return "", "", err
	}
	passphrase = normalPassphrase(passphrase)
	if err := checkPassphrase(passphrase, inv.Practice.Name, inv.Name, inv.Email); err != nil {
		return "", "", err
	}
	seed := vault.NewSeed()
	pair, err := seed.Pair()
	if err != nil {
		return "", "", err
	}
	wrapped, err := vault.WrapSeed(ctx, s.keys(), passphrase, inv.member, seed)
	if err != nil {
		return "", "", busy(err)
	}
	if kit, err = s.enrol(ctx, inv, token, pair.Public(), wrapped); err != nil {
		return "", "", err
	}
	cookie, err = s.startSession(ctx, inv.Practice.ID, inv.member, seed, false, from)
	return cookie, kit, err
}

func (s *Store) enrol(ctx context.Context, inv *Invitation, token string, public, wrapped []byte) (kit string, err error) {
	secret, _ := decodeSecret(token)
	p := inv.Practice.ID
	actor := access.Actor{Kind: access.Staff, ID: inv.member, Practice: p, Role: inv.Role}
	err = s.change(ctx, p, func(tx *db.Tx) ([]audit.Event, error) {
		marks, macs := anyOf(2, s.keys().MACs("invitation", secret))
		n, err := tx.Exec(ctx, `UPDATE invitations SET used_at = $1 WHERE used_at IS NULL AND mac IN (`+marks+`)`, append([]any{s.at()}, macs...)...)
		if err != nil {
			return nil, err
		}
		if n == 0 {
			return nil, errInvitation
		}
		founded, err := s.hasKeys(ctx, tx, p)
		if err != nil {
			return nil, err
		}
		state := memberWaiting
		if !founded && inv.Role == access.Director {
			state = memberActive
			if kit, err = s.found(ctx, tx, p, inv.member, public); err != nil {
				return nil, err
			}
		}
		_, err = tx.Exec(ctx, `UPDATE members SET public_key = $2, public_pin = $3, seed = $4, state = $5 WHERE id = $1`, inv.member, public, s.holderPin(p, inv.member, public), wrapped, state)
		return []audit.Event{{At: s.at(), Actor: actor, Action: "member.accept", Subject: audit.Subject{Kind: "member", ID: inv.member}}}, err
	})
	return kit, err
}

func (s *Store) hasKeys(ctx context.Context, tx *db.Tx, practice uuid.UUID) (bool, error) {
	var n int64
	err := tx.QueryRow(ctx, `SELECT version FROM practice_keys WHERE practice_id = $1 LIMIT 1`, practice).Scan(&n)
	if errors.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil, err
}

// found makes the practice's two seeds, held by its director and by a kit.
func (s *Store) found(ctx context.Context, tx *db.Tx, practice, director uuid.UUID, public []byte) (kit string, err error) {
	kit, secret := vault.NewKit()
	kitPair, err := kitHolder(secret, practice)
	if err != nil {
		return "", err
	}
	kitID := newID()
	if err := s.insertKit(ctx, tx, practice, kitID, kitPair.Public()); err != nil {
		return "", err
	}
	holders := map[uuid.UUID][]byte{director: public, kitID: kitPair.Public()}
	for _, kind := range seeds {
		if err := s.addSeed(ctx, tx, practice, kind, 1, holders); err != nil {
			return "", err
		}
	}
	return kit, nil
}

func kitHolder(secret []byte, practice uuid.UUID) (*vault.Pair, error) {
	return vault.DerivePair(secret, "kit-holder", practice[:])
}
