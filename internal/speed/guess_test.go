package speed_test

import (
	"errors"
	"testing"
	"time"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/store"
)

// BenchmarkGuess judges: "Locked-out guesses at least 10 times cheaper than
// counted ones."
func BenchmarkGuess(b *testing.B) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		b.Run(string(engine), func(b *testing.B) {
			s := newSite(b, engine)
			var counted, refused []time.Duration
			for range 30 {
				issued := s.send()
				code := "00000000"
				if issued.Code == code {
					code = "00000001"
				}
				for i := range 30 {
					began := time.Now()
					_, err := s.store.Unlock(b.Context(), issued.Token, code, "", home)
					took := time.Since(began)
					switch wrong := (*store.WrongCode)(nil); {
					case i < 10 && errors.As(err, &wrong):
						counted = append(counted, took)
					case i >= 10 && errors.Is(err, fault.Locked):
						refused = append(refused, took)
					default:
						b.Fatalf("guess %d: %v", i, err)
					}
				}
			}
			b.Logf("a counted guess takes %v, a locked-out one %v", median(counted), median(refused))
			judgeLeast(b, "times-cheaper", float64(median(counted))/float64(median(refused)), 10)
		})
	}
}
