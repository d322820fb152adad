package store

import (
	"context"
	"errors"
	"slices"
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

// NewDocument asks one form of one client, or several under one link and code.
type NewDocument struct {
	Template      string    // "name", or "name@version"
	Packet        []string  // the templates asked after it, in order
	Supersedes    uuid.UUID // the document of this client that is asked again; uuid.Nil for none
	ClientID      uuid.UUID // a client the practice has, or
	Client        *NewClient
	Recipient     *practice.Recipient // nil: the client
	ExpiresInDays int                 // 0: the practice's default
	Deliver       string              // "none": the caller hands over link and code; "send": messages do
	LinkBy        practice.Channel    // of "send"; "": the first that the client agreed to
	CodeBy        practice.Channel    // likewise, or ByHand: the caller reads it out
	Consents      []Consent           // what the client agreed to just now
	AskFirst      bool                // without consent, send the question; link and code wait for the answer
}

// Issued is a document with what was just made for its delivery.
type Issued struct {
	Document
	Token  string           // of the link; "" when none was made, or a message carries it
	Code   string           // eight digits; "" when none was made, or a message carries it
	LinkBy practice.Channel // how a message carries the link; "" when the caller does
	CodeBy practice.Channel
	LinkTo string // where it goes, shortened
	CodeTo string
	Asked  bool // a question went first
}

const maxExpiryDays = 365

// Send makes a document with its delivery, link and code. What the caller hands
// over is returned this once and kept only as MACs. What messages carry is
// queued: the link is made when it is sent, and the code is kept under the
// server key until it arrived.
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
	d, err := s.Document(ctx, h, o.documents[o.asked].id)
	if err != nil {
		return nil, err
	}
	return o.issued(d), nil
}

func (o *order) issued(d *Document) *Issued {
	r := o.reach
	i := &Issued{Document: *d, LinkBy: r.linkBy, CodeBy: r.codeBy, Asked: r.ask}
	if r.linkBy == "" {
		i.Token = encodeSecret(o.token)
	} else {
		i.LinkTo = masked(r.linkBy, r.address[r.linkBy])
	}
	if r.codeBy == "" {
		i.Code = o.code
	} else {
		i.CodeTo = masked(r.codeBy, r.address[r.codeBy])
	}
	return i
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
	documents []orderedDocument
	asked     int       // which of them was asked for first; a consent may stand before it
	again     uuid.UUID // the document it supersedes
	token     []byte
	code      string
	expires   time.Time
	reach     *reach
}

type orderedDocument struct {
	id   uuid.UUID
	form *forms.Template
	pin  string
}

func (s *Store) prepare(ctx context.Context, h *Holder, p *practice.Practice, in NewDocument) (*order, error) {
	if in.Deliver != "" && in.Deliver != "none" && in.Deliver != "send" {
		return nil, fault.Code(fault.Invalid, "deliver", `Say how it gets there: "none" or "send".`)
	}
	if in.Deliver == "send" && len(s.channels) == 0 {
		return nil, errNoChannel
	}
	if p.KitConfirmed.IsZero() {
		return nil, fault.Code(fault.Conflict, "kit-unconfirmed", "Type the recovery kit back first: a director finds it under Recovery kit.")
	}
	expires, err := s.expiry(p, in.ExpiresInDays)
	if err != nil {
		return nil, err
	}
	o := &order{s: s, by: h.Actor, practice: p, recipient: in.Recipient, delivery: newID(), token: vault.NewSecret(), code: vault.NewCode(), expires: expires}
	if err := s.orderClient(ctx, h, o, in); err != nil {
		return nil, err
	}
	if err := checkRecipient(in.Recipient); err != nil {
		return nil, err
	}
	if err := s.orderAgain(ctx, o, in); err != nil {
		return nil, err
	}
	if err := s.orderDocuments(ctx, h, o, append([]string{in.Template}, in.Packet...)); err != nil {
		return nil, err
	}
	return o, s.orderMessages(ctx, o, in)
}

