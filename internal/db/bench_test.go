package db_test

import (
	"crypto/rand"
	"testing"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/testdb"
)

// The rows of a submission: 10 KB sealed, a wrap, an event. With -cpu=8 eight
// submit at once.
func BenchmarkSubmit(b *testing.B) {
	each(b, func(b *testing.B, d *db.DB) {
		body, wrap, practice := make([]byte, 10<<10), make([]byte, 1168), uuid.New()
		rand.Read(body)
		b.SetParallelism(8)
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				id := uuid.Must(uuid.NewV7())
				err := d.Write(b.Context(), practice, func(tx *db.Tx) error {
					if _, err := tx.Exec(b.Context(), `INSERT INTO documents (id, practice_id, body, done, n) VALUES ($1, $2, $3, TRUE, 1)`, id, practice, body); err != nil {
						return err
					}
					if _, err := tx.Exec(b.Context(), `INSERT INTO wraps VALUES ($1, $2)`, id, wrap); err != nil {
						return err
					}
					_, err := tx.Exec(b.Context(), `INSERT INTO chain VALUES ($1, $2)`, id, wrap[:32])
					return err
				})
				if err != nil {
					b.Error(err)
				}
			}
		})
	})
}

func BenchmarkReadOne(b *testing.B) {
	each(b, func(b *testing.B, d *db.DB) {
		practice, id := uuid.New(), uuid.New()
		if err := write(b.Context(), d, `INSERT INTO documents (id, practice_id, done, n) VALUES ($1, $2, TRUE, 1)`, id, practice); err != nil {
			b.Fatal(err)
		}
		const query = `SELECT n FROM documents WHERE id = $1`
		b.Run("one", func(b *testing.B) {
			for b.Loop() {
				var n int64
				if err := d.ReadOne(b.Context(), practice, query, []any{id}, &n); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("transaction", func(b *testing.B) {
			for b.Loop() {
				var n int64
				err := d.Read(b.Context(), practice, func(tx *db.Tx) error { return tx.QueryRow(b.Context(), query, id).Scan(&n) })
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	})
}

func each(b *testing.B, fn func(b *testing.B, d *db.DB)) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		b.Run(string(engine), func(b *testing.B) {
			d := testdb.Open(b, engine)
			err := write(b.Context(), d, `CREATE TABLE documents (id TEXT PRIMARY KEY NOT NULL, practice_id TEXT NOT NULL, body BYTEA, done BOOLEAN NOT NULL, n BIGINT NOT NULL);
				CREATE TABLE wraps (id TEXT PRIMARY KEY NOT NULL, wrap BYTEA NOT NULL); CREATE TABLE chain (id TEXT PRIMARY KEY NOT NULL, mac BYTEA NOT NULL)`)
			if err != nil {
				b.Fatal(err)
			}
			fn(b, d)
		})
	}
}
