// Package db owns the two engines behind one SQL text: opening, transactions,
// time, the meaning of database errors, migrations, and a backup that either
// engine can read. SQLite is the embedded default; PostgreSQL serves several
// instances at once.
//
// It knows no table of ours except practices, whose ids a backup needs to pass
// row-level security. It refuses to repeat row values: no error of this package
// carries one.
//
// Queries are written once, with $1 placeholders, over the types TEXT, BIGINT,
// BOOLEAN, BYTEA and TIMESTAMPTZ. Arguments and destinations are ordinary Go
// values: a time.Time is kept in UTC to the microsecond and the zero time is
// NULL; a uuid.UUID is its text.
package db

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/fault"
)

// An Engine is one of the two databases.
type Engine string

const (
	Postgres Engine = "postgres"
	SQLite   Engine = "sqlite"
)

// writeTimeout bounds a transaction that changes something, from waiting for
// its turn to its commit. Nobody waits longer for a page.
const writeTimeout = 15 * time.Second

// A DB is an open database. Its methods may be called from any goroutine.
type DB struct {
	engine  Engine
	backend backend
}

// A backend is what each engine does in its own way. Errors are classified.
type backend interface {
	ping(ctx context.Context) error
	write(ctx context.Context, practice uuid.UUID, fn func(*Tx) error) error
	read(ctx context.Context, practice uuid.UUID, fn func(*Tx) error) error
	// readRows scans each row into dest and calls each, until that is false.
	readRows(ctx context.Context, practice uuid.UUID, query string, args, dest []any, each func() bool) error
	checkpoint(ctx context.Context) error
	checkRole(ctx context.Context, table string) error
	migrate(ctx context.Context, run func(pool *sql.DB) error) error
	snapshot(ctx context.Context, fn func(*Tx) error) error
	load(ctx context.Context, fn func(*Tx) error) error
	close() error
}

// Open opens the database at url: "postgres://…", or for SQLite the path of a
// file, with or without "sqlite:" before it, which is made (0600) when it does
// not exist. It fails with fault.Unavailable when nothing answers there. The
// log gets what no caller waits for; it must not be nil.
func Open(ctx context.Context, url string, log *slog.Logger) (*DB, error) {
	if strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://") {
		p, err := openPostgres(ctx, url)
		if err != nil {
			return nil, fmt.Errorf("open the PostgreSQL database: %w", err)
		}
		return &DB{Postgres, p}, nil
	}
	s, err := openSQLite(ctx, strings.TrimPrefix(url, "sqlite:"), log)
	if err != nil {
		return nil, fmt.Errorf("open the SQLite database: %w", err)
	}
	return &DB{SQLite, s}, nil
}

// Engine says which engine this is.
func (d *DB) Engine() Engine { return d.engine }

// Close lets running transactions end, refuses new ones, and closes.
func (d *DB) Close() error { return d.backend.close() }

// Installation is the practice of confined rows that belong to none.
var Installation = uuid.MustParse("00000000-0000-0000-0000-000000000001")

// Ping asks the database for a sign of life.
func (d *DB) Ping(ctx context.Context) error { return d.backend.ping(ctx) }

// Write runs fn in one transaction and returns after the commit; when fn, or
// any statement in it, failed, nothing is kept. A practice other than uuid.Nil
// confines the transaction to its rows on PostgreSQL.
//
// The reader hanging up does not end it: every statement runs under a deadline
// of its own, whatever context fn passes. On SQLite up to 64 fns share one
// commit, each behind its own savepoint.
//
// fn may run again (after a deadlock, or when another fn broke the commit they
// shared), so it sets variables outside it anew each time. It does no slow work,
// uses only its Tx, and never calls Write.
func (d *DB) Write(ctx context.Context, practice uuid.UUID, fn func(*Tx) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeTimeout)
	defer cancel()
	return d.backend.write(ctx, practice, fn)
}

// Read runs fn, which only reads. On PostgreSQL a practice other than uuid.Nil
// opens a read-only transaction confined to its rows; with uuid.Nil each
// statement takes a connection of the pool. SQLite reads what is committed when
// each statement begins.
func (d *DB) Read(ctx context.Context, practice uuid.UUID, fn func(*Tx) error) error {
	return d.backend.read(ctx, practice, fn)
}

// ReadOne runs one query that answers with one row, in one round trip on
// PostgreSQL although it is confined to the practice. It fails with
// fault.NotFound when there is no row.
func (d *DB) ReadOne(ctx context.Context, practice uuid.UUID, query string, args []any, dest ...any) error {
	found := false
	err := d.backend.readRows(ctx, practice, query, args, dest, func() bool { found = true; return false })
	if err == nil && !found {
		return fault.New(fault.NotFound, notFound)
	}
	return err
}

// ReadEach runs one query as ReadOne does, and calls each after every row, as
// Tx.Each does.
func (d *DB) ReadEach(ctx context.Context, practice uuid.UUID, query string, args, dest []any, each func() error) error {
	var stopped error
	err := d.backend.readRows(ctx, practice, query, args, dest, func() bool {
		if stopped = classify(ctx.Err()); stopped == nil { // SQLite runs without a context, see session
			stopped = each()
		}
		empty(dest)
		return stopped == nil
	})
	if stopped != nil {
		return stopped
	}
	return err
}

// Checkpoint moves SQLite's write-ahead log into the database file and empties
// it, so that what was erased is gone from the disk. It fails with
// fault.Unavailable when a long reader stands in the way; try again later. On
// PostgreSQL it does nothing.
func (d *DB) Checkpoint(ctx context.Context) error { return d.backend.checkpoint(ctx) }

// CheckRole fails when row-level security of the table, which need not be there
// yet, would not hold the database role on PostgreSQL: a superuser or one with
// BYPASSRLS, or a table that does not force it.
func (d *DB) CheckRole(ctx context.Context, table string) error {
	return d.backend.checkRole(ctx, table)
}
