package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/outbox"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/vault"
	"github.com/sealform/sealform/views"
)

// Writer returns who writes the messages of the outbox, each just before it is
// sent: a link is minted in memory, its MAC committed, and the text forgotten.
func (s *Store) Writer() outbox.Writer { return &writer{s: s} }

type writer struct {
	s     *Store
	going sync.Map // uuid.UUID -> *sendable: written, and not settled yet
}

// A sendable is a message of the queue with what decides whether, when and how
// it goes out.
type sendable struct {
	id, practiceID, delivery, client uuid.UUID
	kind                             practice.MessageKind
	channel                          practice.Channel
	sealed, code, codeMAC            []byte
	state                            practice.MessageState
	made, expires, closed            time.Time // of the delivery
	open, begun                      int64     // documents still to be filled in; of those, unlocked once
	links                            int64
	to                               recipient
	practice                         *practice.Practice
	plan                             *MessagePlan
	reminder                         *letter // that follows once this one is sent; nil for none
}

func (w *writer) Write(ctx context.Context, e outbox.Entry) (_ *outbox.Message, err error) {
	defer fault.Wrap(&err, "store.Write(%s)", e.Message)
	s := w.s
	m, err := s.sendable(ctx, e)
	if errors.Is(err, fault.NotFound) { // the row is gone, and the entry goes too
		return nil, s.putAside(ctx, e, nil, "", "")
	}
	if err != nil {
		return nil, err
	}
	if e.Unsure > outbox.MostUnsure {
		return nil, s.putAside(ctx, e, m, practice.MessageFailed, outbox.BrokeOff)
	}
	if m.state != practice.MessageQueued || !m.wanted() {
		return nil, s.putAside(ctx, e, m, practice.MessageDropped, "")
	}
	if err := s.mayGo(ctx, e, m); err != nil {
		return nil, err
	}
	if m.kind == practice.Reminder || m.kind == practice.Resume {
		if err := s.remind(ctx, e, m); err != nil {
			return nil, err
		}
	}
	if m.reminder, err = s.nextReminder(ctx, m, s.at()); err != nil {
		return nil, err
	}
	out, err := s.compose(ctx, e, m)
	if err != nil {
		return nil, err
	}
	if out.Link == "" { // otherwise counted where the link was minted
		if err := s.db.Write(ctx, uuid.Nil, func(tx *db.Tx) error { return outbox.HandOver(ctx, tx, e) }); err != nil {
			return nil, err
		}
	}
	w.going.Store(m.id, m)
	return out, nil
}

