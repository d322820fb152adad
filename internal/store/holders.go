package store

import (
	"context"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
)

// changeHolders is change for whatever alters who holds a practice's seeds, or
// the seeds themselves: one at a time, over all instances, each seeing what the
// ones before it left. A member who lost the permission it needs meanwhile is
// refused; "" needs none. Grants that were copied from a holder before are
// refused when a newer seed was made meanwhile: who gets them would lack it.
func (s *Store) changeHolders(ctx context.Context, by access.Actor, needs access.Permission, copied []sealedGrant, fn func(*db.Tx) ([]audit.Event, error)) error {
	return s.change(ctx, by.Practice, func(tx *db.Tx) ([]audit.Event, error) {
		if _, err := tx.Exec(ctx, `UPDATE practice_keys SET created_at = created_at WHERE practice_id = $1`, by.Practice); err != nil {
			return nil, err
		}
		if err := stillMay(ctx, tx, by, needs); err != nil {
			return nil, err
		}
		for _, kind := range seeds {
			var newest int64
			if err := scanIfAny(tx.QueryRow(ctx, `SELECT version FROM practice_keys WHERE practice_id = $1 AND kind = $2 ORDER BY version DESC LIMIT 1`, by.Practice, kind), &newest); err != nil {
				return nil, err
			}
			if had := newestOf(copied, kind); had != 0 && had < newest {
				return nil, fault.New(fault.Conflict, "The practice's key was changed just now. Try again.")
			}
		}
		return fn(tx)
	})
}

// stillMay refuses a member who was active and held the permission when their
// request began, and no longer does. So of directors who demote or remove each
// other at once one remains: nobody can do either to themselves.
func stillMay(ctx context.Context, tx *db.Tx, by access.Actor, needs access.Permission) error {
	if by.Kind != access.Staff || needs == "" {
		return nil
	}
	var role, permissions string
	if err := scanIfAny(tx.QueryRow(ctx, `SELECT role, permissions FROM members WHERE id = $1 AND practice_id = $2 AND state = 'active'`, by.ID, by.Practice), &role, &permissions); err != nil {
		return err
	}
	return access.Actor{Kind: access.Staff, Role: access.Role(role), Adjusted: access.ParseAdjustment(permissions)}.Require(needs)
}

// newestOf returns the newest version of a seed among the grants; 0 for none.
func newestOf(grants []sealedGrant, kind string) (version int64) {
	for _, g := range grants {
		if g.kind == kind {
			version = max(version, g.version)
		}
	}
	return version
}
