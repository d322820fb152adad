package db_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/testdb"
)

func TestWriteKeepsAllOrNothing(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		exec(t, d, `CREATE TABLE notes (id BIGINT PRIMARY KEY NOT NULL)`)
		for name, second := range map[string]func(tx *db.Tx) error{
			"own error":         func(*db.Tx) error { return errOwn },
			"failed statement":  func(tx *db.Tx) error { _, err := tx.Exec(t.Context(), `INSERT INTO notes VALUES (1)`); return err },
			"swallowed failure": func(tx *db.Tx) error { tx.Exec(t.Context(), `INSERT INTO notes VALUES (1)`); return nil },
			"statement after error": func(tx *db.Tx) error {
				tx.Exec(t.Context(), `nonsense`)
				tx.Exec(t.Context(), `INSERT INTO notes VALUES (2)`)
				return nil
			},
			"rows left open": func(tx *db.Tx) error {
				_, err := tx.Query(t.Context(), `SELECT id FROM notes`)
				return err
			},
		} {
			err := d.Write(t.Context(), uuid.Nil, func(tx *db.Tx) error {
				if _, err := tx.Exec(t.Context(), `INSERT INTO notes VALUES (1)`); err != nil {
					return err
				}
				return second(tx)
			})
			if err == nil || count(t, d, `SELECT count(*) FROM notes`) != 0 {
				t.Errorf("%s: kept something, or said nothing: %v", name, err)
			}
		}
		exec(t, d, `INSERT INTO notes VALUES (1)`)
		if count(t, d, `SELECT count(*) FROM notes`) != 1 {
			t.Error("a later transaction was not kept")
		}
	})
}

