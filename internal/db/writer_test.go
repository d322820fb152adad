package db_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/testdb"
)

// batch runs the functions so that on SQLite they share a commit: they queue up
// while the first of the commit does not end. It returns each one's outcome.
func batch(t *testing.T, d *db.DB, fns ...func(tx *db.Tx) error) []error {
	t.Helper()
	held, release := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	if d.Engine() == db.SQLite {
		hold := sync.OnceFunc(func() { close(held); <-release }) // a lost commit is tried again
		wg.Go(func() {
			d.Write(t.Context(), uuid.Nil, func(*db.Tx) error { hold(); return nil })
		})
		<-held
	}
	errs := make([]error, len(fns))
	for i, fn := range fns {
		wg.Go(func() {
			defer func() {
				if v := recover(); v != nil {
					errs[i] = fmt.Errorf("panic: %v", v)
				}
			}()
			errs[i] = d.Write(t.Context(), uuid.Nil, fn)
		})
	}
	for range 1000 { // let all of them queue
		runtime.Gosched()
	}
	close(release)
	wg.Wait()
	return errs
}

func insert(t *testing.T, id int) func(tx *db.Tx) error {
	return func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `INSERT INTO notes (id) VALUES ($1)`, id)
		return err
	}
}

func TestWaitingWritesShareACommit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shared.db")
	d := testdb.OpenURL(t, path)
	exec(t, d, `CREATE TABLE notes (id BIGINT PRIMARY KEY NOT NULL)`)
	written := func(work func()) int64 {
		if err := d.Checkpoint(t.Context()); err != nil {
			t.Fatal(err)
		}
		work()
		log, err := os.Stat(path + "-wal")
		if err != nil {
			t.Fatal(err)
		}
		return log.Size()
	}
	one := written(func() { exec(t, d, `INSERT INTO notes VALUES (1)`) })
	var many []func(tx *db.Tx) error
	for id := range 20 {
		many = append(many, insert(t, 100+id))
	}
	if all := written(func() { batch(t, d, many...) }); one == 0 || all > 5*one {
		t.Errorf("20 writes left %d bytes in the log, one left %d", all, one)
	}
	failed := written(func() {
		d.Write(t.Context(), uuid.Nil, func(tx *db.Tx) error { return errors.Join(insert(t, 2)(tx), errOwn) })
	})
	if failed != 0 {
		t.Errorf("a write that failed left %d bytes", failed)
	}
}

func TestOneFailureHurtsNoOther(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		exec(t, d, `CREATE TABLE notes (id BIGINT PRIMARY KEY NOT NULL)`)
		errs := batch(t, d,
			insert(t, 1),
			func(tx *db.Tx) error { return errors.Join(insert(t, 90)(tx), errOwn) },
			insert(t, 2),
			func(tx *db.Tx) error { insert(t, 91)(tx); panic("on purpose") },
			insert(t, 3),
			func(tx *db.Tx) error { insert(t, 92)(tx); return insert(t, 92)(tx) },
			func(tx *db.Tx) error { insert(t, 93)(tx); tx.Query(t.Context(), `SELECT id FROM notes`); return nil },
			insert(t, 4),
		)
		for _, i := range []int{0, 2, 4, 7} {
			if errs[i] != nil {
				t.Errorf("a good one failed: %v", errs[i])
			}
		}
		if !errors.Is(errs[1], errOwn) || !errors.Is(errs[5], fault.Conflict) || errs[6] == nil ||
			errs[3] == nil || errs[3].Error() != "panic: on purpose" {
			t.Errorf("outcomes: %v", errs)
		}
		if n := count(t, d, `SELECT count(*) FROM notes WHERE id < 90`); n != 4 {
			t.Errorf("%d of 4 kept", n)
		}
		if n := count(t, d, `SELECT count(*) FROM notes WHERE id >= 90`); n != 0 {
			t.Errorf("%d rows of failed functions kept", n)
		}
	})
}

