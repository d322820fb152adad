package store

import (
	"context"
	"fmt"
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

// ByHand as the channel of a code: staff read it out.
const ByHand practice.Channel = "none"

var errNoChannel = fault.Code(fault.Conflict, "no-channel", `No message can be sent to this client from here. Show link and code instead ("deliver": "none") and hand them over yourself.`)

// A reach is how one delivery gets to whoever receives it.
type reach struct {
	to             recipient // Address is set for each message
	address        map[practice.Channel]string
	linkBy, codeBy practice.Channel // "" for none
	ask            bool             // the question goes first; link and code wait for the answer
	consents       []Consent
}

// orderMessages chooses the channels of a delivery, with the consents it came
// with.
func (s *Store) orderMessages(ctx context.Context, o *order, in NewDocument) error {
	r := &reach{consents: slices.Clone(in.Consents)}
	if err := checkConsents(r.consents, s.at()); err != nil {
		return err
	}
	contact, err := s.receiver(ctx, o, in)
	if err != nil {
		return err
	}
	r.to.Name, r.to.Language = contact.FirstName, o.documents[len(o.documents)-1].form.Language
	if in.Recipient != nil && in.Recipient.Language != "" {
		r.to.Language = in.Recipient.Language
	}
	r.address = addresses(contact, o.practice.Country)
	o.reach = r
	for _, c := range r.consents {
		if r.address[c.Channel] == "" {
			return fault.Code(fault.Invalid, "consent", fmt.Sprintf("The client agreed to messages by %s, but has no such address here.", c.Channel))
		}
	}
	if in.Deliver != "send" {
		return nil
	}
	if err := s.chooseChannels(ctx, o, in); err != nil {
		return err
	}
	return s.withinDay(ctx, o)
}

// receiver returns the contact of whoever receives the delivery.
func (s *Store) receiver(ctx context.Context, o *order, in NewDocument) (practice.Contact, error) {
	switch {
	case in.Recipient != nil:
		return in.Recipient.Contact, nil
	case in.Client != nil:
		return in.Client.Contact, nil
	}
	return s.clientContact(ctx, o.practice.ID, o.client)
}

// chooseChannels takes the channels that were asked for, and otherwise the
// first that the client agreed to: the link by e-mail or text message, the code
// to any other address, or to nobody, when staff read it out.
func (s *Store) chooseChannels(ctx context.Context, o *order, in NewDocument) error {
	r := o.reach
	agreed, err := s.agreedChannels(ctx, o)
	if err != nil {
		return err
	}
	usable := func(c practice.Channel) bool { return s.channels[c] != nil && r.address[c] != "" }
	for _, c := range []practice.Channel{in.LinkBy, in.CodeBy} {
		if c != "" && c != ByHand && !slices.Contains(practice.Channels, c) {
			return fault.Code(fault.Invalid, "channel", "A channel is email, sms or voice.")
		}
	}
	for _, c := range []practice.Channel{practice.Email, practice.SMS} {
		if usable(c) && (in.LinkBy == "" || in.LinkBy == c) && (r.linkBy == "" || !agreed[r.linkBy] && agreed[c]) {
			r.linkBy = c
		}
	}
	if r.linkBy == "" {
		return errNoChannel
	}
	r.ask = in.AskFirst && !agreed[r.linkBy]
	if !agreed[r.linkBy] && !r.ask {
		return noConsent(r.linkBy)
	}
	return r.chooseCode(in.CodeBy, agreed, usable)
}

func noConsent(c practice.Channel) error {
	return fault.Code(fault.Conflict, "no-consent", fmt.Sprintf("The client has not agreed to messages by %s. Record that they did, ask them first, or show link and code instead.", c))
}

func (r *reach) chooseCode(wanted practice.Channel, agreed map[practice.Channel]bool, usable func(practice.Channel) bool) error {
	if wanted == ByHand {
		return nil
	}
	linkAt := outbox.Normal(r.linkBy, r.address[r.linkBy])
	for _, c := range []practice.Channel{practice.SMS, practice.Voice, practice.Email} {
		if wanted != "" && wanted != c || !usable(c) {
			continue
		}
		if outbox.Normal(c, r.address[c]) == linkAt {
			if wanted != "" {
				return fault.Code(fault.Invalid, "one-address", "Link and code would go to one address. Choose another channel for the code, or read it out.")
			}
			continue
		}
		if agreed[c] {
			r.codeBy = c
			return nil
		}
		if wanted != "" {
			return noConsent(c)
		}
	}
	if wanted != "" {
		return errNoChannel
	}
	return nil
}

// agreedChannels returns which channels may carry documents: from what was
// recorded before, and what comes with this delivery.
func (s *Store) agreedChannels(ctx context.Context, o *order) (map[practice.Channel]bool, error) {
	agreed := map[practice.Channel]bool{}
	err := s.db.Read(ctx, o.practice.ID, func(tx *db.Tx) error {
		for channel, address := range o.reach.address {
			said, err := s.consentsAt(ctx, tx, o.practice.ID, channel, address)
			if err != nil {
				return err
			}
			before := said[channel][practice.ForDocuments]
			agreed[channel] = before.Given
			for _, c := range o.reach.consents {
				if c.Channel == channel && c.Purpose == practice.ForDocuments && !c.At.Before(before.At) {
					agreed[channel] = c.Given
				}
			}
		}
		return nil
	})
	return agreed, err
}

// withinDay refuses to send a client more messages in 24 hours than the
// practice's plan allows.
func (s *Store) withinDay(ctx context.Context, o *order) error {
	if o.newClient != nil {
		return nil
	}
	plan, err := s.messagePlan(ctx, o.practice.ID)
	if err != nil {
		return err
	}
	n, err := s.sentLately(ctx, o.practice.ID, o.client)
	if err == nil && n >= plan.MostADay {
		err = fault.Code(fault.TooMany, "daily-cap", fmt.Sprintf("This client got %d messages within a day. Show link and code instead, or try again tomorrow.", n))
	}
	return err
}

func (s *Store) sentLately(ctx context.Context, p, client uuid.UUID) (n int, err error) {
	err = s.db.ReadOne(ctx, p, `SELECT count(*) FROM messages WHERE client_id = $1 AND sent_at > $2`, []any{client, s.at().Add(-24 * time.Hour)}, &n)
	return n, err
}

// insertMessages records the consents, and queues what goes out. A code that
// a message carries waits under the server key.
func (o *order) insertMessages(ctx context.Context, tx *db.Tx, now time.Time) (events []audit.Event, err error) {
	s, r, p := o.s, o.reach, o.practice.ID
	for _, c := range r.consents {
		if err := s.insertConsent(ctx, tx, o.by, p, o.client, r.address[c.Channel], c); err != nil {
			return nil, err
		}
		events = append(events, consentEvent(o.by, o.client, c, now))
	}
	member := any(nil)
	if o.by.Kind == access.Staff {
		member = o.by.ID
	}
	if _, err := tx.Exec(ctx, `INSERT INTO outreach (delivery_id, practice_id, member_id, link_channel, code_channel) VALUES ($1, $2, $3, $4, $5)`,
		o.delivery, p, member, string(r.linkBy), string(r.codeBy)); err != nil {
		return nil, err
	}
	if r.linkBy == "" {
		return events, nil
	}
	if r.ask {
		asked := Consent{Channel: r.linkBy, Purpose: practice.ForDocuments, How: HowAsked, At: now}
		if err := s.insertConsent(ctx, tx, o.by, p, o.client, r.address[r.linkBy], asked); err != nil {
			return nil, err
		}
		if err := s.queue(ctx, tx, o.letter(practice.Question, r.linkBy), now); err != nil {
			return nil, err
		}
	}
	link := o.letter(practice.LinkMessage, r.linkBy)
	link.waits = r.ask
	if err := s.queue(ctx, tx, link, now); err != nil {
		return nil, err
	}
	if r.codeBy != "" {
		code := o.letter(practice.CodeMessage, r.codeBy)
		code.code, code.waits = o.code, r.ask
		err = s.queue(ctx, tx, code, now)
	}
	return events, err
}

func (o *order) letter(kind practice.MessageKind, channel practice.Channel) letter {
	to := o.reach.to
	to.Address = o.reach.address[channel]
	return letter{practice: o.practice.ID, delivery: o.delivery, client: o.client, kind: kind, channel: channel, to: to}
}

// A letter is a message about to be queued.
type letter struct {
	practice, delivery uuid.UUID
	client             uuid.UUID // uuid.Nil: to a staff member
	kind               practice.MessageKind
	channel            practice.Channel
	to                 recipient
	code               string
	waits              bool      // for the answer to a question
	due                time.Time // zero: now
}

// queue inserts a message and, unless it waits, its entry in the outbox.
func (s *Store) queue(ctx context.Context, tx *db.Tx, l letter, now time.Time) error {
	id, p := newID(), l.practice
	state, client, code := practice.MessageQueued, any(nil), []byte(nil)
	if l.waits {
		state = practice.MessageWaiting
	}
	if l.client != uuid.Nil {
		client = l.client
	}
	if l.code != "" {
		code = s.keys().Seal([]byte(l.code), "message-code", p[:], id[:])
	}
	l.to.Errand = errand{l.delivery, l.kind, l.channel}
	if _, err := tx.Exec(ctx, `
		INSERT INTO messages (id, practice_id, delivery_id, client_id, kind, channel, recipient, code, state, reason, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', $10)`,
		id, p, l.delivery, client, string(l.kind), string(l.channel), s.sealRecipient(p, id, l.to), code, string(state), now); err != nil || l.waits {
		return err
	}
	due := l.due
	if due.IsZero() {
		due = now
	}
	return outbox.Enqueue(ctx, tx, id, p, due, now)
}
