package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"golang.org/x/text/unicode/norm"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/vault"
)

// How long a staff member may be away, and signed in at most.
const (
	staffIdle = 30 * time.Minute
	staffMost = 12 * time.Hour
	// staffFresh is how long after the passphrase was typed a member may do
	// what a stolen session must not.
	staffFresh = 10 * time.Minute
	halfLife   = 10 * time.Minute // for the code of the second factor
)

var errSignIn = fault.New(fault.Unauthenticated, "That e-mail address and passphrase do not go together. Check both and try again.")

var errSignedOut = fault.New(fault.Unauthenticated, "Sign in to go on.")

func normalEmail(email string) string {
	return strings.ToLower(norm.NFC.String(strings.TrimSpace(email)))
}

func normalPassphrase(p string) string { return norm.NFC.String(p) }

// SignIn opens a member's key with the passphrase and wraps it for a session.
// There is no passphrase hash: a key that does not open is a wrong passphrase.
// An address that is not known costs the same, says the same and is counted the
// same. When h is Half, the second factor is due: see [Store.SecondFactor].
func (s *Store) SignIn(ctx context.Context, email, passphrase string, from Origin) (cookie string, h *Holder, err error) {
	defer fault.Wrap(&err, "store.SignIn")
	member, practiceID, err := s.memberByEmail(ctx, email)
	unknown := errors.Is(err, fault.NotFound)
	if err != nil && !unknown {
		return "", nil, err
	}
	key, err := s.triesOf(ctx, member, from.Device, "address", []byte(normalEmail(email)))
	if err != nil {
		return "", nil, err
	}
	if err := s.try(ctx, key); err != nil {
		return "", nil, err
	}
	if unknown {
		if err := vault.BurnPassphrase(ctx, normalPassphrase(passphrase)); err != nil {
			return "", nil, busy(err)
		}
		return "", nil, s.signInRefused(ctx, audit.Installation, uuid.Nil, from, errSignIn)
	}
	seed, err := s.openMember(ctx, practiceID, member, passphrase)
	if errors.Is(err, errSignIn) {
		return "", nil, s.signInRefused(ctx, practiceID, member, from, errSignIn)
	}
	if err != nil {
		return "", nil, err
	}
	if err := s.triedWell(ctx, key); err != nil {
		return "", nil, err
	}
	if err := s.checkSuspended(ctx, practiceID); err != nil {
		return "", nil, err
	}
	return s.begin(ctx, practiceID, member, seed, from)
}

// begin starts the session of a member who gave the right passphrase: half of
// one, when a second factor is due.
func (s *Store) begin(ctx context.Context, practice, member uuid.UUID, seed vault.Seed, from Origin) (cookie string, h *Holder, err error) {
	var half bool
	if err := s.db.ReadOne(ctx, practice, `SELECT totp IS NOT NULL FROM members WHERE id = $1`, []any{member}, &half); err != nil {
		return "", nil, err
	}
	if cookie, err = s.startSession(ctx, practice, member, seed, half, from); err != nil {
		return "", nil, err
	}
	h, err = s.staffSession(ctx, cookie, half)
	return cookie, h, err
}

// signInRefused records a refusal; of an address that nobody signs in with, in
// the installation's own chain, so that the work is the same.
func (s *Store) signInRefused(ctx context.Context, practice, member uuid.UUID, from Origin, why error) error {
	event := audit.Event{At: s.at(), Actor: access.Actor{Kind: access.Staff, ID: member}, Action: "member.sign-in", Subject: audit.Subject{Kind: "member", ID: member}, Outcome: audit.Refused, Detail: from.detail()}
	return errors.Join(why, s.record(ctx, practice, event))
}

func (s *Store) memberByEmail(ctx context.Context, email string) (member, practice uuid.UUID, err error) {
	marks, macs := anyOf(1, s.keys().MACs("email", []byte(normalEmail(email))))
	err = s.db.ReadOne(ctx, uuid.Nil, `SELECT member_id, practice_id FROM member_emails WHERE mac IN (`+marks+`)`, macs, &member, &practice)
	return member, practice, err
}

