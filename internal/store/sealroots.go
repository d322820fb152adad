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
	root := s.own.Chain[len(s.own.Chain)-1].Raw
	sum := digest(root)
	return s.db.Write(ctx, uuid.Nil, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO seal_roots (sha256, certificate, mac) VALUES ($1, $2, $3) ON CONFLICT (sha256) DO NOTHING`,
			hex.EncodeToString(sum), string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root})), s.keys().MAC(rootLabel, sum))
		return err
	})
}

// authentic returns the operator's roots as PEM, and refuses one that was not
// put there under the server key.
func (s *Store) authentic(roots []sealRoot) (text string, err error) {
	for _, r := range roots {
		block, _ := pem.Decode([]byte(r.certificate))
		if block == nil || !s.keys().Verify(r.mac, rootLabel, digest(block.Bytes)) {
			return "", errors.New("a root certificate in the database is not authentic")
		}
		text += r.certificate
	}
	return text, nil
}