func TestReadModifyWriteLosesNothing(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		const writers, each = 16, 25
		exec(t, d, `CREATE TABLE counters (id BIGINT PRIMARY KEY NOT NULL, n BIGINT NOT NULL)`)
		exec(t, d, `INSERT INTO counters VALUES (1, 0)`)
		var wg sync.WaitGroup
		for range writers {
			wg.Go(func() {
				for range each {
					if err := increment(t.Context(), d); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		if n := count(t, d, `SELECT n FROM counters`); n != writers*each {
			t.Errorf("n = %d, want %d", n, writers*each)
		}
	})
}

// increment compares and swaps, as the store does, until it wins.
func increment(ctx context.Context, d *db.DB) error {
	for {
		swapped := false
		err := d.Write(ctx, uuid.Nil, func(tx *db.Tx) error {
			var n int64
			if err := tx.QueryRow(ctx, `SELECT n FROM counters WHERE id = $1`, 1).Scan(&n); err != nil {
				return err
			}
			changed, err := tx.Exec(ctx, `UPDATE counters SET n = $2 WHERE id = $1 AND n = $3`, 1, n+1, n)
			swapped = changed == 1
			return err
		})
		if err != nil || swapped {
			return err
		}
	}
}

// Two transactions that take two rows in opposite order deadlock on PostgreSQL;
// the one it picks runs again and both are kept.
func TestDeadlockIsTriedAgain(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		exec(t, d, `CREATE TABLE counters (id BIGINT PRIMARY KEY NOT NULL, n BIGINT NOT NULL)`)
		exec(t, d, `INSERT INTO counters VALUES (1, 0), (2, 0)`)
		var wg sync.WaitGroup
		var tries atomic.Int64
		met := make(chan struct{}, 2)
		for first := range 2 {
			wg.Go(func() {
				err := d.Write(t.Context(), uuid.Nil, func(tx *db.Tx) error {
					for i, id := range []int{1 + first, 2 - first} {
						if i == 1 && d.Engine() == db.Postgres && tries.Add(1) <= 2 {
							meet(met)
						}
						if _, err := tx.Exec(t.Context(), `UPDATE counters SET n = n + 1 WHERE id = $1`, id); err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := count(t, d, `SELECT sum(n) FROM counters`); n != 4 {
			t.Errorf("sum = %d, want 4", n)
		}
		if d.Engine() == db.Postgres && tries.Load() < 3 {
			t.Errorf("%d tries of two transactions: there was no deadlock", tries.Load())
		}
	})
}

// meet returns when two have called it.
func meet(met chan struct{}) {
	met <- struct{}{}
	for len(met) < 2 {
		runtime.Gosched()
	}
}

func TestWriteOutlivesTheReader(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		exec(t, d, `CREATE TABLE notes (id BIGINT PRIMARY KEY NOT NULL)`)
		ctx, hangUp := context.WithCancel(t.Context())
		err := d.Write(ctx, uuid.Nil, func(tx *db.Tx) error {
			if _, err := tx.Exec(ctx, `INSERT INTO notes VALUES (1)`); err != nil {
				return err
			}
			hangUp()
			_, err := tx.Exec(ctx, `INSERT INTO notes VALUES (2)`)
			return err
		})
		if err != nil || count(t, d, `SELECT count(*) FROM notes`) != 2 {
			t.Errorf("the reader's hanging up cost a write: %v", err)
		}
		if err := write(ctx, d, `INSERT INTO notes VALUES (3)`); err != nil {
			t.Errorf("a write begun after hanging up: %v", err)
		}
		err = d.Read(ctx, uuid.Nil, func(tx *db.Tx) error {
			_, err := tx.Query(ctx, `SELECT id FROM notes`)
			return err
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("a read for nobody went on: %v", err)
		}
	})
}

func TestReadChangesNothing(t *testing.T) {
	d := testdb.Open(t, db.SQLite)
	exec(t, d, `CREATE TABLE notes (id BIGINT PRIMARY KEY NOT NULL)`)
	err := d.Read(t.Context(), uuid.Nil, func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `INSERT INTO notes VALUES (1)`)
		return err
	})
	if err == nil || count(t, d, `SELECT count(*) FROM notes`) != 0 {
		t.Errorf("a read wrote: %v", err)
	}
}

func TestErrorsHaveKinds(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		exec(t, d, `CREATE TABLE clients (id TEXT PRIMARY KEY NOT NULL, email TEXT UNIQUE, age BIGINT NOT NULL CHECK (age < 200));
			CREATE TABLE visits (client_id TEXT NOT NULL REFERENCES clients)`)
		exec(t, d, `INSERT INTO clients VALUES ('a', 'secret', 1)`)
		for query, kind := range map[string]error{
			`INSERT INTO clients VALUES ('a', 'other', 1)`:                                         fault.Conflict,
			`INSERT INTO clients VALUES ('b', 'secret', 1)`:                                        fault.Conflict,
			`INSERT INTO clients VALUES ('b', 'secret2', 333)`:                                     nil,
			`INSERT INTO clients VALUES ('b', 'secret3', NULL)`:                                    nil,
			`INSERT INTO visits VALUES ('secret4')`:                                                nil,
			`SELECT nothing_such FROM clients`:                                                     nil,
			`INSERT INTO clients VALUES ('b', 'secret', 1) ON CONFLICT (id) DO UPDATE SET age = 2`: fault.Conflict,
		} {
			err := write(t.Context(), d, query)
			if err == nil || fault.KindOf(err) != kind {
				t.Errorf("%s: kind %v: %v", query, fault.KindOf(err), err)
			}
			if strings.Contains(fmt.Sprint(err), "secret") {
				t.Errorf("the error repeats the row: %v", err)
			}
		}
		var id string
		err := d.ReadOne(t.Context(), uuid.Nil, `SELECT id FROM clients WHERE id = $1`, []any{"z"}, &id)
		if !errors.Is(err, fault.NotFound) || fault.Sentence(err) == "" {
			t.Errorf("no row: %v", err)
		}
		err = d.Read(t.Context(), uuid.Nil, func(tx *db.Tx) error {
			return tx.QueryRow(t.Context(), `SELECT id FROM clients WHERE id = $1`, "z").Scan(&id)
		})
		if !errors.Is(err, fault.NotFound) {
			t.Errorf("no row in Read: %v", err)
		}
	})
}

// Drivers write the value they could not convert into their own errors.
func TestErrorsOfValuesHideThem(t *testing.T) {
	const secret = "jane@example.org"
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		exec(t, d, `CREATE TABLE clients (email TEXT, age BIGINT)`)
		exec(t, d, `INSERT INTO clients VALUES ($1, 5)`, secret)
		var n int64
		scan := d.Read(t.Context(), uuid.Nil, func(tx *db.Tx) error {
			return tx.QueryRow(t.Context(), `SELECT email FROM clients`).Scan(&n)
		})
		one := d.ReadOne(t.Context(), uuid.Nil, `SELECT email FROM clients`, nil, &n)
		argument := write(t.Context(), d, `INSERT INTO clients (age) VALUES ($1)`, struct{ Email string }{secret})
		cast := d.ReadOne(t.Context(), uuid.Nil, `SELECT age FROM clients WHERE age = $1`, []any{struct{ Email string }{secret}}, &n)
		for name, err := range map[string]error{"scan": scan, "one": one, "argument": argument, "cast": cast} {
			if err == nil || strings.Contains(err.Error(), secret) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if !strings.Contains(scan.Error(), "email") || !strings.Contains(one.Error(), "email") {
			t.Errorf("the error does not name the column: %v; %v", scan, one)
		}
	})
}

