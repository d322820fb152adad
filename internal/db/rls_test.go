package db_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/testdb"
)

// Two connections serve many practices in turn, through every way to read and
// write; some transactions fail and some panic in between. Nobody may ever see a
// row of another's.
func TestPracticesNeverSeeEachOther(t *testing.T) {
	d := testdb.Open(t, db.Postgres)
	db.LimitConnections(d, 2)
	migrate(t, d, practiceTables)
	var practices []uuid.UUID
	for range 20 {
		practices = append(practices, fill(t, d)...)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 625 {
				practice := practices[rand.IntN(len(practices))]
				if err := lookAround(t, d, practice, rand.IntN(6)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if n := count(t, d, `SELECT count(*) FROM documents`); n != 0 {
		t.Errorf("without a practice %d rows show", n)
	}
}

// lookAround asks for all documents without naming a practice, as a query whose
// WHERE was forgotten would.
func lookAround(t *testing.T, d *db.DB, practice uuid.UUID, way int) (err error) {
	const query = `SELECT count(*), coalesce(min(practice_id), ''), coalesce(max(practice_id), '') FROM documents`
	var n int
	var least, most string
	look := func(tx *db.Tx) error { return tx.QueryRow(t.Context(), query).Scan(&n, &least, &most) }
	defer func() {
		recover()
		if err == nil && (n != 2 || least != practice.String() || most != practice.String()) {
			err = fmt.Errorf("way %d: practice %s sees %d rows of %s to %s", way, practice, n, least, most)
		}
	}()
	switch way {
	case 0:
		return d.ReadOne(t.Context(), practice, query, nil, &n, &least, &most)
	case 1:
		return d.Read(t.Context(), practice, look)
	case 2:
		return d.Write(t.Context(), practice, look)
	case 3:
		d.Write(t.Context(), practice, func(tx *db.Tx) error { look(tx); return errOwn })
		return nil
	case 4:
		d.Write(t.Context(), practice, func(tx *db.Tx) error { look(tx); panic("on purpose") })
		return nil
	default: // by another's id
		other := uuid.New()
		n = 2
		least, most = practice.String(), practice.String()
		return d.Read(t.Context(), other, func(tx *db.Tx) error {
			var seen int
			if err := tx.QueryRow(t.Context(), `SELECT count(*) FROM documents WHERE practice_id = $1`, practice).Scan(&seen); err != nil || seen != 0 {
				return fmt.Errorf("another sees %d rows: %w", seen, err)
			}
			return nil
		})
	}
}

func TestPracticeCannotWriteForAnother(t *testing.T) {
	d := testdb.Open(t, db.Postgres)
	migrate(t, d, practiceTables)
	practices := fill(t, d)
	err := d.Write(t.Context(), practices[0], func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `INSERT INTO documents VALUES ($1, $2, NULL, NULL, NULL, TRUE, 1)`, uuid.New(), practices[1])
		return err
	})
	if err == nil {
		t.Error("a row was written into another practice")
	}
	err = d.Read(t.Context(), practices[0], func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `UPDATE documents SET n = 7`)
		return err
	})
	if err == nil {
		t.Error("a read wrote")
	}
}
