package store

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/vault"
)

// NewClient is a client as staff or a program enter one.
type NewClient struct {
	practice.Contact
	practice.Label
}

// NewDocument asks one form of one client.
type NewDocument struct {
	Template      string    // "name", or "name@version"
	ClientID      uuid.UUID // a client the practice has, or
	Client        *NewClient
	Recipient     *practice.Recipient // nil: the client
	ExpiresInDays int                 // 0: the practice's default
	Deliver       string              // "none": the caller hands over link and code
}

// Issued is a document with what was just made for its delivery.
type Issued struct {
	Document
	Token string // of the link; "" when none was made
	Code  string // eight digits; "" when none was made
}

const maxExpiryDays = 365

var errNoChannel = fault.Code(fault.Conflict, "no-channel", `No message channel is set up. Use "deliver": "none" and hand over the link and the code yourself.`)

// Send makes a document with its delivery, link and code. Link and code are
// returned this once and kept only as MACs.
func (s *Store) Send(ctx context.Context, h *Holder, in NewDocument) (_ *Issued, err error) {
	defer fault.Wrap(&err, "store.Send(%s)", h.Practice)
	if err := s.require(ctx, h.Actor, access.SendDocuments, audit.Subject{Kind: "practice", ID: h.Practice}); err != nil {
		return nil, err
	}
	p, err := s.Practice(ctx, h.Practice)
	if err != nil {
		return nil, err
	}
	o, err := s.prepare(ctx, h, p, in)
	if err != nil {
		return nil, err
	}
	if err := s.change(ctx, p.ID, func(tx *db.Tx) ([]audit.Event, error) { return o.insert(ctx, tx) }); err != nil {
		return nil, err
	}
	d, err := s.Document(ctx, h, o.documents[len(o.documents)-1].id)
	if err != nil {
		return nil, err
	}
	return &Issued{*d, encodeSecret(o.token), o.code}, nil
}

// An order is a delivery about to be made.
type order struct {
	s         *Store
	by        access.Actor
	practice  *practice.Practice
	client    uuid.UUID
	newClient *sealedClient // nil when the client exists
	recipient *practice.Recipient
	delivery  uuid.UUID
	documents []orderedDocument // the one asked for is last
	token     []byte
	code      string
	expires   time.Time
}

type orderedDocument struct {
	id   uuid.UUID
	form *forms.Template
	pin  string
}

func (s *Store) prepare(ctx context.Context, h *Holder, p *practice.Practice, in NewDocument) (*order, error) {
	if in.Deliver != "" && in.Deliver != "none" {
		return nil, errNoChannel
	}
	if p.KitConfirmed.IsZero() {
		return nil, fault.Code(fault.Conflict, "kit-unconfirmed", "Type the recovery kit back first: a director finds it under Recovery kit.")
	}
	days := in.ExpiresInDays
	if days == 0 {
		days = p.ExpiryDays
	}
	if days < 1 || days > maxExpiryDays {
		return nil, fault.Newf(fault.Invalid, "A link can stay open for 1 to %d days.", maxExpiryDays)
	}
	o := &order{s: s, by: h.Actor, practice: p, recipient: in.Recipient, delivery: newID(), token: vault.NewSecret(), code: vault.NewCode(), expires: s.at().AddDate(0, 0, days)}
	if err := s.orderClient(ctx, o, in); err != nil {
		return nil, err
	}
	return o, s.orderDocuments(ctx, h, o, in.Template)
}

func (s *Store) orderClient(ctx context.Context, o *order, in NewDocument) error {
	switch {
	case in.Client != nil && in.ClientID != uuid.Nil:
		return fault.New(fault.Invalid, "Give either a new client or the id of one you have, not both.")
	case in.Client != nil:
		sealed, err := s.sealClient(ctx, o.practice.ID, *in.Client)
		if err != nil {
			return err
		}
		o.newClient, o.client = sealed, sealed.id
		return nil
	case in.ClientID == uuid.Nil:
		return fault.New(fault.Invalid, "Say which client this is for.")
	}
	var id uuid.UUID
	err := s.db.ReadOne(ctx, o.practice.ID, `SELECT id FROM clients WHERE id = $1 AND practice_id = $2`, []any{in.ClientID, o.practice.ID}, &id)
	if errors.Is(err, fault.NotFound) {
		return fault.New(fault.NotFound, "There is no such client.")
	}
	o.client = id
	return err
}

// storageConsent is asked first of every client whose data would be stored in
// another country than their practice's.
const storageConsent = "overseas-storage-consent"

