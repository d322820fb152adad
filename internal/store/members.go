package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/vault"
)

// The states of a member. A waiting member has a key and holds no grant.
const (
	memberInvited = "invited"
	memberWaiting = "waiting"
	memberActive  = "active"
	memberRemoved = "removed"
)

const invitationLife = 48 * time.Hour

// minPassphrase is the least length in characters (NIST SP 800-63B-4 for a
// passphrase that stands alone).
const minPassphrase = 15

// A Member is a staff member of a practice.
type Member struct {
	ID        uuid.UUID
	Name      string
	Email     string
	Role      access.Role
	State     string // invited, waiting, active or removed
	CreatedAt time.Time
}

type profile struct {
	Name  string `json:"name"`
	Email string `json:"email"`
}

func (s *Store) sealProfile(practice, member uuid.UUID, p profile) []byte {
	text, err := json.Marshal(p)
	if err != nil {
		panic("internal error: a profile is always JSON: " + err.Error())
	}
	return s.keys().Seal(text, "profile", practice[:], member[:])
}

func (s *Store) openProfile(practice, member uuid.UUID, sealed []byte) (p profile, err error) {
	text, err := s.keys().Open(sealed, "profile", practice[:], member[:])
	if err != nil {
		return p, fmt.Errorf("profile of %s: %w", member, err)
	}
	return p, json.Unmarshal(text, &p)
}

// Members returns the practice's staff, oldest first.
func (s *Store) Members(ctx context.Context, h *Holder) (members []Member, err error) {
	defer fault.Wrap(&err, "store.Members(%s)", h.Practice)
	if err := s.require(ctx, h.Actor, access.ManageMembers, audit.Subject{Kind: "practice", ID: h.Practice}); err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, h.Practice, func(tx *db.Tx) error {
		rows, err := tx.Query(ctx, `SELECT id, role, state, profile, created_at FROM members WHERE practice_id = $1 AND state <> 'removed' ORDER BY created_at, id`, h.Practice)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var m Member
			var role string
			var sealed []byte
			if err := rows.Scan(&m.ID, &role, &m.State, &sealed, &m.CreatedAt); err != nil {
				return err
			}
			p, err := s.openProfile(h.Practice, m.ID, sealed)
			if err != nil {
				return err
			}
			m.Role, m.Name, m.Email = access.Role(role), p.Name, p.Email
			members = append(members, m)
		}
		return rows.Err()
	})
	return members, err
}

// Invite adds a member and returns the token of an invitation link, which works
// once within 48 hours.
func (s *Store) Invite(ctx context.Context, h *Holder, name, email string, role access.Role) (token string, err error) {
	defer fault.Wrap(&err, "store.Invite(%s)", h.Practice)
	if err := s.require(ctx, h.Actor, access.ManageMembers, audit.Subject{Kind: "practice", ID: h.Practice}); err != nil {
		return "", err
	}
	return s.invite(ctx, h.Actor, h.Practice, name, email, role)
}

// InviteMember is Invite by the operator. It opens nothing: the member waits
// until a holder of the practice approves.
func (s *Store) InviteMember(ctx context.Context, practice uuid.UUID, name, email string, role access.Role) (token string, err error) {
	defer fault.Wrap(&err, "store.InviteMember(%s)", practice)
	if _, err := s.Practice(ctx, practice); err != nil {
		return "", err
	}
	return s.invite(ctx, access.Actor{Kind: access.Operator, Practice: practice}, practice, name, email, role)
}