// openMember opens a member's seed with the passphrase.
func (s *Store) openMember(ctx context.Context, practice, member uuid.UUID, passphrase string) (vault.Seed, error) {
	var wrapped []byte
	err := s.db.ReadOne(ctx, practice, `SELECT seed FROM members WHERE id = $1 AND state IN ('waiting', 'active')`, []any{member}, &wrapped)
	if errors.Is(err, fault.NotFound) || err == nil && wrapped == nil {
		if err := vault.BurnPassphrase(ctx, normalPassphrase(passphrase)); err != nil {
			return vault.Seed{}, busy(err)
		}
		return vault.Seed{}, errSignIn
	}
	if err != nil {
		return vault.Seed{}, err
	}
	seed, err := vault.UnwrapSeed(ctx, s.keys(), normalPassphrase(passphrase), member, wrapped)
	if errors.Is(err, vault.ErrPassphrase) {
		return seed, errSignIn
	}
	return seed, busy(err)
}

func busy(err error) error {
	if errors.Is(err, vault.ErrBusy) {
		return fault.Because(fault.Unavailable, err, "Many people are signing in right now. Try again in a few seconds.")
	}
	return err
}

// startSession stores the member's seed under a key that only the new cookie
// derives.
func (s *Store) startSession(ctx context.Context, practice, member uuid.UUID, seed vault.Seed, half bool, from Origin) (cookie string, err error) {
	secret, id, now := vault.NewSecret(), newID(), s.at()
	wrapped := vault.Seal(sessionKey(secret, id), seed[:], "session", id[:], member[:])
	actor := access.Actor{Kind: access.Staff, ID: member, Practice: practice}
	mac, rowMAC := s.staffSessionMACs(secret, &Holder{Actor: actor, Session: id, Half: half, since: now})
	err = s.change(ctx, practice, func(tx *db.Tx) ([]audit.Event, error) {
		_, err := tx.Exec(ctx, `INSERT INTO staff_sessions (mac, id, member_id, practice_id, seed, half, origin, created_at, seen_at, fresh_at, row_mac) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $8, $9)`,
			mac, id, member, practice, wrapped, half, s.sealOrigin(id, from), now, rowMAC)
		if half {
			return nil, err // it is recorded once the second factor was given
		}
		return []audit.Event{{At: now, Actor: actor, Action: "member.sign-in", Subject: audit.Subject{Kind: "member", ID: member}, Detail: from.detail()}}, err
	})
	return encodeSecret(secret), err
}

func sessionKey(secret []byte, id uuid.UUID) []byte {
	return vault.Derive(secret, "session-kek", id[:])
}

// staffSessionMACs returns what a session is found by and what its row is
// checked with. A rotation of the server key leaves both: they end together.
func (s *Store) staffSessionMACs(secret []byte, h *Holder) (mac, row []byte) {
	ring := s.keys()
	mac = ring.MAC("staff-session", secret)
	return mac, ring.MAC("staff-session-row", h.sessionFields(mac)...)
}

// sessionFields is what whoever can write the database must not change of a
// session: whose it is, that the second factor is due, and since when it is.
func (h *Holder) sessionFields(mac []byte) [][]byte {
	return [][]byte{mac, h.Session[:], h.ID[:], h.Practice[:], strconv.AppendBool(nil, h.Half), be64(h.since.UnixMicro())}
}

// Session returns who holds a session cookie. A member who holds no grant yet
// is Locked. Sessions end after 30 idle minutes and after 12 hours.
func (s *Store) Session(ctx context.Context, cookie string) (h *Holder, err error) {
	defer fault.Wrap(&err, "store.Session")
	return s.staffSession(ctx, cookie, false)
}

