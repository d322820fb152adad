package store

import (
	"context"
	"encoding/base64"
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
	"github.com/sealform/sealform/views"
)

const macSize = 36

// messageToken names a message where only its recipient, or the channel that
// took it, can know it. It opens nothing: it stops messages, answers the
// question, and reports what became of the message.
func (s *Store) messageToken(practiceID, message uuid.UUID) string {
	text := slices.Concat(practiceID[:], message[:], s.keys().MAC("message", practiceID[:], message[:]))
	return base64.RawURLEncoding.EncodeToString(text)
}

func (s *Store) readMessageToken(token string) (practiceID, message uuid.UUID, ok bool) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(b) != 16+16+macSize {
		return practiceID, message, false
	}
	practiceID, message = uuid.UUID(b[:16]), uuid.UUID(b[16:32])
	return practiceID, message, s.keys().Verify(b[32:], "message", practiceID[:], message[:])
}

// An Addressee is what the page behind a message may say and do.
type Addressee struct {
	Practice *practice.Practice
	Channel  practice.Channel
	To       string // shortened
	Language string
	Asks     bool // the message asked whether messages may be sent
	Stopped  bool // none will be sent to this address

	kind             practice.MessageKind
	message          uuid.UUID
	delivery, client uuid.UUID
	address          string
}

var errNoMessage = fault.New(fault.NotFound, "This address does not belong to any message.")

// Addressee looks a message up by the token in it. It changes nothing.
func (s *Store) Addressee(ctx context.Context, token string) (_ *Addressee, err error) {
	p, id, ok := s.readMessageToken(token)
	if !ok {
		return nil, errNoMessage
	}
	n := &Addressee{message: id}
	var sealed []byte
	err = s.db.ReadOne(ctx, p, `SELECT delivery_id, client_id, kind, channel, recipient FROM messages WHERE id = $1 AND client_id IS NOT NULL`, []any{id},
		&n.delivery, &n.client, (*string)(&n.kind), (*string)(&n.Channel), &sealed)
	if errors.Is(err, fault.NotFound) {
		return nil, errNoMessage
	}
	if err != nil {
		return nil, err
	}
	to, err := s.openRecipient(p, id, sealed)
	if err != nil {
		return nil, err
	}
	n.address, n.To, n.Language, n.Asks = to.Address, masked(n.Channel, to.Address), views.WordingLanguage(to.Language), n.kind == practice.Question
	if n.Practice, err = s.Practice(ctx, p); err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, p, func(tx *db.Tx) error {
		said, err := s.consentsAt(ctx, tx, p, n.Channel, n.address)
		about := said[n.Channel][practice.ForDocuments]
		n.Stopped = !about.Given && about.How != HowAsked
		return err
	})
	return n, err
}

// Stop ends messages to the address that the message went to, for one purpose
// or, with "", for every one. It holds from this moment on, for queued messages
// too. With confirm it queues the one confirmation, unless messages had stopped
// before.
func (s *Store) Stop(ctx context.Context, n *Addressee, purpose practice.Purpose, how string, confirm bool) (err error) {
	defer fault.Wrap(&err, "store.Stop(%s)", n.message)
	by := access.Actor{Kind: access.Client, ID: n.delivery}
	return s.change(ctx, n.Practice.ID, func(tx *db.Tx) ([]audit.Event, error) {
		events, err := s.stopAddress(ctx, tx, by, n.Practice.ID, n.Channel, n.address, purpose, how)
		if err != nil || len(events) == 0 || !confirm || purpose != "" {
			return events, err
		}
		to := recipient{Address: n.address, Language: n.Language}
		return events, s.queue(ctx, tx, letter{practice: n.Practice.ID, delivery: n.delivery, client: n.client, kind: practice.StopNotice, channel: n.Channel, to: to}, s.at())
	})
}

// stopAddress records a no for each channel that reaches the address, and takes
// what waits for it out of the queue. It returns no events when all of it had
// stopped before.
func (s *Store) stopAddress(ctx context.Context, tx *db.Tx, by access.Actor, p uuid.UUID, channel practice.Channel, address string, purpose practice.Purpose, how string) (events []audit.Event, err error) {
	clients, err := s.clientsAt(ctx, tx, p, channel, address)
	if err != nil || len(clients) == 0 {
		return nil, err
	}
	said, err := s.newestConsents(ctx, tx, p, channel, address)
	if err != nil {
		return nil, err
	}
	now := s.at()
	for _, c := range practice.Channels {
		if (c == practice.Email) != (channel == practice.Email) {
			continue
		}
		for _, about := range practice.Purposes {
			before := said[c][about]
			if purpose != "" && purpose != about || !before.Given && before.How != HowAsked {
				continue
			}
			no := Consent{Channel: c, Purpose: about, How: how, At: now}
			if err := s.insertConsent(ctx, tx, by, p, clients[0], address, no); err != nil {
				return nil, err
			}
			events = append(events, consentEvent(by, clients[0], no, now))
		}
	}
	return events, s.unqueue(ctx, tx, p, clients, channel, address, purpose)
}

