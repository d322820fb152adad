package store

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
)

// So many wrong passphrases or codes in such a time, for one address from all
// browsers nobody signed in with before; and for each known browser its own. A
// stranger has 100 guesses a day, and cannot use up the member's.
const (
	maxTries  = 25
	tryWindow = 6 * time.Hour
)

var errTries = fault.New(fault.TooMany, "There were many wrong tries for this address. Wait a few hours, or use a browser in which you have signed in before.")

// triesOf returns what counts the tries of a member: their browser when it is
// known, else what was typed, whether or not anybody signs in with it.
func (s *Store) triesOf(ctx context.Context, member uuid.UUID, device, kind string, typed []byte) ([]byte, error) {
	id, err := s.knownDevice(ctx, member, device)
	if err != nil {
		return nil, err
	}
	if id != uuid.Nil {
		return s.keys().MAC("tries", []byte(kind), []byte("device"), id[:]), nil
	}
	return s.keys().MAC("tries", []byte(kind), typed), nil
}

// try counts one more before it is made, in one statement that is committed
// alone, so that however many are made at once, no more than allowed are.
func (s *Store) try(ctx context.Context, key []byte) error {
	var tries int64
	err := s.db.Write(ctx, uuid.Nil, func(tx *db.Tx) error {
		return tx.QueryRow(ctx, `
			INSERT INTO sign_in_tries (mac, tries, since) VALUES ($1, 1, $2)
			ON CONFLICT (mac) DO UPDATE SET
				tries = CASE WHEN sign_in_tries.since <= $3 THEN 1 ELSE sign_in_tries.tries + 1 END,
				since = CASE WHEN sign_in_tries.since <= $3 THEN $2 ELSE sign_in_tries.since END
			RETURNING tries`, key, s.at(), s.at().Add(-tryWindow)).Scan(&tries)
	})
	if err == nil && tries > maxTries {
		err = errTries
	}
	return err
}

// triedWell takes back the count of a try that was right.
func (s *Store) triedWell(ctx context.Context, key []byte) error {
	return s.db.Write(ctx, uuid.Nil, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE sign_in_tries SET tries = tries - 1 WHERE mac = $1 AND tries > 0`, key)
		return err
	})
}

// Knows reports whether the member with this address has signed in with this
// browser before.
func (s *Store) Knows(ctx context.Context, email, device string) bool {
	member, _, err := s.memberByEmail(ctx, email)
	if err != nil {
		return false
	}
	id, err := s.knownDevice(ctx, member, device)
	return err == nil && id != uuid.Nil
}

var errSuspended = fault.Code(fault.Forbidden, "suspended", "Your practice is suspended here, so nobody can work with it right now. Nothing is lost. Ask whoever runs this service.")

func (s *Store) checkSuspended(ctx context.Context, id uuid.UUID) error {
	p, err := s.Practice(ctx, id)
	if errors.Is(err, fault.NotFound) || err == nil && suspended(p) {
		return errSuspended
	}
	return err
}

func suspended(p *practice.Practice) bool { return !p.Suspended.IsZero() }
