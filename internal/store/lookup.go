package store

import (
	"context"
	"time"

	"github.com/google/uuid"
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

// A route is a row of the routing tables: the delivery, its practice, the
// session if one was asked for, and one document.
type route struct {
	delivery, practice          uuid.UUID
	codeMAC, language           []byte
	attempts, version           int64 // the version is the practice's
	expires, closed, copyUntil  time.Time
	suspended                   time.Time
	sessionMAC, sessionRowMAC   []byte
	sessionCreated, sessionSeen time.Time
	sessionVersion              int64
	step                        Step
}

// findAnew reads all that the visit depends on.
func (s *Store) findAnew(ctx context.Context, l *lookup) (err error) {
	v := l.visit
	links, args := anyOf(1, l.links)
	session, joined := `NULL, NULL, NULL, NULL, 0`, ``
	if len(l.sessions) > 0 {
		marks, macs := anyOf(1+len(args), l.sessions)
		session, joined = `s.mac, s.row_mac, s.created_at, s.seen_at, coalesce(s.version, 0)`, `LEFT JOIN client_sessions s ON s.delivery_id = d.id AND s.practice_id = d.practice_id AND s.mac IN (`+marks+`)`
		args = append(args, macs...)
	}
	var row, to route
	err = s.db.ReadEach(ctx, uuid.Nil, `
		SELECT d.id, d.practice_id, d.code_mac, d.attempts, d.expires_at, d.closed_at, d.copy_until, d.language, p.version, p.suspended_at,
			`+session+`, t.document_id, t.pin, t.state, t.filled
		FROM links l
		JOIN deliveries d ON d.id = l.delivery_id
		JOIN practices p ON p.id = d.practice_id
		JOIN steps t ON t.delivery_id = d.id
		`+joined+`
		WHERE l.mac IN (`+links+`)
		ORDER BY t.position`, args,
		[]any{&row.delivery, &row.practice, &row.codeMAC, &row.attempts, &row.expires, &row.closed, &row.copyUntil, &row.language, &row.version, &row.suspended,
			&row.sessionMAC, &row.sessionRowMAC, &row.sessionCreated, &row.sessionSeen, &row.sessionVersion, &row.step.Document, &row.step.Pin, &row.step.State, &row.step.Filled},
		func() error {
			to = row
			v.Steps = append(v.Steps, row.step)
			return nil
		})
	if err != nil {
		return err
	}
	now := s.now()
	if s.keys().Verify(to.sessionRowMAC, "client-session-row", clientSessionFields(to.sessionMAC, to.delivery, to.practice)...) {
		l.created, l.seen, l.version = to.sessionCreated, to.sessionSeen, to.sessionVersion
	}
	v.Delivery, v.codeMAC, v.Expires, v.CopyUntil = to.delivery, to.codeMAC, to.expires, to.copyUntil
	v.Locked, v.Unlocked = to.attempts >= maxAttempts, l.unlocked(now)
	if len(v.Steps) == 0 || !to.closed.IsZero() || !v.alive(now) {
		return errDead
	}
	if !to.suspended.IsZero() {
		return errPaused
	}
	v.Language = s.openLanguage(v.Delivery, to.language)
	v.Practice, err = s.practiceAt(ctx, to.practice, to.version)
	if err == nil && v.Unlocked {
		s.visits.keep(l)
	}
	return err
}

// unlocked reports whether the session still proves that the code was given.
func (l *lookup) unlocked(now time.Time) bool {
	return !l.created.IsZero() && now.Sub(l.created) < clientMost && now.Sub(l.seen) < clientIdle
}