// clientsAt returns the clients whose consent to messages at an address was
// ever recorded or asked for.
func (s *Store) clientsAt(ctx context.Context, tx *db.Tx, p uuid.UUID, channel practice.Channel, address string) ([]uuid.UUID, error) {
	marks, macs := anyOf(1, s.addressMACs(p, channel, address))
	return idsIn(ctx, tx, `SELECT DISTINCT client_id FROM consents WHERE mac IN (`+marks+`)`, macs...)
}

// unqueue stops what waits for an address. The worker would stop it too; staff
// see it at once this way.
func (s *Store) unqueue(ctx context.Context, tx *db.Tx, p uuid.UUID, clients []uuid.UUID, channel practice.Channel, address string, purpose practice.Purpose) error {
	for _, client := range clients {
		waiting, err := s.waitingFor(ctx, tx, p, client, channel, address)
		if err != nil {
			return err
		}
		for _, m := range waiting {
			if about := m.kind.Purpose(); about == "" || purpose != "" && about != purpose {
				continue
			}
			outbox.Done(ctx, tx, m.id)
			tx.Queue(ctx, `UPDATE messages SET state = $2, code = NULL WHERE id = $1`, m.id, string(practice.MessageStopped))
		}
	}
	return nil
}

// waitingFor returns a client's messages to an address that are still to go out.
func (s *Store) waitingFor(ctx context.Context, tx *db.Tx, p, client uuid.UUID, channel practice.Channel, address string) (list []sendable, err error) {
	var m sendable
	dest := []any{&m.id, (*string)(&m.kind), (*string)(&m.channel), (*string)(&m.state), &m.sealed}
	err = tx.Each(ctx, `SELECT id, kind, channel, state, recipient FROM messages WHERE client_id = $1 AND state IN ('queued', 'waiting')`, []any{client}, dest, func() error {
		to, err := s.openRecipient(p, m.id, m.sealed)
		if err == nil && outbox.Normal(m.channel, to.Address) == outbox.Normal(channel, address) {
			list = append(list, m)
		}
		return err
	})
	return list, err
}

