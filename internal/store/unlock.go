package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/vault"
)

// A WrongCode is a code that was compared and did not match.
type WrongCode struct {
	Left int // tries until the delivery is locked
}

func (e *WrongCode) Error() string { return fmt.Sprintf("wrong code, %d tries left", e.Left) }

var errLocked = fault.New(fault.Locked, "Too many wrong codes were entered, so this link is locked. Call the practice for a new code.")

// Unlocked is what a browser keeps after the right code.
type Unlocked struct {
	Session  string // cookie: proves that the code was given
	Device   string // long-lived cookie: opens the draft under a later link
	Delivery uuid.UUID
}

// Unlock compares a code and, when it is right, opens a session and a draft of
// every document of the delivery. A malformed code is fault.Invalid and costs
// nothing; a wrong one is a *WrongCode; the tenth locks the delivery for good,
// until staff make a new code.
//
// The comparison counts and commits by itself before anything depends on its
// outcome, so neither a hung-up connection nor a later failure gives a guess
// back.
func (s *Store) Unlock(ctx context.Context, token, typed, device string, from Origin) (_ *Unlocked, err error) {
	ctx = context.WithoutCancel(ctx)
	v, err := s.Visit(ctx, token, "", device)
	if err != nil {
		return nil, err
	}
	code, ok := vault.NormalizeCode(typed)
	if !ok {
		return nil, fault.New(fault.Invalid, "Enter the 8 digits of your code.")
	}
	if v.Locked {
		return nil, errLocked
	}
	if err := s.compare(ctx, v, code, from); err != nil {
		return nil, err
	}
	if v.device == nil {
		v.device = vault.NewSecret()
	}
	session := vault.NewSecret()
	if err := s.openSession(ctx, v, session, from); err != nil {
		return nil, err
	}
	v.Unlocked = true
	for i := range v.Steps {
		if err := s.addWraps(ctx, v, &v.Steps[i]); err != nil {
			return nil, err
		}
	}
	return &Unlocked{Session: encodeSecret(session), Device: encodeSecret(v.device), Delivery: v.Delivery}, nil
}

// compare counts and compares in one statement, committed alone. A code under a
// server key that is gone matches nothing any more: staff make a new one.
func (s *Store) compare(ctx context.Context, v *Visit, code string, from Origin) error {
	mac := s.keys().MACWith(vault.KeyID(v.codeMAC), "code", codeFields(v.Practice.ID, v.Delivery, code)...)
	if mac == nil {
		return errLocked
	}
	var right bool
	var attempts int64
	err := s.db.Write(ctx, uuid.Nil, func(tx *db.Tx) error {
		return tx.QueryRow(ctx, `
			UPDATE deliveries SET attempts = CASE WHEN code_mac = $2 THEN attempts ELSE attempts + 1 END
			WHERE id = $1 AND attempts < 10 AND closed_at IS NULL
			RETURNING code_mac = $2, attempts`, v.Delivery, mac).Scan(&right, &attempts)
	})
	switch {
	case errors.Is(err, fault.NotFound):
		return errLocked
	case err != nil:
		return err
	case right:
		return nil
	}
	event := audit.Event{At: s.at(), Actor: v.actor(), Action: "delivery.unlock", Subject: audit.Subject{Kind: "delivery", ID: v.Delivery}, Outcome: audit.Refused, Detail: from.detail()}
	events := []audit.Event{event}
	if attempts >= maxAttempts {
		event.Action, event.Outcome = "delivery.lock", audit.OK
		events = append(events, event)
	}
	if err := s.record(ctx, v.Practice.ID, events...); err != nil {
		s.log.Error("wrong code not recorded", "delivery", v.Delivery, "error", err)
	}
	return &WrongCode{Left: int(maxAttempts - attempts)}
}

// openSession stores the session, and makes the first draft of each document
// that has none.
func (s *Store) openSession(ctx context.Context, v *Visit, session []byte, from Origin) error {
	drafts, err := s.firstDrafts(ctx, v)
	if err != nil {
		return err
	}
	now := s.at()
	ring := s.keys()
	mac := ring.MAC("client-session", session)
	rowMAC := ring.MAC("client-session-row", clientSessionFields(mac, v.Delivery, v.Practice.ID)...)
	return s.change(ctx, v.Practice.ID, func(tx *db.Tx) ([]audit.Event, error) {
		for i, st := range v.Steps {
			if st.State != practice.Sent {
				continue
			}
			if err := s.unlockDocument(ctx, tx, v, st, drafts[i]); err != nil {
				return nil, err
			}
		}
		tx.Queue(ctx, `INSERT INTO client_sessions (mac, delivery_id, practice_id, created_at, seen_at, row_mac) VALUES ($1, $2, $3, $4, $4, $5)`,
			mac, v.Delivery, v.Practice.ID, now, rowMAC)
		if _, err := settle(ctx, tx, v.Delivery); err != nil {
			return nil, err
		}
		var events []audit.Event
		for _, st := range v.Steps {
			events = append(events, audit.Event{At: now, Actor: v.actor(), Action: "document.unlock", Subject: audit.Subject{Kind: "document", ID: st.Document}, Detail: from.detail()})
		}
		return events, nil
	})
}

// clientSessionFields is what whoever can write the database must not change of
// a session: which delivery it gave the code of.
func clientSessionFields(mac []byte, delivery, practice uuid.UUID) [][]byte {
	return [][]byte{mac, delivery[:], practice[:]}
}

// unlockDocument moves a document on by compare-and-swap: of several first
// unlocks at once, exactly one makes the draft and its key.
func (s *Store) unlockDocument(ctx context.Context, tx *db.Tx, v *Visit, st Step, d *newDraft) error {
	n, err := tx.Exec(ctx, `UPDATE documents SET state = 'unlocked', unlocked_at = $2 WHERE id = $1 AND state = 'sent'`, st.Document, s.at())
	if err != nil || n == 0 {
		return err
	}
	tx.Queue(ctx, `UPDATE steps SET state = 'unlocked', filled = $2 WHERE document_id = $1`, st.Document, d.filled)
	d.insert(ctx, tx)
	return nil
}

// firstDrafts prepares, outside the transaction, a draft with its key for each
// document that was never unlocked, with what the server may know filled in.
func (s *Store) firstDrafts(ctx context.Context, v *Visit) ([]*newDraft, error) {
	drafts := make([]*newDraft, len(v.Steps))
	for i, st := range v.Steps {
		if st.State != practice.Sent {
			continue
		}
		t, err := s.Form(ctx, v.Practice.ID, st.Pin)
		if err != nil {
			return nil, err
		}
		contact, err := s.contactOf(ctx, v.Practice.ID, st.Document)
		if err != nil {
			return nil, err
		}
		in := t.Prefill(forms.Person{FirstName: contact.FirstName, Email: contact.Email, Phone: contact.Phone})
		drafts[i] = s.prepareDraft(v, st.Document, in)
	}
	return drafts, nil
}

// Leave ends a client's session.
func (s *Store) Leave(ctx context.Context, session string) error {
	marks, macs := anyOf(1, s.sessionMACs(session))
	if len(macs) == 0 {
		return nil
	}
	return s.db.Write(ctx, uuid.Nil, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM client_sessions WHERE mac IN (`+marks+`)`, macs...)
		return err
	})
}
