package store

import (
	"context"
	"fmt"
	"log/slog"
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

// What a record can be.
const (
	Withdrawal = "withdrawal" // of a consent that was given
	Refusal    = "refusal"    // to acknowledge the privacy notice (45 CFR 164.520(c)(2)(ii))
)

// A Record is what staff wrote down beside a client's documents. It never
// changes: a mistake is put right by another record.
type Record struct {
	ID       uuid.UUID `json:"-"`
	Client   uuid.UUID `json:"client"`
	Document uuid.UUID `json:"document"` // uuid.Nil when it is about none
	Kind     string    `json:"kind"`
	Version  string    `json:"version,omitempty"` // of the notice that was refused
	On       string    `json:"on"`                // ISO date it happened
	Reason   string    `json:"reason,omitempty"`  // of a refusal: one of Reasons
	Words    string    `json:"words,omitempty"`
	By       string    `json:"by"` // staff member, by name as it was then
	At       time.Time `json:"at"`
}

// LogValue prints nothing of a record but its id.
func (r Record) LogValue() slog.Value { return slog.StringValue(r.ID.String()) }

const maxRecordWords = 1000

func (s *Store) checkRecord(p *practice.Practice, r *Record) error {
	r.Words = strings.TrimSpace(r.Words)
	if utf8.RuneCountInString(r.Words) > maxRecordWords || !utf8.ValidString(r.Words) {
		return fault.Newf(fault.Invalid, "Use at most %d characters.", maxRecordWords)
	}
	on, err := time.Parse(time.DateOnly, r.On)
	if err != nil || on.Format(time.DateOnly) > s.now().In(p.Location()).Format(time.DateOnly) {
		return fault.New(fault.Invalid, "Enter the day it happened, written like 2026-03-27 and not in the future.")
	}
	return nil
}

// addRecord seals a record and writes it. What kind it is, neither its row nor
// the log says: not even which document it is about, since only a consent that
// was given can be withdrawn.
func (s *Store) addRecord(ctx context.Context, h *Holder, r Record) error {
	p, err := s.Practice(ctx, h.Practice)
	if err != nil {
		return err
	}
	if err := s.checkRecord(p, &r); err != nil {
		return err
	}
	_, index, err := s.newestKeys(ctx, h.Practice)
	if err != nil {
		return err
	}
	r.ID, r.By, r.At = newID(), h.Name, s.at()
	sealed, err := sealLabel(index, h.Practice, r.ID, "record", r)
	if err != nil {
		return err
	}
	return s.change(ctx, h.Practice, func(tx *db.Tx) ([]audit.Event, error) {
		_, err := tx.Exec(ctx, `INSERT INTO records (id, practice_id, client_id, sealed, created_at) VALUES ($1, $2, $3, $4, $5)`,
			r.ID, h.Practice, r.Client, sealed, r.At)
		return []audit.Event{{At: r.At, Actor: h.Actor, Action: "record.add", Subject: audit.Subject{Kind: "client", ID: r.Client}}}, err
	})
}

const resealRecord = `UPDATE records SET sealed = $2 WHERE id = $1 AND sealed = $3`

// Records returns what staff wrote down about a client, oldest first.
func (s *Store) Records(ctx context.Context, h *Holder, client uuid.UUID) (_ []Record, err error) {
	defer fault.Wrap(&err, "store.Records(%s)", client)
	if err := s.require(ctx, h.Actor, access.ReadDocuments, audit.Subject{Kind: "client", ID: client}); err != nil {
		return nil, err
	}
	if err := s.sees(ctx, h, client); err != nil {
		return nil, err
	}
	byClient, err := s.recordsOf(ctx, h, []uuid.UUID{client})
	return byClient[client], err
}

// recordsOf opens the records of several clients within the holder's request.
// A record moved to another client does not open.
func (s *Store) recordsOf(ctx context.Context, h *Holder, clients []uuid.UUID) (map[uuid.UUID][]Record, error) {
	type row struct {
		id, client uuid.UUID
		sealed     []byte
	}
	var found []row
	var one row
	err := s.db.ReadEach(ctx, h.Practice, `SELECT id, client_id, sealed FROM records WHERE practice_id = $1 AND client_id IN (`+places(2, len(clients))+`) ORDER BY created_at, id`,
		idArgs(h.Practice, clients), []any{&one.id, &one.client, &one.sealed}, func() error { found = append(found, one); return nil })
	if err != nil || h.seed == nil {
		return nil, err
	}
	byClient := map[uuid.UUID][]Record{}
	var again []reseal
	for _, r := range found {
		var record Record
		now, err := s.openLabel(ctx, h, r.id, "record", r.sealed, &record)
		if err == nil && record.Client != r.client {
			err = vault.ErrOpen
		}
		if err != nil {
			return nil, fmt.Errorf("record %s: %w", r.id, err)
		}
		if now != nil {
			again = append(again, reseal{resealRecord, r.id, now, r.sealed})
		}
		record.ID = r.id
		byClient[r.client] = append(byClient[r.client], record)
	}
	s.resealLabels(ctx, h.Practice, again)
	return byClient, nil
}

// idArgs returns the practice and the ids as arguments.
func idArgs(practice uuid.UUID, ids []uuid.UUID) []any {
	args := []any{practice}
	for _, id := range ids {
		args = append(args, id)
	}
	return args
}

// Withdraw records that a client takes back a consent from a day on. The
// consent itself stays as it was signed.
func (s *Store) Withdraw(ctx context.Context, h *Holder, document uuid.UUID, on, words string) (err error) {
	defer fault.Wrap(&err, "store.Withdraw(%s)", document)
	if err := s.require(ctx, h.Actor, access.SendDocuments, audit.Subject{Kind: "document", ID: document}); err != nil {
		return err
	}
	d, err := s.Document(ctx, h, document)
	if err != nil {
		return err
	}
	if d.Outcome.Result != forms.Agreed {
		return fault.Code(fault.Conflict, "state", "There is no consent here to withdraw.")
	}
	withdrawn, err := s.withdrawn(ctx, h, d.ClientID, document)
	if err != nil {
		return err
	}
	if withdrawn != nil {
		return fault.Code(fault.Conflict, "state", "The withdrawal of this consent is recorded already.")
	}
	return s.addRecord(ctx, h, Record{Client: d.ClientID, Document: document, Kind: Withdrawal, On: on, Words: words})
}

// withdrawn returns the withdrawal of a consent, or nil.
func (s *Store) withdrawn(ctx context.Context, h *Holder, client, document uuid.UUID) (*Record, error) {
	records, err := s.recordsOf(ctx, h, []uuid.UUID{client})
	for i, r := range records[client] {
		if r.Kind == Withdrawal && r.Document == document {
			return &records[client][i], err
		}
	}
	return nil, err
}

// Reasons why an acknowledgement could not be got, with the words a log of the
// practice would use.
var Reasons = []struct{ Code, Text string }{
	{"refused", "The client refused to sign"},
	{"barrier", "We could not communicate well enough"},
	{"emergency", "An emergency prevented it"},
	{"other", "Another reason"},
}

// Refuse documents that a client did not acknowledge the privacy notice: what
// was tried, and why it failed.
func (s *Store) Refuse(ctx context.Context, h *Holder, client uuid.UUID, reason, on, words string) (err error) {
	defer fault.Wrap(&err, "store.Refuse(%s)", client)
	if err := s.require(ctx, h.Actor, access.SendDocuments, audit.Subject{Kind: "client", ID: client}); err != nil {
		return err
	}
	known := false
	for _, r := range Reasons {
		known = known || r.Code == reason
	}
	if !known {
		return fault.Code(fault.Invalid, "reason", "Choose why it was not acknowledged.")
	}
	if err := s.sees(ctx, h, client); err != nil {
		return err
	}
	states, err := s.noticesOf(ctx, h, []uuid.UUID{client})
	if err != nil {
		return err
	}
	if states[client].State == NoticeAcknowledged {
		return fault.Code(fault.Conflict, "state", "This client has acknowledged the notice.")
	}
	t, err := s.NoticeTemplate(ctx, h)
	if err != nil {
		return err
	}
	return s.addRecord(ctx, h, Record{Client: client, Kind: Refusal, Version: t.Version, Reason: reason, On: on, Words: words})
}
