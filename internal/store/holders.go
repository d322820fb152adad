package store

import (
	"context"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
)

// changeHolders is change for whatever alters who holds a practice's seeds, or
// the seeds themselves: one at a time, over all instances, each seeing what the
// ones before it left. Grants that were copied from a holder before are refused
// when a newer seed was made meanwhile: who gets them would lack it.
func (s *Store) changeHolders(ctx context.Context, practice uuid.UUID, copied []sealedGrant, fn func(*db.Tx) ([]audit.Event, error)) error {
	return s.change(ctx, practice, func(tx *db.Tx) ([]audit.Event, error) {
		if _, err := tx.Exec(ctx, `UPDATE practice_keys SET created_at = created_at WHERE practice_id = $1 AND kind = $2`, practice, practiceSeed); err != nil {
			return nil, err
		}
		var newest int64
		if err := scanIfAny(tx.QueryRow(ctx, `SELECT version FROM practice_keys WHERE practice_id = $1 AND kind = $2 ORDER BY version DESC LIMIT 1`, practice, practiceSeed), &newest); err != nil {
			return nil, err
		}
		if had := newestOf(copied); had != 0 && had < newest {
			return nil, fault.New(fault.Conflict, "The practice's key was changed just now. Try again.")
		}
		return fn(tx)
	})
}

// newestOf returns the newest version of the practice's seed among the grants; 0
// for none.
func newestOf(grants []sealedGrant) (version int64) {
	for _, g := range grants {
		if g.kind == practiceSeed {
			version = max(version, g.version)
		}
	}
	return version
}
