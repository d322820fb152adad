package store

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/practice"
)

// A lookup finds out what a link and a session lead to.
type lookup struct {
	visit           *Visit
	links, sessions [][]byte // what the two may be stored under
	key             visitKey // empty without a session
	version         int64    // of the session's row
	created, seen   time.Time
}

// find fills the visit in with one statement over the routing tables: the
// session's row alone when everything else was read before at its version.
func (s *Store) find(ctx context.Context, l *lookup) error {
	if len(l.sessions) > 0 {
		l.key = visitKey{string(l.links[0]), string(l.sessions[0])}
	}
	if known := s.visits.of(l.key); known != nil {
		fresh, err := s.unchanged(ctx, l, known)
		if err != nil || fresh {
			return err
		}
	}
	return s.findAnew(ctx, l)
}

// unchanged reads the session and reports whether the known visit is still
// true. A session that is over, or gone, is looked up anew.
func (s *Store) unchanged(ctx context.Context, l *lookup, known *knownVisit) (bool, error) {
	row, err := s.session(ctx, l.sessions)
	if err != nil || row == nil {
		return false, err
	}
	l.created, l.seen, l.version = row.created, row.seen, row.version
	now := s.now()
	if row.version != known.version || !l.unlocked(now) {
		return false, nil
	}
	known.fill(l.visit)
	l.visit.key, l.visit.version = l.key, l.version
	if !l.visit.alive(now) {
		return false, errDead
	}
	return true, nil
}

// findAnew reads all that the visit depends on.
func (s *Store) findAnew(ctx context.Context, l *lookup) (err error) {
	v := l.visit
	links, args := anyOf(1, l.links)
	session, joined := `NULL, NULL, 0`, ``
	if len(l.sessions) > 0 {
		marks, macs := anyOf(1+len(args), l.sessions)
		session, joined = `s.created_at, s.seen_at, coalesce(s.version, 0)`, `LEFT JOIN client_sessions s ON s.delivery_id = d.id AND s.mac IN (`+marks+`)`
		args = append(args, macs...)
	}
	var practiceID uuid.UUID
	var version, attempts int64
	var language []byte
	var closed, suspended time.Time
	err = s.db.Read(ctx, uuid.Nil, func(tx *db.Tx) error {
		rows, err := tx.Query(ctx, `
			SELECT d.id, d.practice_id, d.code_mac, d.attempts, d.expires_at, d.closed_at, d.copy_until, d.language, p.version, p.suspended_at,
				`+session+`, t.document_id, t.pin, t.state, t.filled
			FROM links l
			JOIN deliveries d ON d.id = l.delivery_id
			JOIN practices p ON p.id = d.practice_id
			JOIN steps t ON t.delivery_id = d.id
			`+joined+`
			WHERE l.mac IN (`+links+`)
			ORDER BY t.position`, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var st Step
			var state string
			if err := rows.Scan(&v.Delivery, &practiceID, &v.codeMAC, &attempts, &v.Expires, &closed, &v.CopyUntil, &language, &version, &suspended,
				&l.created, &l.seen, &l.version, &st.Document, &st.Pin, &state, &st.Filled); err != nil {
				return err
			}
			st.State = practice.State(state)
			v.Steps = append(v.Steps, st)
		}
		return rows.Err()
	})
	if err != nil {
		return err
	}
	now := s.now()
	v.Locked, v.Unlocked = attempts >= maxAttempts, l.unlocked(now)
	if len(v.Steps) == 0 || !closed.IsZero() || !v.alive(now) {
		return errDead
	}
	if !suspended.IsZero() {
		return errPaused
	}
	v.Language = s.openLanguage(v.Delivery, language)
	v.Practice, err = s.practiceAt(ctx, practiceID, version)
	if err == nil && v.Unlocked {
		s.visits.keep(l)
	}
	return err
}

// unlocked reports whether the session still proves that the code was given.
func (l *lookup) unlocked(now time.Time) bool {
	return !l.created.IsZero() && now.Sub(l.created) < clientMost && now.Sub(l.seen) < clientIdle
}
