package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
)

// seen returns a condition that keeps a query to the clients its holder may
// see, with what it adds to the arguments. Every query over clients or their
// documents has it: to somebody who does not see all, another client is as if
// it did not exist. column is where the query has the client's id.
//
//	seen, args := seenBy(h, "d.client_id", args)
//	query := `SELECT … FROM documents d WHERE d.practice_id = $1 AND ` + seen
func seenBy(h *Holder, column string, args []any) (condition string, all []any) {
	if h.May(access.SeeAllClients) {
		return `1 = 1`, args
	}
	args = append(args, h.ID)
	return fmt.Sprintf(`EXISTS (SELECT 1 FROM assignments x WHERE x.client_id = %s AND x.member_id = $%d)`, column, len(args)), args
}

var errNoClient = fault.New(fault.NotFound, "There is no such client.")

// sees fails with fault.NotFound when the client is not the practice's, or the
// holder may not see it.
func (s *Store) sees(ctx context.Context, h *Holder, client uuid.UUID) error {
	seen, args := seenBy(h, "c.id", []any{client, h.Practice})
	var id uuid.UUID
	err := s.db.ReadOne(ctx, h.Practice, `SELECT c.id FROM clients c WHERE c.id = $1 AND c.practice_id = $2 AND `+seen, args, &id)
	if errors.Is(err, fault.NotFound) {
		return errNoClient
	}
	return err
}

// assign lets a member see a client.
func assign(ctx context.Context, tx *db.Tx, s *Store, practice, client, member uuid.UUID) error {
	_, err := tx.Exec(ctx, `INSERT INTO assignments (practice_id, client_id, member_id, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (client_id, member_id) DO NOTHING`,
		practice, client, member, s.at())
	return err
}

// assignOwn assigns a client to the member who added them and would not see
// them otherwise.
func (s *Store) assignOwn(ctx context.Context, tx *db.Tx, by access.Actor, client uuid.UUID) error {
	if by.Kind != access.Staff || by.May(access.SeeAllClients) {
		return nil
	}
	return assign(ctx, tx, s, by.Practice, client, by.ID)
}

// AssignedTo returns the members a client is assigned to.
func (s *Store) AssignedTo(ctx context.Context, h *Holder, client uuid.UUID) (members []uuid.UUID, err error) {
	defer fault.Wrap(&err, "store.AssignedTo(%s)", client)
	if err := s.require(ctx, h.Actor, access.AssignClients, audit.Subject{Kind: "client", ID: client}); err != nil {
		return nil, err
	}
	if err := s.sees(ctx, h, client); err != nil {
		return nil, err
	}
	return s.ids(ctx, h.Practice, `SELECT member_id FROM assignments WHERE client_id = $1 AND practice_id = $2 ORDER BY created_at, member_id`, client, h.Practice)
}

// Assignable returns the members, whoever may say who sees a client.
func (s *Store) Assignable(ctx context.Context, h *Holder) (members []Member, err error) {
	defer fault.Wrap(&err, "store.Assignable(%s)", h.Practice)
	if err := s.require(ctx, h.Actor, access.AssignClients, audit.Subject{Kind: "practice", ID: h.Practice}); err != nil {
		return nil, err
	}
	return s.members(ctx, h.Practice, `state <> 'removed'`)
}

// Assign says which members see a client; members who see all need no
// assignment. Whoever is not named sees them no longer.
func (s *Store) Assign(ctx context.Context, h *Holder, client uuid.UUID, members []uuid.UUID) (err error) {
	defer fault.Wrap(&err, "store.Assign(%s)", client)
	subject := audit.Subject{Kind: "client", ID: client}
	if err := s.require(ctx, h.Actor, access.AssignClients, subject); err != nil {
		return err
	}
	if err := s.sees(ctx, h, client); err != nil {
		return err
	}
	return s.change(ctx, h.Practice, func(tx *db.Tx) ([]audit.Event, error) {
		if _, err := tx.Exec(ctx, `DELETE FROM assignments WHERE client_id = $1 AND practice_id = $2`, client, h.Practice); err != nil {
			return nil, err
		}
		for _, m := range members {
			var found uuid.UUID
			err := tx.QueryRow(ctx, `SELECT id FROM members WHERE id = $1 AND practice_id = $2 AND state <> 'removed'`, m, h.Practice).Scan(&found)
			if errors.Is(err, fault.NotFound) {
				return nil, errNoMember
			}
			if err != nil {
				return nil, err
			}
			if err := assign(ctx, tx, s, h.Practice, client, m); err != nil {
				return nil, err
			}
		}
		return []audit.Event{{At: s.at(), Actor: h.Actor, Action: "client.assign", Subject: subject, Detail: audit.Detail{"members": fmt.Sprint(len(members))}}}, nil
	})
}

// ids returns the ids that a query answers with.
func (s *Store) ids(ctx context.Context, practice uuid.UUID, query string, args ...any) (ids []uuid.UUID, err error) {
	var id uuid.UUID
	err = s.db.ReadEach(ctx, practice, query, args, []any{&id}, func() error { ids = append(ids, id); return nil })
	return ids, err
}

// idsIn is ids within a transaction.
func idsIn(ctx context.Context, tx *db.Tx, query string, args ...any) (ids []uuid.UUID, err error) {
	var id uuid.UUID
	err = tx.Each(ctx, query, args, []any{&id}, func() error { ids = append(ids, id); return nil })
	return ids, err
}