func (s *Store) orderDocuments(ctx context.Context, h *Holder, o *order, template string) error {
	if name, _, _ := strings.Cut(template, "@"); name != storageConsent && s.storageCountry(o.practice) != o.practice.Country {
		agreed, err := s.agreedToStorage(ctx, h, o)
		if err != nil {
			return err
		}
		if !agreed {
			if err := s.orderDocument(ctx, o, storageConsent); err != nil {
				return err
			}
		}
	}
	return s.orderDocument(ctx, o, template)
}

func (s *Store) orderDocument(ctx context.Context, o *order, template string) error {
	t, err := s.findTemplate(ctx, o.practice.ID, template)
	if err != nil {
		return err
	}
	resolved, err := t.Resolve(s.vars(o.practice))
	if err != nil {
		return fault.Because(fault.Invalid, err, "This template cannot be sent yet: "+err.Error())
	}
	o.documents = append(o.documents, orderedDocument{newID(), resolved, resolved.SHA256()})
	return nil
}

// agreedToStorage reports whether the client's newest storage consent says
// yes. Only a holder of the index can tell; for anyone else it was not asked.
func (s *Store) agreedToStorage(ctx context.Context, h *Holder, o *order) (bool, error) {
	if o.newClient != nil || h.seed == nil {
		return false, nil
	}
	var id uuid.UUID
	var label []byte
	err := s.db.ReadOne(ctx, h.Practice, `
		SELECT id, outcome FROM documents
		WHERE client_id = $1 AND template = $2 AND state = 'completed' ORDER BY completed_at DESC LIMIT 1`, []any{o.client, storageConsent}, &id, &label)
	if errors.Is(err, fault.NotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	var outcome practice.Outcome
	_, err = s.openLabel(ctx, h, id, "outcome", label, &outcome)
	return outcome.Result == forms.Agreed, err
}

func (o *order) insert(ctx context.Context, tx *db.Tx) ([]audit.Event, error) {
	s, p, now := o.s, o.practice.ID, o.s.at()
	var events []audit.Event
	if o.newClient != nil {
		if err := o.newClient.insert(ctx, tx, p, now); err != nil {
			return nil, err
		}
		events = append(events, audit.Event{At: now, Actor: o.by, Action: "client.add", Subject: audit.Subject{Kind: "client", ID: o.client}})
	}
	if _, err := tx.Exec(ctx, `INSERT INTO deliveries (id, practice_id, code_mac, attempts, expires_at, created_at) VALUES ($1, $2, $3, 0, $4, $5)`,
		o.delivery, p, s.codeMAC(o.delivery, o.code), o.expires, now); err != nil {
		return nil, err
	}
	if err := s.insertLink(ctx, tx, p, o.delivery, o.token); err != nil {
		return nil, err
	}
	for i, d := range o.documents {
		if err := o.insertDocument(ctx, tx, i, d, now); err != nil {
			return nil, err
		}
		events = append(events, audit.Event{At: now, Actor: o.by, Action: "document.send", Subject: audit.Subject{Kind: "document", ID: d.id}, Detail: audit.Detail{"template": d.form.Name + "@" + d.form.Version}})
	}
	return events, nil
}

func (o *order) insertDocument(ctx context.Context, tx *db.Tx, position int, d orderedDocument, now time.Time) error {
	p := o.practice.ID
	if _, err := tx.Exec(ctx, `INSERT INTO pins (practice_id, sha256, name, version, title, body, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (practice_id, sha256) DO NOTHING`,
		p, d.pin, d.form.Name, d.form.Version, d.form.Title, d.form.Canonical(), now); err != nil {
		return err
	}
	var recipient []byte
	if o.recipient != nil {
		text, err := json.Marshal(o.recipient)
		if err != nil {
			return err
		}
		recipient = o.s.keys().Seal(text, "recipient", p[:], d.id[:])
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO documents (id, practice_id, client_id, delivery_id, pin, template, version, title, state, former, recipient, expires_at, created_at, sent_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'sent', '', $9, $10, $11, $11)`,
		d.id, p, o.client, o.delivery, d.pin, d.form.Name, d.form.Version, d.form.Title, recipient, o.expires, now); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO steps (document_id, delivery_id, practice_id, position, pin, state, filled) VALUES ($1, $2, $3, $4, $5, 'sent', $6)`,
		d.id, o.delivery, p, position, d.pin, false)
	return err
}

func (s *Store) codeMAC(delivery uuid.UUID, code string) []byte {
	return s.keys().MAC("code", delivery[:], []byte(code))
}

func (s *Store) insertLink(ctx context.Context, tx *db.Tx, practice, delivery uuid.UUID, token []byte) error {
	_, err := tx.Exec(ctx, `INSERT INTO links (mac, delivery_id, practice_id, created_at) VALUES ($1, $2, $3, $4)`, s.keys().MAC("link", token), delivery, practice, s.at())
	return err
}
