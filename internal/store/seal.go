package store

import (
	"context"
	"crypto/x509"
	"errors"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/pdf"
)

// An authority is the installation's certificate authority as it is stored.
type authority struct {
	sealed []byte
	*pdf.Authority
}

var authorityID = uuid.MustParse("00000000-0000-0000-0000-000000000002")

// loadAuthority takes up the installation's certificate authority, and makes one
// in a new database. Instances that start at once agree on the first stored.
func (s *Store) loadAuthority(ctx context.Context, in *installed) error {
	if in.authority == nil {
		if err := s.makeAuthority(ctx); err != nil {
			return err
		}
		return s.renewAuthority(ctx)
	}
	return s.takeUpAuthority(ctx, in)
}

// openAuthority seals with the authority that was read from now on.
func (s *Store) openAuthority(sealed []byte) error {
	if sealed == nil {
		return errors.New("the signing authority is gone from the database: restore a backup")
	}
	text, err := s.keys().Open(sealed, "authority", authorityID[:])
	if err != nil {
		return err
	}
	a, err := pdf.ParseAuthority(text)
	if err != nil {
		return err
	}
	s.authority.Store(&authority{sealed, a})
	return nil
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

// renewAuthority takes up what another instance renewed, and replaces a signing
// key or revocation list whose time is near.
func (s *Store) renewAuthority(ctx context.Context) error {
	in, err := s.readInstalled(ctx)
	if err != nil {
		return err
	}
	return s.takeUpAuthority(ctx, in)
}

// takeUpAuthority uses the authority that was just read, or the next one when
// its time is near, and the roots beside it.
func (s *Store) takeUpAuthority(ctx context.Context, in *installed) error {
	if err := s.useRoots(in.roots); err != nil {
		return err
	}
	if err := s.openAuthority(in.authority); err != nil {
		return err
	}
	if s.own != nil && !s.own.ValidAt(s.now()) {
		s.log.Error("the operator's certificate is not valid now, so the installation's own seals PDFs; replace it")
	}
	now := s.authority.Load()
	next, err := now.Renew(s.now())
	if err != nil || next == now.Authority {
		return err
	}
	_, err = s.replaceAuthority(ctx, now, next, nil)
	return err
}

// replaceAuthority stores the next authority unless another instance was
// faster; then that one's is taken up.
func (s *Store) replaceAuthority(ctx context.Context, now *authority, next *pdf.Authority, events []audit.Event) (replaced bool, err error) {
	sealed := s.keys().Seal(next.Marshal(), "authority", authorityID[:])
	err = s.change(ctx, audit.Installation, func(tx *db.Tx) ([]audit.Event, error) {
		n, err := tx.Exec(ctx, `UPDATE authorities SET sealed = $2 WHERE id = $1 AND sealed = $3`, authorityID, sealed, now.sealed)
		if replaced = n == 1; err != nil || !replaced {
			return nil, err
		}
		return events, nil
	})
	if err != nil {
		return false, err
	}
	in, err := s.readInstalled(ctx)
	if err != nil {
		return replaced, err
	}
	return replaced, s.openAuthority(in.authority)
}

// RotateSeal makes a new key for sealing PDFs, under the same root: what was
// sealed before stays genuine. Running instances take it up at their next
// sweep. It fails with fault.Conflict where the operator's own certificate
// seals.
func (s *Store) RotateSeal(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "store.RotateSeal")
	if s.own != nil {
		return fault.New(fault.Conflict, "Your own certificate seals PDFs here. To change it, replace its files and restart.")
	}
	now := s.authority.Load()
	next, err := now.Rotate(s.now())
	if err != nil {
		return err
	}
	event := audit.Event{At: s.at(), Actor: access.Actor{Kind: access.Operator}, Action: "seal.rotate", Subject: audit.Subject{Kind: "key"},
		Detail: audit.Detail{"serial": next.Serial()}}
	replaced, err := s.replaceAuthority(ctx, now, next, []audit.Event{event})
	if err == nil && !replaced {
		err = errors.New("the seal was being renewed elsewhere; try again")
	}
	return err
}

// currentSeal is what seals a PDF now: the operator's own certificate while it
// is valid, else the installation's. A document is not refused for a
// certificate that ran out.
func (s *Store) currentSeal() *pdf.Seal {
	seal := s.authority.Load().Seal()
	if s.own != nil && s.own.ValidAt(s.now()) {
		own := *s.own
		seal = &own
	}
	seal.Timestamp = s.stamp
	return seal
}

// Roots returns the certificates that this installation's seals end in, those
// of certificates that the operator used before among them.
func (s *Store) Roots() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM([]byte(s.RootPEM()))
	return pool
}

// RootPEM returns the root certificates, to be published.
func (s *Store) RootPEM() string {
	return *s.roots.Load() + string(s.authority.Load().Root())
}
