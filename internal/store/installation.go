package store

import (
	"context"
	"crypto/x509"
	"fmt"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/vault"
	"github.com/sealform/sealform/pdf"
)

// checkServerKey compares every key of the ring that the database knows with
// its check value. The current key must be known, or the database be new.
func (s *Store) checkServerKey(ctx context.Context) error {
	ring, known := s.keys(), map[string][]byte{}
	err := s.db.Read(ctx, uuid.Nil, func(tx *db.Tx) error {
		rows, err := tx.Query(ctx, `SELECT key_id, check_value FROM server_keys`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id string
			var check []byte
			if err := rows.Scan(&id, &check); err != nil {
				return err
			}
			known[id] = check
		}
		return rows.Err()
	})
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

// An authority is the installation's certificate authority and its row.
type authority struct {
	id uuid.UUID
	*pdf.Authority
}

// loadAuthority reads the installation's certificate authority, and makes one
// in a new database. Instances that start at once agree on the first stored.
func (s *Store) loadAuthority(ctx context.Context) error {
	a, err := s.readAuthority(ctx)
	if fault.KindOf(err) == fault.NotFound {
		if err = s.makeAuthority(ctx); err != nil {
			return err
		}
		a, err = s.readAuthority(ctx)
	}
	if err != nil {
		return fmt.Errorf("load signing authority: %w", err)
	}
	s.seal.Store(a)
	return s.renewAuthority(ctx)
}

var authorityID = uuid.MustParse("00000000-0000-0000-0000-000000000002")

func (s *Store) readAuthority(ctx context.Context) (*authority, error) {
	var sealed []byte
	if err := s.db.ReadOne(ctx, uuid.Nil, `SELECT sealed FROM authorities WHERE id = $1`, []any{authorityID}, &sealed); err != nil {
		return nil, err
	}
	text, err := s.keys().Open(sealed, "authority", authorityID[:])
	if err != nil {
		return nil, err
	}
	a, err := pdf.ParseAuthority(text)
	return &authority{authorityID, a}, err
}

func (s *Store) makeAuthority(ctx context.Context) error {
	a, err := pdf.NewAuthority(s.operator, s.now())
	if err != nil {
		return err
	}
	return s.db.Write(ctx, uuid.Nil, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO authorities (id, sealed, root, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING`,
			authorityID, s.keys().Seal(a.Marshal(), "authority", authorityID[:]), string(a.Root()), s.at())
		return err
	})
}

// renewAuthority replaces a signing key or revocation list whose time is near.
func (s *Store) renewAuthority(ctx context.Context) error {
	now := s.seal.Load()
	next, err := now.Renew(s.now())
	if err != nil || next == now.Authority {
		return err
	}
	err = s.db.Write(ctx, uuid.Nil, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE authorities SET sealed = $2 WHERE id = $1`, authorityID, s.keys().Seal(next.Marshal(), "authority", authorityID[:]))
		return err
	})
	if err == nil {
		s.seal.Store(&authority{authorityID, next})
	}
	return err
}

// Roots returns the certificates that this installation's seals end in.
func (s *Store) Roots() *x509.CertPool { return s.seal.Load().Roots() }

// RootPEM returns the root certificate, to be published.
func (s *Store) RootPEM() string { return string(s.seal.Load().Root()) }

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
