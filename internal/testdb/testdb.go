// Package testdb gives each test an empty database of its own on each engine,
// and the Redis of the test run. Only tests import it.
//
// PostgreSQL and Redis come from SEALFORM_TEST_POSTGRES_URL and
// SEALFORM_TEST_REDIS_URL, which .ci/with-servers sets. Where they are missing
// the test is skipped and says so; with CI=true it fails.
package testdb

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/db"
)

// Each runs fn once on each engine, in sub-tests named after it.
func Each(t *testing.T, fn func(t *testing.T, d *db.DB)) {
	t.Helper()
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(engine), func(t *testing.T) { fn(t, Open(t, engine)) })
	}
}

// Open opens an empty database, closed when the test ends.
func Open(t testing.TB, engine db.Engine) *db.DB {
	t.Helper()
	return OpenURL(t, URL(t, engine))
}

// URL names an empty database, for tests that start processes: a file in a
// temporary folder, or a schema of the test run's PostgreSQL, dropped when the
// test ends.
func URL(t testing.TB, engine db.Engine) string {
	t.Helper()
	if engine == db.SQLite {
		return filepath.Join(t.TempDir(), "sealform.db")
	}
	server := setting(t, "SEALFORM_TEST_POSTGRES_URL", "PostgreSQL")
	schema := "t_" + strings.ToLower(rand.Text())
	run(t, server, "CREATE SCHEMA "+schema)
	t.Cleanup(func() { run(t, server, "DROP SCHEMA "+schema+" CASCADE") })
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("search_path", schema)
	u.RawQuery = q.Encode()
	return u.String()
}

// Redis returns the URL of the test run's Redis. Tests share it, so each uses
// keys of its own.
func Redis(t testing.TB) string {
	t.Helper()
	return setting(t, "SEALFORM_TEST_REDIS_URL", "Redis")
}

func setting(t testing.TB, name, server string) string {
	t.Helper()
	value := os.Getenv(name)
	switch {
	case value != "":
		return value
	case os.Getenv("CI") == "true":
		t.Fatalf("%s is empty: run the tests through .ci/with-servers", name)
	default:
		t.Skipf("no %s: %s is empty; .ci/with-servers sets it", server, name)
	}
	return ""
}

// OpenURL opens the database at url, closed when the test ends.
func OpenURL(t testing.TB, url string) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), url, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// run uses a connection that is gone before the test, or its clean-up, goes on.
func run(t testing.TB, server, statement string) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context()) // which has ended when clean-ups run
	d, err := db.Open(ctx, server, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	err = d.Write(ctx, uuid.Nil, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, statement)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
