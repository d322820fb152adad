package store

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/db"
)

// keepLinks is how long a link that opens nothing any more still tells its
// practice that somebody asks for a new one. Then it looks as it did before,
// like a link that never was, and no server key need be kept for it.
const keepLinks = 90 * 24 * time.Hour

// forgetDeliveries removes links and codes of deliveries that are over for
// good: every document ended and was erased, or closed, keepLinks ago.
func (s *Store) forgetDeliveries(ctx context.Context, p uuid.UUID) (int, error) {
	now := s.at()
	list, err := s.dueDocuments(ctx, p, `
		SELECT v.id, v.id FROM deliveries v
		WHERE v.practice_id = $1 AND v.forgotten_at IS NULL AND v.expires_at <= $2 AND coalesce(v.copy_until, v.expires_at) <= $2
			AND NOT EXISTS (SELECT 1 FROM documents d WHERE d.delivery_id = v.id AND d.erased_at IS NULL AND d.state NOT IN ('revoked', 'declined'))
		LIMIT 500`, p, now.Add(-keepLinks))
	if err != nil {
		return 0, err
	}
	for i, d := range list {
		if err := s.forgetDelivery(ctx, p, d.delivery, now); err != nil {
			return i, err
		}
	}
	return len(list), nil
}

func (s *Store) forgetDelivery(ctx context.Context, p, delivery uuid.UUID, now time.Time) error {
	return s.db.Write(ctx, p, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, `UPDATE deliveries SET forgotten_at = $2, code_mac = $3 WHERE id = $1 AND forgotten_at IS NULL AND expires_at <= $4`,
			delivery, now, []byte{}, now.Add(-keepLinks))
		if err != nil || n == 0 {
			return err
		}
		_, err = tx.Exec(ctx, `DELETE FROM links WHERE delivery_id = $1`, delivery)
		return err
	})
}
