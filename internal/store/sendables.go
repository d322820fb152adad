package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/outbox"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/views"
)

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
	broken                           error // why the recipient does not open
	practice                         *practice.Practice
	plan                             *MessagePlan
	said                             agreements // about the address
	codesTo, linksTo                 []string   // addresses, normal, that the delivery's codes and links go to
	token                            []byte     // of the link in it
	reminder                         *letter    // that follows once this one is sent; nil for none
}

// A batch is what one claim holds of a practice's messages, with what they need
// to know: read together, in as many statements as for one message.
type batch struct {
	s         *Store
	practice  uuid.UUID
	messages  map[uuid.UUID]*sendable
	wordings  map[wordingKey]views.Wording
	automatic map[uuid.UUID]int // messages that nobody asked for, to each client
}

func (s *Store) gather(ctx context.Context, entries []outbox.Entry) (*batch, error) {
	b := &batch{s: s, practice: entries[0].Practice, messages: map[uuid.UUID]*sendable{}, wordings: map[wordingKey]views.Wording{}, automatic: map[uuid.UUID]int{}}
	about, err := s.Practice(ctx, b.practice)
	if err != nil {
		return nil, err
	}
	plan, err := s.messagePlan(ctx, b.practice)
	if err != nil {
		return nil, err
	}
	if err := b.readMessages(ctx, entries, about, plan); err != nil {
		return nil, err
	}
	if err := b.readConsents(ctx); err != nil {
		return nil, err
	}
	return b, b.readAddresses(ctx)
}

func (b *batch) readMessages(ctx context.Context, entries []outbox.Entry, about *practice.Practice, plan *MessagePlan) error {
	marks, ids := anyOf(1, entries)
	for i, e := range entries {
		ids[i] = e.Message
	}
	var m sendable
	return b.s.db.ReadEach(ctx, b.practice, `
		SELECT m.id, m.delivery_id, m.client_id, m.kind, m.channel, m.recipient, m.code, m.state, d.code_mac, d.created_at, d.expires_at, d.closed_at,
			(SELECT count(*) FROM steps t WHERE t.delivery_id = d.id AND t.state IN ('prepared', 'sent', 'unlocked', 'started')),
			(SELECT count(*) FROM steps t WHERE t.delivery_id = d.id AND t.state NOT IN ('prepared', 'sent')),
			(SELECT count(*) FROM links l WHERE l.delivery_id = d.id)
		FROM messages m JOIN deliveries d ON d.id = m.delivery_id WHERE m.id IN (`+marks+`)`, ids,
		[]any{&m.id, &m.delivery, &m.client, (*string)(&m.kind), (*string)(&m.channel), &m.sealed, &m.code, (*string)(&m.state), &m.codeMAC, &m.made, &m.expires, &m.closed,
			&m.open, &m.begun, &m.links}, func() error {
			one := m
			one.practiceID, one.practice, one.plan, one.said = b.practice, about, plan, agreements{}
			one.to, one.broken = b.s.openRecipient(b.practice, one.id, one.sealed)
			if one.broken == nil && one.to.Errand != (errand{one.delivery, one.kind, one.channel}) {
				one.broken = fmt.Errorf("message %s was queued for something else", one.id)
			}
			b.messages[one.id] = &one
			return nil
		})
}

// readConsents reads what was said about each address, as consentsAt does for
// one.
func (b *batch) readConsents(ctx context.Context) error {
	here, everywhere, about := [][]byte(nil), [][]byte(nil), map[string][]*sendable{}
	for _, m := range b.messages {
		for _, mac := range b.s.addressMACs(b.practice, m.channel, m.to.Address) {
			here, about[string(mac)] = append(here, mac), append(about[string(mac)], m)
		}
		for _, mac := range b.s.addressMACs(uuid.Nil, m.channel, m.to.Address) {
			everywhere, about[string(mac)] = append(everywhere, mac), append(about[string(mac)], m)
		}
	}
	if len(about) == 0 {
		return nil
	}
	marks, args := anyOf(1, here)
	stopMarks, stops := anyOf(1+len(args), everywhere)
	var mac []byte
	var id string
	var c Consent
	type word struct {
		mac string
		Consent
	}
	var words []word
	err := b.s.db.ReadEach(ctx, b.practice, `
		SELECT mac, id, channel, purpose, given, how, at FROM consents WHERE mac IN (`+marks+`)
		UNION ALL SELECT mac, '', '', '', FALSE, '', at FROM opt_outs WHERE mac IN (`+stopMarks+`)
		ORDER BY at, id`, append(args, stops...),
		[]any{&mac, &id, (*string)(&c.Channel), (*string)(&c.Purpose), &c.Given, &c.How, &c.At}, func() error { words = append(words, word{string(mac), c}); return nil })
	for _, w := range words {
		for _, m := range about[w.mac] {
			if w.Channel == "" {
				m.said.stop(w.At)
			} else {
				m.said.add(w.Consent)
			}
		}
	}
	return err
}

// readAddresses reads where the deliveries' codes and links go or went.
func (b *batch) readAddresses(ctx context.Context) error {
	of, ids := map[uuid.UUID][]*sendable{}, []any(nil)
	for _, m := range b.messages {
		if len(of[m.delivery]) == 0 {
			ids = append(ids, m.delivery)
		}
		of[m.delivery] = append(of[m.delivery], m)
	}
	if len(ids) == 0 {
		return nil
	}
	var id, delivery uuid.UUID
	var kind, channel string
	var sealed []byte
	return b.s.db.ReadEach(ctx, b.practice, `SELECT id, delivery_id, kind, channel, recipient FROM messages
		WHERE delivery_id IN (`+places(1, len(ids))+`) AND kind IN ('code', 'link', 'reminder') AND state NOT IN ('dropped', 'stopped')`, ids,
		[]any{&id, &delivery, &kind, &channel, &sealed}, func() error {
			to, err := b.s.openRecipient(b.practice, id, sealed)
			address := outbox.Normal(practice.Channel(channel), to.Address)
			for _, m := range of[delivery] {
				switch {
				case err != nil:
					m.broken = err
				case kind == string(practice.CodeMessage):
					m.codesTo = append(m.codesTo, address)
				default:
					m.linksTo = append(m.linksTo, address)
				}
			}
			return nil
		})
}