func TestTimesComeBackAsTheyWere(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		exec(t, d, `CREATE TABLE events (id BIGINT PRIMARY KEY NOT NULL, at TIMESTAMPTZ)`)
		auckland := time.FixedZone("NZDT", 13*3600)
		times := []time.Time{
			{}, time.Date(2026, 1, 2, 3, 4, 5, 123456789, time.UTC), time.Date(2026, 1, 2, 3, 4, 5, 0, auckland),
			time.Date(1931, 12, 31, 23, 59, 59, 999999000, time.UTC), time.UnixMicro(0).UTC(),
		}
		for i, at := range times {
			want := at.UTC().Truncate(time.Microsecond)
			var returned, read time.Time
			err := d.Write(ctx, uuid.Nil, func(tx *db.Tx) error {
				return tx.QueryRow(ctx, `INSERT INTO events VALUES ($1, $2) RETURNING at`, i, at).Scan(&returned)
			})
			if err != nil {
				t.Fatal(err)
			}
			if err := d.ReadOne(ctx, uuid.Nil, `SELECT at FROM events WHERE id = $1`, []any{i}, &read); err != nil {
				t.Fatal(err)
			}
			if returned != want || read != want {
				t.Errorf("%v came back as %v and %v", at, returned, read)
			}
		}
		var last time.Time
		if err := d.ReadOne(ctx, uuid.Nil, `SELECT max(at) FROM events WHERE at < $1`, []any{times[1]}, &last); err != nil || !last.Equal(times[2]) {
			t.Errorf("max(at) = %v, %v", last, err)
		}
		if count(t, d, `SELECT count(*) FROM events WHERE at IS NULL`) != 1 {
			t.Error("the zero time is not NULL")
		}
	})
}

