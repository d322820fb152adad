package store

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/outbox"
	"github.com/sealform/sealform/internal/practice"
)

// Writer returns who writes the messages of the outbox, each just before it is
// sent: a link is minted in memory, its MAC committed, and the text forgotten.
func (s *Store) Writer() outbox.Writer { return &writer{s: s} }

type writer struct {
	s     *Store
	going sync.Map // uuid.UUID -> *sendable: written, and not settled yet
}

func (w *writer) Write(ctx context.Context, entries []outbox.Entry) []outbox.Written {
	all := make([]outbox.Written, len(entries))
	b, err := w.s.gather(ctx, entries)
	for i, e := range entries {
		all[i] = outbox.Written{Entry: e, Err: err}
		if err == nil {
			all[i].Text, all[i].Err = b.write(ctx, e)
		}
		fault.Wrap(&all[i].Err, "store.Write(%s)", e.Message)
	}
	if err == nil {
		w.handOver(ctx, b, all)
	}
	return all
}

// write decides whether a message goes out now, and composes it.
func (b *batch) write(ctx context.Context, e outbox.Entry) (*outbox.Message, error) {
	s, m := b.s, b.messages[e.Message]
	if m == nil { // the row is gone, and the entry goes too
		return nil, s.putAside(ctx, e, nil, "", "")
	}
	if m.broken != nil {
		return nil, m.broken
	}
	if e.Unsure > outbox.MostUnsure {
		return nil, s.putAside(ctx, e, m, practice.MessageFailed, outbox.BrokeOff)
	}
	if m.state != practice.MessageQueued || !m.wanted() {
		return nil, s.putAside(ctx, e, m, practice.MessageDropped, "")
	}
	if err := b.mayGo(ctx, e, m); err != nil {
		return nil, err
	}
	if m.kind == practice.Reminder || m.kind == practice.Resume {
		if err := s.remind(ctx, e, m); err != nil {
			return nil, err
		}
	}
	m.reminder = m.nextReminder(s.at())
	return b.compose(ctx, e, m)
}

// wanted reports whether what the message is for still stands.
func (m *sendable) wanted() bool {
	switch m.kind {
	case practice.LinkMessage, practice.Reminder, practice.Resume, practice.Question:
		return m.open > 0 && m.closed.IsZero()
	case practice.CodeMessage:
		return m.open > 0 && m.closed.IsZero() && m.code != nil
	default:
		return true
	}
}

// mayGo holds back what the client does not want, and puts off what would come
// at night or be too much for a day.
func (b *batch) mayGo(ctx context.Context, e outbox.Entry, m *sendable) error {
	if purpose := m.kind.Purpose(); purpose != "" && !m.agrees(purpose) {
		return b.s.putAside(ctx, e, m, practice.MessageStopped, "")
	}
	if !m.kind.Automatic() {
		return nil
	}
	now := b.s.now().In(m.practice.Location())
	if until := m.plan.quietUntil(now); !until.IsZero() {
		return b.s.putOff(ctx, e, until)
	}
	n, err := b.s.sentLately(ctx, m.practiceID, m.client)
	if err != nil {
		return err
	}
	if n+b.automatic[m.client] >= m.plan.MostADay {
		return b.s.putOff(ctx, e, now.Add(24*time.Hour))
	}
	b.automatic[m.client]++
	return nil
}

func (m *sendable) agrees(purpose practice.Purpose) bool { return m.said[m.channel][purpose].Given }

// remind decides about a reminder that is due: whether its time still is, and
// whether the client got on with it since the time before.
func (s *Store) remind(ctx context.Context, e outbox.Entry, m *sendable) error {
	now := s.at()
	times := m.plan.reminders(m.made, m.expires, m.practice.Location())
	last, next := around(times, now)
	active, told, err := s.lastActive(ctx, m)
	if err != nil {
		return err
	}
	early := last.IsZero() || !last.After(told) // its time moved, by an extension or a new plan
	if early || active.After(before(times, last, m.made)) {
		if next.IsZero() {
			return s.putAside(ctx, e, m, practice.MessageDropped, "")
		}
		return s.putOff(ctx, e, next)
	}
	if m.begun > 0 {
		m.kind = practice.Resume
	}
	return nil
}

// before returns the time before the given one in the list, or made.
func before(times []time.Time, t, made time.Time) time.Time {
	if i := slices.IndexFunc(times, t.Equal); i > 0 {
		return times[i-1]
	}
	return made
}

// lastActive returns when the client last unlocked or saved anything of the
// delivery, and when they were last written to about it.
func (s *Store) lastActive(ctx context.Context, m *sendable) (active, told time.Time, err error) {
	err = s.db.Read(ctx, m.practiceID, func(tx *db.Tx) error {
		for _, q := range []struct {
			query string
			dest  *time.Time
		}{
			{`SELECT unlocked_at FROM documents WHERE delivery_id = $1 AND unlocked_at IS NOT NULL ORDER BY unlocked_at DESC LIMIT 1`, &active},
			{`SELECT r.saved_at FROM drafts r JOIN documents d ON d.id = r.document_id WHERE d.delivery_id = $1 ORDER BY r.saved_at DESC LIMIT 1`, &active},
			{`SELECT sent_at FROM messages WHERE delivery_id = $1 AND kind IN ('link', 'reminder', 'resume') AND sent_at IS NOT NULL ORDER BY sent_at DESC LIMIT 1`, &told},
		} {
			var at time.Time
			if err := tx.QueryRow(ctx, q.query, m.delivery).Scan(&at); err != nil && !errors.Is(err, fault.NotFound) {
				return err
			}
			if at.After(*q.dest) {
				*q.dest = at
			}
		}
		return nil
	})
	return active, told, err
}

// putAside takes a message out of the queue for good, and says so with
// outbox.ErrNothing.
func (s *Store) putAside(ctx context.Context, e outbox.Entry, m *sendable, state practice.MessageState, why outbox.Reason) error {
	err := s.change(ctx, e.Practice, func(tx *db.Tx) ([]audit.Event, error) {
		outbox.Done(ctx, tx, e.Message)
		if m != nil && m.state == practice.MessageQueued {
			tx.Queue(ctx, `UPDATE messages SET state = $2, reason = $3, code = NULL WHERE id = $1`, e.Message, string(state), string(why))
		}
		if state != practice.MessageFailed {
			return nil, nil
		}
		return []audit.Event{m.event("message.fail", s.at(), string(why))}, nil
	})
	if err != nil {
		return err
	}
	return outbox.ErrNothing
}

// putOff gives a message another time. It was not tried, so it costs no try.
func (s *Store) putOff(ctx context.Context, e outbox.Entry, due time.Time) error {
	err := s.db.Write(ctx, uuid.Nil, func(tx *db.Tx) error {
		outbox.Again(ctx, tx, e.Message, due, e.Tries-1, e.Unsure-1)
		return nil
	})
	if err != nil {
		return err
	}
	return outbox.ErrNothing
}

func (m *sendable) event(action audit.Action, at time.Time, reason string) audit.Event {
	e := audit.Event{At: at, Actor: access.Actor{Kind: access.System}, Action: action, Subject: audit.Subject{Kind: "delivery", ID: m.delivery},
		Detail: audit.Detail{"kind": string(m.kind), "channel": string(m.channel)}}
	if reason != "" {
		e.Outcome, e.Detail["reason"] = audit.Failed, reason
	}
	return e
}
