package db

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// A pipeline is a connection of PostgreSQL that sends queued statements in the
// round trip of the next one.
type pipeline struct {
	conn   *pgx.Conn
	queued *pgx.Batch // nil when nothing is queued
}

func (p *pipeline) queue(_ context.Context, query string, args []any) error {
	if p.queued == nil {
		p.queued = &pgx.Batch{}
	}
	p.queued.Queue(query, args...)
	return nil
}

// exec sends several statements without arguments by the simple protocol, which
// alone allows that, and so never in a batch.
func (p *pipeline) exec(ctx context.Context, query string, args []any) (int64, error) {
	if p.queued == nil || len(args) == 0 {
		if err := p.flush(ctx); err != nil {
			return 0, err
		}
		tag, err := p.conn.Exec(ctx, query, args...)
		return tag.RowsAffected(), err
	}
	tag, err := p.run(ctx, query, args)
	return tag.RowsAffected(), err
}

// run sends what is queued and a statement behind it, and returns its tag.
func (p *pipeline) run(ctx context.Context, query string, args []any) (tag pgconn.CommandTag, err error) {
	results, err := p.send(ctx, query, args)
	if err != nil {
		return tag, err
	}
	tag, err = results.Exec()
	if failed := results.Close(); err == nil {
		err = failed
	}
	return tag, err
}

func (p *pipeline) query(ctx context.Context, query string, args []any) (cursor, error) {
	if p.queued == nil {
		rows, err := p.conn.Query(ctx, query, args...)
		return &pgRows{Rows: rows}, err
	}
	results, err := p.send(ctx, query, args)
	if err != nil {
		return nil, err
	}
	rows, err := results.Query()
	if err != nil {
		results.Close()
		return nil, err
	}
	return &pgRows{rows, results}, nil
}

// send sends what is queued and the query behind it, and returns the results
// from the query's on.
func (p *pipeline) send(ctx context.Context, query string, args []any) (pgx.BatchResults, error) {
	batch := p.queued
	p.queued = nil
	before := batch.Len()
	batch.Queue(query, args...)
	results := p.conn.SendBatch(ctx, batch)
	for range before {
		if _, err := results.Exec(); err != nil {
			results.Close()
			return nil, err
		}
	}
	return results, nil
}

func (p *pipeline) flush(ctx context.Context) error {
	if p.queued == nil {
		return nil
	}
	batch := p.queued
	p.queued = nil
	return p.conn.SendBatch(ctx, batch).Close()
}

// commit sends what is queued with the commit behind it and returns its tag.
func (p *pipeline) commit(ctx context.Context) (tag string, err error) {
	if p.queued == nil {
		return simple(ctx, p.conn, "commit")
	}
	done, err := p.run(ctx, "commit", nil)
	return done.String(), err
}

// pgRows are rows, with the batch they came in.
type pgRows struct {
	pgx.Rows
	batch pgx.BatchResults // nil without one
}

func (r *pgRows) Close() error {
	r.Rows.Close()
	err := r.Rows.Err()
	if r.batch != nil {
		if failed := r.batch.Close(); err == nil {
			err = failed
		}
	}
	return err
}

func (r *pgRows) Columns() ([]string, error) { return columnNames(r.FieldDescriptions()), nil }
