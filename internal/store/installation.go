package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/vault"
)

// installed is what the database holds of the installation itself.
type installed struct {
	checks    map[string][]byte // check values of server keys, by key id
	authority []byte            // sealed; nil in a new database
	roots     []sealRoot        // by their text, so that every instance publishes one order
}

type sealRoot struct {
	certificate string // PEM
	mac         []byte
}

// readInstalled asks for all of it in one query: a start waits for the answer.
func (s *Store) readInstalled(ctx context.Context) (*installed, error) {
	in := &installed{checks: map[string][]byte{}}
	var kind, text string
	var value []byte
	err := s.db.ReadEach(ctx, uuid.Nil, `
		SELECT 'key', key_id, check_value FROM server_keys
		UNION ALL SELECT 'authority', '', sealed FROM authorities WHERE id = $1
		UNION ALL SELECT 'root', certificate, mac FROM seal_roots`, []any{authorityID}, []any{&kind, &text, &value}, func() error {
		switch kind {
		case "key":
			in.checks[text] = value
		case "authority":
			in.authority = value
		case "root":
			in.roots = append(in.roots, sealRoot{text, value})
		}
		return nil
	})
	slices.SortFunc(in.roots, func(a, b sealRoot) int { return strings.Compare(a.certificate, b.certificate) })
	return in, err
}

// checkServerKey compares every key of the ring that the database knows with
// its check value. The current key must be known, or the database be new.
func (s *Store) checkServerKey(ctx context.Context, in *installed) error {
	ring := s.keys()
	ours := len(in.checks) == 0
	for _, id := range ring.IDs() {
		check, ok := in.checks[id]
		if ok && string(check) != string(ring.Check(id)) {
			return fmt.Errorf("server key %s is not the key of this database: put the right key file back", id)
		}
		ours = ours || ok
	}
	if !ours {
		return fmt.Errorf("the server key is not the key of this database: put the right key file back; a new key cannot open what the old one sealed")
	}
	if _, ok := in.checks[ring.Current()]; ok {
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
	in, err := s.readInstalled(ctx)
	if err != nil {
		return err
	}
	was := s.ring.Swap(ring)
	if err := s.checkServerKey(ctx, in); err != nil {
		s.ring.Store(was)
		return err
	}
	return nil
}