// A goroutine that ends inside its function, as t.Fatal does, must not take the
// writer along.
func TestWriterOutlivesAGoroutineThatEnds(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		exec(t, d, `CREATE TABLE notes (id BIGINT PRIMARY KEY NOT NULL)`)
		var wg sync.WaitGroup
		wg.Go(func() {
			d.Write(t.Context(), uuid.Nil, func(tx *db.Tx) error {
				insert(t, 1)(tx)
				runtime.Goexit()
				return nil
			})
		})
		wg.Wait()
		exec(t, d, `INSERT INTO notes VALUES (2)`)
		if n := count(t, d, `SELECT sum(id) FROM notes`); n != 2 {
			t.Errorf("sum = %d", n)
		}
	})
}

func TestFullDiskIsUnavailableAndTakesNoOtherAlong(t *testing.T) {
	d := testdb.Open(t, db.SQLite)
	exec(t, d, `CREATE TABLE notes (id BIGINT PRIMARY KEY NOT NULL, body BYTEA)`)
	exec(t, d, `PRAGMA max_page_count = 40`) // of the writer's connection
	large := func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `INSERT INTO notes VALUES (9, $1)`, make([]byte, 1<<20))
		return err
	}
	errs := batch(t, d, insert(t, 1), insert(t, 2), large, insert(t, 3))
	if !errors.Is(errs[2], fault.Unavailable) || !strings.HasPrefix(fault.Sentence(errs[2]), "The service cannot save") {
		t.Errorf("full: %v", errs[2])
	}
	if errs[0] != nil || errs[1] != nil || errs[3] != nil {
		t.Errorf("the others: %v", errs)
	}
	if n := count(t, d, `SELECT sum(id) FROM notes`); n != 6 {
		t.Errorf("sum = %d", n)
	}
}

func TestFilesAreTheOwnersAloneAndTheLogIsEmptied(t *testing.T) {
	path := filepath.Join(t.TempDir(), "name with % and ?.db")
	d := testdb.OpenURL(t, path)
	exec(t, d, `CREATE TABLE notes (id BIGINT PRIMARY KEY NOT NULL, body TEXT)`)
	exec(t, d, `INSERT INTO notes VALUES (1, 'to be erased without trace')`)
	if err := d.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !onDisk(t, path, "without trace") {
		t.Error("a checkpoint did not reach the file")
	}
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", name, info, err)
		}
	}
	exec(t, d, `DELETE FROM notes`)
	if err := d.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	if onDisk(t, path, "without trace") || onDisk(t, path+"-wal", "without trace") {
		t.Error("what was erased is still on the disk")
	}
}

func onDisk(t *testing.T, path, text string) bool {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Contains(string(b), text)
}

func TestCheckpointWaitsForNoReader(t *testing.T) {
	d := testdb.Open(t, db.SQLite)
	exec(t, d, `CREATE TABLE notes (id BIGINT PRIMARY KEY NOT NULL)`)
	exec(t, d, `INSERT INTO notes VALUES (1), (2)`)
	err := d.Read(t.Context(), uuid.Nil, func(tx *db.Tx) error {
		rows, err := tx.Query(t.Context(), `SELECT id FROM notes`)
		if err != nil {
			return err
		}
		defer rows.Close()
		rows.Next()
		exec(t, d, `INSERT INTO notes VALUES (3)`)
		if err := d.Checkpoint(t.Context()); !errors.Is(err, fault.Unavailable) {
			t.Errorf("a reader in the way: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Checkpoint(t.Context()); err != nil {
		t.Errorf("after the reader: %v", err)
	}
}

// A write-ahead log that grew past its bound is cut without anyone asking.
func TestLargeLogIsEmptied(t *testing.T) {
	path := testdb.URL(t, db.SQLite)
	d := testdb.OpenURL(t, path)
	exec(t, d, `CREATE TABLE notes (id BIGINT PRIMARY KEY NOT NULL, body BYTEA)`)
	exec(t, d, `INSERT INTO notes WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 80) SELECT i, zeroblob(1000000) FROM n`)
	var size int64 = 80 << 20
	for deadline := time.Now().Add(time.Minute); size > 1<<20 && time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		info, err := os.Stat(path + "-wal")
		if err != nil {
			t.Fatal(err)
		}
		size = info.Size()
	}
	if size > 1<<20 {
		t.Errorf("the log still has %d bytes", size)
	}
}