// StopNumber does what STOP by text message asks for: no practice writes to the
// number or calls it any more. It returns the words that confirm it, from the
// practice and in the language of the last message, and "" when nothing was left
// to stop, so that the answer comes once. With queue it also queues them.
func (s *Store) StopNumber(ctx context.Context, number string, queue bool) (answer string, err error) {
	defer fault.Wrap(&err, "store.StopNumber")
	mac := s.addressMACs(uuid.Nil, practice.SMS, number)[0]
	err = s.db.Write(ctx, uuid.Nil, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO opt_outs (mac, at) VALUES ($1, $2) ON CONFLICT (mac) DO UPDATE SET at = $2`, mac, s.at())
		return err
	})
	if err != nil {
		return "", err
	}
	by := access.Actor{Kind: access.Client}
	err = s.eachPractice(ctx, func(p uuid.UUID) error {
		var last *letter
		err := s.change(ctx, p, func(tx *db.Tx) (events []audit.Event, err error) {
			events, err = s.stopAddress(ctx, tx, by, p, practice.SMS, number, "", HowStopWord)
			if err != nil || len(events) == 0 || answer != "" {
				return events, err
			}
			if last, err = s.stopNotice(ctx, tx, p, events[0].Subject.ID, number); err == nil && queue && last != nil {
				err = s.queue(ctx, tx, *last, s.at())
			}
			return events, err
		})
		if err == nil && last != nil {
			answer, err = s.stopWords(ctx, last)
		}
		return err
	})
	return answer, err
}

// stopNotice is the confirmation in the delivery that the client was last
// written to about; nil when they never were.
func (s *Store) stopNotice(ctx context.Context, tx *db.Tx, p, client uuid.UUID, number string) (*letter, error) {
	l := &letter{practice: p, client: client, kind: practice.StopNotice, channel: practice.SMS}
	var about uuid.UUID
	var sealed []byte
	err := scanIfAny(tx.QueryRow(ctx, `SELECT id, delivery_id, recipient FROM messages WHERE client_id = $1 AND channel <> 'email' ORDER BY created_at DESC LIMIT 1`, client), &about, &l.delivery, &sealed)
	if err != nil || sealed == nil {
		return nil, err
	}
	l.to, err = s.openRecipient(p, about, sealed)
	l.to.Address = number
	return l, err
}

func (s *Store) stopWords(ctx context.Context, l *letter) (string, error) {
	p, err := s.Practice(ctx, l.practice)
	if err != nil {
		return "", err
	}
	w, _, err := s.wording(ctx, p.ID, l.kind, l.channel, l.to.Language)
	_, text := w.Fill(l.channel, views.MessageFacts{FirstName: l.to.Name, Practice: p.Name})
	return text, err
}

// StartNumber does what YES or START by text message asks for, at every
// practice that asked, or that STOP had stopped.
func (s *Store) StartNumber(ctx context.Context, number string) (err error) {
	defer fault.Wrap(&err, "store.StartNumber")
	return s.eachPractice(ctx, func(p uuid.UUID) error {
		return s.change(ctx, p, func(tx *db.Tx) ([]audit.Event, error) {
			return s.agreeAt(ctx, tx, access.Actor{Kind: access.Client}, p, practice.SMS, number, false)
		})
	})
}

// Agree records yes to the question in a message, and sends what waited for it.
func (s *Store) Agree(ctx context.Context, n *Addressee) (err error) {
	defer fault.Wrap(&err, "store.Agree(%s)", n.message)
	return s.change(ctx, n.Practice.ID, func(tx *db.Tx) ([]audit.Event, error) {
		return s.agreeAt(ctx, tx, access.Actor{Kind: access.Client, ID: n.delivery}, n.Practice.ID, n.Channel, n.address, true)
	})
}

// agreeAt records the yes to a question, or gives back what a stop took, and
// queues what waited for the answer. It undoes no other no, such as one in a form,
// unless it is express: to this practice, by who read that messages had stopped.
func (s *Store) agreeAt(ctx context.Context, tx *db.Tx, by access.Actor, p uuid.UUID, channel practice.Channel, address string, express bool) (events []audit.Event, err error) {
	clients, err := s.clientsAt(ctx, tx, p, channel, address)
	if err != nil || len(clients) == 0 {
		return nil, err
	}
	said, err := s.consentsAt(ctx, tx, p, channel, address)
	if err != nil {
		return nil, err
	}
	now, documents := s.at(), said[channel][practice.ForDocuments]
	if !documents.Given && documents.How != HowAsked && !documents.stopped() && !express {
		return nil, nil
	}
	for _, purpose := range yesTo(documents, said[channel][practice.ForReminders]) {
		yes := Consent{Channel: channel, Purpose: purpose, Given: true, How: HowAnswer, At: now}
		if err := s.insertConsent(ctx, tx, by, p, clients[0], address, yes); err != nil {
			return nil, err
		}
		events = append(events, consentEvent(by, clients[0], yes, now))
	}
	for _, client := range clients {
		if err := s.release(ctx, tx, p, client, channel, address, now); err != nil {
			return nil, err
		}
	}
	return events, nil
}

// yesTo returns what a yes is to. The question is about reminders too; a stop
// took them when it came at one moment for both.
func yesTo(documents, reminders Consent) (list []practice.Purpose) {
	if documents.Given {
		return nil
	}
	list = append(list, practice.ForDocuments)
	asked := documents.How == HowAsked && (reminders.How == "" || reminders.stopped())
	if !reminders.Given && (asked || reminders.stopped() && reminders.At.Equal(documents.At)) {
		list = append(list, practice.ForReminders)
	}
	return list
}

// release queues the link that waited for an answer at this address, and the
// code that waited with it.
func (s *Store) release(ctx context.Context, tx *db.Tx, p, client uuid.UUID, channel practice.Channel, address string, now time.Time) error {
	waiting, err := s.waitingFor(ctx, tx, p, client, channel, address)
	if err != nil {
		return err
	}
	for _, m := range waiting {
		if m.state != practice.MessageWaiting {
			continue
		}
		// The code went into the same delivery, to another address.
		ids, err := idsIn(ctx, tx, `
			SELECT id FROM messages WHERE state = 'waiting' AND delivery_id = (SELECT delivery_id FROM messages WHERE id = $1) ORDER BY created_at, id`, m.id)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if _, err := tx.Exec(ctx, `UPDATE messages SET state = 'queued' WHERE id = $1`, id); err != nil {
				return err
			}
			if err := outbox.Enqueue(ctx, tx, id, p, now, now); err != nil {
				return err
			}
		}
	}
	return nil
}

// scanIfAny scans a row and leaves the destinations alone when there is none.
func scanIfAny(row *db.Row, dest ...any) error {
	if err := row.Scan(dest...); !errors.Is(err, fault.NotFound) {
		return err
	}
	return nil
}
