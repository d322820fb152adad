package db_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/testdb"
)

// eachOf runs a test of Tx.Each, and the same of DB.ReadEach.
func eachOf(t *testing.T, fn func(t *testing.T, d *db.DB, each func(ctx context.Context, query string, args, dest []any, use func() error) error)) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		exec(t, d, `CREATE TABLE notes (n BIGINT PRIMARY KEY NOT NULL, author TEXT, body BYTEA, at TIMESTAMPTZ)`)
		exec(t, d, `INSERT INTO notes VALUES (1, $1, $2, $3), (2, NULL, NULL, NULL), (3, $1, $2, $3)`, uuid.Max, []byte("body"), time.UnixMicro(1))
		t.Run("Each", func(t *testing.T) {
			fn(t, d, func(ctx context.Context, query string, args, dest []any, use func() error) error {
				return d.Read(t.Context(), uuid.Nil, func(tx *db.Tx) error { return tx.Each(ctx, query, args, dest, use) })
			})
		})
		t.Run("ReadEach", func(t *testing.T) {
			fn(t, d, func(ctx context.Context, query string, args, dest []any, use func() error) error {
				return d.ReadEach(ctx, uuid.New(), query, args, dest, use)
			})
		})
	})
}

func TestEachRowIsItsOwn(t *testing.T) {
	type note struct {
		n      int
		author uuid.UUID
		body   string
		at     time.Time
	}
	eachOf(t, func(t *testing.T, d *db.DB, each func(ctx context.Context, query string, args, dest []any, use func() error) error) {
		var got []note
		var bodies [][]byte
		var one note
		var body []byte
		err := each(t.Context(), `SELECT n, author, body, at FROM notes WHERE n >= $1 ORDER BY n`, []any{1}, []any{&one.n, &one.author, &body, &one.at}, func() error {
			got, bodies = append(got, one), append(bodies, body)
			return nil
		})
		for i := range got {
			got[i].body = string(bodies[i])
		}
		full := note{1, uuid.Max, "body", time.UnixMicro(1).UTC()}
		third := full
		third.n = 3
		if want := []note{full, {n: 2}, third}; err != nil || !slices.Equal(got, want) {
			t.Errorf("got %v, want %v: %v", got, want, err)
		}
	})
}

func TestEachEndsWithTheFirstError(t *testing.T) {
	eachOf(t, func(t *testing.T, d *db.DB, each func(ctx context.Context, query string, args, dest []any, use func() error) error) {
		var n, calls int
		err := each(t.Context(), `SELECT n FROM notes ORDER BY n`, nil, []any{&n}, func() error { calls++; return errOwn })
		if !errors.Is(err, errOwn) || calls != 1 {
			t.Errorf("%d calls: %v", calls, err)
		}
		if err := each(t.Context(), `SELECT nothing_such FROM notes`, nil, []any{&n}, func() error { return nil }); err == nil {
			t.Error("a query that fails is no error")
		}
		var misfit uuid.UUID
		if err := each(t.Context(), `SELECT n FROM notes`, nil, []any{&misfit}, func() error { return nil }); err == nil {
			t.Error("a number became an id")
		}
		ctx, hangUp := context.WithCancel(t.Context())
		calls = 0
		err = each(ctx, `SELECT n FROM notes ORDER BY n`, nil, []any{&n}, func() error { calls++; hangUp(); return nil })
		if !errors.Is(err, context.Canceled) || calls != 1 {
			t.Errorf("%d rows were read for nobody: %v", calls, err)
		}
		if n := count(t, d, `SELECT count(*) FROM notes`); n != 3 {
			t.Errorf("%d notes are seen afterwards", n)
		}
	})
}

func TestStatementsFollowEachInOneTransaction(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		exec(t, d, `CREATE TABLE notes (n BIGINT PRIMARY KEY NOT NULL)`)
		exec(t, d, `INSERT INTO notes VALUES (1), (2)`)
		err := d.Write(t.Context(), uuid.Nil, func(tx *db.Tx) error {
			var n int
			if err := tx.Each(t.Context(), `SELECT n FROM notes`, nil, []any{&n}, func() error { return errOwn }); !errors.Is(err, errOwn) {
				return err
			}
			_, err := tx.Exec(t.Context(), `INSERT INTO notes VALUES (3)`)
			return err
		})
		if n := count(t, d, `SELECT count(*) FROM notes`); err != nil || n != 3 {
			t.Errorf("%d notes: %v", n, err)
		}
	})
}
