package store

import (
	"context"
	"encoding/hex"
	"encoding/pem"
	"fmt"

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
	return s.db.Write(ctx, uuid.Nil, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO seal_roots (sha256, certificate, mac) VALUES ($1, $2, $3) ON CONFLICT (sha256) DO NOTHING`,
			hex.EncodeToString(sum), string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root})), s.keys().MAC(rootLabel, sum))
		return err
	})
}

// readRoots reads the operator's roots, and refuses one that was not put there
// under the server key.
func (s *Store) readRoots(ctx context.Context) error {
	var all string
	var text string
	var mac []byte
	err := s.db.ReadEach(ctx, uuid.Nil, `SELECT certificate, mac FROM seal_roots ORDER BY sha256`, nil, []any{&text, &mac}, func() error {
		block, _ := pem.Decode([]byte(text))
		if block == nil || !s.keys().Verify(mac, rootLabel, digest(block.Bytes)) {
			return fmt.Errorf("a root certificate in the database is not authentic")
		}
		all += text
		return nil
	})
	if err == nil {
		s.roots.Store(&all)
	}
	return err
}