func TestValuesComeBackAsTheyWere(t *testing.T) {
	type state string
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		exec(t, d, `CREATE TABLE things (id TEXT PRIMARY KEY NOT NULL, other TEXT, name TEXT, n BIGINT, yes BOOLEAN, body BYTEA, none BYTEA)`)
		id := uuid.New()
		exec(t, d, `INSERT INTO things VALUES ($1, $2, $3, $4, $5, $6, $7)`, id, uuid.NullUUID{}, state("1974-02-03"), 1<<53+1, true, []byte{}, []byte(nil))
		check := func(scan func(dest ...any) error) {
			var gotID uuid.UUID
			var other uuid.NullUUID
			var name state
			var n int64
			var yes bool
			body, none := []byte("x"), []byte("x")
			if err := scan(&gotID, &other, &name, &n, &yes, &body, &none); err != nil {
				t.Fatal(err)
			}
			if gotID != id || other.Valid || name != "1974-02-03" || n != 1<<53+1 || !yes || body == nil || len(body) != 0 || none != nil {
				t.Errorf("got %v %v %v %v %v %#v %#v", gotID, other, name, n, yes, body, none)
			}
		}
		const query = `SELECT id, other, name, n, yes, body, none FROM things WHERE id = $1 AND yes AND body IS NOT NULL AND none IS NULL`
		check(func(dest ...any) error { return d.ReadOne(ctx, uuid.Nil, query, []any{id}, dest...) })
		check(func(dest ...any) error {
			return d.Read(ctx, uuid.Nil, func(tx *db.Tx) error { return tx.QueryRow(ctx, query, id).Scan(dest...) })
		})
		check(func(dest ...any) error {
			return d.Read(ctx, uuid.New(), func(tx *db.Tx) error { return tx.QueryRow(ctx, query, id).Scan(dest...) })
		})
	})
}

func TestKeysetPagesAndByteOrder(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		exec(t, d, `CREATE TABLE names (name TEXT NOT NULL, id BIGINT NOT NULL, PRIMARY KEY (name, id))`)
		for i, name := range []string{"b", "A", "a", "É", "Z", "a"} {
			exec(t, d, `INSERT INTO names VALUES ($1, $2)`, name, i)
		}
		var got []string
		last, lastID := "", -1
		for page := 0; page < 4; page++ {
			err := d.Read(ctx, uuid.Nil, func(tx *db.Tx) error {
				rows, err := tx.Query(ctx, `SELECT name, id FROM names WHERE (name COLLATE "C", id) > ($1, $2) ORDER BY name COLLATE "C", id LIMIT 2`, last, lastID)
				if err != nil {
					return err
				}
				defer rows.Close()
				for rows.Next() {
					if err := rows.Scan(&last, &lastID); err != nil {
						return err
					}
					got = append(got, last)
				}
				return rows.Err()
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if want := []string{"A", "Z", "a", "a", "b", "É"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

func TestClaimsNeverMeet(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		exec(t, d, `CREATE TABLE queue (id BIGINT PRIMARY KEY NOT NULL, claimed TEXT)`)
		const messages = 200
		for i := range messages {
			exec(t, d, `INSERT INTO queue VALUES ($1, NULL)`, i)
		}
		var wg sync.WaitGroup
		var mu sync.Mutex
		seen := map[int64]int{}
		for worker := range 8 {
			wg.Go(func() {
				for {
					ids, err := claim(ctx, d, fmt.Sprint(worker))
					if err != nil {
						t.Error(err)
					}
					if len(ids) == 0 {
						return
					}
					mu.Lock()
					for _, id := range ids {
						seen[id]++
					}
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		for id, n := range seen {
			if n != 1 {
				t.Errorf("message %d was claimed %d times", id, n)
			}
		}
		if len(seen) != messages {
			t.Errorf("claimed %d of %d", len(seen), messages)
		}
	})
}

func claim(ctx context.Context, d *db.DB, worker string) (ids []int64, err error) {
	err = d.Write(ctx, uuid.Nil, func(tx *db.Tx) error {
		ids = nil
		rows, err := tx.Query(ctx, `UPDATE queue SET claimed = $1 WHERE id IN
			(SELECT id FROM queue WHERE claimed IS NULL ORDER BY id LIMIT 10`+tx.SkipLocked()+`) RETURNING id`, worker)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id int64
			if err := rows.Scan(&id); err != nil {
				return err
			}
			ids = append(ids, id)
		}
		return rows.Err()
	})
	return ids, err
}
