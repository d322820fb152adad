package db

import (
	"context"
	"fmt"
	"io"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/fault"
)

// Backup writes every row of every table but goose's, as one moment of the
// database, in a form either engine can restore. It holds no key: what is sealed
// stays sealed. The service goes on meanwhile.
func (d *DB) Backup(ctx context.Context, w io.Writer) error {
	return d.backend.snapshot(ctx, func(tx *Tx) error {
		schema, err := schemaVersion(ctx, tx)
		if err != nil {
			return err
		}
		all, err := tables(ctx, tx)
		if err != nil {
			return err
		}
		out := newBackupWriter(w)
		if err := out.lines.Encode(header{backupFormat, schema}); err != nil {
			return err
		}
		for _, t := range all {
			if err := dump(ctx, tx, t, out); err != nil {
				return fmt.Errorf("back up %s: %w", t.Name, err)
			}
		}
		return out.close()
	})
}

func dump(ctx context.Context, tx *Tx, t *table, out *backupWriter) error {
	if err := out.lines.Encode(t); err != nil {
		return err
	}
	query := "SELECT " + t.columnList() + " FROM " + t.Name
	if !t.confined {
		return dumpRows(ctx, tx, t, out, query)
	}
	if t.practiceColumn() < 0 {
		return fmt.Errorf("it is under row-level security and has no practice_id")
	}
	all, err := practices(ctx, tx)
	if err != nil {
		return err
	}
	for _, id := range all {
		if err := tx.Confine(ctx, id); err != nil {
			return err
		}
		if err := dumpRows(ctx, tx, t, out, query+" WHERE practice_id = $1", id); err != nil {
			return err
		}
	}
	return nil
}

func dumpRows(ctx context.Context, tx *Tx, t *table, out *backupWriter, query string, args ...any) error {
	dest := make([]any, len(t.Columns))
	for i, c := range t.Columns {
		dest[i] = c.destination()
	}
	return tx.Each(ctx, query, args, dest, func() error { return out.row(dest) })
}

// practices lists every id that a confined row may carry.
func practices(ctx context.Context, tx *Tx) ([]uuid.UUID, error) {
	ids := []uuid.UUID{Installation}
	var id uuid.UUID
	err := tx.Each(ctx, `SELECT id FROM practices`, nil, []any{&id}, func() error { ids = append(ids, id); return nil })
	return ids, err
}

func (p *postgres) snapshot(ctx context.Context, fn func(*Tx) error) error {
	_, err := p.transact(ctx, "begin isolation level repeatable read read only", uuid.Nil, fn)
	return err
}

// snapshot holds a reader's connection in one transaction, which in WAL mode
// sees one moment and stops no writer.
func (s *sqliteDB) snapshot(ctx context.Context, fn func(*Tx) error) error {
	return s.read(ctx, uuid.Nil, func(tx *Tx) error {
		if _, err := tx.Exec(ctx, "BEGIN"); err != nil {
			return err
		}
		defer tx.q.(*session).run("ROLLBACK")
		return fn(tx)
	})
}

// Restore fills a migrated and otherwise empty database with what Backup wrote,
// all or nothing. A file that is cut or damaged is fault.Invalid, and is refused
// before anything is written when r can be read twice, as a file can. The schema
// must be the one the backup was made at.
func Restore(ctx context.Context, d *DB, r io.Reader) error {
	if file, ok := r.(io.Seeker); ok {
		start, err := file.Seek(0, io.SeekCurrent)
		if err != nil {
			return err
		}
		if err := readBackup(r, discard{}); err != nil {
			return err
		}
		if _, err := file.Seek(start, io.SeekStart); err != nil {
			return err
		}
	}
	started := false
	return d.backend.load(ctx, func(tx *Tx) error {
		if started { // SQLite gives a function that shared a broken commit a second try; r is spent
			return fault.New(fault.Conflict, "Something else wrote to the database. Stop the service, then restore again.")
		}
		started = true
		return readBackup(r, &restorer{ctx: ctx, tx: tx})
	})
}

type discard struct{}

func (discard) header(header) error { return nil }
func (discard) table(*table) error  { return nil }
func (discard) row([]any) error     { return nil }