func (s *Store) sendable(ctx context.Context, e outbox.Entry) (*sendable, error) {
	m := &sendable{id: e.Message, practiceID: e.Practice}
	err := s.db.ReadOne(ctx, e.Practice, `
		SELECT m.delivery_id, m.client_id, m.kind, m.channel, m.recipient, m.code, m.state, d.code_mac, d.created_at, d.expires_at, d.closed_at,
			(SELECT count(*) FROM steps t WHERE t.delivery_id = d.id AND t.state IN ('prepared', 'sent', 'unlocked', 'started')),
			(SELECT count(*) FROM steps t WHERE t.delivery_id = d.id AND t.state NOT IN ('prepared', 'sent')),
			(SELECT count(*) FROM links l WHERE l.delivery_id = d.id)
		FROM messages m JOIN deliveries d ON d.id = m.delivery_id WHERE m.id = $1`, []any{e.Message},
		&m.delivery, &m.client, (*string)(&m.kind), (*string)(&m.channel), &m.sealed, &m.code, (*string)(&m.state), &m.codeMAC, &m.made, &m.expires, &m.closed,
		&m.open, &m.begun, &m.links)
	if err != nil {
		return nil, err
	}
	if m.to, err = s.openRecipient(m.practiceID, m.id, m.sealed); err != nil {
		return nil, err
	}
	if m.practice, err = s.Practice(ctx, m.practiceID); err != nil {
		return nil, err
	}
	m.plan, err = s.messagePlan(ctx, m.practiceID)
	return m, err
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
func (s *Store) mayGo(ctx context.Context, e outbox.Entry, m *sendable) error {
	if purpose := m.kind.Purpose(); purpose != "" {
		given, err := s.agrees(ctx, m, purpose)
		if err != nil {
			return err
		}
		if !given {
			return s.putAside(ctx, e, m, practice.MessageStopped, "")
		}
	}
	if !m.kind.Automatic() {
		return nil
	}
	now := s.now().In(m.practice.Location())
	if until := m.plan.quietUntil(now); !until.IsZero() {
		return s.putOff(ctx, e, until)
	}
	n, err := s.sentLately(ctx, m.practiceID, m.client)
	if err == nil && n >= m.plan.MostADay {
		return s.putOff(ctx, e, now.Add(24*time.Hour))
	}
	return err
}

func (s *Store) agrees(ctx context.Context, m *sendable, purpose practice.Purpose) (given bool, err error) {
	err = s.db.Read(ctx, m.practiceID, func(tx *db.Tx) error {
		said, err := s.consentsAt(ctx, tx, m.practiceID, m.channel, m.to.Address)
		given = said[m.channel][purpose].Given
		return err
	})
	return given, err
}

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

// compose writes the message from its wording and the five facts that it may
// hold.
func (s *Store) compose(ctx context.Context, e outbox.Entry, m *sendable) (*outbox.Message, error) {
	out := &outbox.Message{
		ID: m.id, Practice: m.practiceID, Try: e.Tries, Channel: m.channel, To: m.to.Address,
		FromName: m.practice.Name, ReplyTo: m.practice.Email, Language: views.WordingLanguage(m.to.Language),
		IsCode: func(digits string) bool { return s.keys().Verify(m.codeMAC, "code", m.delivery[:], []byte(digits)) },
	}
	if m.channel != practice.Email && s.receipts {
		out.Receipt = s.base + "/hooks/receipt/" + s.messageToken(m.practiceID, m.id)
	}
	if m.kind == practice.StaffNotice {
		w := views.ReadyNotice(m.practice.Name, s.base+"/staff")
		out.Subject, out.Body = w.Subject, w.Body
		return out, nil
	}
	facts := views.MessageFacts{FirstName: m.to.Name, Practice: m.practice.Name, Date: s.messageDay(m, m.expires)}
	switch {
	case m.kind == practice.CodeMessage:
		digits, err := s.keys().Open(m.code, "message-code", m.practiceID[:], m.id[:])
		if err != nil {
			return nil, fmt.Errorf("code of message: %w", err)
		}
		if !out.IsCode(string(digits)) { // staff made another meanwhile
			return nil, s.putAside(ctx, e, m, practice.MessageDropped, "")
		}
		facts.Code = string(digits)
	case m.kind == practice.Resume:
		at, err := s.workingLink(ctx, m)
		if err != nil {
			return nil, err
		}
		facts.Date = s.messageDay(m, at)
	}
	w, _, err := s.wording(ctx, m.practiceID, m.kind, m.channel, m.to.Language)
	if err != nil {
		return nil, err
	}
	if m.kind.CarriesLink() || m.kind == practice.CodeMessage {
		if out.Other, err = s.otherAddresses(ctx, m); err != nil {
			return nil, err
		}
	}
	if m.kind.CarriesLink() {
		if slices.Contains(out.Other, outbox.Normal(m.channel, m.to.Address)) {
			return nil, s.putAside(ctx, e, m, practice.MessageFailed, outbox.Guarded)
		}
		if facts.Link, err = s.mint(ctx, e, m); err != nil {
			return nil, err
		}
	}
	out.Link, out.Code = facts.Link, facts.Code
	stop := s.base + "/m/" + s.messageToken(m.practiceID, m.id)
	out.Subject, out.Body = w.Fill(m.channel, facts)
	out.Body += views.Closing(m.kind, m.channel, m.to.Language, stop)
	if m.channel == practice.Email && m.kind != practice.StopNotice {
		out.Unsubscribe = stop
	}
	return out, nil
}

func (s *Store) messageDay(m *sendable, t time.Time) string {
	return views.MessageDay(t.In(m.practice.Location()), m.to.Language)
}

// mint makes a link of the delivery and commits its MAC, with the try. From here on the link
// exists, so the documents count as sent.
func (s *Store) mint(ctx context.Context, e outbox.Entry, m *sendable) (string, error) {
	token := vault.NewSecret()
	err := s.db.Write(ctx, m.practiceID, func(tx *db.Tx) error {
		if err := outbox.HandOver(ctx, tx, e); err != nil {
			return err
		}
		if err := s.insertLink(ctx, tx, m.practiceID, m.delivery, token); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE links SET message_id = $2 WHERE mac = $1`, s.keys().MAC("link", token), m.id); err != nil {
			return err
		}
		if m.links >= maxLinks {
			if err := evictLinks(ctx, tx, m.delivery); err != nil {
				return err
			}
		}
		return s.markSent(ctx, tx, m.delivery)
	})
	if errors.Is(err, errTooManyLinks) {
		return "", s.putAside(ctx, e, m, practice.MessageFailed, outbox.TooOften)
	}
	return s.base + "/d/" + encodeSecret(token), err
}

// markSent moves prepared documents on: a link of theirs exists now.
func (s *Store) markSent(ctx context.Context, tx *db.Tx, delivery uuid.UUID) error {
	n, err := tx.Exec(ctx, `UPDATE documents SET state = 'sent', sent_at = $2 WHERE delivery_id = $1 AND state = 'prepared'`, delivery, s.at())
	if err != nil || n == 0 {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE steps SET state = 'sent' WHERE delivery_id = $1 AND state = 'prepared'`, delivery)
	return err
}

// otherAddresses returns where the other secret of the delivery goes or went.
func (s *Store) otherAddresses(ctx context.Context, m *sendable) (others []string, err error) {
	kinds := `'code'`
	if m.kind == practice.CodeMessage {
		kinds = `'link', 'reminder'`
	}
	var id uuid.UUID
	var channel practice.Channel
	var sealed []byte
	err = s.db.ReadEach(ctx, m.practiceID, `SELECT id, channel, recipient FROM messages WHERE delivery_id = $1 AND kind IN (`+kinds+`) AND state NOT IN ('dropped', 'stopped')`,
		[]any{m.delivery}, []any{&id, (*string)(&channel), &sealed}, func() error {
			to, err := s.openRecipient(m.practiceID, id, sealed)
			if err != nil {
				return err
			}
			others = append(others, outbox.Normal(channel, to.Address))
			return nil
		})
	return others, err
}

// workingLink returns when the link went out that opens what the client typed.
func (s *Store) workingLink(ctx context.Context, m *sendable) (at time.Time, err error) {
	err = s.db.ReadOne(ctx, m.practiceID, `
		SELECT l.created_at FROM links l JOIN wraps w ON w.ref = l.mac AND w.kind = 'link'
		WHERE l.delivery_id = $1 ORDER BY l.created_at DESC LIMIT 1`, []any{m.delivery}, &at)
	if errors.Is(err, fault.NotFound) {
		return m.made, nil
	}
	return at, err
}

// putAside takes a message out of the queue for good, and says so with
// outbox.ErrNothing.
func (s *Store) putAside(ctx context.Context, e outbox.Entry, m *sendable, state practice.MessageState, why outbox.Reason) error {
	err := s.change(ctx, e.Practice, func(tx *db.Tx) ([]audit.Event, error) {
		if err := outbox.Done(ctx, tx, e.Message); err != nil || m == nil {
			return nil, err
		}
		if m.state == practice.MessageQueued {
			if _, err := tx.Exec(ctx, `UPDATE messages SET state = $2, reason = $3, code = NULL WHERE id = $1`, e.Message, string(state), string(why)); err != nil {
				return nil, err
			}
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
		return outbox.Again(ctx, tx, e.Message, due, e.Tries-1, e.Unsure-1)
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

// tokenOf returns the secret of a link in a message, or nil.
func (s *Store) tokenOf(link string) []byte {
	token, _ := decodeSecret(strings.TrimPrefix(link, s.base+"/d/"))
	return token
}
