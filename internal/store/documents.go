package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
)

// A Document is one form asked of one client, as lists show it.
type Document struct {
	ID, ClientID, DeliveryID uuid.UUID
	FirstName                string
	Client                   practice.Label // empty for who holds no index key
	Template, Version, Title string
	Pin                      string // SHA-256 of the form as asked
	State                    practice.State
	Locked                   bool // ten wrong codes were given
	Outcome                  practice.Outcome
	ExpiresAt, CreatedAt     time.Time
	SentAt, UnlockedAt       time.Time
	CompletedAt, ReadAt      time.Time
	FiledAt                  time.Time
	NoCodeAt, LinkAskedAt    time.Time // the client called for one, and nobody has dealt with it
	Supersedes               uuid.UUID // the document that this one asks again
	PaperOn                  string    // ISO date of a form filled in on paper; "" for others

	former practice.State
}

// A DocumentFilter says which documents to list.
type DocumentFilter struct {
	State    practice.State // "" for all
	Client   uuid.UUID      // uuid.Nil for all
	Delivery uuid.UUID      // uuid.Nil for all
	Cursor   string
	Limit    int // 0: 50; at most 200
}

const documentColumns = `d.id, d.client_id, d.delivery_id, d.template, d.version, d.title, d.pin, d.state, d.former, d.outcome,
	d.expires_at, d.created_at, d.sent_at, d.unlocked_at, d.completed_at, d.read_at, d.filed_at, d.supersedes, COALESCE(d.paper_on, ''), v.attempts, v.no_code_at, v.asked_at, c.contact, c.label`

const documentTables = ` FROM documents d JOIN deliveries v ON v.id = d.delivery_id JOIN clients c ON c.id = d.client_id `

// A sealedDocument is a row before its labels are opened.
type sealedDocument struct {
	Document
	attempts                int64
	outcome, contact, label []byte
}

func (d *sealedDocument) dest() []any {
	return []any{&d.ID, &d.ClientID, &d.DeliveryID, &d.Template, &d.Version, &d.Title, &d.Pin, (*string)(&d.State), (*string)(&d.former), &d.outcome,
		&d.ExpiresAt, &d.CreatedAt, &d.SentAt, &d.UnlockedAt, &d.CompletedAt, &d.ReadAt, &d.FiledAt, &d.Supersedes, &d.PaperOn, &d.attempts, &d.NoCodeAt, &d.LinkAskedAt, &d.contact, &d.label}
}

// Documents returns documents, newest first, and the cursor of the next page.
func (s *Store) Documents(ctx context.Context, h *Holder, f DocumentFilter) (items []Document, next string, err error) {
	defer fault.Wrap(&err, "store.Documents(%s)", h.Practice)
	if err := s.require(ctx, h.Actor, access.ReadDocuments, audit.Subject{Kind: "practice", ID: h.Practice}); err != nil {
		return nil, "", err
	}
	from, err := parseCursor(f.Cursor)
	if err != nil {
		return nil, "", err
	}
	where, args := []string{`d.practice_id = $1`, `(d.created_at, d.id) < ($2, $3)`}, []any{h.Practice, from.at, from.id}
	if f.State != "" {
		args = append(args, string(f.State))
		where = append(where, fmt.Sprintf(`d.state = $%d`, len(args)))
	}
	if f.Client != uuid.Nil {
		args = append(args, f.Client)
		where = append(where, fmt.Sprintf(`d.client_id = $%d`, len(args)))
	}
	if f.Delivery != uuid.Nil {
		args = append(args, f.Delivery)
		where = append(where, fmt.Sprintf(`d.delivery_id = $%d`, len(args)))
	}
	seen, args := seenBy(h, "d.client_id", args)
	where = append(where, seen)
	limit := pageSize(f.Limit)
	args = append(args, limit+1)
	query := `SELECT ` + documentColumns + documentTables + `WHERE ` + strings.Join(where, ` AND `) +
		fmt.Sprintf(` ORDER BY d.created_at DESC, d.id DESC LIMIT $%d`, len(args))
	rows, err := s.documentRows(ctx, h, query, args)
	if err != nil {
		return nil, "", err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = position{rows[limit-1].CreatedAt, rows[limit-1].ID}.cursor()
	}
	items, err = s.openDocuments(ctx, h, rows)
	return items, next, err
}

func (s *Store) documentRows(ctx context.Context, h *Holder, query string, args []any) (docs []sealedDocument, err error) {
	var d sealedDocument
	err = s.db.ReadEach(ctx, h.Practice, query, args, d.dest(), func() error { docs = append(docs, d); return nil })
	return docs, err
}

