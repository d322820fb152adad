package db

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/pressly/goose/v3"

	"github.com/sealform/sealform/internal/fault"
)

// Migrate brings the schema up to date from the goose files ("0001_init.sql", …)
// at the root of fsys, each in one transaction. Lines after "-- postgres" or
// "-- sqlite" are for that engine alone, until "-- both". Any number of
// processes may call it at once. It refuses a schema newer than the files.
func Migrate(ctx context.Context, d *DB, fsys fs.FS) error {
	if d.complete(ctx, fsys) {
		return nil
	}
	return d.withProvider(ctx, fsys, func(p *goose.Provider) error {
		for {
			before, err := version(ctx, p)
			if err != nil {
				return err
			}
			if _, err = p.Up(ctx); err == nil {
				return nil
			}
			// SQLite has no lock across processes to hold meanwhile: when the
			// version moved on, another one got there first, and we look again.
			if after, failed := version(ctx, p); failed != nil || after == before {
				return notApplied(before, err)
			}
		}
	})
}

// complete reports whether every file of fsys was applied, and nothing else.
// Most starts find it so, and need not read the files or take a lock.
func (d *DB) complete(ctx context.Context, fsys fs.FS) bool {
	names, err := fs.Glob(fsys, "*.sql")
	if err != nil {
		return false
	}
	want := map[int64]bool{}
	for _, name := range names {
		number, err := goose.NumericComponent(name)
		if err != nil {
			return false
		}
		want[number] = true
	}
	var number int64
	var applied bool
	err = d.ReadEach(ctx, uuid.Nil, `SELECT version_id, is_applied FROM goose_db_version WHERE version_id > 0`, nil, []any{&number, &applied}, func() error {
		if !applied || !want[number] {
			want[-1] = true // which no file has
		}
		delete(want, number)
		return nil
	})
	return err == nil && len(want) == 0 // without a schema there is no such table
}

// Pending returns how many migrations of fsys the database lacks. It refuses a
// schema newer than the files.
func Pending(ctx context.Context, d *DB, fsys fs.FS) (n int, err error) {
	err = d.withProvider(ctx, fsys, func(p *goose.Provider) error {
		if _, err := version(ctx, p); err != nil {
			return err
		}
		all, err := p.Status(ctx)
		for _, m := range all {
			if m.State == goose.StatePending {
				n++
			}
		}
		return classify(err)
	})
	return n, err
}

func (d *DB) withProvider(ctx context.Context, fsys fs.FS, fn func(*goose.Provider) error) error {
	dialect := goose.DialectSQLite3
	if d.engine == Postgres {
		dialect = goose.DialectPostgres
	}
	return d.backend.migrate(ctx, func(pool *sql.DB) error {
		p, err := goose.NewProvider(dialect, pool, engineFS{fsys, d.engine}, goose.WithLogger(goose.NopLogger()))
		if err != nil {
			return fmt.Errorf("read the migrations: %w", err)
		}
		return fn(p)
	})
}

func version(ctx context.Context, p *goose.Provider) (int64, error) {
	current, target, err := p.GetVersions(ctx)
	if err != nil {
		return 0, classify(err)
	}
	if current > target {
		return 0, fault.Newf(fault.Unsupported, "This database has schema %d and this program knows %d: "+
			"a newer Sealform wrote it. Start that version or a later one; nothing was changed.", current, target)
	}
	return current, nil
}

func notApplied(before int64, err error) error {
	var partial *goose.PartialError
	if !errors.As(err, &partial) { // nothing was tried: a mistake in a file, or no connection
		if known := classify(err); fault.KindOf(known) != nil {
			err = known
		}
		return fmt.Errorf("migrate from schema %d: %w", before, err)
	}
	return fmt.Errorf("migration %s did not go through and left nothing of itself behind. "+
		"Put right what the error names (something that exists already was made outside the migrations, or a restore was cut off: "+
		"drop it, or start from an empty database and your backup), then run migrate again: %w",
		partial.Failed.Source.Path, classify(partial.Err))
}

// migrate holds a lock that also keeps goose's own check of its table to one
// process at a time; its session locker begins later.
func (p *postgres) migrate(ctx context.Context, run func(*sql.DB) error) error {
	p.migrating.Lock() // one waiter at a time, or waiters alone could fill the pool
	defer p.migrating.Unlock()
	const lock = "(hashtextextended('sealform migrations of ' || coalesce(current_schema(), ''), 0))"
	return p.lend(ctx, func(conn *pgx.Conn) error {
		if _, err := simple(ctx, conn, "select pg_advisory_lock"+lock); err != nil {
			return err
		}
		defer simple(context.WithoutCancel(ctx), conn, "select pg_advisory_unlock"+lock)
		return run(p.pool)
	})
}

// migrate uses connections of its own: the writer keeps to its queue.
func (s *sqliteDB) migrate(ctx context.Context, run func(*sql.DB) error) error {
	s.migrating.Lock()
	defer s.migrating.Unlock()
	pool, err := sql.Open("sqlite", dsn(s.path))
	if err != nil {
		return classify(err)
	}
	defer pool.Close()
	return run(pool)
}

// engineFS shows each migration as one engine sees it.
type engineFS struct {
	fs.FS
	engine Engine
}

func (f engineFS) Open(name string) (fs.File, error) {
	if !strings.HasSuffix(name, ".sql") {
		return f.FS.Open(name)
	}
	text, err := fs.ReadFile(f.FS, name)
	if err != nil {
		return nil, err
	}
	if bytes.Contains(text, []byte("+goose NO TRANSACTION")) {
		return nil, fmt.Errorf("migration %s: NO TRANSACTION would leave half of it behind when it fails", name)
	}
	return &memoryFile{name: name, Reader: strings.NewReader(forEngine(string(text), f.engine))}, nil
}

// forEngine keeps the lines of both engines and of this one.
func forEngine(text string, engine Engine) string {
	var b strings.Builder
	keep := true
	for line := range strings.Lines(text) {
		switch mark := strings.TrimSpace(line); mark {
		case "-- both":
			keep = true
		case "-- postgres", "-- sqlite":
			keep = mark == "-- "+string(engine)
		}
		if keep {
			b.WriteString(line)
		}
	}
	return b.String()
}

type memoryFile struct {
	name string
	*strings.Reader
}

func (f *memoryFile) Stat() (fs.FileInfo, error) { return f, nil }
func (f *memoryFile) Close() error               { return nil }
func (f *memoryFile) Name() string               { return f.name }
func (f *memoryFile) Mode() fs.FileMode          { return 0o444 }
func (f *memoryFile) ModTime() time.Time         { return time.Time{} }
func (f *memoryFile) IsDir() bool                { return false }
func (f *memoryFile) Sys() any                   { return nil }
