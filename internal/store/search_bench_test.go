package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
)

// BenchmarkSearch looks for one of 5,000 clients on each engine and reports how
// many times a bare decrypt of the same labels it takes ("x-decrypt").
func BenchmarkSearch(b *testing.B) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		b.Run(string(engine), func(b *testing.B) {
			c := fiveThousand(b, testdb.Open(b, engine))
			search := func() {
				found, _, err := c.Search(b.Context(), c.director, "client 4711")
				if err != nil || len(found) != 1 {
					b.Fatalf("found %d clients: %v", len(found), err)
				}
			}
			search() // which seals the labels again under the list key
			labels, open := c.SealedLabels(b.Context(), c.director)
			b.ResetTimer()
			var bare, whole time.Duration
			for b.Loop() {
				start := time.Now()
				for i := range labels {
					open(i)
				}
				bare += time.Since(start)
				start = time.Now()
				search()
				whole += time.Since(start)
			}
			b.ReportMetric(float64(whole)/float64(bare), "x-decrypt")
			b.ReportMetric(float64(whole.Microseconds())/float64(b.N)/1000, "ms/search")
		})
	}
}

// fiveThousand makes a practice with as many clients.
func fiveThousand(b *testing.B, d *db.DB) *clinic {
	b.Helper()
	c := newClinic(b, d)
	for i := range 5000 {
		_, err := c.AddClient(b.Context(), c.director, store.NewClient{
			Contact: practice.Contact{FirstName: "Client"},
			Label:   practice.Label{FullName: fmt.Sprintf("Client %d Example-Lastname", i), BirthDate: "1980-03-04", Reference: fmt.Sprintf("R-%05d", i)},
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	return c
}
