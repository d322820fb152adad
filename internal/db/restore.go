package db

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/fault"
)

// A restorer writes what a backup holds into an empty database.
type restorer struct {
	ctx      context.Context
	tx       *Tx
	present  []*table // the database's own
	insert   string   // into the current table
	practice int      // the current table's practice_id when it is confined, or -1
	last     any      // the practice the transaction is confined to
}

func (r *restorer) header(h header) error {
	schema, err := schemaVersion(r.ctx, r.tx)
	if err != nil {
		return err
	}
	if schema != h.Schema {
		return fault.Newf(fault.Unsupported, "This backup has schema %d and the database has %d. "+
			"Restore it with the version of Sealform that made it, then migrate.", h.Schema, schema)
	}
	if r.present, err = tables(r.ctx, r.tx); err != nil {
		return err
	}
	var used bool
	if err := r.tx.QueryRow(r.ctx, `SELECT count(*) > 0 FROM practices`).Scan(&used); err != nil {
		return err
	}
	if used {
		return fault.New(fault.Conflict, "This database already holds a practice. Restore into a new one.")
	}
	return r.clearSeeds()
}

// clearSeeds deletes the rows that migrations put in; the backup brings its own.
// Tables without any are left alone, for an append-only one refuses the attempt.
func (r *restorer) clearSeeds() error {
	for _, t := range r.present {
		if t.confined {
			if err := r.tx.Confine(r.ctx, Installation); err != nil {
				return err
			}
		}
		var seeded bool
		if err := r.tx.QueryRow(r.ctx, "SELECT count(*) > 0 FROM "+t.Name).Scan(&seeded); err != nil {
			return err
		}
		if !seeded {
			continue
		}
		if _, err := r.tx.Exec(r.ctx, "DELETE FROM "+t.Name); err != nil {
			return fmt.Errorf("clear %s, which is not empty: %w", t.Name, err)
		}
	}
	return nil
}

func (r *restorer) table(t *table) error {
	i := slices.IndexFunc(r.present, func(p *table) bool { return p.Name == t.Name })
	if i < 0 || !sameColumns(r.present[i].Columns, t.Columns) {
		return fault.Newf(fault.Unsupported, "The table %s of this backup is not in the database as it was.", t.Name)
	}
	marks := make([]string, len(t.Columns))
	for i := range marks {
		marks[i] = fmt.Sprintf("$%d", i+1)
	}
	r.insert = "INSERT INTO " + t.Name + " (" + t.columnList() + ") VALUES (" + strings.Join(marks, ", ") + ")"
	r.practice = -1
	if r.present[i].confined {
		r.practice = t.practiceColumn()
	}
	return nil
}

// sameColumns compares without order, which a migration may have added in
// another way on each engine.
func sameColumns(a, b []column) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(c column) bool { return !slices.Contains(b, c) })
}

func (r *restorer) row(values []any) error {
	if r.practice >= 0 && values[r.practice] != r.last {
		text, _ := values[r.practice].(string)
		id, err := uuid.Parse(text)
		if err != nil {
			return fault.New(fault.Invalid, "This backup holds a row that belongs to no practice.")
		}
		if err := r.tx.Confine(r.ctx, id); err != nil {
			return err
		}
		r.last = text
	}
	_, err := r.tx.Exec(r.ctx, r.insert, values...)
	return err
}

// load defers foreign keys until the end, so that the order of tables and rows,
// circles included, does not matter. PostgreSQL allows it only of constraints
// made deferrable, which they are for the length of the transaction.
func (p *postgres) load(ctx context.Context, fn func(*Tx) error) error {
	_, err := p.transact(ctx, "begin isolation level read committed", uuid.Nil, func(tx *Tx) error {
		loosen, tighten, err := foreignKeys(ctx, tx)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, loosen); err != nil {
			return err
		}
		if err := fn(tx); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "SET CONSTRAINTS ALL IMMEDIATE; "+tighten)
		return err
	})
	return err
}

// foreignKeys returns the statements that make every foreign key deferred, and
// that make those as they were.
func foreignKeys(ctx context.Context, tx *Tx) (loosen, tighten string, err error) {
	err = tx.QueryRow(ctx, `SELECT
			coalesce(string_agg(format('ALTER TABLE %s ALTER CONSTRAINT %I DEFERRABLE INITIALLY DEFERRED', conrelid::regclass, conname), '; '), ''),
			coalesce(string_agg(format('ALTER TABLE %s ALTER CONSTRAINT %I NOT DEFERRABLE', conrelid::regclass, conname), '; '), '')
		FROM pg_constraint
		WHERE contype = 'f' AND NOT condeferrable AND connamespace = to_regnamespace(quote_ident(current_schema()))`).Scan(&loosen, &tighten)
	return loosen, tighten, err
}

func (s *sqliteDB) load(ctx context.Context, fn func(*Tx) error) error {
	return s.writer.do(ctx, func(tx *Tx) error {
		if _, err := tx.Exec(ctx, "PRAGMA defer_foreign_keys = 1"); err != nil {
			return err
		}
		return fn(tx)
	})
}
