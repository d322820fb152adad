package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/sealform/sealform/internal/words"

	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/outbox"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/vault"
	"github.com/sealform/sealform/views"
)

// compose writes the message from its wording and the five facts that it may
// hold. A link in it is minted here, in memory, and works once it is handed over.
func (b *batch) compose(ctx context.Context, e outbox.Entry, m *sendable) (*outbox.Message, error) {
	s := b.s
	out := s.envelope(e, m)
	if m.kind == practice.StaffNotice {
		w := views.ReadyNotice(m.practice.Name, s.base+"/staff")
		out.Subject, out.Body = w.Subject, w.Body
		return out, nil
	}
	facts, err := b.facts(ctx, e, m, out)
	if err != nil {
		return nil, err
	}
	w, err := b.wording(ctx, m)
	if err != nil {
		return nil, err
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

// envelope is the message without its text.
func (s *Store) envelope(e outbox.Entry, m *sendable) *outbox.Message {
	out := &outbox.Message{
		ID: m.id, Practice: m.practiceID, Try: e.Tries, Channel: m.channel, To: m.to.Address,
		FromName: m.practice.Name, ReplyTo: m.practice.Email, Language: views.WordingLanguage(m.to.Language),
		IsCode: func(digits string) bool {
			return s.keys().Verify(m.codeMAC, "code", codeFields(m.practiceID, m.delivery, digits)...)
		},
	}
	if m.channel != practice.Email && s.receipts {
		out.Receipt = s.base + "/hooks/receipt/" + s.messageToken(m.practiceID, m.id)
	}
	switch {
	case m.kind.CarriesLink():
		out.Other = m.codesTo
	case m.kind == practice.CodeMessage:
		out.Other = m.linksTo
	}
	return out
}

func (b *batch) facts(ctx context.Context, e outbox.Entry, m *sendable, out *outbox.Message) (facts views.MessageFacts, err error) {
	s := b.s
	facts = views.MessageFacts{FirstName: m.to.Name, Practice: m.practice.Name, Date: s.messageDay(m, m.expires)}
	switch {
	case m.kind == practice.CodeMessage:
		digits, err := s.keys().Open(m.code, "message-code", m.practiceID[:], m.id[:])
		if err != nil {
			return facts, fmt.Errorf("code of message: %w", err)
		}
		if !out.IsCode(string(digits)) { // staff made another meanwhile
			return facts, s.putAside(ctx, e, m, practice.MessageDropped, "")
		}
		facts.Code = string(digits)
	case m.kind == practice.Resume:
		at, err := s.workingLink(ctx, m)
		if err != nil {
			return facts, err
		}
		facts.Date = s.messageDay(m, at)
	case m.kind.CarriesLink():
		if slices.Contains(out.Other, outbox.Normal(m.channel, m.to.Address)) {
			return facts, s.putAside(ctx, e, m, practice.MessageFailed, outbox.Guarded)
		}
		m.token = vault.NewSecret()
		facts.Link = s.base + "/d/" + encodeSecret(m.token)
	}
	return facts, nil
}

type wordingKey struct {
	kind     practice.MessageKind
	channel  practice.Channel
	language string
}

// wording is read once for all messages of a batch that share it.
func (b *batch) wording(ctx context.Context, m *sendable) (views.Wording, error) {
	key := wordingKey{m.kind, m.channel, views.WordingLanguage(m.to.Language)}
	if w, ok := b.wordings[key]; ok {
		return w, nil
	}
	w, _, err := b.s.wording(ctx, b.practice, key.kind, key.channel, key.language)
	if err == nil {
		b.wordings[key] = w
	}
	return w, err
}

func (s *Store) messageDay(m *sendable, t time.Time) string {
	return words.Weekday(m.to.Language, m.practice.Country, t.In(m.practice.Location()))
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
