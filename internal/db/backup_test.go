package db_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/testdb"
)

// practiceTables has what a backup must get right: row-level security, foreign
// keys that point forwards, backwards and to their own table, an append-only
// table, and a row that the migration itself puts in.
const practiceTables = `
CREATE TABLE practices (id TEXT PRIMARY KEY NOT NULL, head TEXT);
CREATE TABLE documents (
	id TEXT PRIMARY KEY NOT NULL, practice_id TEXT NOT NULL REFERENCES practices,
	supersedes TEXT REFERENCES documents, body BYTEA, at TIMESTAMPTZ, done BOOLEAN NOT NULL, n BIGINT NOT NULL);
CREATE TABLE attachments (document_id TEXT NOT NULL REFERENCES documents, title TEXT);
CREATE TABLE chain (id BIGINT PRIMARY KEY NOT NULL, practice_id TEXT NOT NULL, seq BIGINT NOT NULL);
INSERT INTO chain VALUES (1, '00000000-0000-0000-0000-000000000001', 0);
-- postgres
ALTER TABLE documents ENABLE ROW LEVEL SECURITY;
ALTER TABLE documents FORCE ROW LEVEL SECURITY;
CREATE POLICY documents_practice ON documents USING (practice_id = current_setting('sealform.practice', true));
ALTER TABLE chain ENABLE ROW LEVEL SECURITY;
ALTER TABLE chain FORCE ROW LEVEL SECURITY;
CREATE POLICY chain_practice ON chain USING (practice_id = current_setting('sealform.practice', true));
-- both
`

// fill makes two practices, each with two documents that supersede each other.
func fill(t *testing.T, d *db.DB) (practices []uuid.UUID) {
	t.Helper()
	ctx := t.Context()
	for p := range 2 {
		practice := uuid.New()
		practices = append(practices, practice)
		exec(t, d, `INSERT INTO practices VALUES ($1, 'h')`, practice)
		err := d.Write(ctx, practice, func(tx *db.Tx) error {
			newest, older := uuid.New(), uuid.New()
			if _, err := tx.Exec(ctx, `INSERT INTO documents VALUES ($1, $2, NULL, $3, $4, $5, $6)`,
				newest, practice, []byte{0, 255, 10, 13}, time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC), true, 1<<60+int64(p)); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `INSERT INTO documents VALUES ($1, $2, $3, $4, NULL, $5, $6)`,
				older, practice, newest, []byte{}, false, -1); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `UPDATE documents SET supersedes = $2 WHERE id = $1`, newest, older); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, `INSERT INTO attachments VALUES ($1, $2), ($1, NULL)`, newest, "\"Zoë\"\n<&> \u2028 \\ 日本")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return practices
}