// expiry returns when a link made now ends that is to stay open for so many
// days; 0 days are the practice's default.
func (s *Store) expiry(p *practice.Practice, days int) (time.Time, error) {
	if days == 0 {
		days = p.ExpiryDays
	}
	if days < 1 || days > maxExpiryDays {
		return time.Time{}, fault.Newf(fault.Invalid, "A link can stay open for 1 to %d days.", maxExpiryDays)
	}
	return s.at().AddDate(0, 0, days), nil
}

func (s *Store) orderClient(ctx context.Context, h *Holder, o *order, in NewDocument) error {
	switch {
	case in.Client != nil && in.ClientID != uuid.Nil:
		return fault.New(fault.Invalid, "Give either a new client or the id of one you have, not both.")
	case in.Client != nil:
		sealed, err := s.sealClient(ctx, o.practice.ID, *in.Client)
		if err != nil {
			return err
		}
		o.newClient, o.client = sealed, sealed.ID
		return nil
	case in.ClientID == uuid.Nil:
		return fault.New(fault.Invalid, "Say which client this is for.")
	}
	o.client = in.ClientID
	if err := s.sees(ctx, h, in.ClientID); err != nil {
		return err
	}
	row, err := s.clientRows(ctx, h, `WHERE c.id = $1 AND c.practice_id = $2 AND c.archived_at IS NOT NULL`, []any{in.ClientID, h.Practice})
	if err == nil && len(row) > 0 {
		err = fault.Code(fault.Conflict, "archived", "This client is archived. Restore them on their page first.")
	}
	return err
}

// storageConsent is asked first of every client whose data would be stored in
// another country than their practice's.
const storageConsent = "overseas-storage-consent"

// maxPacket bounds the documents of one delivery.
const maxPacket = 20

func (s *Store) orderDocuments(ctx context.Context, h *Holder, o *order, templates []string) error {
	if len(templates) > maxPacket {
		return fault.Newf(fault.Invalid, "One link can hold %d documents.", maxPacket)
	}
	isConsent := func(template string) bool {
		name, _, _ := strings.Cut(template, "@")
		return name == storageConsent
	}
	if s.storageCountry(o.practice) != o.practice.Country {
		if at := slices.IndexFunc(templates, isConsent); at >= 0 {
			consent := templates[at]
			templates = append([]string{consent}, slices.Delete(templates, at, at+1)...)
		} else if agreed, err := s.agreedToStorage(ctx, h, o); err != nil {
			return err
		} else if !agreed {
			templates, o.asked = append([]string{storageConsent}, templates...), 1
		}
	}
	for _, template := range templates {
		if err := s.orderDocument(ctx, o, template); err != nil {
			return err
		}
	}
	return nil
}

// orderAgain checks that the document to supersede is this client's.
func (s *Store) orderAgain(ctx context.Context, o *order, in NewDocument) error {
	if in.Supersedes == uuid.Nil {
		return nil
	}
	err := s.db.ReadOne(ctx, o.practice.ID, `SELECT id FROM documents WHERE id = $1 AND practice_id = $2 AND client_id = $3`,
		[]any{in.Supersedes, o.practice.ID, o.client}, &o.again)
	if errors.Is(err, fault.NotFound) {
		return fault.New(fault.NotFound, "There is no such document of this client.")
	}
	return err
}

// checkRecipient refuses a recipient who could not be addressed.
func checkRecipient(r *practice.Recipient) error {
	switch {
	case r == nil:
		return nil
	case r.FirstName == "":
		return fault.New(fault.Invalid, "Enter the first name of whoever receives it.")
	case r.Relationship == "":
		return fault.New(fault.Invalid, "Enter what they are to the client, such as mother.")
	case r.Email != "" && !strings.Contains(r.Email, "@"):
		return errEmail
	}
	for _, text := range []string{r.FirstName, r.Relationship, r.Email, r.Phone, r.Language} {
		if utf8.RuneCountInString(text) > 200 || !utf8.ValidString(text) {
			return fault.New(fault.Invalid, "Names and addresses must be 200 characters or fewer.")
		}
	}
	return nil
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
	pin := resolved.SHA256()
	if slices.ContainsFunc(o.documents, func(d orderedDocument) bool { return d.pin == pin }) {
		return fault.Newf(fault.Invalid, "%s is chosen twice.", resolved.Title)
	}
	o.documents = append(o.documents, orderedDocument{newID(), resolved, pin})
	return nil
}

