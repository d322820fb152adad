package speed_test

import (
	"testing"
	"time"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/store"
)

// BenchmarkStaffList judges: "Staff list of the latest 50 among 1,000,000
// documents: at most 2 times the time among 10,000, both databases."
func BenchmarkStaffList(b *testing.B) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		b.Run(string(engine), func(b *testing.B) {
			few, many := newSite(b, engine), newSite(b, engine)
			few.copies(10_000)
			many.copies(1_000_000)
			var amongFew, amongMany []time.Duration
			for range 300 {
				amongFew = append(amongFew, few.list())
				amongMany = append(amongMany, many.list())
			}
			b.Logf("the latest 50 take %v among 10,000 and %v among 1,000,000", median(amongFew), median(amongMany))
			judge(b, "times-longer", float64(median(amongMany))/float64(median(amongFew)), 2)
		})
	}
}

func (s *site) list() time.Duration {
	s.b.Helper()
	began := time.Now()
	list, _, err := s.store.Documents(s.b.Context(), s.director, store.DocumentFilter{})
	took := time.Since(began)
	if err != nil || len(list) != 50 {
		s.b.Fatalf("%d documents, %v", len(list), err)
	}
	return took
}

// series is n numbers in a table called n.
var series = map[db.Engine]string{
	db.Postgres: `WITH n(i) AS (SELECT generate_series($2::bigint, $3::bigint))`,
	db.SQLite:   `WITH RECURSIVE n(i) AS (SELECT $2 UNION ALL SELECT i + 1 FROM n WHERE i < $3)`,
}

// made is a time of its own for number i, on the way to now.
var made = map[db.Engine]string{
	db.Postgres: `d.created_at - (1000001 - i) * interval '1 second'`,
	db.SQLite:   `strftime('%Y-%m-%dT%H:%M:%S.000000Z', d.created_at, '-' || (1000001 - i) || ' seconds')`,
}

var numbered = map[db.Engine]string{
	db.Postgres: `'00000000-0000-7000-8000-' || lpad(i::text, 12, '0')`,
	db.SQLite:   `printf('00000000-0000-7000-8000-%012d', i)`,
}

// copies fills the practice up to n documents with copies of one.
func (s *site) copies(n int) {
	s.b.Helper()
	issued := s.send()
	const most = 50_000 // of one transaction, which may take 15 s
	for from := 2; from <= n; from += most {
		err := s.db.Write(s.b.Context(), s.id, func(tx *db.Tx) error {
			_, err := tx.Exec(s.b.Context(), series[s.engine]+`
				INSERT INTO documents (id, practice_id, client_id, delivery_id, pin, template, version, title, state, former, expires_at, created_at, sent_at)
				SELECT `+numbered[s.engine]+`, d.practice_id, d.client_id, d.delivery_id, d.pin, d.template, d.version, d.title, d.state, d.former, d.expires_at, `+made[s.engine]+`, d.sent_at
				FROM documents d, n WHERE d.id = $1`, issued.ID, from, min(from+most-1, n))
			return err
		})
		s.must(err)
	}
	for range 3 { // what is open in another process's memory is not measured
		s.list()
	}
}
