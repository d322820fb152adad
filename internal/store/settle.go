package store

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/outbox"
	"github.com/sealform/sealform/internal/practice"
)

// Settle records what came of a try. A link that certainly reached nobody is
// dropped; one that may have is kept, since the client may hold it.
func (w *writer) Settle(ctx context.Context, e outbox.Entry, out *outbox.Message, f *outbox.Failure) (err error) {
	defer fault.Wrap(&err, "store.Settle(%s)", e.Message)
	s := w.s
	written, ok := w.going.LoadAndDelete(e.Message)
	if !ok {
		return errors.New("it was not written here")
	}
	m := written.(*sendable)
	if f == nil {
		return s.settleSent(ctx, m, out)
	}
	unsure, final := e.Unsure, f.Final && !f.Unsure
	if !f.Unsure {
		unsure--
	}
	reason := f.Reason
	if unsure >= outbox.MostUnsure || e.Tries >= outbox.MostTries {
		final = true
	}
	return s.change(ctx, m.practiceID, func(tx *db.Tx) ([]audit.Event, error) {
		if token := s.tokenOf(out.Link); token != nil && !f.Unsure {
			if _, err := tx.Exec(ctx, `DELETE FROM links WHERE mac = $1`, s.keys().MAC("link", token)); err != nil {
				return nil, err
			}
		}
		if !final {
			_, err := tx.Exec(ctx, `UPDATE messages SET reason = $2 WHERE id = $1`, m.id, string(reason))
			if err != nil {
				return nil, err
			}
			return nil, outbox.Again(ctx, tx, m.id, s.at().Add(outbox.Backoff(e.Tries)), e.Tries, unsure)
		}
		if err := outbox.Done(ctx, tx, m.id); err != nil {
			return nil, err
		}
		_, err := tx.Exec(ctx, `UPDATE messages SET state = $2, reason = $3 WHERE id = $1`, m.id, string(practice.MessageFailed), string(reason))
		return []audit.Event{m.event("message.fail", s.at(), string(reason))}, err
	})
}

// settleSent also erases the digits of a code whose arrival nobody will report,
// and queues the next reminder.
func (s *Store) settleSent(ctx context.Context, m *sendable, out *outbox.Message) error {
	now := s.at()
	return s.change(ctx, m.practiceID, func(tx *db.Tx) ([]audit.Event, error) {
		if err := outbox.Done(ctx, tx, m.id); err != nil {
			return nil, err
		}
		// A receipt may have come before this.
		if _, err := tx.Exec(ctx, `UPDATE messages SET state = CASE WHEN state = 'queued' THEN 'sent' ELSE state END, kind = $3, reason = '', sent_at = $2 WHERE id = $1`, m.id, now, string(m.kind)); err != nil {
			return nil, err
		}
		if m.code != nil && out.Receipt == "" {
			if _, err := tx.Exec(ctx, `UPDATE messages SET code = NULL WHERE id = $1`, m.id); err != nil {
				return nil, err
			}
		}
		if m.reminder != nil {
			if err := s.queueReminder(ctx, tx, *m.reminder, now); err != nil {
				return nil, err
			}
		}
		return []audit.Event{m.event("message.send", now, "")}, nil
	})
}

// nextReminder returns the reminder that follows a message, nil for none.
func (s *Store) nextReminder(ctx context.Context, m *sendable, now time.Time) (*letter, error) {
	if m.kind != practice.LinkMessage && m.kind != practice.Reminder && m.kind != practice.Resume {
		return nil, nil
	}
	_, next := around(m.plan.reminders(m.made, m.expires, m.practice.Location()), now)
	if next.IsZero() {
		return nil, nil
	}
	given, err := s.agrees(ctx, m, practice.ForReminders)
	if err != nil || !given {
		return nil, err
	}
	return &letter{practice: m.practiceID, delivery: m.delivery, client: m.client, kind: practice.Reminder, channel: m.channel, to: m.to, due: next.UTC()}, nil
}