// agreedToStorage reports whether the client's newest storage consent says
// yes and was not withdrawn. Only a holder of the index can tell; for anyone else it was not asked.
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
	if _, err = s.openLabel(ctx, h, id, "outcome", label, &outcome); err != nil || outcome.Result != forms.Agreed {
		return false, err
	}
	taken, err := s.withdrawn(ctx, h, o.client, id)
	return taken == nil, err
}

func (o *order) insert(ctx context.Context, tx *db.Tx) ([]audit.Event, error) {
	s, p, now := o.s, o.practice.ID, o.s.at()
	var events []audit.Event
	if o.newClient != nil {
		if err := o.newClient.insert(ctx, tx, p, now); err != nil {
			return nil, err
		}
		if err := s.assignOwn(ctx, tx, o.by, o.client); err != nil {
			return nil, err
		}
		events = append(events, audit.Event{At: now, Actor: o.by, Action: "client.add", Subject: audit.Subject{Kind: "client", ID: o.client}})
	}
	if _, err := tx.Exec(ctx, `INSERT INTO deliveries (id, practice_id, code_mac, attempts, expires_at, language, created_at) VALUES ($1, $2, $3, 0, $4, $5, $6)`,
		o.delivery, p, s.codeMAC(p, o.delivery, o.code), o.expires, s.sealLanguage(o.delivery, o.language()), now); err != nil {
		return nil, err
	}
	if o.reach.linkBy == "" {
		s.insertLinks(ctx, tx, p, newLink{delivery: o.delivery, token: o.token})
	}
	for i, d := range o.documents {
		if err := o.insertDocument(ctx, tx, i, d, now); err != nil {
			return nil, err
		}
		events = append(events, audit.Event{At: now, Actor: o.by, Action: "document.send", Subject: audit.Subject{Kind: "document", ID: d.id}, Detail: audit.Detail{"template": d.form.Name + "@" + d.form.Version}})
	}
	more, err := o.insertMessages(ctx, tx, now)
	return append(events, more...), err
}

func (o *order) insertDocument(ctx context.Context, tx *db.Tx, position int, d orderedDocument, now time.Time) error {
	p := o.practice.ID
	if _, err := tx.Exec(ctx, `INSERT INTO pins (practice_id, sha256, name, version, title, body, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (practice_id, sha256) DO NOTHING`,
		p, d.pin, d.form.Name, d.form.Version, d.form.Title, d.form.Canonical(), now); err != nil {
		return err
	}
	var recipient []byte
	if o.recipient != nil {
		recipient = o.s.sealValue("recipient", o.recipient, p, d.id)
	}
	state, sent := practice.Sent, now
	if o.reach.linkBy != "" { // the worker makes the link
		state, sent = practice.Prepared, time.Time{}
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO documents (id, practice_id, client_id, delivery_id, pin, template, version, title, state, former, recipient, supersedes, expires_at, created_at, sent_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', $10, $11, $12, $13, $14)`,
		d.id, p, o.client, o.delivery, d.pin, d.form.Name, d.form.Version, d.form.Title, string(state), recipient, o.superseded(position), o.expires, now, sent); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO steps (document_id, delivery_id, practice_id, position, pin, state, filled) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		d.id, o.delivery, p, position, d.pin, string(state), false)
	return err
}

// superseded is what the document at a position supersedes, or nil.
func (o *order) superseded(position int) any {
	if position != o.asked || o.again == uuid.Nil {
		return nil
	}
	return o.again
}

// language is the recipient's, as far as staff said.
func (o *order) language() string {
	if o.recipient == nil {
		return ""
	}
	return o.recipient.Language
}

func (s *Store) codeMAC(practice, delivery uuid.UUID, code string) []byte {
	return s.keys().MAC("code", codeFields(practice, delivery, code)...)
}

func codeFields(practice, delivery uuid.UUID, code string) [][]byte {
	return [][]byte{practice[:], delivery[:], []byte(code)}
}
