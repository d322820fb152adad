package store

import (
	"context"
	"encoding/hex"
	"encoding/pem"
	"errors"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/db"
)

const rootLabel = "seal-root"

// keepOwnRoot remembers the root of the operator's certificate, for the day it
// is another one.
func (s *Store) keepOwnRoot(ctx context.Context) error {
	if s.own == nil {
		return nil
	}
	root := s.own.Chain[len(s.own.Chain)-1].Raw
	sum := digest(root)
	err := s.db.Write(ctx, uuid.Nil, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO seal_roots (sha256, certificate, mac) VALUES ($1, $2, $3) ON CONFLICT (sha256) DO NOTHING`,
			hex.EncodeToString(sum), rootText(root), s.keys().MAC(rootLabel, sum))
		return err
	})
	if err != nil {
		return err
	}
	in, err := s.readInstalled(ctx)
	if err != nil {
		return err
	}
	return s.useRoots(in.roots)
}

// useRoots answers for the operator's roots from now on, and refuses one that
// was not put there under the server key, or has something else beside it.
func (s *Store) useRoots(roots []sealRoot) error {
	var all string
	for _, r := range roots {
		block, _ := pem.Decode([]byte(r.certificate))
		if block == nil || !s.keys().Verify(r.mac, rootLabel, digest(block.Bytes)) || r.certificate != rootText(block.Bytes) {
			return errors.New("a root certificate in the database is not authentic")
		}
		all += r.certificate
	}
	s.roots.Store(&all)
	return nil
}

// rootText is how a root is stored and published.
func rootText(der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}