func (s *Store) staffSession(ctx context.Context, cookie string, half bool) (h *Holder, err error) {
	secret, ok := decodeSecret(cookie)
	if !ok {
		return nil, errSignedOut
	}
	h = &Holder{Actor: access.Actor{Kind: access.Staff}}
	marks, macs := anyOf(1, s.keys().MACs("staff-session", secret))
	var mac, rowMAC, wrapped []byte
	var seen, fresh time.Time
	err = s.db.ReadOne(ctx, uuid.Nil, `SELECT mac, id, member_id, practice_id, seed, half, created_at, seen_at, fresh_at, row_mac FROM staff_sessions WHERE mac IN (`+marks+`)`, macs,
		&mac, &h.Session, &h.ID, &h.Practice, &wrapped, &h.Half, &h.since, &seen, &fresh, &rowMAC)
	if errors.Is(err, fault.NotFound) {
		return nil, errSignedOut
	}
	if err != nil {
		return nil, err
	}
	now := s.now()
	age := now.Sub(h.since)
	if h.Half != half || half && age >= halfLife || age >= staffMost || now.Sub(seen) >= staffIdle ||
		!s.keys().Verify(rowMAC, "staff-session-row", h.sessionFields(mac)...) {
		return nil, errSignedOut
	}
	h.Fresh = now.Sub(fresh) < staffFresh
	h.own = func() (vault.Seed, error) {
		text, err := vault.Open(sessionKey(secret, h.Session), wrapped, "session", h.Session[:], h.ID[:])
		if err != nil || len(text) != len(vault.Seed{}) {
			return vault.Seed{}, fmt.Errorf("session %s: %w", h.Session, vault.ErrOpen)
		}
		return vault.Seed(text), nil
	}
	h.seed = func() (*vault.Pair, error) {
		seed, err := h.own()
		if err != nil {
			return nil, err
		}
		return seed.Pair()
	}
	if err := s.loadMember(ctx, h); err != nil {
		return nil, err
	}
	if now.Sub(seen) > seenWithin {
		err = s.db.Write(ctx, uuid.Nil, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE staff_sessions SET seen_at = $2 WHERE id = $1`, h.Session, s.at())
			return err
		})
	}
	return h, err
}

// loadMember reads the member's standing on every request, so that a removal
// or a new role holds from the next one on, on every instance.
func (s *Store) loadMember(ctx context.Context, h *Holder) error {
	var role, state, permissions string
	var profile []byte
	var suspended time.Time
	var required bool
	err := s.db.ReadOne(ctx, h.Practice, `
		SELECT m.role, m.permissions, m.state, m.profile, m.totp IS NOT NULL, p.totp_required, p.suspended_at
		FROM members m JOIN practices p ON p.id = m.practice_id WHERE m.id = $1`, []any{h.ID}, &role, &permissions, &state, &profile, &h.TOTP, &required, &suspended)
	if errors.Is(err, fault.NotFound) || err == nil && state != memberActive && state != memberWaiting {
		return errSignedOut
	}
	if err != nil {
		return err
	}
	if !suspended.IsZero() {
		return errSuspended
	}
	h.TOTPDue = required && !h.TOTP
	p, err := s.openProfile(h.Practice, h.ID, profile)
	h.Adjusted = access.ParseAdjustment(permissions)
	h.Role, h.Locked, h.Name = access.Role(role), state == memberWaiting, p.Name
	return err
}

// SignOut ends a session on every instance.
func (s *Store) SignOut(ctx context.Context, cookie string) (err error) {
	defer fault.Wrap(&err, "store.SignOut")
	h, err := s.Session(ctx, cookie)
	if errors.Is(err, fault.Unauthenticated) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.change(ctx, h.Practice, func(tx *db.Tx) ([]audit.Event, error) {
		_, err := tx.Exec(ctx, `DELETE FROM staff_sessions WHERE id = $1`, h.Session)
		return []audit.Event{{At: s.at(), Actor: h.Actor, Action: "member.sign-out", Subject: audit.Subject{Kind: "member", ID: h.ID}}}, err
	})
}