func (s *Store) invite(ctx context.Context, by access.Actor, practice uuid.UUID, name, email string, role access.Role) (string, error) {
	name, email = strings.TrimSpace(name), strings.TrimSpace(email)
	if name == "" || !strings.Contains(email, "@") || len(name)+len(email) > 500 {
		return "", fault.New(fault.Invalid, "Enter the name and e-mail address of the staff member.")
	}
	if !role.Valid() {
		return "", fault.New(fault.Invalid, "Choose one of the roles director, supervisor, clinical or administrative.")
	}
	member, secret, now := newID(), vault.NewSecret(), s.at()
	sealed := s.sealProfile(practice, member, profile{name, email})
	err := s.change(ctx, practice, func(tx *db.Tx) ([]audit.Event, error) {
		n, err := tx.Exec(ctx, `INSERT INTO member_emails (mac, member_id, practice_id) VALUES ($1, $2, $3) ON CONFLICT (mac) DO NOTHING`,
			s.keys().MAC("email", []byte(normalEmail(email))), member, practice)
		if err != nil {
			return nil, err
		}
		if n == 0 {
			return nil, fault.New(fault.Conflict, "Somebody signs in with this e-mail address already. Use another one.")
		}
		if _, err := tx.Exec(ctx, `INSERT INTO members (id, practice_id, role, state, profile, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
			member, practice, string(role), memberInvited, sealed, now); err != nil {
			return nil, err
		}
		return []audit.Event{{At: now, Actor: by, Action: "member.invite", Subject: audit.Subject{Kind: "member", ID: member}, Detail: audit.Detail{"role": string(role)}}},
			s.addInvitation(ctx, tx, practice, member, secret)
	})
	return encodeSecret(secret), err
}

func (s *Store) addInvitation(ctx context.Context, tx *db.Tx, practice, member uuid.UUID, secret []byte) error {
	_, err := tx.Exec(ctx, `INSERT INTO invitations (mac, member_id, practice_id, expires_at, created_at) VALUES ($1, $2, $3, $4, $5)`,
		s.keys().MAC("invitation", secret), member, practice, s.at().Add(invitationLife), s.at())
	return err
}

// ResetMember gives a member who lost their passphrase a new invitation. Their
// grants and sessions end: with a new passphrase comes a new key, which a
// colleague has to approve or the recovery kit to open.
func (s *Store) ResetMember(ctx context.Context, email string) (token string, err error) {
	defer fault.Wrap(&err, "store.ResetMember")
	member, practice, err := s.memberByEmail(ctx, email)
	if err != nil {
		return "", err
	}
	secret, by := vault.NewSecret(), access.Actor{Kind: access.Operator, Practice: practice}
	err = s.change(ctx, practice, func(tx *db.Tx) ([]audit.Event, error) {
		n, err := tx.Exec(ctx, `UPDATE members SET state = 'invited', seed = NULL, public_key = NULL WHERE id = $1 AND state <> 'removed'`, member)
		if err != nil {
			return nil, err
		}
		if n == 0 {
			return nil, fault.New(fault.NotFound, "No staff member signs in with this e-mail address.")
		}
		if err := s.endMember(ctx, tx, member); err != nil {
			return nil, err
		}
		return []audit.Event{{At: s.at(), Actor: by, Action: "member.reset", Subject: audit.Subject{Kind: "member", ID: member}}}, s.addInvitation(ctx, tx, practice, member, secret)
	})
	return encodeSecret(secret), err
}

// endMember ends what a member holds: sessions, grants and open invitations.
func (s *Store) endMember(ctx context.Context, tx *db.Tx, member uuid.UUID) error {
	for _, q := range []string{
		`DELETE FROM staff_sessions WHERE member_id = $1`,
		`DELETE FROM grants WHERE holder_id = $1`,
		`DELETE FROM invitations WHERE member_id = $1`,
	} {
		if _, err := tx.Exec(ctx, q, member); err != nil {
			return err
		}
	}
	return nil
}

// RemoveMember ends a member's access at their next request, on every instance.
func (s *Store) RemoveMember(ctx context.Context, h *Holder, member uuid.UUID) (err error) {
	defer fault.Wrap(&err, "store.RemoveMember(%s)", member)
	subject := audit.Subject{Kind: "member", ID: member}
	if err := s.require(ctx, h.Actor, access.ManageMembers, subject); err != nil {
		return err
	}
	if member == h.ID {
		return fault.New(fault.Conflict, "You cannot remove yourself. Ask another director.")
	}
	return s.change(ctx, h.Practice, func(tx *db.Tx) ([]audit.Event, error) {
		n, err := tx.Exec(ctx, `UPDATE members SET state = 'removed', seed = NULL, public_key = NULL WHERE id = $1 AND practice_id = $2 AND state <> 'removed'`, member, h.Practice)
		if err != nil {
			return nil, err
		}
		if n == 0 {
			return nil, fault.New(fault.NotFound, "There is no such staff member.")
		}
		if _, err := tx.Exec(ctx, `DELETE FROM member_emails WHERE member_id = $1`, member); err != nil {
			return nil, err
		}
		return []audit.Event{{At: s.at(), Actor: h.Actor, Action: "member.remove", Subject: subject}}, s.endMember(ctx, tx, member)
	})
}

// An Invitation is what its link shows.
type Invitation struct {
	Practice *practice.Practice
	Name     string
	Email    string
	Role     access.Role

	member uuid.UUID
}

// Invitation looks up an invitation link. Unknown, used and expired are one
// fault.NotFound.
func (s *Store) Invitation(ctx context.Context, token string) (*Invitation, error) {
	dead := fault.New(fault.NotFound, "This invitation was used, or its time ran out. Ask for a new one.")
	secret, ok := decodeSecret(token)
	if !ok {
		return nil, dead
	}
	var inv Invitation
	var practiceID uuid.UUID
	var expires, used time.Time
	marks, macs := anyOf(1, s.keys().MACs("invitation", secret))
	err := s.db.ReadOne(ctx, uuid.Nil, `SELECT member_id, practice_id, expires_at, used_at FROM invitations WHERE mac IN (`+marks+`)`, macs, &inv.member, &practiceID, &expires, &used)
	if errors.Is(err, fault.NotFound) || err == nil && (!used.IsZero() || s.now().After(expires)) {
		return nil, dead
	}
	if err != nil {
		return nil, err
	}
	var role string
	var sealed []byte
	if err := s.db.ReadOne(ctx, practiceID, `SELECT role, profile FROM members WHERE id = $1 AND state = 'invited'`, []any{inv.member}, &role, &sealed); err != nil {
		return nil, dead
	}
	p, err := s.openProfile(practiceID, inv.member, sealed)
	if err != nil {
		return nil, err
	}
	inv.Name, inv.Email, inv.Role = p.Name, p.Email, access.Role(role)
	inv.Practice, err = s.Practice(ctx, practiceID)
	return &inv, err
}

// checkPassphrase refuses what a stolen server key would let a thief guess.
func checkPassphrase(passphrase string, inv *Invitation) error {
	lower := strings.ToLower(passphrase)
	switch n := utf8.RuneCountInString(passphrase); {
	case n < minPassphrase:
		return fault.Newf(fault.Invalid, "Choose a passphrase of at least %d characters. Several random words are easiest to keep.", minPassphrase)
	case n > 1024:
		return fault.New(fault.Invalid, "Choose a passphrase of 1,024 characters or fewer.")
	case strings.Contains(lower, strings.ToLower(inv.Practice.Name)), strings.Contains(lower, strings.ToLower(inv.Email)):
		return fault.New(fault.Invalid, "Choose a passphrase without the practice's name or your e-mail address in it.")
	case distinct(lower) < 6:
		return fault.New(fault.Invalid, "Choose a passphrase with more different characters.")
	}
	return nil
}

func distinct(text string) int {
	seen := map[rune]bool{}
	for _, r := range text {
		seen[r] = true
	}
	return len(seen)
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
	if err := checkPassphrase(passphrase, inv); err != nil {
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
	cookie, err = s.startSession(ctx, inv.Practice.ID, inv.member, seed, from)
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
			return nil, fault.New(fault.NotFound, "This invitation was used, or its time ran out. Ask for a new one.")
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
		_, err = tx.Exec(ctx, `UPDATE members SET public_key = $2, seed = $3, state = $4 WHERE id = $1`, inv.member, public, wrapped, state)
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
	if _, err := tx.Exec(ctx, `INSERT INTO kits (id, practice_id, public_key, created_at) VALUES ($1, $2, $3, $4)`, kitID, practice, kitPair.Public(), s.at()); err != nil {
		return "", err
	}
	holders := map[uuid.UUID][]byte{director: public, kitID: kitPair.Public()}
	for _, kind := range []string{practiceSeed, indexSeed} {
		if err := s.addSeed(ctx, tx, practice, kind, 1, holders); err != nil {
			return "", err
		}
	}
	return kit, nil
}

func kitHolder(secret []byte, practice uuid.UUID) (*vault.Pair, error) {
	return vault.DerivePair(secret, "kit-holder", practice[:])
}
