package db_test

import (
	"crypto/rand"
	"errors"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/testdb"
)

var quiet = slog.New(slog.DiscardHandler)

func TestOpenWhereNothingAnswers(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	free := listener.Addr().String()
	listener.Close()
	for _, where := range []string{
		"postgres://sealform:hush@" + free + "/sealform",
		filepath.Join(t.TempDir(), "no such folder", "sealform.db"),
		t.TempDir(),
	} {
		_, err := db.Open(t.Context(), where, quiet)
		if !errors.Is(err, fault.Unavailable) || strings.Contains(err.Error(), "hush") {
			t.Errorf("%s: %v", where, err)
		}
	}
	if _, err := db.Open(t.Context(), "postgres://name:hush@host:port", quiet); err == nil || strings.Contains(err.Error(), "hush") {
		t.Errorf("a URL with a mistake: %v", err)
	}
	other := filepath.Join(t.TempDir(), "other.db")
	os.WriteFile(other, []byte(strings.Repeat("this is a letter, not a database\n", 200)), 0o600)
	if _, err := db.Open(t.Context(), other, quiet); !errors.Is(err, fault.Unavailable) {
		t.Errorf("a file that is no database: %v", err)
	}
}

// A connection that dies is a server that stopped, as far as the client sees.
func TestServerGoneIsUnavailableAndComesBack(t *testing.T) {
	d := testdb.Open(t, db.Postgres)
	err := d.Write(t.Context(), uuid.Nil, func(tx *db.Tx) error {
		tx.Exec(t.Context(), `SELECT pg_terminate_backend(pg_backend_pid())`)
		_, err := tx.Exec(t.Context(), `SELECT 1`)
		return err
	})
	if !errors.Is(err, fault.Unavailable) {
		t.Errorf("the connection died: %v", err)
	}
	if err := d.Ping(t.Context()); err != nil {
		t.Errorf("a new connection: %v", err)
	}
	exec(t, d, `SELECT 1`)
}

func TestClosedFileIsUnavailable(t *testing.T) {
	d := testdb.Open(t, db.SQLite)
	exec(t, d, `CREATE TABLE notes (id BIGINT PRIMARY KEY NOT NULL)`)
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	var n int
	for name, err := range map[string]error{
		"write":      write(t.Context(), d, `INSERT INTO notes VALUES (1)`),
		"read":       d.ReadOne(t.Context(), uuid.Nil, `SELECT 1`, nil, &n),
		"ping":       d.Ping(t.Context()),
		"checkpoint": d.Checkpoint(t.Context()),
	} {
		if !errors.Is(err, fault.Unavailable) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCheckRoleRefusesASuperuser(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		if err := d.CheckRole(t.Context(), "documents"); err != nil {
			t.Errorf("the test run's plain role, before there is a table: %v", err)
		}
		migrate(t, d, practiceTables)
		if err := d.CheckRole(t.Context(), "documents"); err != nil {
			t.Errorf("the test run's plain role: %v", err)
		}
	})
	u, err := url.Parse(testdb.URL(t, db.Postgres))
	if err != nil {
		t.Fatal(err)
	}
	plain := testdb.OpenURL(t, u.String())
	u.User = url.User("postgres") // with-servers trusts local roles
	d, err := db.Open(t.Context(), u.String(), quiet)
	if err != nil {
		t.Skip("no superuser without a passphrase on this server")
	}
	t.Cleanup(func() { _ = d.Close() })
	role := "bypassing_" + strings.ToLower(rand.Text())
	exec(t, d, `CREATE ROLE `+role+` LOGIN BYPASSRLS`)
	t.Cleanup(func() { exec(t, d, `DROP OWNED BY `+role); exec(t, d, `DROP ROLE `+role) })
	exec(t, d, `GRANT USAGE ON SCHEMA `+u.Query().Get("search_path")+` TO `+role)
	u.User = url.User(role)
	bypassing := testdb.OpenURL(t, u.String())
	refused := func(when string) {
		t.Helper()
		for name, d := range map[string]*db.DB{"superuser": d, "role with BYPASSRLS": bypassing} {
			if err := d.CheckRole(t.Context(), "documents"); err == nil || !strings.Contains(err.Error(), "superuser or has BYPASSRLS") {
				t.Errorf("a %s %s: %v", name, when, err)
			}
		}
	}
	refused("before there is a table")
	migrate(t, plain, practiceTables)
	refused("of a table that is there")
}

func TestCheckRoleRefusesATableThatDoesNotConfineItsOwner(t *testing.T) {
	d := testdb.Open(t, db.Postgres)
	migrate(t, d, practiceTables)
	exec(t, d, `ALTER TABLE documents NO FORCE ROW LEVEL SECURITY`)
	if err := d.CheckRole(t.Context(), "documents"); err == nil || !strings.Contains(err.Error(), "off or not forced") {
		t.Errorf("every practice's rows show: %v", err)
	}
}
