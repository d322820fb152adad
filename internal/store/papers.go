package store

import (
	"context"
	"encoding/hex"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
)

const paperLabel = "sealed-paper"

// recordPaper notes that a sealed PDF was made here.
func (s *Store) recordPaper(ctx context.Context, tx *db.Tx, sha256 []byte) {
	tx.Queue(ctx, `INSERT INTO sealed_papers (sha256, mac) VALUES ($1, $2)`, hex.EncodeToString(sha256), s.keys().MAC(paperLabel, sha256))
}

// MadePaper reports whether the PDF with the SHA-256, in hex, was sealed here.
// It needs no permission: whoever asks holds the file, and learns no more of it.
func (s *Store) MadePaper(ctx context.Context, sha256 string) (made bool, err error) {
	defer fault.Wrap(&err, "store.MadePaper")
	sum, err := hex.DecodeString(sha256)
	if err != nil {
		return false, err
	}
	var mac []byte
	err = s.db.ReadOne(ctx, uuid.Nil, `SELECT mac FROM sealed_papers WHERE sha256 = $1`, []any{sha256}, &mac)
	if fault.KindOf(err) == fault.NotFound {
		return false, nil
	}
	return err == nil && s.keys().Verify(mac, paperLabel, sum), err
}
