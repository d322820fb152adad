package store_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/testdb"
)

// BenchmarkUnknownAddress refuses a member with a wrong passphrase and an address
// that nobody signs in with, by turns, and compares the medians: the time of a
// refusal is not to tell whether somebody has an account.
func BenchmarkUnknownAddress(b *testing.B) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		b.Run(string(engine), func(b *testing.B) {
			c := newClinic(b, testdb.Open(b, engine))
			took, turn := map[string][]time.Duration{}, []string{c.email, "nobody@example.org"}
			for b.Loop() {
				for range 20 {
					for _, email := range turn {
						began := time.Now()
						if _, _, err := c.SignIn(b.Context(), email, "not the passphrase at all", home); !errors.Is(err, fault.Unauthenticated) {
							b.Fatal(err)
						}
						took[email] = append(took[email], time.Since(began))
					}
					slices.Reverse(turn)           // the second pays for what the first leaves to be collected
					c.clock.forward(7 * time.Hour) // the wrong ones are counted
				}
			}
			ratio := float64(middle(took["nobody@example.org"])) / float64(middle(took[c.email]))
			b.ReportMetric(ratio, "x-known")
			if ratio < 0.8 || ratio > 1.25 {
				b.Errorf("an unknown address is refused in %.2f times what a known one takes", ratio)
			}
		})
	}
}

func middle(took []time.Duration) time.Duration {
	slices.Sort(took)
	return took[len(took)/2]
}