// queueReminder queues a reminder unless one waits already.
func (s *Store) queueReminder(ctx context.Context, tx *db.Tx, l letter, now time.Time) error {
	var waiting bool
	err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM messages WHERE delivery_id = $1 AND kind IN ('reminder', 'resume') AND state = 'queued')`, l.delivery).Scan(&waiting)
	if err != nil || waiting {
		return err
	}
	return s.queue(ctx, tx, l, now)
}

// announceDone queues what follows a submission: to whoever sent the document
// that it is ready to read, and, when nothing is left to do, a word to the client.
func (s *Store) announceDone(ctx context.Context, tx *db.Tx, p *practice.Practice, delivery uuid.UUID, now time.Time) error {
	if len(s.channels) == 0 {
		return nil
	}
	if err := s.tellStaff(ctx, tx, p, delivery, now); err != nil {
		return err
	}
	var open bool
	err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM steps WHERE delivery_id = $1 AND state IN ('prepared', 'sent', 'unlocked', 'started'))`, delivery).Scan(&open)
	if err != nil || open {
		return err
	}
	return s.tellClient(ctx, tx, p.ID, delivery, practice.DoneNotice, now)
}

// tellClient queues a notice to where the delivery's link went. The worker asks
// for consent.
func (s *Store) tellClient(ctx context.Context, tx *db.Tx, p, delivery uuid.UUID, kind practice.MessageKind, now time.Time) error {
	if len(s.channels) == 0 {
		return nil
	}
	l := letter{practice: p, delivery: delivery, kind: kind}
	var id uuid.UUID
	var sealed []byte
	err := scanIfAny(tx.QueryRow(ctx, `SELECT id, client_id, channel, recipient FROM messages WHERE delivery_id = $1 AND kind = 'link' AND sent_at IS NOT NULL ORDER BY created_at DESC LIMIT 1`, delivery),
		&id, &l.client, (*string)(&l.channel), &sealed)
	if err != nil || sealed == nil {
		return err
	}
	if l.to, err = s.openRecipient(p, id, sealed); err != nil {
		return err
	}
	return s.queue(ctx, tx, l, now)
}

// tellStaff queues the staff notice, by e-mail, to the member who sent the
// document or, when a program did or they are gone, to the practice.
func (s *Store) tellStaff(ctx context.Context, tx *db.Tx, p *practice.Practice, delivery uuid.UUID, now time.Time) error {
	if s.channels[practice.Email] == nil {
		return nil
	}
	tell := true
	if err := scanIfAny(tx.QueryRow(ctx, `SELECT tell_staff FROM message_plans WHERE practice_id = $1`, p.ID), &tell); err != nil || !tell {
		return err
	}
	var member uuid.UUID
	var sealed []byte
	err := scanIfAny(tx.QueryRow(ctx, `SELECT m.id, m.profile FROM outreach o JOIN members m ON m.id = o.member_id WHERE o.delivery_id = $1 AND m.state = 'active'`, delivery), &member, &sealed)
	if err != nil {
		return err
	}
	to := recipient{Address: p.Email, Language: "en"}
	if sealed != nil {
		profile, err := s.openProfile(p.ID, member, sealed)
		if err != nil {
			return err
		}
		to.Address = profile.Email
	}
	if to.Address == "" {
		return nil
	}
	return s.queue(ctx, tx, letter{practice: p.ID, delivery: delivery, kind: practice.StaffNotice, channel: practice.Email, to: to}, now)
}

// announceExpiry tells the client, once, that the time for all of a delivery is
// over.
func (s *Store) announceExpiry(ctx context.Context, tx *db.Tx, p, delivery uuid.UUID, now time.Time) error {
	if len(s.channels) == 0 {
		return nil
	}
	var open bool
	err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM steps WHERE delivery_id = $1 AND state <> 'expired')`, delivery).Scan(&open)
	if err != nil || open {
		return err
	}
	return s.tellClient(ctx, tx, p, delivery, practice.ExpiryNotice, now)
}

// keepCodes is how long the digits of a code wait for word that they arrived.
const keepCodes = 24 * time.Hour

// forgetCodes erases digits that are no longer needed: the client has used
// them, or nobody will ever report that they arrived.
func (s *Store) forgetCodes(ctx context.Context, p uuid.UUID) error {
	return s.db.Write(ctx, p, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `
			UPDATE messages SET code = NULL WHERE practice_id = $1 AND code IS NOT NULL AND (
				sent_at <= $2 OR created_at <= $3
				OR EXISTS (SELECT 1 FROM steps t WHERE t.delivery_id = messages.delivery_id AND t.state NOT IN ('prepared', 'sent')))`,
			p, s.at().Add(-keepCodes), s.at().Add(-14*keepCodes))
		return err
	})
}
