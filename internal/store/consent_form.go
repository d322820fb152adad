package store

import (
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/practice"
)

// formConsents returns what the answers to the items tagged messaging-consent
// say about messages. This is the one thing that is copied out of a sealed
// submission, and the page says so beside the question.
//
// The tag names channel and purpose: "messaging-consent.sms.reminders". Without
// a purpose it stands for every one. Without a channel each option of the item
// names it: "sms", or "sms.reminders".
func formConsents(r *forms.Response) (list []Consent) {
	for _, item := range r.Template.MessagingItems() {
		about, _ := strings.CutPrefix(strings.TrimPrefix(item.Clause, forms.MessagingConsent), ".")
		answer, answered := r.Answers[item.ID]
		if about != "" {
			if answered {
				list = append(list, consentsTo(about, said(answer, item))...)
			}
			continue
		}
		ticked, _ := answer.([]string)
		if one, ok := answer.(string); ok {
			ticked = []string{one}
		}
		for _, option := range item.Options {
			list = append(list, consentsTo(option.Code, slices.Contains(ticked, option.Code))...)
		}
	}
	return list
}

// said reports whether the answer to a yes-or-no item is yes.
func said(answer any, item *forms.Item) bool {
	switch a := answer.(type) {
	case bool:
		return a
	case string:
		return a == forms.AgreeCode || a == "yes" || a == "true"
	case []string:
		return len(a) > 0
	default:
		return false
	}
}

func consentsTo(about string, given bool) (list []Consent) {
	name, purpose, _ := strings.Cut(about, ".")
	channel := practice.Channel(name)
	if !slices.Contains(practice.Channels, channel) {
		return nil
	}
	for _, p := range practice.Purposes {
		if purpose == "" || purpose == string(p) {
			list = append(list, Consent{Channel: channel, Purpose: p, Given: given, How: HowForm})
		}
	}
	return list
}

// copyConsents records what a form said about messages, for the addresses the
// practice has of whoever received it.
func (s *Store) copyConsents(ctx context.Context, tx *db.Tx, v *Visit, st *Step, consents []Consent) (events []audit.Event, err error) {
	if len(consents) == 0 {
		return nil, nil
	}
	client, contact, err := s.receivedBy(ctx, tx, v.Practice.ID, st.Document)
	if err != nil {
		return nil, err
	}
	reach, now := addresses(contact, v.Practice.Country), s.at()
	for _, c := range consents {
		address := reach[c.Channel]
		if address == "" {
			continue
		}
		c.At = now
		if err := s.insertConsent(ctx, tx, v.actor(), v.Practice.ID, client, address, c); err != nil {
			return nil, err
		}
		events = append(events, consentEvent(v.actor(), client, c, now))
	}
	return events, nil
}

// receivedBy returns whom a document is about, and how whoever received it is
// reached.
func (s *Store) receivedBy(ctx context.Context, tx *db.Tx, p, document uuid.UUID) (client uuid.UUID, contact practice.Contact, err error) {
	var own, recipient []byte
	if err := tx.QueryRow(ctx, `SELECT c.id, c.contact, d.recipient FROM documents d JOIN clients c ON c.id = d.client_id WHERE d.id = $1`, document).Scan(&client, &own, &recipient); err != nil {
		return client, contact, err
	}
	if recipient == nil {
		return client, contact, s.openContact(p, client, own, &contact)
	}
	var other practice.Recipient
	err = s.openValue("recipient", recipient, &other, p, document)
	return client, other.Contact, err
}
