package store

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/outbox"
	"github.com/sealform/sealform/internal/practice"
)

// A Message is one message of a document as staff see it, without its text.
type Message struct {
	ID          uuid.UUID
	Kind        practice.MessageKind
	Channel     practice.Channel
	To          string // shortened
	State       practice.MessageState
	Reason      outbox.Reason // of a failure, or of the last try that failed
	CreatedAt   time.Time
	DueAt       time.Time // zero unless queued
	SentAt      time.Time
	DeliveredAt time.Time
	Code        bool // its digits can still be read out
}

// Messages returns the messages of a document's delivery, oldest first. Those to
// staff are left out.
func (s *Store) Messages(ctx context.Context, h *Holder, document uuid.UUID) (list []Message, err error) {
	defer fault.Wrap(&err, "store.Messages(%s)", document)
	d, err := s.Document(ctx, h, document)
	if err != nil {
		return nil, err
	}
	var m Message
	var sealed []byte
	err = s.db.ReadEach(ctx, h.Practice, `
		SELECT m.id, m.kind, m.channel, m.recipient, m.state, m.reason, m.created_at, o.due_at, m.sent_at, m.delivered_at, m.code IS NOT NULL
		FROM messages m LEFT JOIN outbox o ON o.message_id = m.id
		WHERE m.delivery_id = $1 AND m.client_id IS NOT NULL ORDER BY m.created_at, m.id`, []any{d.DeliveryID},
		[]any{&m.ID, (*string)(&m.Kind), (*string)(&m.Channel), &sealed, (*string)(&m.State), (*string)(&m.Reason), &m.CreatedAt, &m.DueAt, &m.SentAt, &m.DeliveredAt, &m.Code}, func() error {
			to, err := s.openRecipient(h.Practice, m.ID, sealed)
			if err != nil {
				return err
			}
			m.To = masked(m.Channel, to.Address)
			list = append(list, m)
			return nil
		})
	return list, err
}

var (
	errUnknownMessage = fault.New(fault.NotFound, "There is no such message.")
	errCodeGone       = fault.Code(fault.Conflict, "code-gone", "This code is no longer kept. Make a new one and read it out.")
)

// Retry puts a message that was given up back into the queue.
func (s *Store) Retry(ctx context.Context, h *Holder, document, message uuid.UUID) (err error) {
	defer fault.Wrap(&err, "store.Retry(%s)", message)
	subject := audit.Subject{Kind: "document", ID: document}
	if err := s.require(ctx, h.Actor, access.SendDocuments, subject); err != nil {
		return err
	}
	all, err := s.Messages(ctx, h, document)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(m Message) bool { return m.ID == message })
	if i < 0 {
		return errUnknownMessage
	}
	if all[i].State != practice.MessageFailed {
		return fault.Code(fault.Conflict, "state", "This message is not one that failed.")
	}
	if all[i].Kind == practice.CodeMessage && !all[i].Code {
		return errCodeGone
	}
	return s.change(ctx, h.Practice, func(tx *db.Tx) ([]audit.Event, error) {
		n, err := tx.Exec(ctx, `UPDATE messages SET state = 'queued', reason = '' WHERE id = $1 AND state = 'failed'`, message)
		if err != nil || n == 0 {
			return nil, err
		}
		return []audit.Event{{At: s.at(), Actor: h.Actor, Action: "message.retry", Subject: subject, Detail: audit.Detail{"kind": string(all[i].Kind)}}},
			outbox.Enqueue(ctx, tx, message, h.Practice, s.at(), s.at())
	})
}

// PendingCode returns the code that a message carries, while its digits are
// kept, for staff to read out. The event says who looked.
func (s *Store) PendingCode(ctx context.Context, h *Holder, document uuid.UUID) (code string, err error) {
	defer fault.Wrap(&err, "store.PendingCode(%s)", document)
	subject := audit.Subject{Kind: "document", ID: document}
	if err := s.require(ctx, h.Actor, access.SendDocuments, subject); err != nil {
		return "", err
	}
	d, err := s.Document(ctx, h, document)
	if err != nil {
		return "", err
	}
	var id uuid.UUID
	var sealed, mac []byte
	err = s.db.ReadOne(ctx, h.Practice, `
		SELECT m.id, m.code, d.code_mac FROM messages m JOIN deliveries d ON d.id = m.delivery_id
		WHERE m.delivery_id = $1 AND m.code IS NOT NULL ORDER BY m.created_at DESC LIMIT 1`, []any{d.DeliveryID}, &id, &sealed, &mac)
	if errors.Is(err, fault.NotFound) {
		return "", errCodeGone
	}
	if err != nil {
		return "", err
	}
	digits, err := s.keys().Open(sealed, "message-code", h.Practice[:], id[:])
	if err != nil {
		return "", err
	}
	if !s.keys().Verify(mac, "code", codeFields(h.Practice, d.DeliveryID, string(digits))...) {
		return "", errCodeGone
	}
	return string(digits), s.record(ctx, h.Practice, audit.Event{At: s.at(), Actor: h.Actor, Action: "code.show", Subject: subject})
}