// contents reads every row through the practices' own eyes.
func contents(t *testing.T, d *db.DB, practices []uuid.UUID) (all []string) {
	t.Helper()
	ctx := t.Context()
	for _, practice := range practices {
		err := d.Read(ctx, practice, func(tx *db.Tx) error {
			rows, err := tx.Query(ctx, `SELECT d.id, coalesce(supersedes, '-'), d.body, d.at, d.done, d.n, coalesce(a.title, '-'), p.head
				FROM documents d JOIN practices p ON p.id = d.practice_id LEFT JOIN attachments a ON a.document_id = d.id WHERE d.practice_id = $1`, practice)
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
				var id, supersedes, title, head string
				var body []byte
				var at time.Time
				var done bool
				var n int64
				if err := rows.Scan(&id, &supersedes, &body, &at, &done, &n, &title, &head); err != nil {
					return err
				}
				all = append(all, fmt.Sprintf("%s %s %#v %v %v %d %q %s", id, supersedes, body, at, done, n, title, head))
			}
			return rows.Err()
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(all)
	return all
}

func TestBackupRestoresOnEitherEngine(t *testing.T) {
	engines := []db.Engine{db.SQLite, db.Postgres}
	for _, from := range engines {
		for _, to := range engines {
			t.Run(string(from)+" to "+string(to), func(t *testing.T) {
				source, target := testdb.Open(t, from), testdb.Open(t, to)
				migrate(t, source, practiceTables, eventsTable)
				migrate(t, target, practiceTables, eventsTable)
				exec(t, source, `INSERT INTO events VALUES (2)`)
				exec(t, target, `DROP TRIGGER events_keep`+map[db.Engine]string{db.Postgres: ` ON events`}[to])
				practices := fill(t, source)
				var file bytes.Buffer
				if err := source.Backup(t.Context(), &file); err != nil {
					t.Fatal(err)
				}
				if err := db.Restore(t.Context(), target, bytes.NewReader(file.Bytes())); err != nil {
					t.Fatal(err)
				}
				want, got := contents(t, source, practices), contents(t, target, practices)
				if len(want) != 6 || !slices.Equal(got, want) {
					t.Errorf("got\n%q\nwant\n%q", got, want)
				}
				if n := count(t, target, `SELECT count(*) FROM events`); n != 2 {
					t.Errorf("%d events of 2", n)
				}
				if write(t.Context(), target, `INSERT INTO attachments VALUES ('no such document', '')`) == nil {
					t.Error("foreign keys are off after a restore")
				}
				if err := db.Restore(t.Context(), target, bytes.NewReader(file.Bytes())); !errors.Is(err, fault.Conflict) {
					t.Errorf("a second restore: %v", err)
				}
			})
		}
	}
}

func TestDamagedBackupIsRefusedWhole(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		source := testdb.Open(t, db.SQLite)
		migrate(t, source, practiceTables)
		migrate(t, d, practiceTables)
		fill(t, source)
		var file bytes.Buffer
		if err := source.Backup(t.Context(), &file); err != nil {
			t.Fatal(err)
		}
		whole := file.Bytes()
		flipped := bytes.Clone(whole)
		flipped[len(flipped)/2] ^= 1
		for name, b := range map[string][]byte{
			"empty": nil, "half": whole[:len(whole)/2], "one byte short": whole[:len(whole)-1], "no end": whole[:len(whole)-40],
			"a row less": rezip(t, whole, func(lines []string) []string {
				return slices.DeleteFunc(lines, func(l string) bool { return strings.Contains(l, "true") })
			}),
			"a row changed": rezip(t, whole, func(lines []string) []string {
				return strings.Split(strings.Replace(strings.Join(lines, ""), "true", "false", 1), "")
			}),
			"flipped": flipped, "a letter": []byte("Dear colleague"), "twice": append(bytes.Clone(whole), whole...),
		} {
			if err := db.Restore(t.Context(), d, bytes.NewReader(b)); !errors.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
			if db.Restore(t.Context(), d, io.MultiReader(bytes.NewReader(b))) == nil {
				t.Errorf("%s was restored from a pipe", name)
			}
		}
		headless := rezip(t, whole, func(lines []string) []string { return lines[1:] })
		if err := db.Restore(t.Context(), d, bytes.NewReader(headless)); !errors.Is(err, fault.Unsupported) {
			t.Errorf("without a header: %v", err)
		}
		if n := count(t, d, `SELECT count(*) FROM practices`); n != 0 {
			t.Errorf("%d practices came from damaged files", n)
		}
		if err := db.Restore(t.Context(), d, io.MultiReader(bytes.NewReader(whole))); err != nil {
			t.Errorf("the whole file, from a pipe: %v", err)
		}
	})
}

// rezip is a file that gzip finds nothing wrong with.
func rezip(t *testing.T, file []byte, edit func(lines []string) []string) []byte {
	t.Helper()
	unzip, err := gzip.NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(unzip)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	io.WriteString(zip, strings.Join(edit(strings.SplitAfter(string(text), "\n")), ""))
	zip.Close()
	return out.Bytes()
}

func TestRestoreRefusesAnotherSchema(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		source := testdb.Open(t, db.SQLite)
		migrate(t, source, practiceTables)
		var file bytes.Buffer
		if err := source.Backup(t.Context(), &file); err != nil {
			t.Fatal(err)
		}
		if err := db.Restore(t.Context(), d, bytes.NewReader(file.Bytes())); !errors.Is(err, fault.Invalid) {
			t.Errorf("not migrated: %v", err)
		}
		migrate(t, d, practiceTables, eventsTable)
		if err := db.Restore(t.Context(), d, bytes.NewReader(file.Bytes())); !errors.Is(err, fault.Unsupported) {
			t.Errorf("newer: %v", err)
		}
	})
}

// What is written while a backup runs is either whole in it or absent.
func TestBackupIsOneMoment(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		migrate(t, d, practiceTables)
		fill(t, d)
		target := testdb.Open(t, db.SQLite)
		migrate(t, target, practiceTables)
		reader, writer := io.Pipe()
		done := make(chan error, 1)
		go func() {
			err := d.Backup(context.WithoutCancel(t.Context()), &slowly{writer, func() { exec(t, d, `INSERT INTO practices VALUES ($1, 'late')`, uuid.New()) }})
			writer.CloseWithError(err)
			done <- err
		}()
		if err := db.Restore(t.Context(), target, reader); err != nil {
			t.Fatal(err)
		}
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if count(t, target, `SELECT count(*) FROM practices WHERE head = 'late'`) != 0 || count(t, d, `SELECT count(*) FROM practices WHERE head = 'late'`) == 0 {
			t.Error("the backup saw a later moment")
		}
	})
}

// slowly runs a function before each write.
type slowly struct {
	io.Writer
	before func()
}

func (s *slowly) Write(p []byte) (int, error) {
	s.before()
	return s.Writer.Write(p)
}
