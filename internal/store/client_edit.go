package store

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
)

// A Snapshot is what a client's values were before a change.
type Snapshot struct {
	ID       uuid.UUID
	Version  int64
	Former   NewClient
	Changed  []string // the fields that the change replaced: "email", "date_of_birth"
	Member   uuid.UUID
	Replaced time.Time
}

var errEdited = fault.Code(fault.Conflict, "edited", "Somebody changed this client just now. Look at their page again before you change it.")

// EditClient replaces a client's values, unless somebody changed them since
// version. What they were before is kept as a snapshot.
func (s *Store) EditClient(ctx context.Context, h *Holder, id uuid.UUID, version int64, c NewClient) (err error) {
	defer fault.Wrap(&err, "store.EditClient(%s)", id)
	return s.editClient(ctx, h, id, version, c, "client.edit")
}

// RestoreClient gives a client the values of a snapshot again, itself a change
// that can be taken back.
func (s *Store) RestoreClient(ctx context.Context, h *Holder, id uuid.UUID, version int64, snapshot uuid.UUID) (err error) {
	defer fault.Wrap(&err, "store.RestoreClient(%s)", id)
	all, err := s.Snapshots(ctx, h, id)
	if err != nil {
		return err
	}
	for _, one := range all {
		if one.ID == snapshot {
			return s.editClient(ctx, h, id, version, one.Former, "client.restore")
		}
	}
	return fault.New(fault.NotFound, "There is no such former version.")
}

func (s *Store) editClient(ctx context.Context, h *Holder, id uuid.UUID, version int64, c NewClient, action audit.Action) error {
	subject := audit.Subject{Kind: "client", ID: id}
	if err := s.require(ctx, h.Actor, access.SendDocuments, subject); err != nil {
		return err
	}
	was, err := s.Client(ctx, h, id)
	if err != nil {
		return err
	}
	if err := checkClient(&c); err != nil {
		return err
	}
	if was.Version != version {
		return errEdited
	}
	if (c == NewClient{was.Contact, was.Label}) {
		return nil
	}
	_, index, err := s.newestKeys(ctx, h.Practice)
	if err != nil {
		return err
	}
	label, err := sealLabel(index, h.Practice, id, "client", c.Label)
	if err != nil {
		return err
	}
	snapshot := newID()
	former, err := sealLabel(index, h.Practice, snapshot, "client", was.Label)
	if err != nil {
		return err
	}
	return s.change(ctx, h.Practice, func(tx *db.Tx) ([]audit.Event, error) {
		n, err := tx.Exec(ctx, `UPDATE clients SET contact = $3, label = $4, version = version + 1 WHERE id = $1 AND version = $2`,
			id, version, s.sealContact(h.Practice, id, c.Contact), label)
		if err != nil {
			return nil, err
		}
		if n == 0 {
			return nil, errEdited
		}
		_, err = tx.Exec(ctx, `INSERT INTO snapshots (id, practice_id, client_id, version, contact, label, member_id, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			snapshot, h.Practice, id, version, s.sealContact(h.Practice, snapshot, was.Contact), former, h.ID, s.at())
		return []audit.Event{{At: s.at(), Actor: h.Actor, Action: action, Subject: subject}}, err
	})
}

const resealSnapshot = `UPDATE snapshots SET label = $2 WHERE id = $1 AND label = $3`

// Snapshots returns a client's former values, newest first.
func (s *Store) Snapshots(ctx context.Context, h *Holder, id uuid.UUID) (snapshots []Snapshot, err error) {
	defer fault.Wrap(&err, "store.Snapshots(%s)", id)
	now, err := s.Client(ctx, h, id)
	if err != nil {
		return nil, err
	}
	type sealed struct{ contact, label []byte }
	var rest []sealed
	var one Snapshot
	var r sealed
	err = s.db.ReadEach(ctx, h.Practice, `SELECT id, version, contact, label, member_id, created_at FROM snapshots WHERE client_id = $1 AND practice_id = $2 ORDER BY version DESC`,
		[]any{id, h.Practice}, []any{&one.ID, &one.Version, &r.contact, &r.label, &one.Member, &one.Replaced}, func() error {
			snapshots, rest = append(snapshots, one), append(rest, r)
			return nil
		})
	if err != nil || h.seed == nil {
		return nil, err
	}
	after := NewClient{now.Contact, now.Label}
	var again []reseal
	for i := range snapshots {
		one := &snapshots[i]
		if err := s.openContact(h.Practice, one.ID, rest[i].contact, &one.Former.Contact); err != nil {
			return nil, err
		}
		relabel, err := s.openLabel(ctx, h, one.ID, "client", rest[i].label, &one.Former.Label)
		if err != nil {
			return nil, err
		}
		if relabel != nil {
			again = append(again, reseal{resealSnapshot, one.ID, relabel, rest[i].label})
		}
		one.Changed = changed(one.Former, after)
		after = one.Former
	}
	s.resealLabels(ctx, h.Practice, again)
	return snapshots, nil
}

// changed names the fields in which two versions of a client differ.
func changed(a, b NewClient) (fields []string) {
	for _, f := range []struct{ name, was, is string }{
		{"first_name", a.FirstName, b.FirstName}, {"full_name", a.FullName, b.FullName}, {"date_of_birth", a.BirthDate, b.BirthDate},
		{"reference", a.Reference, b.Reference}, {"email", a.Email, b.Email}, {"phone", a.Phone, b.Phone},
	} {
		if f.was != f.is {
			fields = append(fields, f.name)
		}
	}
	return fields
}

// ArchiveClient takes a client out of the lists, or puts them back. Their
// documents stay as they are.
func (s *Store) ArchiveClient(ctx context.Context, h *Holder, id uuid.UUID, archived bool) (err error) {
	defer fault.Wrap(&err, "store.ArchiveClient(%s)", id)
	subject := audit.Subject{Kind: "client", ID: id}
	if err := s.require(ctx, h.Actor, access.SendDocuments, subject); err != nil {
		return err
	}
	if err := s.sees(ctx, h, id); err != nil {
		return err
	}
	return s.change(ctx, h.Practice, func(tx *db.Tx) ([]audit.Event, error) {
		query, args, action := `UPDATE clients SET archived_at = $2 WHERE id = $1 AND archived_at IS NULL`, []any{id, s.at()}, audit.Action("client.archive")
		if !archived {
			query, args, action = `UPDATE clients SET archived_at = NULL WHERE id = $1 AND archived_at IS NOT NULL`, []any{id}, "client.unarchive"
		}
		n, err := tx.Exec(ctx, query, args...)
		if err != nil || n == 0 {
			return nil, err
		}
		return []audit.Event{{At: s.at(), Actor: h.Actor, Action: action, Subject: subject}}, nil
	})
}

// ClientEvents returns what happened to a client's record, oldest first.
func (s *Store) ClientEvents(ctx context.Context, h *Holder, id uuid.UUID) (events []audit.Event, err error) {
	defer fault.Wrap(&err, "store.ClientEvents(%s)", id)
	if err := s.require(ctx, h.Actor, access.ReadDocuments, audit.Subject{Kind: "client", ID: id}); err != nil {
		return nil, err
	}
	if err := s.sees(ctx, h, id); err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, h.Practice, func(tx *db.Tx) error {
		events, err = audit.About(ctx, tx, s.keys(), h.Practice, id)
		return err
	})
	return events, err
}
