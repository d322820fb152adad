package store

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/outbox"
	"github.com/sealform/sealform/internal/practice"
)

// A Consent is a client's yes or no to messages by one channel for one purpose.
type Consent struct {
	Channel practice.Channel
	Purpose practice.Purpose
	Given   bool
	How     string    // in the words of who recorded it, or one of the How constants
	At      time.Time // zero: now
}

// How a consent came about when nobody typed it.
const (
	HowForm        = "form"        // a question of a form that was sent
	HowAsked       = "asked"       // the question is out
	HowAnswer      = "answer"      // to the question
	HowStopWord    = "stop-word"   // STOP, by text message
	HowUnsubscribe = "unsubscribe" // the link of an e-mail
	HowPage        = "page"        // the client's own page
)

// stopped reports a no that a stop made, and nothing else.
func (c Consent) stopped() bool {
	return !c.Given && (c.How == HowStopWord || c.How == HowUnsubscribe || c.How == HowPage)
}

const longestHow = 200

func checkConsents(consents []Consent, now time.Time) error {
	for i := range consents {
		c := &consents[i]
		c.How = strings.TrimSpace(c.How)
		switch {
		case !slices.Contains(practice.Channels, c.Channel):
			return fault.Code(fault.Invalid, "consent", "A consent is for the channel email, sms or voice.")
		case !slices.Contains(practice.Purposes, c.Purpose):
			return fault.Code(fault.Invalid, "consent", "A consent is for the purpose documents or reminders.")
		case c.How == "" || utf8.RuneCountInString(c.How) > longestHow || !utf8.ValidString(c.How):
			return fault.Code(fault.Invalid, "consent", "Say how the client agreed, such as \"in person\", in up to 200 characters.")
		case c.At.After(now.Add(time.Minute)):
			return fault.Code(fault.Invalid, "consent", "The client cannot have agreed in the future.")
		}
		if c.At.IsZero() {
			c.At = now
		}
	}
	return nil
}

// agreements are the newest word about an address for each channel and purpose.
type agreements map[practice.Channel]map[practice.Purpose]Consent

// add puts a later word in the place of an earlier one.
func (a agreements) add(c Consent) {
	if a[c.Channel] == nil {
		a[c.Channel] = map[practice.Purpose]Consent{}
	}
	a[c.Channel][c.Purpose] = c
}

// stop ends what was given up to then: STOP counts for every practice.
func (a agreements) stop(at time.Time) {
	for _, about := range a {
		for purpose, c := range about {
			if c.Given && !c.At.After(at) {
				c.Given, c.How, c.At = false, HowStopWord, at
				about[purpose] = c
			}
		}
	}
}

// consentsAt returns what was said about an address, here or to all practices.
func (s *Store) consentsAt(ctx context.Context, tx *db.Tx, p uuid.UUID, channel practice.Channel, address string) (agreements, error) {
	newest, err := s.newestConsents(ctx, tx, p, channel, address)
	if err != nil || len(newest) == 0 {
		return nil, err
	}
	stopped, err := s.optedOut(ctx, tx, channel, address)
	if err == nil && !stopped.IsZero() {
		newest.stop(stopped)
	}
	return newest, err
}

// newestConsents is consentsAt by what this practice recorded alone.
func (s *Store) newestConsents(ctx context.Context, tx *db.Tx, p uuid.UUID, channel practice.Channel, address string) (agreements, error) {
	marks, macs := anyOf(1, s.addressMACs(p, channel, address))
	newest := agreements{}
	var c Consent
	dest := []any{(*string)(&c.Channel), (*string)(&c.Purpose), &c.Given, &c.How, &c.At}
	err := tx.Each(ctx, `SELECT channel, purpose, given, how, at FROM consents WHERE mac IN (`+marks+`) ORDER BY at, id`, macs, dest, func() error {
		newest.add(c)
		return nil
	})
	return newest, err
}

