package db_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/testdb"
)

func migrations(files ...string) fstest.MapFS {
	names := []string{"0001_init.sql", "0002_events.sql", "0003_more.sql"}
	all := fstest.MapFS{}
	for i, text := range files {
		all[names[i]] = &fstest.MapFile{Data: []byte("-- +goose Up\n" + text)}
	}
	return all
}

const (
	notesTable  = `CREATE TABLE notes (id BIGINT PRIMARY KEY NOT NULL);`
	eventsTable = `CREATE TABLE events (id BIGINT PRIMARY KEY NOT NULL);
-- +goose StatementBegin
-- sqlite
CREATE TRIGGER events_keep BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'events are kept'); END;
-- postgres
CREATE FUNCTION events_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'events are kept'; END $$;
-- both
-- +goose StatementEnd
-- postgres
CREATE TRIGGER events_keep BEFORE DELETE ON events FOR EACH STATEMENT EXECUTE FUNCTION events_keep();
-- both
INSERT INTO events VALUES (1);
`
)

func migrate(t *testing.T, d *db.DB, files ...string) {
	t.Helper()
	if err := db.Migrate(t.Context(), d, migrations(files...)); err != nil {
		t.Fatal(err)
	}
}

func TestMigrateStepByStep(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		migrate(t, d, notesTable)
		n, err := db.Pending(t.Context(), d, migrations(notesTable, eventsTable))
		if err != nil || n != 1 {
			t.Fatalf("Pending = %d, %v", n, err)
		}
		migrate(t, d, notesTable, eventsTable)
		migrate(t, d, notesTable, eventsTable)
		if n, err := db.Pending(t.Context(), d, migrations(notesTable, eventsTable)); err != nil || n != 0 {
			t.Errorf("Pending = %d, %v", n, err)
		}
		if write(t.Context(), d, `DELETE FROM events`) == nil {
			t.Error("this engine's trigger is missing")
		}
	})
}

func TestMigrateFromManyAtOnce(t *testing.T) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			url := testdb.URL(t, engine)
			var wg sync.WaitGroup
			for range 4 { // each with connections of its own, as processes have
				d := testdb.OpenURL(t, url)
				wg.Go(func() {
					if err := db.Migrate(t.Context(), d, migrations(notesTable, eventsTable)); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			if n := count(t, testdb.OpenURL(t, url), `SELECT count(*) FROM events`); n != 1 {
				t.Errorf("the migration ran %d times", n)
			}
		})
	}
}

func TestMigrateRefusesANewerSchema(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		migrate(t, d, notesTable, eventsTable)
		err := db.Migrate(t.Context(), d, migrations(notesTable))
		if !errors.Is(err, fault.Unsupported) || !strings.Contains(fault.Sentence(err), "schema 2 and this program knows 1") {
			t.Errorf("Migrate: %v", err)
		}
		if _, err := db.Pending(t.Context(), d, migrations(notesTable)); !errors.Is(err, fault.Unsupported) {
			t.Errorf("Pending: %v", err)
		}
	})
}

func TestMigrationThatFailsLeavesNothingAndSaysWhatToDo(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		exec(t, d, `CREATE TABLE later (id BIGINT)`) // as a migration cut off half-way, or a hand, would leave it
		err := db.Migrate(t.Context(), d, migrations(notesTable, `CREATE TABLE half (id BIGINT); INSERT INTO half VALUES (1); CREATE TABLE later (id BIGINT);`, eventsTable))
		if err == nil {
			t.Fatal("no error")
		}
		for _, want := range []string{"0002_events.sql", "later", "then run migrate again"} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("the error lacks %q: %v", want, err)
			}
		}
		if write(t.Context(), d, `SELECT id FROM half`) == nil {
			t.Error("half of the migration stayed")
		}
		exec(t, d, `DROP TABLE later`)
		migrate(t, d, notesTable, `CREATE TABLE half (id BIGINT); CREATE TABLE later (id BIGINT);`, eventsTable)
	})
}

func TestMigrateRefusesFilesWithoutATransaction(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		err := db.Migrate(t.Context(), d, fstest.MapFS{"0001_init.sql": {Data: []byte("-- +goose NO TRANSACTION\n-- +goose Up\n" + notesTable)}})
		if err == nil || !strings.Contains(err.Error(), "NO TRANSACTION") {
			t.Errorf("%v", err)
		}
	})
}
