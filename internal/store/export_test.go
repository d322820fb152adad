package store

import (
	"context"
	"encoding/binary"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/vault"
)

// SealedLabels returns every client label of the holder's practice, and what
// opens one of them and does nothing else.
func (s *Store) SealedLabels(ctx context.Context, h *Holder) (labels [][]byte, open func(i int)) {
	var ids []uuid.UUID
	var id uuid.UUID
	var label []byte
	err := s.db.ReadEach(ctx, h.Practice, `SELECT id, label FROM clients WHERE practice_id = $1`, []any{h.Practice}, []any{&id, &label}, func() error {
		ids, labels = append(ids, id), append(labels, label)
		return nil
	})
	if err != nil {
		panic(err)
	}
	return labels, func(i int) {
		version := int64(binary.BigEndian.Uint32(labels[i][1:]))
		if _, err := vault.Open(h.lists[version], labels[i][labelHead:], "client", labelFields(h.Practice, ids[i], version)...); err != nil {
			panic(err)
		}
	}
}
