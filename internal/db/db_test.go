package db_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/db"
)

func exec(t *testing.T, d *db.DB, query string, args ...any) {
	t.Helper()
	if err := write(t.Context(), d, query, args...); err != nil {
		t.Fatal(err)
	}
}

func write(ctx context.Context, d *db.DB, query string, args ...any) error {
	return d.Write(ctx, uuid.Nil, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, query, args...)
		return err
	})
}

func count(t *testing.T, d *db.DB, query string, args ...any) (n int) {
	t.Helper()
	if err := d.ReadOne(t.Context(), uuid.Nil, query, args, &n); err != nil {
		t.Fatal(err)
	}
	return n
}

var errOwn = errors.New("the function's own error")
