package store

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
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

// A Member is a staff member of a practice.
type Member struct {
	ID        uuid.UUID
	Name      string
	Email     string
	Role      access.Role
	Adjusted  access.Adjustment
	State     string // invited, waiting, active or removed
	TOTP      bool   // signs in with a second factor
	CreatedAt time.Time
}

type profile struct {
	Name  string `json:"name"`
	Email string `json:"email"`
}

func (s *Store) sealProfile(practice, member uuid.UUID, p profile) []byte {
	return s.sealValue("profile", p, practice, member)
}

func (s *Store) openProfile(practice, member uuid.UUID, sealed []byte) (p profile, err error) {
	err = s.openValue("profile", sealed, &p, practice, member)
	return p, err
}

// Members returns the practice's staff, oldest first.
func (s *Store) Members(ctx context.Context, h *Holder) (members []Member, err error) {
	defer fault.Wrap(&err, "store.Members(%s)", h.Practice)
	if err := s.require(ctx, h.Actor, access.ManageMembers, audit.Subject{Kind: "practice", ID: h.Practice}); err != nil {
		return nil, err
	}
	return s.members(ctx, h.Practice, `state <> 'removed'`)
}

// Member returns one of the practice's staff, removed or not.
func (s *Store) Member(ctx context.Context, h *Holder, id uuid.UUID) (_ *Member, err error) {
	defer fault.Wrap(&err, "store.Member(%s)", id)
	if err := s.require(ctx, h.Actor, access.ManageMembers, audit.Subject{Kind: "member", ID: id}); err != nil {
		return nil, err
	}
	members, err := s.members(ctx, h.Practice, `id = $2`, id)
	if err != nil {
		return nil, err
	}
	if len(members) == 0 {
		return nil, errNoMember
	}
	return &members[0], nil
}

var (
	errNoMember = fault.New(fault.NotFound, "There is no such staff member.")
	errRole     = fault.New(fault.Invalid, "Choose one of the roles director, supervisor, clinical or administrative.")
)

// members returns the members of a practice for whom a condition holds, oldest
// first. Its arguments begin at $2.
func (s *Store) members(ctx context.Context, practice uuid.UUID, condition string, args ...any) (members []Member, err error) {
	var m Member
	var permissions string
	var sealed []byte
	err = s.db.ReadEach(ctx, practice, `
		SELECT id, role, permissions, state, profile, totp IS NOT NULL, created_at FROM members
		WHERE practice_id = $1 AND `+condition+` ORDER BY created_at, id`, append([]any{practice}, args...),
		[]any{&m.ID, (*string)(&m.Role), &permissions, &m.State, &sealed, &m.TOTP, &m.CreatedAt}, func() error {
			p, err := s.openProfile(practice, m.ID, sealed)
			m.Adjusted, m.Name, m.Email = access.ParseAdjustment(permissions), p.Name, p.Email
			members = append(members, m)
			return err
		})
	return members, err
}

// Colleagues returns the names of the practice's staff by id, removed ones
// among them: for whoever may read what they did.
func (s *Store) Colleagues(ctx context.Context, h *Holder) (names map[uuid.UUID]string, err error) {
	defer fault.Wrap(&err, "store.Colleagues(%s)", h.Practice)
	if h.Kind != access.Staff || h.Locked {
		return nil, fault.New(fault.Forbidden, "Only staff see who their colleagues are.")
	}
	members, err := s.members(ctx, h.Practice, `1 = 1`)
	names = map[uuid.UUID]string{}
	for _, m := range members {
		names[m.ID] = m.Name
	}
	return names, err
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
		return "", errRole
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
			s.addInvitation(ctx, tx, practice, member, secret, false)
	})
	return encodeSecret(secret), err
}
