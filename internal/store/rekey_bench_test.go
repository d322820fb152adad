package store_test

import (
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/testdb"
	"github.com/sealform/sealform/internal/vault"
)

// rekeyGoal is how many times bare opening and sealing a change of the key may
// take, on the clock.
const rekeyGoal = 2

// BenchmarkRekey moves 100,000 documents to a new key and compares that with
// opening and sealing as many keys alone, in the same run and on as many cores.
func BenchmarkRekey(b *testing.B) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		b.Run(string(engine), func(b *testing.B) {
			const documents = 100_000
			c := newClinic(b, testdb.Open(b, engine))
			c.multiply(c.completed("kept"), documents)
			bare := newBareRekey(b)
			b.ResetTimer()
			var moving, floor time.Duration
			for b.Loop() {
				began := time.Now()
				c.rekey()
				moving += time.Since(began)
				floor += bare.run(documents)
			}
			ratio := float64(moving) / float64(floor)
			b.ReportMetric(ratio, "x-open-and-seal")
			b.ReportMetric(float64(moving.Microseconds())/float64(b.N*documents), "µs/document")
			if ratio > rekeyGoal {
				b.Errorf("a change of the key takes %.2f times opening and sealing, above the goal of %d", ratio, rekeyGoal)
			}
		})
	}
}

// A bareRekey opens and seals keys, and does nothing else.
type bareRekey struct {
	b      *testing.B
	from   *vault.Pair
	to     *vault.PublicKey
	sealed [][]byte
}

var bareFields = []byte("the practice and the document")

func newBareRekey(b *testing.B) *bareRekey {
	b.Helper()
	r := &bareRekey{b: b, from: benchPair(b), to: benchPublic(b, benchPair(b)), sealed: make([][]byte, 1000)}
	own := benchPublic(b, r.from)
	for i := range r.sealed {
		sealed, err := own.Seal(vault.NewSecret(), "document-key", bareFields)
		if err != nil {
			b.Fatal(err)
		}
		r.sealed[i] = sealed
	}
	return r
}

// run goes through n keys on all cores, and returns how long that takes.
func (r *bareRekey) run(n int) time.Duration {
	r.b.Helper()
	began := time.Now()
	workers := runtime.GOMAXPROCS(0)
	var busy sync.WaitGroup
	for w := range workers {
		busy.Go(func() {
			for i := w; i < n; i += workers {
				key, err := r.from.Open(r.sealed[i%len(r.sealed)], "document-key", bareFields)
				if err == nil {
					_, err = r.to.Seal(key, "document-key", bareFields)
				}
				if err != nil {
					r.b.Error(err)
					return
				}
			}
		})
	}
	busy.Wait()
	return time.Since(began)
}

func benchPair(b *testing.B) *vault.Pair {
	b.Helper()
	pair, err := vault.NewSeed().Pair()
	if err != nil {
		b.Fatal(err)
	}
	return pair
}

func benchPublic(b *testing.B, pair *vault.Pair) *vault.PublicKey {
	b.Helper()
	public, err := vault.ParsePublic(pair.Public())
	if err != nil {
		b.Fatal(err)
	}
	return public
}
