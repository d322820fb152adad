package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/sealform/sealform/internal/fault"
)

const (
	unavailable = "The service cannot save or read right now. Nothing you typed is lost: try again in a minute."
	notFound    = "There is nothing here."
	conflict    = "This already exists."
)

// A refusal is what is kept of a database's error: its code and words that hold
// no row value.
type refusal struct {
	code string // SQLSTATE, or SQLite's number
	text string
}

func (r *refusal) Error() string { return r.text }

// classify gives a driver's error its kind, by code only, and drops the text
// that could repeat what a row holds.
func classify(err error) error {
	var known *refusal
	var pg *pgconn.PgError
	var lite *sqlite.Error
	switch {
	case err == nil, errors.Is(err, context.Canceled), errors.As(err, &known), fault.KindOf(err) != nil:
		return err
	case errors.Is(err, sql.ErrNoRows):
		return fault.New(fault.NotFound, notFound)
	case errors.As(err, &pg):
		return withKind(postgresKind(pg.Code), postgresRefusal(pg))
	case errors.As(err, &lite):
		return withKind(sqliteKind(lite.Code()), &refusal{fmt.Sprint(lite.Code()), "sqlite: " + lite.Error()})
	case isDown(err):
		return withKind(fault.Unavailable, &refusal{text: err.Error()})
	default:
		return &refusal{text: "db: " + withoutValues(err)}
	}
}

func withKind(kind error, r *refusal) error {
	switch kind {
	case fault.Unavailable:
		return fault.Because(kind, r, unavailable)
	case fault.Conflict:
		return fault.Because(kind, r, conflict)
	default:
		return r
	}
}

// postgresRefusal keeps PostgreSQL's message only for class 42, mistakes in the
// SQL itself, where it speaks of our own text.
func postgresRefusal(e *pgconn.PgError) *refusal {
	text := "postgres: SQLSTATE " + e.Code
	for _, name := range []string{e.TableName, e.ColumnName, e.ConstraintName} {
		if name != "" {
			text += " " + name
		}
	}
	if strings.HasPrefix(e.Code, "42") {
		text += ": " + e.Message
	}
	return &refusal{e.Code, text}
}

// postgresKind follows appendix A of PostgreSQL's manual.
func postgresKind(code string) error {
	switch code {
	case "23505":
		return fault.Conflict
	case "25006", "40001", "40P01", "55P03", "57014", "57P01", "57P02", "57P03":
		return fault.Unavailable // read-only, serialization, deadlock, lock, time-out, shutting down, starting
	}
	switch code[:min(2, len(code))] {
	case "08", "53", "58": // connection, resources (disk, memory, connections), system
		return fault.Unavailable
	}
	return nil
}

func sqliteKind(code int) error {
	switch code {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return fault.Conflict
	}
	switch code & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_FULL,
		sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_NOMEM,
		sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_PROTOCOL:
		return fault.Unavailable
	}
	return nil
}

// isDown reports whether the connection, and not the statement, failed.
func isDown(err error) bool {
	var connect *pgconn.ConnectError
	var network net.Error
	if errors.As(err, &connect) || errors.As(err, &network) {
		return true
	}
	for _, target := range []error{context.DeadlineExceeded, driver.ErrBadConn, sql.ErrConnDone, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed} {
		if errors.Is(err, target) {
			return true
		}
	}
	return false
}

// withoutValues keeps the first clause of a driver's own error. The drivers put
// the offending value into a later one ("failed to encode args[0]: …").
func withoutValues(err error) string {
	text, _, _ := strings.Cut(strings.TrimPrefix(err.Error(), "sql: "), ": ")
	return text
}

// worthRetrying reports a failure that is an accident of timing.
func worthRetrying(err error) bool {
	var r *refusal
	return errors.As(err, &r) && (r.code == "40001" || r.code == "40P01")
}
