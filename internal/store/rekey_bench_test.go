package store_test

import (
	"testing"
	"time"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/testdb"
	"github.com/sealform/sealform/internal/vault"
)

// BenchmarkRekey moves documents to a new key and compares that with opening
// and sealing alone, in the same run: "ratio" is one against the other, on the
// clock; it is to stay below 2.
func BenchmarkRekey(b *testing.B) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		b.Run(string(engine), func(b *testing.B) {
			const documents = 5000
			c := newClinic(b, testdb.Open(b, engine))
			c.multiply(c.completed("kept"), documents)
			from, to := benchPair(b), benchPair(b)
			public, err := vault.ParsePublic(to.Public())
			if err != nil {
				b.Fatal(err)
			}
			sealed := make([][]byte, documents)
			own, err := vault.ParsePublic(from.Public())
			if err != nil {
				b.Fatal(err)
			}
			for i := range sealed {
				if sealed[i], err = own.Seal(vault.NewSecret(), "document-key", c.id[:]); err != nil {
					b.Fatal(err)
				}
			}
			var moving, bare time.Duration
			for b.Loop() {
				began := time.Now()
				c.rekey()
				moving += time.Since(began)
				began = time.Now()
				for _, blob := range sealed {
					key, err := from.Open(blob, "document-key", c.id[:])
					if err != nil {
						b.Fatal(err)
					}
					if _, err := public.Seal(key, "document-key", c.id[:]); err != nil {
						b.Fatal(err)
					}
				}
				bare += time.Since(began)
			}
			b.ReportMetric(float64(moving)/float64(bare), "ratio")
			b.ReportMetric(float64(moving.Microseconds())/float64(b.N*documents), "µs/document")
			b.ReportMetric(float64(bare.Microseconds())/float64(b.N*documents), "µs/open-and-seal")
		})
	}
}

func benchPair(b *testing.B) *vault.Pair {
	b.Helper()
	pair, err := vault.NewSeed().Pair()
	if err != nil {
		b.Fatal(err)
	}
	return pair
}
