package store

import (
	"context"
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
	Version    int64 // counts changes
	ArchivedAt time.Time
	CreatedAt  time.Time
}

// A sealedClient is a client as the row holds it.
type sealedClient struct {
	ClientRow
	contact, label []byte
}

func (s *Store) sealClient(ctx context.Context, practiceID uuid.UUID, c NewClient) (*sealedClient, error) {
	if err := checkClient(&c); err != nil {
		return nil, err
	}
	_, index, err := s.newestKeys(ctx, practiceID)
	if err != nil {
		return nil, err
	}
	id := newID()
	label, err := sealLabel(index, practiceID, id, "client", c.Label)
	return &sealedClient{ClientRow{ID: id}, s.sealContact(practiceID, id, c.Contact), label}, err
}

func (c *sealedClient) insert(ctx context.Context, tx *db.Tx, practice uuid.UUID, now time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO clients (id, practice_id, contact, label, created_at) VALUES ($1, $2, $3, $4, $5)`, c.ID, practice, c.contact, c.label, now)
	return err
}

// checkClient trims what was typed and refuses what cannot be meant.
func checkClient(c *NewClient) error {
	c.FirstName, c.FullName = strings.TrimSpace(c.FirstName), strings.TrimSpace(c.FullName)
	c.Email, c.Phone, c.Reference, c.BirthDate = strings.TrimSpace(c.Email), strings.TrimSpace(c.Phone), strings.TrimSpace(c.Reference), strings.TrimSpace(c.BirthDate)
	if c.FirstName == "" {
		return fault.New(fault.Invalid, "Enter the client's first name.")
	}
	if c.FullName == "" {
		c.FullName = c.FirstName
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
		return errEmail
	}
	return nil
}

var errEmail = fault.New(fault.Invalid, "The e-mail address must have an @ in it.")

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
	return sealed.ID, s.change(ctx, h.Practice, func(tx *db.Tx) ([]audit.Event, error) {
		if err := sealed.insert(ctx, tx, h.Practice, s.at()); err != nil {
			return nil, err
		}
		return []audit.Event{{At: s.at(), Actor: h.Actor, Action: "client.add", Subject: audit.Subject{Kind: "client", ID: sealed.ID}}}, s.assignOwn(ctx, tx, h.Actor, sealed.ID)
	})
}

const clientColumns = `c.id, c.contact, c.label, c.version, c.archived_at, c.created_at FROM clients c `

func (c *sealedClient) dest() []any {
	return []any{&c.ID, &c.contact, &c.label, &c.Version, &c.ArchivedAt, &c.CreatedAt}
}

// Clients returns up to limit clients who are not archived, newest first, and
// the cursor of the next page.
func (s *Store) Clients(ctx context.Context, h *Holder, cursor string, limit int) (clients []ClientRow, next string, err error) {
	defer fault.Wrap(&err, "store.Clients(%s)", h.Practice)
	return s.listClients(ctx, h, `c.archived_at IS NULL`, cursor, limit)
}

// ArchivedClients is [Store.Clients] for those who are archived.
func (s *Store) ArchivedClients(ctx context.Context, h *Holder, cursor string, limit int) (clients []ClientRow, next string, err error) {
	defer fault.Wrap(&err, "store.ArchivedClients(%s)", h.Practice)
	return s.listClients(ctx, h, `c.archived_at IS NOT NULL`, cursor, limit)
}

func (s *Store) listClients(ctx context.Context, h *Holder, which, cursor string, limit int) (clients []ClientRow, next string, err error) {
	if err := s.require(ctx, h.Actor, access.ReadDocuments, audit.Subject{Kind: "practice", ID: h.Practice}); err != nil {
		return nil, "", err
	}
	from, err := parseCursor(cursor)
	if err != nil {
		return nil, "", err
	}
	limit = pageSize(limit)
	seen, args := seenBy(h, "c.id", []any{h.Practice, from.at, from.id, limit + 1})
	sealed, err := s.clientRows(ctx, h, `WHERE c.practice_id = $1 AND (c.created_at, c.id) < ($2, $3) AND `+which+` AND `+seen+`
		ORDER BY c.created_at DESC, c.id DESC LIMIT $4`, args)
	if err != nil {
		return nil, "", err
	}
	if len(sealed) > limit {
		sealed = sealed[:limit]
		next = position{sealed[limit-1].CreatedAt, sealed[limit-1].ID}.cursor()
	}
	clients, err = s.openClients(ctx, h, sealed)
	return clients, next, err
}

func (s *Store) clientRows(ctx context.Context, h *Holder, where string, args []any) (clients []sealedClient, err error) {
	var c sealedClient
	err = s.db.ReadEach(ctx, h.Practice, `SELECT `+clientColumns+where, args, c.dest(), func() error { clients = append(clients, c); return nil })
	return clients, err
}

func (s *Store) openClients(ctx context.Context, h *Holder, sealed []sealedClient) ([]ClientRow, error) {
	clients := make([]ClientRow, 0, len(sealed))
	var again []reseal
	for i := range sealed {
		c := &sealed[i]
		if err := s.openContact(h.Practice, c.ID, c.contact, &c.Contact); err != nil {
			return nil, err
		}
		if h.seed != nil {
			now, err := s.openLabel(ctx, h, c.ID, "client", c.label, &c.Label)
			if err != nil {
				return nil, err
			}
			if now != nil {
				again = append(again, reseal{resealClient, c.ID, now, c.label})
			}
		}
		clients = append(clients, c.ClientRow)
	}
	s.resealLabels(ctx, h.Practice, again)
	return clients, nil
}

// Client returns one client.
func (s *Store) Client(ctx context.Context, h *Holder, id uuid.UUID) (_ *ClientRow, err error) {
	defer fault.Wrap(&err, "store.Client(%s)", id)
	if err := s.require(ctx, h.Actor, access.ReadDocuments, audit.Subject{Kind: "client", ID: id}); err != nil {
		return nil, err
	}
	seen, args := seenBy(h, "c.id", []any{id, h.Practice})
	sealed, err := s.clientRows(ctx, h, `WHERE c.id = $1 AND c.practice_id = $2 AND `+seen, args)
	if err != nil {
		return nil, err
	}
	if len(sealed) == 0 {
		return nil, errNoClient
	}
	clients, err := s.openClients(ctx, h, sealed)
	if err != nil {
		return nil, err
	}
	return &clients[0], nil
}