// Receipt records what a channel reports of a message that it took: it arrived,
// or it came back. The token is the one in the address that the channel was
// given; about, unless "", is the id that the report itself names. What is
// unknown, or settled otherwise, changes nothing.
func (s *Store) Receipt(ctx context.Context, token, about string, arrived bool) (err error) {
	p, id, ok := s.readMessageToken(token)
	if !ok || about != "" && about != id.String() {
		return errNoMessage
	}
	defer fault.Wrap(&err, "store.Receipt(%s)", id)
	_, err = s.receive(ctx, p, id, arrived)
	return err
}

// MailReceipt is Receipt for an e-mail, which is known by its Message-ID alone:
// the id before the "@". No token of it is in any log of a mail server.
func (s *Store) MailReceipt(ctx context.Context, about string, arrived bool) (err error) {
	id, err := uuid.Parse(about)
	if err != nil {
		return errNoMessage
	}
	defer fault.Wrap(&err, "store.MailReceipt(%s)", id)
	found := false
	err = s.eachPractice(ctx, func(p uuid.UUID) error {
		if found {
			return nil
		}
		found, err = s.receive(ctx, p, id, arrived)
		return err
	})
	if err == nil && !found {
		err = errNoMessage
	}
	return err
}

// receive records a report on a practice's message, and returns whether it has
// such a message.
func (s *Store) receive(ctx context.Context, p, id uuid.UUID, arrived bool) (found bool, err error) {
	var m sendable
	err = s.db.ReadOne(ctx, p, `SELECT delivery_id, kind, channel FROM messages WHERE id = $1`, []any{id}, &m.delivery, (*string)(&m.kind), (*string)(&m.channel))
	if errors.Is(err, fault.NotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	query, event := `UPDATE messages SET state = 'delivered', delivered_at = $2, code = NULL WHERE id = $1 AND state IN ('queued', 'sent')`, m.event("message.arrive", s.at(), "")
	if !arrived {
		query, event = `UPDATE messages SET state = 'failed', reason = 'bounced', delivered_at = $2 WHERE id = $1 AND state IN ('queued', 'sent')`, m.event("message.bounce", s.at(), string(outbox.Bounced))
	}
	return true, s.change(ctx, p, func(tx *db.Tx) ([]audit.Event, error) {
		n, err := tx.Exec(ctx, query, id, s.at())
		if err != nil || n == 0 {
			return nil, err
		}
		return []audit.Event{event}, nil
	})
}

// A Subscription is one address that messages about a delivery go to, as the
// client's own page shows it.
type Subscription struct {
	Channel practice.Channel
	To      string
	Stopped bool
}

// Subscriptions returns where the delivery's messages went. The client has given
// the code.
func (s *Store) Subscriptions(ctx context.Context, v *Visit) (list []Subscription, err error) {
	defer fault.Wrap(&err, "store.Subscriptions(%s)", v.Delivery)
	all, err := s.addressees(ctx, v)
	for _, n := range all {
		list = append(list, Subscription{n.Channel, n.To, n.Stopped})
	}
	return list, err
}

// Unsubscribe ends messages to the addresses of a delivery that a channel
// reaches, from the client's own page.
func (s *Store) Unsubscribe(ctx context.Context, v *Visit, channel practice.Channel) (err error) {
	defer fault.Wrap(&err, "store.Unsubscribe(%s)", v.Delivery)
	all, err := s.addressees(ctx, v)
	if err != nil {
		return err
	}
	for _, n := range all {
		if n.Channel == channel {
			if err := s.Stop(ctx, n, "", HowPage, false); err != nil {
				return err
			}
		}
	}
	return nil
}

// addressees returns one message of the delivery for each address.
func (s *Store) addressees(ctx context.Context, v *Visit) (list []*Addressee, err error) {
	if !v.Unlocked {
		return nil, errNoCode
	}
	ids, err := s.ids(ctx, v.Practice.ID, `SELECT id FROM messages WHERE delivery_id = $1 AND client_id IS NOT NULL ORDER BY created_at`, v.Delivery)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		n, err := s.Addressee(ctx, s.messageToken(v.Practice.ID, id))
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(list, func(o *Addressee) bool { return o.Channel == n.Channel && o.address == n.address }) {
			list = append(list, n)
		}
	}
	return list, nil
}

// WorkingLinks returns when the messages went out whose links open what was
// typed into a delivery, newest first. A link that staff handed over is in no
// message.
func (s *Store) WorkingLinks(ctx context.Context, v *Visit) (sent []time.Time, err error) {
	defer fault.Wrap(&err, "store.WorkingLinks(%s)", v.Delivery)
	if !v.Unlocked {
		return nil, nil
	}
	var at time.Time
	err = s.db.ReadEach(ctx, v.Practice.ID, `
		SELECT DISTINCT m.sent_at FROM links l JOIN wraps w ON w.ref = l.mac AND w.kind = 'link' JOIN messages m ON m.id = l.message_id
		WHERE l.delivery_id = $1 AND m.sent_at IS NOT NULL ORDER BY m.sent_at DESC`, []any{v.Delivery}, []any{&at}, func() error { sent = append(sent, at); return nil })
	return sent, err
}