// openDocuments opens the labels with the holder's index key, and seals those
// that were still sealed to the public half again under the list key.
func (s *Store) openDocuments(ctx context.Context, h *Holder, rows []sealedDocument) ([]Document, error) {
	docs := make([]Document, 0, len(rows))
	var again []reseal
	for i := range rows {
		d := &rows[i]
		d.Locked = d.attempts >= maxAttempts
		var contact practice.Contact
		if err := s.openContact(h.Practice, d.ClientID, d.contact, &contact); err != nil {
			return nil, err
		}
		d.FirstName = contact.FirstName
		if h.seed != nil {
			now, err := s.openLabel(ctx, h, d.ClientID, "client", d.label, &d.Client)
			if err != nil {
				return nil, err
			}
			if now != nil {
				again = append(again, reseal{resealClient, d.ClientID, now, d.label})
			}
		}
		if h.seed != nil && d.outcome != nil {
			now, err := s.openLabel(ctx, h, d.ID, "outcome", d.outcome, &d.Outcome)
			if err != nil {
				return nil, err
			}
			if now != nil {
				again = append(again, reseal{resealOutcome, d.ID, now, d.outcome})
			}
		}
		docs = append(docs, d.Document)
	}
	s.resealLabels(ctx, h.Practice, again)
	return docs, nil
}

// Document returns one document. Another practice's, or one of a client whom
// the holder does not see, is fault.NotFound.
func (s *Store) Document(ctx context.Context, h *Holder, id uuid.UUID) (_ *Document, err error) {
	defer fault.Wrap(&err, "store.Document(%s)", id)
	if !h.May(access.ReadDocuments) && !h.May(access.SendDocuments) {
		return nil, s.require(ctx, h.Actor, access.ReadDocuments, audit.Subject{Kind: "document", ID: id})
	}
	var d sealedDocument
	seen, args := seenBy(h, "d.client_id", []any{id, h.Practice})
	err = s.db.ReadOne(ctx, h.Practice, `SELECT `+documentColumns+documentTables+`WHERE d.id = $1 AND d.practice_id = $2 AND `+seen, args, d.dest()...)
	if errors.Is(err, fault.NotFound) {
		return nil, fault.New(fault.NotFound, "There is no such document.")
	}
	if err != nil {
		return nil, err
	}
	docs, err := s.openDocuments(ctx, h, []sealedDocument{d})
	if err != nil {
		return nil, err
	}
	return &docs[0], nil
}

// Recipient returns who fills a document in when that is not the client, or nil.
func (s *Store) Recipient(ctx context.Context, h *Holder, id uuid.UUID) (_ *practice.Recipient, err error) {
	defer fault.Wrap(&err, "store.Recipient(%s)", id)
	if _, err := s.Document(ctx, h, id); err != nil {
		return nil, err
	}
	var sealed []byte
	if err := s.db.ReadOne(ctx, h.Practice, `SELECT recipient FROM documents WHERE id = $1`, []any{id}, &sealed); err != nil || sealed == nil {
		return nil, err
	}
	var r practice.Recipient
	return &r, s.openValue("recipient", sealed, &r, h.Practice, id)
}

// SupersededBy returns the documents that ask this one again, newest first.
func (s *Store) SupersededBy(ctx context.Context, h *Holder, id uuid.UUID) (_ []Document, err error) {
	defer fault.Wrap(&err, "store.SupersededBy(%s)", id)
	if err := s.require(ctx, h.Actor, access.ReadDocuments, audit.Subject{Kind: "document", ID: id}); err != nil {
		return nil, err
	}
	seen, args := seenBy(h, "d.client_id", []any{h.Practice, id})
	rows, err := s.documentRows(ctx, h, `SELECT `+documentColumns+documentTables+`
		WHERE d.practice_id = $1 AND d.supersedes = $2 AND `+seen+` ORDER BY d.created_at DESC, d.id DESC LIMIT 20`, args)
	if err != nil {
		return nil, err
	}
	return s.openDocuments(ctx, h, rows)
}

// Timeline returns what happened to a document and its delivery, oldest first.
func (s *Store) Timeline(ctx context.Context, h *Holder, id uuid.UUID) (events []audit.Event, err error) {
	defer fault.Wrap(&err, "store.Timeline(%s)", id)
	d, err := s.Document(ctx, h, id)
	if err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, h.Practice, func(tx *db.Tx) error {
		for _, subject := range []uuid.UUID{id, d.DeliveryID} {
			about, err := audit.About(ctx, tx, s.keys(), h.Practice, subject)
			if err != nil {
				return err
			}
			events = append(events, about...)
		}
		return nil
	})
	sortBySeq(events)
	return events, err
}
