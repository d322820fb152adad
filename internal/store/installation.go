package store

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/vault"
)

// checkServerKey compares every key of the ring that the database knows with
// its check value. The current key must be known, or the database be new.
func (s *Store) checkServerKey(ctx context.Context) error {
	ring, known := s.keys(), map[string][]byte{}
	var id string
	var check []byte
	err := s.db.ReadEach(ctx, uuid.Nil, `SELECT key_id, check_value FROM server_keys`, nil, []any{&id, &check}, func() error { known[id] = check; return nil })
	if err != nil {
		return err
	}
	ours := len(known) == 0
	for _, id := range ring.IDs() {
		check, ok := known[id]
		if ok && string(check) != string(ring.Check(id)) {
			return fmt.Errorf("server key %s is not the key of this database: put the right key file back", id)
		}
		ours = ours || ok
	}
	if !ours {
		return fmt.Errorf("the server key is not the key of this database: put the right key file back; a new key cannot open what the old one sealed")
	}
	if _, ok := known[ring.Current()]; ok {
		return nil
	}
	return s.db.Write(ctx, audit.Installation, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO server_keys (key_id, check_value, created_at) VALUES ($1, $2, $3) ON CONFLICT (key_id) DO NOTHING`,
			ring.Current(), ring.Check(ring.Current()), s.at())
		return err
	})
}

// UseRing replaces the server keys of a running instance, after a rotation.
// The new ring must know this database too.
func (s *Store) UseRing(ctx context.Context, ring *vault.Ring) error {
	was := s.ring.Swap(ring)
	if err := s.checkServerKey(ctx); err != nil {
		s.ring.Store(was)
		return err
	}
	return nil
}
