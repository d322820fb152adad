package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/outbox"
	"github.com/sealform/sealform/internal/practice"
)

// Settle records what came of tries. A link that certainly reached nobody is
// dropped; one that may have is kept, since the client may hold it.
func (w *writer) Settle(ctx context.Context, tried []outbox.Outcome) (err error) {
	s, p := w.s, tried[0].Practice
	defer fault.Wrap(&err, "store.Settle(%d messages)", len(tried))
	var sent []*sendable
	var failed []outbox.Outcome
	for _, o := range tried {
		m, ok := w.going.Load(o.Message)
		switch {
		case !ok:
			return fmt.Errorf("%s was not written here", o.Message)
		case o.Failure == nil:
			sent = append(sent, m.(*sendable))
		default:
			failed = append(failed, o)
		}
	}
	err = s.change(ctx, p, func(tx *db.Tx) ([]audit.Event, error) {
		events, err := s.settleSent(ctx, tx, sent)
		for _, o := range failed {
			m, _ := w.going.Load(o.Message)
			events = append(events, s.settleFailed(ctx, tx, m.(*sendable), o)...)
		}
		return events, err
	})
	if err == nil {
		for _, o := range tried {
			w.going.Delete(o.Message)
		}
	}
	return err
}

func (s *Store) settleFailed(ctx context.Context, tx *db.Tx, m *sendable, o outbox.Outcome) []audit.Event {
	f, unsure := o.Failure, o.Unsure
	if !f.Unsure {
		unsure--
	}
	if m.token != nil && !f.Unsure {
		tx.Queue(ctx, `DELETE FROM links WHERE mac = $1`, s.keys().MAC("link", m.token))
	}
	if final := f.Final && !f.Unsure || unsure >= outbox.MostUnsure || o.Tries >= outbox.MostTries; !final {
		tx.Queue(ctx, `UPDATE messages SET reason = $2 WHERE id = $1`, m.id, string(f.Reason))
		outbox.Again(ctx, tx, m.id, s.at().Add(outbox.Backoff(o.Tries)), o.Tries, unsure)
		return nil
	}
	outbox.Done(ctx, tx, m.id)
	tx.Queue(ctx, `UPDATE messages SET state = $2, reason = $3 WHERE id = $1`, m.id, string(practice.MessageFailed), string(f.Reason))
	return []audit.Event{m.event("message.fail", s.at(), string(f.Reason))}
}

// settleSent also erases the digits of codes whose arrival nobody will report,
// and queues the next reminders.
func (s *Store) settleSent(ctx context.Context, tx *db.Tx, sent []*sendable) (events []audit.Event, err error) {
	if len(sent) == 0 {
		return nil, nil
	}
	now := s.at()
	var ids, resumed, codes []uuid.UUID
	var reminders []letter
	for _, m := range sent {
		ids, events = append(ids, m.id), append(events, m.event("message.send", now, ""))
		if m.kind == practice.Resume {
			resumed = append(resumed, m.id)
		}
		if m.code != nil && !(s.receipts && m.channel != practice.Email) {
			codes = append(codes, m.id)
		}
		if m.reminder != nil {
			reminders = append(reminders, *m.reminder)
		}
	}
	outbox.Done(ctx, tx, ids...)
	// A receipt may have come before this.
	const settled = `UPDATE messages SET state = CASE WHEN state = 'queued' THEN 'sent' ELSE state END, reason = '', sent_at = $1 WHERE id IN `
	for _, u := range []struct {
		query string
		of    []uuid.UUID
		args  []any
	}{
		{settled, ids, []any{now}},
		{`UPDATE messages SET kind = 'resume' WHERE id IN `, resumed, nil},
		{`UPDATE messages SET code = NULL WHERE id IN `, codes, nil},
	} {
		if len(u.of) == 0 {
			continue
		}
		marks, args := anyOf(1+len(u.args), u.of)
		tx.Queue(ctx, u.query+`(`+marks+`)`, append(u.args, args...)...)
	}
	return events, s.queueReminders(ctx, tx, reminders, now)
}

// nextReminder returns the reminder that follows a message, nil for none.
func (m *sendable) nextReminder(now time.Time) *letter {
	if m.kind != practice.LinkMessage && m.kind != practice.Reminder && m.kind != practice.Resume {
		return nil
	}
	_, next := around(m.plan.reminders(m.made, m.expires, m.practice.Location()), now)
	if next.IsZero() || !m.agrees(practice.ForReminders) {
		return nil
	}
	return &letter{practice: m.practiceID, delivery: m.delivery, client: m.client, kind: practice.Reminder, channel: m.channel, to: m.to, due: next.UTC()}
}

// queueReminders queues a reminder of each delivery unless one waits already.
func (s *Store) queueReminders(ctx context.Context, tx *db.Tx, reminders []letter, now time.Time) error {
	if len(reminders) == 0 {
		return nil
	}
	marks, deliveries := anyOf(1, reminders)
	for i, l := range reminders {
		deliveries[i] = l.delivery
	}
	waiting, err := idsIn(ctx, tx, `SELECT delivery_id FROM messages WHERE delivery_id IN (`+marks+`) AND kind IN ('reminder', 'resume') AND state = 'queued'`, deliveries...)
	if err != nil {
		return err
	}
	for _, l := range reminders {
		if slices.Contains(waiting, l.delivery) {
			continue
		}
		waiting = append(waiting, l.delivery)
		if err := s.queue(ctx, tx, l, now); err != nil {
			return err
		}
	}
	return nil
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
