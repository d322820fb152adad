package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

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

// Gate refuses a document that waits for the storage consent before it. The
// consent's answer is opened by the client's own link: the server cannot know
// it otherwise.
func (s *Store) Gate(ctx context.Context, v *Visit, st *Step) error {
	first := &v.Steps[0]
	if st.Document == first.Document {
		return nil
	}
	t, err := s.Form(ctx, v.Practice.ID, first.Pin)
	if err != nil || t.Name != storageConsent {
		return err
	}
	refused := fault.Code(fault.Conflict, "storage-refused", "You did not agree to how your information would be stored, so this form stays closed. The practice will offer you paper. Your care does not depend on it.")
	switch first.State {
	case practice.Completed:
	case practice.Declined:
		return refused
	default:
		return fault.Code(fault.Conflict, "storage-first", "Answer the form about storing your information first.")
	}
	d, _, err := s.openKey(ctx, v, first.Document)
	if err != nil {
		return err
	}
	body, err := s.openSubmission(ctx, v.Practice.ID, first.Document, d.key)
	if err != nil {
		return err
	}
	if body.Outcome != forms.Agreed {
		return refused
	}
	return nil
}

func (s *Store) openSubmission(ctx context.Context, practice, document uuid.UUID, key []byte) (*submissionBody, error) {
	var sealed []byte
	if err := s.db.ReadOne(ctx, practice, `SELECT body FROM submissions WHERE document_id = $1`, []any{document}, &sealed); err != nil {
		return nil, err
	}
	return decodeSubmission(practice, document, key, sealed)
}

func decodeSubmission(practice, document uuid.UUID, key, sealed []byte) (*submissionBody, error) {
	text, err := vault.Open(key, sealed, "submission", practice[:], document[:])
	if err != nil {
		return nil, fmt.Errorf("submission %s: %w", document, err)
	}
	var body submissionBody
	return &body, json.Unmarshal(text, &body)
}

// What a re-issue makes anew. A new code keeps every link and the draft; a new
// link opens the draft only in a browser that has it already.
const (
	ReissueCode = "code"
	ReissueLink = "link"
	ReissueBoth = "both"
)

// maxLinks bounds the links of one delivery; the oldest without a wrap goes.
const maxLinks = 8

// Reissue makes a new code, link or both for a document's delivery. A new code
// unlocks a locked delivery; the old one never works again.
func (s *Store) Reissue(ctx context.Context, h *Holder, id uuid.UUID, what string) (_ *Issued, err error) {
	defer fault.Wrap(&err, "store.Reissue(%s)", id)
	if what != ReissueCode && what != ReissueLink && what != ReissueBoth {
		return nil, fault.New(fault.Invalid, `Say what to re-issue: "code", "link" or "both".`)
	}
	subject := audit.Subject{Kind: "document", ID: id}
	if err := s.require(ctx, h.Actor, access.SendDocuments, subject); err != nil {
		return nil, err
	}
	d, err := s.Document(ctx, h, id)
	if err != nil {
		return nil, err
	}
	if !d.State.Open() {
		return nil, fault.Code(fault.Conflict, "state", fmt.Sprintf("This document is %s, so it gets no new code or link.", d.State))
	}
	issued := &Issued{Document: *d}
	err = s.change(ctx, h.Practice, func(tx *db.Tx) ([]audit.Event, error) {
		if what != ReissueLink {
			issued.Code = vault.NewCode()
			if _, err := tx.Exec(ctx, `UPDATE deliveries SET code_mac = $2, attempts = 0 WHERE id = $1`, d.DeliveryID, s.codeMAC(d.DeliveryID, issued.Code)); err != nil {
				return nil, err
			}
			issued.Locked = false
		}
		if what != ReissueCode {
			token := vault.NewSecret()
			issued.Token = encodeSecret(token)
			if err := s.insertLink(ctx, tx, h.Practice, d.DeliveryID, token); err != nil {
				return nil, err
			}
			if err := s.evictLinks(ctx, tx, h.Practice, d.DeliveryID); err != nil {
				return nil, err
			}
		}
		return []audit.Event{{At: s.at(), Actor: h.Actor, Action: "document.reissue", Subject: subject, Detail: audit.Detail{"what": what}}}, nil
	})
	return issued, err
}

func (s *Store) evictLinks(ctx context.Context, tx *db.Tx, practice, delivery uuid.UUID) error {
	_, err := tx.Exec(ctx, `
		DELETE FROM links WHERE delivery_id = $1
			AND mac NOT IN (SELECT mac FROM links WHERE delivery_id = $1 ORDER BY created_at DESC LIMIT $2)
			AND mac NOT IN (SELECT ref FROM wraps WHERE practice_id = $3 AND kind = 'link')`, delivery, maxLinks, practice)
	return err
}

