package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
)

// How long a client may be away, and stay at most, before the code is asked
// for again; and how stale the record of their last request may be.
const (
	clientIdle  = time.Hour
	clientMost  = 12 * time.Hour
	seenWithin  = time.Minute
	maxAttempts = 10
)

// An Origin is where a request came from.
type Origin struct {
	Address string `json:"address"`
	Browser string `json:"browser"`
	Device  string `json:"-"` // secret of a browser that staff have signed in with; "" for none
}

func (o Origin) detail() audit.Detail {
	return audit.Detail{"address": o.Address, "browser": clip(o.Browser, 300)}
}

func clip(text string, n int) string {
	if len(text) <= n {
		return text
	}
	return text[:n]
}

// A Visit is one request to a link: what may be shown before the code, and,
// when Unlocked, the documents behind it.
type Visit struct {
	Delivery  uuid.UUID
	Practice  *practice.Practice
	Expires   time.Time
	CopyUntil time.Time // zero until every document is completed
	Locked    bool      // ten wrong codes were given
	Unlocked  bool      // the session gave the right one
	Language  string    // the pages are read in: en, es or fr; "" when nobody said
	Steps     []Step    // in order

	token, device []byte
	codeMAC       []byte

	key     visitKey // it is remembered by; empty when it is not
	version int64    // of the session's row when it was looked up
}

// A Step is one document of a delivery.
type Step struct {
	Document uuid.UUID
	Pin      string // of its form
	State    practice.State
	Filled   bool // some draft holds answers
}

// Current returns the first document still to be filled in, or nil.
func (v *Visit) Current() *Step {
	for i := range v.Steps {
		if v.Steps[i].State.Open() {
			return &v.Steps[i]
		}
	}
	return nil
}

// Step returns the document of the delivery with the id, or nil.
func (v *Visit) Step(document uuid.UUID) *Step {
	for i := range v.Steps {
		if v.Steps[i].Document == document {
			return &v.Steps[i]
		}
	}
	return nil
}

func (v *Visit) actor() access.Actor {
	return access.Actor{Kind: access.Client, ID: v.Delivery, Practice: v.Practice.ID}
}

// errDead is the one answer to every link that no longer, or never, opens
// anything: telling them apart would tell a guesser something.
var errDead = fault.New(fault.NotFound, "This link does not open anything.")

// errNoCode is said to a browser that has the link alone.
var errNoCode = fault.New(fault.Unauthenticated, "Enter your code to go on.")

var errPaused = fault.Code(fault.Forbidden, "suspended", "This practice takes no forms here for the time being. What you typed is kept. Call the practice on the number you know.")

// Visit looks up a link. session and device are the browser's cookies, each
// may be empty. A link that is unknown, expired, revoked or long completed is
// fault.NotFound. It changes nothing but the time a session was last seen.
func (s *Store) Visit(ctx context.Context, token, session, device string) (*Visit, error) {
	secret, ok := decodeSecret(token)
	if !ok {
		return nil, errDead
	}
	v := &Visit{token: secret}
	v.device, _ = decodeSecret(device)
	l := &lookup{visit: v, links: s.keys().MACs("link", secret), sessions: s.sessionMACs(session)}
	if err := s.find(ctx, l); err != nil {
		return nil, err
	}
	if !v.Unlocked || s.now().Sub(l.seen) <= seenWithin {
		return v, nil
	}
	return v, s.db.Write(ctx, uuid.Nil, func(tx *db.Tx) error {
		marks, macs := anyOf(2, l.sessions)
		_, err := tx.Exec(ctx, `UPDATE client_sessions SET seen_at = $1 WHERE mac IN (`+marks+`)`, append([]any{s.at()}, macs...)...)
		return err
	})
}

// sessionMACs returns what a client's session may be stored under; nil for none.
func (s *Store) sessionMACs(session string) [][]byte {
	secret, ok := decodeSecret(session)
	if !ok {
		return nil
	}
	return s.keys().MACs("client-session", secret)
}

// alive reports whether the link still leads anywhere: before its expiry, or,
// once completed, until the copy is withdrawn. An unlocked session sees the
// copy to its own end.
func (v *Visit) alive(now time.Time) bool {
	if v.CopyUntil.IsZero() {
		return now.Before(v.Expires)
	}
	return v.Unlocked || now.Before(v.CopyUntil)
}

// ReadForm reads inputs as of today where the practice is.
func (s *Store) ReadForm(v *Visit, t *forms.Template, in forms.Inputs) *forms.Response {
	return s.readForm(v.Practice, t, in)
}

func (s *Store) readForm(p *practice.Practice, t *forms.Template, in forms.Inputs) *forms.Response {
	return t.Read(in, forms.Context{Today: s.now().In(p.Location()), Country: p.Country})
}

// NoCode tells the practice, at most once an hour, that the client has no
// code. why is one of the choices on the page. For dead links it does nothing.
func (s *Store) NoCode(ctx context.Context, token, why string, from Origin) error {
	return s.callPractice(ctx, token, `UPDATE deliveries SET no_code_at = $2 WHERE id = $1 AND (no_code_at IS NULL OR no_code_at < $3)`,
		"delivery.no-code", audit.Detail{"why": clip(why, 40)}, from)
}

// AskForLink tells the practice, at most once an hour, that a client needs a
// new link. Whether the link was ever real does not show.
func (s *Store) AskForLink(ctx context.Context, token string, from Origin) error {
	return s.callPractice(ctx, token, `UPDATE deliveries SET asked_at = $2 WHERE id = $1 AND (asked_at IS NULL OR asked_at < $3)`,
		"delivery.link-asked", nil, from)
}

func (s *Store) callPractice(ctx context.Context, token, mark string, action audit.Action, detail audit.Detail, from Origin) error {
	secret, ok := decodeSecret(token)
	if !ok {
		return nil
	}
	var delivery, practiceID uuid.UUID
	marks, macs := anyOf(1, s.keys().MACs("link", secret))
	err := s.db.ReadOne(ctx, uuid.Nil, `SELECT delivery_id, practice_id FROM links WHERE mac IN (`+marks+`)`, macs, &delivery, &practiceID)
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("call practice: %w", err)
	}
	now := s.at()
	return s.change(ctx, practiceID, func(tx *db.Tx) ([]audit.Event, error) {
		n, err := tx.Exec(ctx, mark, delivery, now, now.Add(-time.Hour))
		if err != nil || n == 0 {
			return nil, err
		}
		full := from.detail()
		for k, v := range detail {
			full[k] = v
		}
		return []audit.Event{{At: now, Actor: access.Actor{Kind: access.Client, ID: delivery}, Action: action, Subject: audit.Subject{Kind: "delivery", ID: delivery}, Detail: full}}, nil
	})
}