// optedOut returns when an address opted out of the messages of all practices.
func (s *Store) optedOut(ctx context.Context, tx *db.Tx, channel practice.Channel, address string) (at time.Time, err error) {
	marks, macs := anyOf(1, s.addressMACs(uuid.Nil, channel, address))
	var one time.Time
	err = tx.Each(ctx, `SELECT at FROM opt_outs WHERE mac IN (`+marks+`)`, macs, []any{&one}, func() error {
		if one.After(at) {
			at = one
		}
		return nil
	})
	return at, err
}

// insertConsent records one consent about an address.
func (s *Store) insertConsent(ctx context.Context, tx *db.Tx, by access.Actor, p, client uuid.UUID, address string, c Consent) error {
	id := newID()
	mac := s.addressMACs(p, c.Channel, address)[0]
	sealed := s.keys().Seal([]byte(outbox.Normal(c.Channel, address)), "consent-address", p[:], id[:])
	_, err := tx.Exec(ctx, `
		INSERT INTO consents (id, practice_id, client_id, mac, address, channel, purpose, given, how, actor_kind, actor_id, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		id, p, client, mac, sealed, string(c.Channel), string(c.Purpose), c.Given, c.How, string(by.Kind), by.ID, c.At.UTC().Truncate(time.Microsecond))
	return err
}

func consentEvent(by access.Actor, client uuid.UUID, c Consent, now time.Time) audit.Event {
	action := audit.Action("consent.stop")
	if c.Given {
		action = "consent.give"
	}
	return audit.Event{At: now, Actor: by, Action: action, Subject: audit.Subject{Kind: "client", ID: client},
		Detail: audit.Detail{"channel": string(c.Channel), "purpose": string(c.Purpose), "how": c.How}}
}

// A Standing is what a client said about one channel, for staff.
type Standing struct {
	Channel practice.Channel
	To      string    // where it would go, shortened
	Ready   bool      // the channel is set up here
	Given   bool      // for documents
	Remind  bool      // for reminders
	Stopped time.Time // when they last said no; zero if never, or yes since
	How     string
	At      time.Time // when they said so; zero if never
}

// Standings returns how a client can be reached, in the order of the channels.
func (s *Store) Standings(ctx context.Context, h *Holder, client uuid.UUID) (list []Standing, err error) {
	defer fault.Wrap(&err, "store.Standings(%s)", client)
	row, err := s.Client(ctx, h, client)
	if err != nil {
		return nil, err
	}
	p, err := s.Practice(ctx, h.Practice)
	if err != nil {
		return nil, err
	}
	return s.standings(ctx, p, row.Contact)
}

// DocumentStandings is Standings of whoever received a document: the client, or
// somebody for them.
func (s *Store) DocumentStandings(ctx context.Context, h *Holder, d *Document) (list []Standing, err error) {
	defer fault.Wrap(&err, "store.DocumentStandings(%s)", d.ID)
	other, err := s.Recipient(ctx, h, d.ID)
	if err != nil {
		return nil, err
	}
	if other == nil {
		return s.Standings(ctx, h, d.ClientID)
	}
	p, err := s.Practice(ctx, h.Practice)
	if err != nil {
		return nil, err
	}
	return s.standings(ctx, p, other.Contact)
}

func (s *Store) standings(ctx context.Context, p *practice.Practice, contact practice.Contact) (list []Standing, err error) {
	reach := addresses(contact, p.Country)
	err = s.db.Read(ctx, p.ID, func(tx *db.Tx) error {
		for _, channel := range practice.Channels {
			address, ok := reach[channel]
			if !ok {
				continue
			}
			said, err := s.consentsAt(ctx, tx, p.ID, channel, address)
			if err != nil {
				return err
			}
			about := said[channel][practice.ForDocuments]
			one := Standing{Channel: channel, To: masked(channel, address), Ready: s.channels[channel] != nil, Given: about.Given, Remind: said[channel][practice.ForReminders].Given, How: about.How, At: about.At}
			if !about.Given && about.How != "" && about.How != HowAsked {
				one.Stopped = about.At
			}
			list = append(list, one)
		}
		return nil
	})
	return list, err
}

// Channels returns the channels that are set up.
func (s *Store) Channels() (list []practice.Channel) {
	for _, c := range practice.Channels {
		if s.channels[c] != nil {
			list = append(list, c)
		}
	}
	return list
}
