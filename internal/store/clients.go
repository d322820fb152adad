package store

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
)

// A ClientRow is a client as the holder may see them: the label is empty for
// who holds no index key.
type ClientRow struct {
	ID uuid.UUID
	practice.Contact
	practice.Label
	CreatedAt time.Time
}

// A sealedClient is a client ready to be inserted.
type sealedClient struct {
	id             uuid.UUID
	contact, label []byte
}

func (s *Store) sealClient(ctx context.Context, practiceID uuid.UUID, c NewClient) (*sealedClient, error) {
	if err := checkClient(&c); err != nil {
		return nil, err
	}
	index, err := s.newestKey(ctx, practiceID, indexSeed)
	if err != nil {
		return nil, err
	}
	id := newID()
	if c.FullName == "" {
		c.FullName = c.FirstName
	}
	label, err := sealLabel(index, practiceID, id, "client", c.Label)
	return &sealedClient{id, s.sealContact(practiceID, id, c.Contact), label}, err
}

func (c *sealedClient) insert(ctx context.Context, tx *db.Tx, practice uuid.UUID, now time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO clients (id, practice_id, contact, label, created_at) VALUES ($1, $2, $3, $4, $5)`, c.id, practice, c.contact, c.label, now)
	return err
}

// checkClient trims what was typed and refuses what cannot be meant.
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

// AddClient adds a client and returns their id.
func (s *Store) AddClient(ctx context.Context, h *Holder, c NewClient) (id uuid.UUID, err error) {
	defer fault.Wrap(&err, "store.AddClient(%s)", h.Practice)
	if err := s.require(ctx, h.Actor, access.SendDocuments, audit.Subject{Kind: "practice", ID: h.Practice}); err != nil {
		return id, err
	}
	sealed, err := s.sealClient(ctx, h.Practice, c)
	if err != nil {
		return id, err
	}
	return sealed.id, s.change(ctx, h.Practice, func(tx *db.Tx) ([]audit.Event, error) {
		if err := sealed.insert(ctx, tx, h.Practice, s.at()); err != nil {
			return nil, err
		}
		return []audit.Event{{At: s.at(), Actor: h.Actor, Action: "client.add", Subject: audit.Subject{Kind: "client", ID: sealed.id}}}, s.assignOwn(ctx, tx, h.Actor, sealed.id)
	})
}

// Clients returns up to limit clients, newest first, and the cursor of the
// next page.
func (s *Store) Clients(ctx context.Context, h *Holder, cursor string, limit int) (clients []ClientRow, next string, err error) {
	defer fault.Wrap(&err, "store.Clients(%s)", h.Practice)
	if err := s.require(ctx, h.Actor, access.ReadDocuments, audit.Subject{Kind: "practice", ID: h.Practice}); err != nil {
		return nil, "", err
	}
	from, err := parseCursor(cursor)
	if err != nil {
		return nil, "", err
	}
	limit = pageSize(limit)
	seen, args := seenBy(h, "c.id", []any{h.Practice, from.at, from.id, limit + 1})
	var sealed []sealedClient
	err = s.db.Read(ctx, h.Practice, func(tx *db.Tx) error {
		rows, err := tx.Query(ctx, `
			SELECT c.id, c.contact, c.label, c.created_at FROM clients c
			WHERE c.practice_id = $1 AND (c.created_at, c.id) < ($2, $3) AND `+seen+`
			ORDER BY c.created_at DESC, c.id DESC LIMIT $4`, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var c sealedClient
			var row ClientRow
			if err := rows.Scan(&c.id, &c.contact, &c.label, &row.CreatedAt); err != nil {
				return err
			}
			row.ID = c.id
			clients, sealed = append(clients, row), append(sealed, c)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, "", err
	}
	if len(clients) > limit {
		clients, sealed = clients[:limit], sealed[:limit]
		next = position{clients[limit-1].CreatedAt, clients[limit-1].ID}.cursor()
	}
	return clients, next, s.openClients(ctx, h, clients, sealed)
}

func (s *Store) openClients(ctx context.Context, h *Holder, clients []ClientRow, sealed []sealedClient) error {
	var again []reseal
	for i, c := range sealed {
		if err := s.openContact(h.Practice, c.id, c.contact, &clients[i].Contact); err != nil {
			return err
		}
		if h.seed == nil {
			continue
		}
		now, err := s.openLabel(ctx, h, c.id, "client", c.label, &clients[i].Label)
		if err != nil {
			return err
		}
		if now != nil {
			again = append(again, reseal{resealClient, c.id, now, c.label})
		}
	}
	s.resealLabels(ctx, h.Practice, again)
	return nil
}

// Client returns one client.
func (s *Store) Client(ctx context.Context, h *Holder, id uuid.UUID) (_ *ClientRow, err error) {
	defer fault.Wrap(&err, "store.Client(%s)", id)
	if err := s.require(ctx, h.Actor, access.ReadDocuments, audit.Subject{Kind: "client", ID: id}); err != nil {
		return nil, err
	}
	c, row := sealedClient{id: id}, ClientRow{ID: id}
	seen, args := seenBy(h, "c.id", []any{id, h.Practice})
	err = s.db.ReadOne(ctx, h.Practice, `SELECT c.contact, c.label, c.created_at FROM clients c WHERE c.id = $1 AND c.practice_id = $2 AND `+seen, args, &c.contact, &c.label, &row.CreatedAt)
	if errors.Is(err, fault.NotFound) {
		return nil, errNoClient
	}
	if err != nil {
		return nil, err
	}
	rows := []ClientRow{row}
	return &rows[0], s.openClients(ctx, h, rows, []sealedClient{c})
}