// Revoke ends a document that is not completed. Its link is dead at once, on
// every instance; what was typed into it is erased.
func (s *Store) Revoke(ctx context.Context, h *Holder, id uuid.UUID) (_ *Document, err error) {
	defer fault.Wrap(&err, "store.Revoke(%s)", id)
	return s.move(ctx, h, id, access.RevokeDocuments, practice.Revoke, "document.revoke", func(tx *db.Tx, d *Document) error {
		if err := eraseDrafts(ctx, tx, d.ID); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `
			UPDATE deliveries SET closed_at = $2
			WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM steps WHERE delivery_id = $1 AND state NOT IN ('revoked'))`, d.DeliveryID, s.at())
		return err
	})
}

// Extend gives a document days more from now, and an expired one its former
// state back.
func (s *Store) Extend(ctx context.Context, h *Holder, id uuid.UUID, days int) (_ *Document, err error) {
	defer fault.Wrap(&err, "store.Extend(%s)", id)
	p, err := s.Practice(ctx, h.Practice)
	if err != nil {
		return nil, err
	}
	if days == 0 {
		days = p.ExpiryDays
	}
	if days < 1 || days > maxExpiryDays {
		return nil, fault.Newf(fault.Invalid, "A link can stay open for 1 to %d days.", maxExpiryDays)
	}
	expires := s.at().AddDate(0, 0, days)
	return s.move(ctx, h, id, access.SendDocuments, practice.Extend, "document.extend", func(tx *db.Tx, d *Document) error {
		if _, err := tx.Exec(ctx, `UPDATE documents SET expires_at = $2 WHERE id = $1`, d.ID, expires); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `UPDATE deliveries SET expires_at = $2 WHERE id = $1`, d.DeliveryID, expires)
		return err
	})
}

// move takes a document one step on by compare-and-swap of its state.
func (s *Store) move(ctx context.Context, h *Holder, id uuid.UUID, needs access.Permission, step practice.Step, action audit.Action, also func(*db.Tx, *Document) error) (*Document, error) {
	subject := audit.Subject{Kind: "document", ID: id}
	if err := s.require(ctx, h.Actor, needs, subject); err != nil {
		return nil, err
	}
	d, err := s.Document(ctx, h, id)
	if err != nil {
		return nil, err
	}
	next, err := practice.Next(d.State, d.former, step)
	if err != nil {
		return nil, err
	}
	err = s.change(ctx, h.Practice, func(tx *db.Tx) ([]audit.Event, error) {
		n, err := tx.Exec(ctx, `UPDATE documents SET state = $2, former = '' WHERE id = $1 AND state = $3`, id, string(next), string(d.State))
		if err != nil {
			return nil, err
		}
		if n == 0 {
			return nil, fault.Code(fault.Conflict, "state", "This document changed just now. Look at it again.")
		}
		if _, err := tx.Exec(ctx, `UPDATE steps SET state = $2 WHERE document_id = $1`, id, string(next)); err != nil {
			return nil, err
		}
		return []audit.Event{{At: s.at(), Actor: h.Actor, Action: action, Subject: subject}}, also(tx, d)
	})
	if err != nil {
		return nil, err
	}
	return s.Document(ctx, h, id)
}

func checkClient(c *NewClient) error {
	c.FirstName, c.FullName = strings.TrimSpace(c.FirstName), strings.TrimSpace(c.FullName)
	c.Email, c.Phone, c.Reference, c.BirthDate = strings.TrimSpace(c.Email), strings.TrimSpace(c.Phone), strings.TrimSpace(c.Reference), strings.TrimSpace(c.BirthDate)
	if c.FirstName == "" {
		return fault.New(fault.Invalid, "Enter the client's first name.")
	}
	for _, text := range []string{c.FirstName, c.FullName, c.Email, c.Phone, c.Reference} {
		if utf8.RuneCountInString(text) > 200 || !utf8.ValidString(text) {
			return fault.New(fault.Invalid, "Names, addresses and references must be 200 characters or fewer.")
		}
	}
	if c.BirthDate != "" {
		if _, err := time.Parse(time.DateOnly, c.BirthDate); err != nil {
			return fault.New(fault.Invalid, "The date of birth must be a real date, written like 1980-12-31.")
		}
	}
	if c.Email != "" && !strings.Contains(c.Email, "@") {
		return fault.New(fault.Invalid, "The e-mail address must have an @ in it.")
	}
	return nil
}
