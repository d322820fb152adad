package store

import (
	"context"
	"encoding/json"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
)

// A roll finds who is known already: by reference, or by name and date of
// birth, one of which may be missing.
type roll struct {
	references map[string]uuid.UUID
	names      map[string][]known
}

type known struct {
	id        uuid.UUID
	birthDate string
}

// roll reads the clients that the holder may see, within their own request.
func (s *Store) roll(ctx context.Context, h *Holder) (*roll, error) {
	r := &roll{map[string]uuid.UUID{}, map[string][]known{}}
	err := s.eachLabel(ctx, h, func(id uuid.UUID, text []byte) error {
		var label practice.Label
		err := json.Unmarshal(text, &label)
		r.add(id, label)
		return err
	})
	return r, err
}

func (r *roll) add(id uuid.UUID, l practice.Label) {
	if reference := practice.Fold(l.Reference); reference != "" {
		r.references[reference] = id
	}
	name := practice.Fold(l.FullName)
	r.names[name] = append(r.names[name], known{id, l.BirthDate})
}

// find returns the clients that a label may be, with no one twice.
func (r *roll) find(l practice.Label) (ids []uuid.UUID) {
	if id, ok := r.references[practice.Fold(l.Reference)]; ok {
		ids = append(ids, id)
	}
	for _, k := range r.names[practice.Fold(l.FullName)] {
		same := k.birthDate == l.BirthDate || k.birthDate == "" || l.BirthDate == ""
		if same && (len(ids) == 0 || ids[0] != k.id) {
			ids = append(ids, k.id)
		}
	}
	return ids
}

// Alike returns clients who may be the same person as a new one.
func (s *Store) Alike(ctx context.Context, h *Holder, c NewClient) (alike []ClientRow, err error) {
	defer fault.Wrap(&err, "store.Alike(%s)", h.Practice)
	if err := s.require(ctx, h.Actor, access.ReadDocuments, audit.Subject{Kind: "practice", ID: h.Practice}); err != nil {
		return nil, err
	}
	if err := checkClient(&c); err != nil {
		return nil, err
	}
	r, err := s.roll(ctx, h)
	if err != nil {
		return nil, err
	}
	for _, id := range r.find(c.Label) {
		one, err := s.Client(ctx, h, id)
		if err != nil {
			return nil, err
		}
		alike = append(alike, *one)
	}
	return alike, nil
}
