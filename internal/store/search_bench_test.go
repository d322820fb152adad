package store_test

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
	"github.com/sealform/sealform/internal/vault"
)

// BenchmarkSearch looks for one of 5,000 clients on each engine and reports how
// many times a bare decrypt of the same labels it takes ("x-decrypt").
func BenchmarkSearch(b *testing.B) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		b.Run(string(engine), func(b *testing.B) {
			s, h := fiveThousand(b, testdb.Open(b, engine))
			search := func() {
				found, _, err := s.Search(b.Context(), h, "client 4711")
				if err != nil || len(found) != 1 {
					b.Fatalf("found %d clients: %v", len(found), err)
				}
			}
			search() // which seals the labels again under the list key
			labels, open := s.SealedLabels(b.Context(), h)
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

// fiveThousand makes a practice with as many clients and returns its director.
func fiveThousand(b *testing.B, d *db.DB) (*store.Store, *store.Holder) {
	b.Helper()
	ctx := b.Context()
	need := func(err error) {
		b.Helper()
		if err != nil {
			b.Fatal(err)
		}
	}
	need(db.Migrate(ctx, d, store.Migrations()))
	s, err := store.New(ctx, store.Config{DB: d, Ring: vault.NewRing(), Renderer: renderer(), Operator: "Bench", Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	need(err)
	_, invitation, err := s.CreatePractice(ctx, store.NewPractice{Practice: practice.Practice{Name: "Bench", Phone: "1", Country: "AU", Zone: "Australia/Sydney", ExpiryDays: 14}, DirectorName: "Dana", DirectorEmail: "dana@example.org"})
	need(err)
	cookie, _, err := s.Accept(ctx, invitation, passphrase, home)
	need(err)
	h, err := s.Session(ctx, cookie)
	need(err)
	for i := range 5000 {
		_, err := s.AddClient(ctx, h, store.NewClient{
			Contact: practice.Contact{FirstName: "Client"},
			Label:   practice.Label{FullName: fmt.Sprintf("Client %d Example-Lastname", i), BirthDate: "1980-03-04", Reference: fmt.Sprintf("R-%05d", i)},
		})
		need(err)
	}
	return s, h
}
