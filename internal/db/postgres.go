package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// poolSize saturates two cores on a fast disk and still groups commits well on a
// slow one. Idle connections are kept: making one costs as much as 50 queries.
const poolSize = 16

// maxTries bounds how often a transaction that loses to others is run.
const maxTries = 3

type postgres struct {
	pool      *sql.DB
	migrating sync.Mutex
}

func openPostgres(ctx context.Context, url string) (*postgres, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, errors.New("the URL is not one PostgreSQL understands: postgres://NAME:PASSWORD@HOST:PORT/DATABASE")
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "sealform"
	}
	pool := stdlib.OpenDB(*config)
	pool.SetMaxOpenConns(poolSize)
	pool.SetMaxIdleConns(poolSize)
	pool.SetConnMaxLifetime(time.Hour) // so that a moved server is found
	p := &postgres{pool: pool}
	if err := p.ping(ctx); err != nil {
		pool.Close()
		return nil, err
	}
	return p, nil
}

func (p *postgres) ping(ctx context.Context) error { return classify(p.pool.PingContext(ctx)) }

func (p *postgres) close() error { return p.pool.Close() }

func (p *postgres) checkpoint(context.Context) error { return nil }

// write tries again after a deadlock or a serialization failure, and not at
// once: the other transaction is still waking up, and the locks it waited for
// would be taken from under it a second time.
func (p *postgres) write(ctx context.Context, practice uuid.UUID, fn func(*Tx) error) error {
	for try := 1; ; try++ {
		tx, err := p.transact(ctx, "begin isolation level read committed", practice, fn)
		if err == nil || try == maxTries || !worthRetrying(err) && !worthRetrying(tx.failed) {
			return err
		}
		time.Sleep(time.Duration(try*(10+rand.IntN(20))) * time.Millisecond)
	}
}

func (p *postgres) read(ctx context.Context, practice uuid.UUID, fn func(*Tx) error) error {
	if practice == uuid.Nil {
		return p.lend(ctx, func(conn *pgx.Conn) error {
			tx := &Tx{q: &pipeline{conn: conn}, engine: Postgres}
			return tx.finish(fn(tx))
		})
	}
	_, err := p.transact(ctx, "begin isolation level read committed read only", practice, fn)
	return err
}

// lend lends fn a connection of the pool.
func (p *postgres) lend(ctx context.Context, fn func(*pgx.Conn) error) error {
	conn, err := p.pool.Conn(ctx)
	if err != nil {
		return classify(err)
	}
	defer conn.Close()
	return conn.Raw(func(dc any) error { return fn(dc.(*stdlib.Conn).Conn()) })
}

// transact runs fn between begin and commit on one connection. The Tx it returns
// is spent; it tells which statement failed, if one did.
func (p *postgres) transact(ctx context.Context, begin string, practice uuid.UUID, fn func(*Tx) error) (tx *Tx, err error) {
	tx = &Tx{engine: Postgres, ctx: ctx}
	return tx, p.lend(ctx, func(conn *pgx.Conn) error {
		line := &pipeline{conn: conn}
		tx.q = line
		kept := false
		defer func() { // also when fn panics
			if !kept {
				rollback(ctx, conn)
			}
		}()
		if _, err := simple(ctx, conn, begin+confine(practice)); err != nil {
			return err
		}
		if err := tx.finish(fn(tx)); err != nil {
			return err
		}
		tag, err := line.commit(ctx)
		if err != nil {
			return tx.fail(err)
		}
		kept = true
		if tag == "ROLLBACK" {
			return errors.New("db: PostgreSQL rolled back in place of a commit")
		}
		return nil
	})
}

// confine is the statement that confines a transaction to the practice's rows.
// It rides behind begin in the same round trip, and costs half of what selecting
// set_config does. A uuid's text needs no quoting.
func confine(practice uuid.UUID) string {
	if practice == uuid.Nil {
		return ""
	}
	return "; set local sealform.practice = '" + practice.String() + "'"
}

// simple sends statements without arguments in one round trip and returns the
// last one's tag.
func simple(ctx context.Context, conn *pgx.Conn, statements string) (tag string, err error) {
	results, err := conn.PgConn().Exec(ctx, statements).ReadAll()
	if err != nil {
		return "", classify(err)
	}
	return results[len(results)-1].CommandTag.String(), nil
}

// rollback ends the transaction, or else the connection, so that the next user
// of the connection never stands in another practice's transaction.
func rollback(ctx context.Context, conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	if _, err := simple(ctx, conn, "rollback"); err != nil {
		_ = conn.Close(ctx) // the pool drops what is closed
	}
}

// readRows asks the driver itself, in one round trip. Behind row-level security
// set_config goes before the query in one pipeline, which PostgreSQL runs as one
// transaction.
func (p *postgres) readRows(ctx context.Context, practice uuid.UUID, query string, args, dest []any, each func() bool) error {
	return p.lend(ctx, func(conn *pgx.Conn) error {
		if practice == uuid.Nil {
			rows, err := conn.Query(ctx, query, bind(Postgres, args)...)
			return scanRows(rows, err, dest, each)
		}
		var batch pgx.Batch
		batch.Queue("select set_config('sealform.practice', $1, true)", practice.String())
		batch.Queue(query, bind(Postgres, args)...)
		results := conn.SendBatch(ctx, &batch)
		defer results.Close()
		if _, err := results.Exec(); err != nil {
			return classify(err)
		}
		rows, err := results.Query()
		return scanRows(rows, err, dest, each)
	})
}

func scanRows(rows pgx.Rows, err error, dest []any, each func() bool) error {
	if err != nil {
		return classify(err)
	}
	defer rows.Close()
	into := scanners(dest)
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return misfit(columnNames(rows.FieldDescriptions()), dest)
		}
		if !each() {
			break
		}
	}
	rows.Close()
	return classify(rows.Err())
}

func columnNames(fields []pgconn.FieldDescription) []string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	return names
}

// checkRole asks the table first, once it is there: PostgreSQL answers that in a
// third of the time that looking up the role takes.
func (p *postgres) checkRole(ctx context.Context, table string) error {
	var there, confined, bypasses bool
	one := func() bool { return false }
	err := p.readRows(ctx, uuid.Nil, `SELECT to_regclass($1) IS NOT NULL, coalesce(row_security_active(to_regclass($1)), false)`, []any{table}, []any{&there, &confined}, one)
	if err != nil || confined {
		return err
	}
	err = p.readRows(ctx, uuid.Nil, `SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user`, nil, []any{&bypasses}, one)
	switch {
	case err != nil:
		return err
	case there && !bypasses:
		return fmt.Errorf("row-level security of the table %s is off or not forced, so nothing would keep practices apart: "+
			"something other than sealform made or changed it; use an empty database, or restore a backup into one", table)
	case bypasses:
		return errors.New("the database role is a superuser or has BYPASSRLS, so nothing would keep practices apart: " +
			"make a plain role that owns the database (CREATE ROLE sealform LOGIN; ALTER DATABASE … OWNER TO sealform) and use it in the URL")
	}
	return nil
}
