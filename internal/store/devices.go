package store

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/vault"
)

// deviceLife is how long a browser is known after its last sign-in.
const deviceLife = 90 * 24 * time.Hour

// knownDevice returns the id of a browser that the member has signed in with;
// uuid.Nil for any other.
func (s *Store) knownDevice(ctx context.Context, member uuid.UUID, device string) (id uuid.UUID, err error) {
	secret, ok := decodeSecret(device)
	if !ok {
		return uuid.Nil, nil
	}
	marks, macs := anyOf(3, s.keys().MACs("staff-device", secret))
	err = s.db.ReadOne(ctx, uuid.Nil, `SELECT id FROM staff_devices WHERE member_id = $1 AND seen_at > $2 AND mac IN (`+marks+`)`, append([]any{member, s.at().Add(-deviceLife)}, macs...), &id)
	if errors.Is(err, fault.NotFound) {
		return uuid.Nil, nil
	}
	return id, err
}

// KnowDevice remembers the browser of a member who has just signed in, and
// returns the secret it keeps from then on.
func (s *Store) KnowDevice(ctx context.Context, h *Holder, from Origin) (device string, err error) {
	defer fault.Wrap(&err, "store.KnowDevice(%s)", h.ID)
	known, err := s.knownDevice(ctx, h.ID, from.Device)
	if err != nil {
		return "", err
	}
	if known != uuid.Nil {
		return from.Device, s.db.Write(ctx, uuid.Nil, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE staff_devices SET seen_at = $2, origin = $3 WHERE id = $1`, known, s.at(), s.sealOrigin(known, from))
			return err
		})
	}
	secret, id := vault.NewSecret(), newID()
	return encodeSecret(secret), s.db.Write(ctx, uuid.Nil, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO staff_devices (mac, id, member_id, practice_id, origin, created_at, seen_at) VALUES ($1, $2, $3, $4, $5, $6, $6)`,
			s.keys().MAC("staff-device", secret), id, h.ID, h.Practice, s.sealOrigin(id, from), s.at())
		return err
	})
}

// A Place is where a member is signed in, or a browser that knows them.
type Place struct {
	ID uuid.UUID
	Origin
	Since, Seen time.Time
}

// Sessions returns where the member is signed in now, the latest first.
func (s *Store) Sessions(ctx context.Context, h *Holder) ([]Place, error) {
	return s.places(ctx, `SELECT id, origin, created_at, seen_at FROM staff_sessions WHERE member_id = $1 AND created_at > $2 AND seen_at > $3 AND NOT half ORDER BY seen_at DESC, id`,
		h.ID, s.at().Add(-staffMost), s.at().Add(-staffIdle))
}

// Devices returns the browsers that know the member, the latest first.
func (s *Store) Devices(ctx context.Context, h *Holder) ([]Place, error) {
	return s.places(ctx, `SELECT id, origin, created_at, seen_at FROM staff_devices WHERE member_id = $1 AND seen_at > $2 ORDER BY seen_at DESC, id`, h.ID, s.at().Add(-deviceLife))
}

func (s *Store) places(ctx context.Context, query string, args ...any) (list []Place, err error) {
	defer fault.Wrap(&err, "store.places")
	var p Place
	var origin []byte
	err = s.db.ReadEach(ctx, uuid.Nil, query, args, []any{&p.ID, &origin, &p.Since, &p.Seen}, func() (err error) {
		p.Origin, err = s.openOrigin(p.ID, origin)
		list = append(list, p)
		return err
	})
	return list, err
}

// EndSession signs one of the member's own sessions out.
func (s *Store) EndSession(ctx context.Context, h *Holder, id uuid.UUID) error {
	return s.endPlaces(ctx, h, "member.end-session", `DELETE FROM staff_sessions WHERE member_id = $1 AND id = $2`, id)
}

// ForgetDevice makes one of the member's browsers a stranger.
func (s *Store) ForgetDevice(ctx context.Context, h *Holder, id uuid.UUID) error {
	return s.endPlaces(ctx, h, "member.forget-device", `DELETE FROM staff_devices WHERE member_id = $1 AND id = $2`, id)
}

func (s *Store) endPlaces(ctx context.Context, h *Holder, action audit.Action, query string, id uuid.UUID) (err error) {
	defer fault.Wrap(&err, "store.%s(%s)", action, id)
	return s.change(ctx, h.Practice, func(tx *db.Tx) ([]audit.Event, error) {
		n, err := tx.Exec(ctx, query, h.ID, id)
		if err == nil && n == 0 {
			err = fault.New(fault.NotFound, "This was ended already.")
		}
		return []audit.Event{{At: s.at(), Actor: h.Actor, Action: action, Subject: audit.Subject{Kind: "member", ID: h.ID}}}, err
	})
}

// SignOutEverywhere ends all sessions of the member, this one too, and makes
// every browser a stranger.
func (s *Store) SignOutEverywhere(ctx context.Context, h *Holder) (err error) {
	defer fault.Wrap(&err, "store.SignOutEverywhere(%s)", h.ID)
	return s.change(ctx, h.Practice, func(tx *db.Tx) ([]audit.Event, error) {
		return []audit.Event{{At: s.at(), Actor: h.Actor, Action: "member.sign-out-everywhere", Subject: audit.Subject{Kind: "member", ID: h.ID}}}, endPlacesBut(ctx, tx, h.ID, uuid.Nil)
	})
}

// endPlacesBut ends all sessions of a member but one, and forgets all browsers.
func endPlacesBut(ctx context.Context, tx *db.Tx, member, kept uuid.UUID) error {
	if _, err := tx.Exec(ctx, `DELETE FROM staff_sessions WHERE member_id = $1 AND id <> $2`, member, kept); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM staff_devices WHERE member_id = $1`, member)
	return err
}
