package store

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
)

// An ImportRow is one line of a list of clients.
type ImportRow struct {
	Line    int       `json:"line"` // in the file
	Client  NewClient `json:"client"`
	ID      uuid.UUID `json:"id"` // the client it makes
	Problem string    `json:"problem,omitempty"`
	Alike   uuid.UUID `json:"alike"`          // a client who may be the same; uuid.Nil for none
	Twin    int       `json:"twin,omitempty"` // an earlier line that may be the same

	Added bool `json:"-"` // it was imported
}

// Ready reports whether the row would be imported without being asked for.
func (r *ImportRow) Ready() bool { return r.Problem == "" && r.Alike == uuid.Nil && r.Twin == 0 }

// An Import is a list between its preview and its end. It is sealed to the
// index key while it waits, and forgotten after a day.
type Import struct {
	ID    uuid.UUID   `json:"-"`
	Rows  []ImportRow `json:"rows"`
	Notes []string    `json:"notes,omitempty"` // how it was read
}

const (
	maxImport  = 10000
	importLife = 24 * time.Hour
	importStep = 250 // rows in one transaction
)

// PrepareImport checks a list against itself and the clients there are, and
// keeps it sealed for its preview. Nobody is added yet.
func (s *Store) PrepareImport(ctx context.Context, h *Holder, in Import) (_ *Import, err error) {
	defer fault.Wrap(&err, "store.PrepareImport(%s)", h.Practice)
	if err := s.require(ctx, h.Actor, access.SendDocuments, audit.Subject{Kind: "practice", ID: h.Practice}); err != nil {
		return nil, err
	}
	if len(in.Rows) == 0 {
		return nil, fault.New(fault.Invalid, "There is no client in this list.")
	}
	if len(in.Rows) > maxImport {
		return nil, fault.Newf(fault.Invalid, "One list can hold %d clients. Split it in two.", maxImport)
	}
	there, err := s.roll(ctx, h)
	if err != nil {
		return nil, err
	}
	own, lines := &roll{map[string]uuid.UUID{}, map[string][]known{}}, map[uuid.UUID]int{}
	for i := range in.Rows {
		r := &in.Rows[i]
		r.ID = newID()
		if err := checkClient(&r.Client); err != nil && r.Problem == "" {
			r.Problem = fault.Sentence(err)
		}
		if r.Problem != "" {
			continue
		}
		if alike := there.find(r.Client.Label); len(alike) > 0 {
			r.Alike = alike[0]
		}
		if twins := own.find(r.Client.Label); len(twins) > 0 {
			r.Twin = lines[twins[0]]
		}
		own.add(r.ID, r.Client.Label)
		lines[r.ID] = r.Line
	}
	return &in, s.keepImport(ctx, h, &in)
}

func (s *Store) keepImport(ctx context.Context, h *Holder, in *Import) error {
	_, index, err := s.newestKeys(ctx, h.Practice)
	if err != nil {
		return err
	}
	in.ID = newID()
	sealed, err := sealLabel(index, h.Practice, in.ID, "import", in)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, h.Practice, func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `DELETE FROM imports WHERE practice_id = $1 AND created_at <= $2`, h.Practice, s.at().Add(-importLife)); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO imports (id, practice_id, member_id, sealed, created_at) VALUES ($1, $2, $3, $4, $5)`, in.ID, h.Practice, h.ID, sealed, s.at())
		return err
	})
}

// Import opens a list that this member prepared, with what was imported of it.
func (s *Store) Import(ctx context.Context, h *Holder, id uuid.UUID) (_ *Import, err error) {
	defer fault.Wrap(&err, "store.Import(%s)", id)
	if err := s.require(ctx, h.Actor, access.SendDocuments, audit.Subject{Kind: "practice", ID: h.Practice}); err != nil {
		return nil, err
	}
	var sealed []byte
	err = s.db.ReadOne(ctx, h.Practice, `SELECT sealed FROM imports WHERE id = $1 AND practice_id = $2 AND member_id = $3`, []any{id, h.Practice, h.ID}, &sealed)
	if errors.Is(err, fault.NotFound) {
		return nil, fault.New(fault.NotFound, "This list is no longer here. Choose the file again.")
	}
	if err != nil {
		return nil, err
	}
	text, _, err := s.openLabelText(ctx, h, id, "import", sealed)
	if err != nil {
		return nil, err
	}
	in := &Import{ID: id}
	if err := json.Unmarshal(text, in); err != nil {
		return nil, err
	}
	return in, s.markImported(ctx, h, in)
}

// markImported finds which rows are clients by now. A row's client has its id
// from the preview on, so an import that broke off goes on where it stopped.
func (s *Store) markImported(ctx context.Context, h *Holder, in *Import) error {
	for start := 0; start < len(in.Rows); start += importStep {
		rows := in.Rows[start:min(start+importStep, len(in.Rows))]
		args := []any{h.Practice}
		for _, r := range rows {
			args = append(args, r.ID)
		}
		there, err := s.ids(ctx, h.Practice, `SELECT id FROM clients WHERE practice_id = $1 AND id IN (`+places(2, len(rows))+`)`, args...)
		if err != nil {
			return err
		}
		had := map[uuid.UUID]bool{}
		for _, id := range there {
			had[id] = true
		}
		for i := range rows {
			rows[i].Added = had[rows[i].ID]
		}
	}
	return nil
}

// RunImport adds the clients of a prepared list: those without a problem, and
// with alike also those who may be there already. Each row is added whole or
// not at all; running it again adds nobody twice.
func (s *Store) RunImport(ctx context.Context, h *Holder, id uuid.UUID, alike bool) (_ *Import, err error) {
	defer fault.Wrap(&err, "store.RunImport(%s)", id)
	in, err := s.Import(ctx, h, id)
	if err != nil {
		return nil, err
	}
	var todo []*ImportRow
	for i := range in.Rows {
		if r := &in.Rows[i]; !r.Added && (r.Ready() || alike && r.Problem == "") {
			todo = append(todo, r)
		}
	}
	for start := 0; start < len(todo); start += importStep {
		if err := s.importRows(ctx, h, todo[start:min(start+importStep, len(todo))]); err != nil {
			return in, err
		}
	}
	return in, nil
}

func (s *Store) importRows(ctx context.Context, h *Holder, rows []*ImportRow) error {
	_, index, err := s.newestKeys(ctx, h.Practice)
	if err != nil {
		return err
	}
	labels := make([][]byte, len(rows))
	for i, r := range rows {
		if labels[i], err = sealLabel(index, h.Practice, r.ID, "client", r.Client.Label); err != nil {
			return err
		}
	}
	return s.change(ctx, h.Practice, func(tx *db.Tx) (events []audit.Event, err error) {
		for i, r := range rows {
			n, err := tx.Exec(ctx, `INSERT INTO clients (id, practice_id, contact, label, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING`,
				r.ID, h.Practice, s.sealContact(h.Practice, r.ID, r.Client.Contact), labels[i], s.at())
			if err != nil {
				return nil, err
			}
			if n == 0 {
				continue
			}
			if err := s.assignOwn(ctx, tx, h.Actor, r.ID); err != nil {
				return nil, err
			}
			events = append(events, audit.Event{At: s.at(), Actor: h.Actor, Action: "client.import", Subject: audit.Subject{Kind: "client", ID: r.ID}})
		}
		for _, r := range rows {
			r.Added = true
		}
		return events, nil
	})
}
