package db

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/fault"
)

var errOpenRows = errors.New("db: the rows of a query were not closed before the next step")

// A querier is a connection of PostgreSQL or a SQLite session. Arguments are
// bound already; errors are the driver's.
type querier interface {
	exec(ctx context.Context, query string, args []any) (int64, error)
	query(ctx context.Context, query string, args []any) (cursor, error)
	// queue runs a statement at the latest with the next one.
	queue(ctx context.Context, query string, args []any) error
}

// A cursor walks the rows of a driver.
type cursor interface {
	Next() bool
	Scan(dest ...any) error
	Err() error
	Close() error
	Columns() ([]string, error)
}

// A Tx runs statements, for one goroutine, until the function it was given to
// returns. Both engines behave as the stricter one does: after a statement that
// failed every later one fails too, and the rows of a query are closed before
// the next statement.
type Tx struct {
	q      querier
	engine Engine
	ctx    context.Context // of a Write: used in place of the caller's
	open   *Rows
	failed error
}

// Exec runs a statement and returns how many rows it changed. With no arguments
// it may hold several statements.
func (tx *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	ctx, err := tx.ready(ctx)
	if err != nil {
		return 0, err
	}
	n, err := tx.q.exec(ctx, query, bind(tx.engine, args))
	if err != nil {
		return 0, tx.fail(err)
	}
	return n, nil
}

// Queue runs a statement of a [DB.Write] of which nobody asks how many rows it
// changed. On PostgreSQL it travels with the next statement, or with the commit:
// a round trip costs more than most statements. When it fails, so does whatever
// comes after it, the Write at the latest.
func (tx *Tx) Queue(ctx context.Context, query string, args ...any) {
	ctx, err := tx.ready(ctx)
	if err != nil {
		return
	}
	if err := tx.q.queue(ctx, query, bind(tx.engine, args)); err != nil {
		tx.fail(err)
	}
}

// Confine moves a transaction on to another practice's rows.
func (tx *Tx) Confine(ctx context.Context, practice uuid.UUID) error {
	if tx.engine == SQLite {
		return nil
	}
	_, err := tx.Exec(ctx, `SELECT set_config('sealform.practice', $1, true)`, practice)
	return err
}

// Query runs a query. The caller closes the rows.
func (tx *Tx) Query(ctx context.Context, query string, args ...any) (*Rows, error) {
	ctx, err := tx.ready(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := tx.q.query(ctx, query, bind(tx.engine, args))
	if err != nil {
		return nil, tx.fail(err)
	}
	tx.open = &Rows{rows: rows, tx: tx, ctx: ctx}
	return tx.open, nil
}

// QueryRow runs a query of which only the first row is wanted. Errors wait for
// Scan.
func (tx *Tx) QueryRow(ctx context.Context, query string, args ...any) *Row {
	rows, err := tx.Query(ctx, query, args...)
	return &Row{rows, err}
}

// Each runs a query and calls each after every row that was scanned into dest.
// It ends with the error of each, if any. Between rows dest is emptied, so that
// NULL never leaves the row before in it.
func (tx *Tx) Each(ctx context.Context, query string, args, dest []any, each func() error) error {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		if err := each(); err != nil {
			return err
		}
		empty(dest)
	}
	return rows.Err()
}

// empty sets the destinations to their zero values: uuid.UUID, for one, takes
// NULL for nothing to do.
func empty(dest []any) {
	for _, d := range dest {
		reflect.ValueOf(d).Elem().SetZero()
	}
}

// SkipLocked is what a queue's claim puts after LIMIT: on PostgreSQL it passes
// over rows another worker holds; on SQLite, with its one writer, it is empty.
func (tx *Tx) SkipLocked() string {
	if tx.engine == Postgres {
		return " FOR UPDATE SKIP LOCKED"
	}
	return ""
}

func (tx *Tx) ready(ctx context.Context) (context.Context, error) {
	if tx.ctx != nil {
		ctx = tx.ctx
	}
	switch {
	case tx.failed != nil:
		return nil, tx.failed
	case tx.open != nil:
		return nil, tx.fail(errOpenRows)
	case ctx.Err() != nil:
		return nil, tx.fail(ctx.Err())
	}
	return ctx, nil
}

func (tx *Tx) fail(err error) error {
	tx.failed = classify(err)
	return tx.failed
}

// finish says whether the work may be kept, given what fn returned. A statement
// whose error fn swallowed still spoils it, because PostgreSQL keeps nothing
// either.
func (tx *Tx) finish(err error) error {
	if tx.open != nil {
		tx.open.Close()
		return errors.Join(err, errOpenRows)
	}
	if err != nil {
		return err
	}
	return tx.failed
}

// Rows walks the rows of a query.
type Rows struct {
	rows cursor
	tx   *Tx
	ctx  context.Context
}

// Next steps to the next row. After the last row, and after an error, which Err
// then returns, the rows are closed.
func (r *Rows) Next() bool {
	if r.ctx.Err() != nil { // SQLite runs without a context, see session
		r.tx.fail(r.ctx.Err())
		r.Close()
		return false
	}
	if r.rows.Next() {
		return true
	}
	if err := r.rows.Err(); err != nil {
		r.tx.fail(err)
	}
	r.Close()
	return false
}

// Scan copies the row into the destinations.
func (r *Rows) Scan(dest ...any) error {
	if err := r.rows.Scan(scanners(dest)...); err != nil {
		columns, _ := r.rows.Columns()
		return misfit(columns, dest)
	}
	return nil
}

// Err returns what ended Next early.
func (r *Rows) Err() error { return r.tx.failed }

// Close ends the query. It may be called again.
func (r *Rows) Close() error {
	if r.tx.open == r {
		r.tx.open = nil
	}
	if err := r.rows.Close(); err != nil {
		return r.tx.fail(err)
	}
	return nil
}

// A Row is the first row of a query.
type Row struct {
	rows *Rows
	err  error
}

// Scan copies the row into the destinations; fault.NotFound when there is none.
func (r *Row) Scan(dest ...any) error {
	if r.err != nil {
		return r.err
	}
	defer r.rows.Close()
	if !r.rows.Next() {
		if err := r.rows.Err(); err != nil {
			return err
		}
		return fault.New(fault.NotFound, notFound)
	}
	if err := r.rows.Scan(dest...); err != nil {
		return err
	}
	return r.rows.Close()
}

// misfit names columns and Go types, never the value: the driver's own text
// would carry it into the log.
func misfit(columns []string, dest []any) error {
	types := make([]string, len(dest))
	for i, d := range dest {
		types[i] = fmt.Sprintf("%T", d)
	}
	return fmt.Errorf("db: the columns %s do not fit %s", strings.Join(columns, ", "), strings.Join(types, ", "))
}
