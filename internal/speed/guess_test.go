package speed_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/store"
)

// BenchmarkGuess judges: "Locked-out guesses at least 10 times cheaper than
// counted ones." Who guesses does so many times at once, so what a guess costs is
// the time from one to the next, of all that are under way.
func BenchmarkGuess(b *testing.B) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		b.Run(string(engine), func(b *testing.B) {
			s := newSite(b, engine)
			links := make([]*store.Issued, guessed)
			for i := range links {
				links[i] = s.send()
			}
			var counted, refused []float64
			for turn := range guessTurns {
				some := links[turn*guessed/guessTurns : (turn+1)*guessed/guessTurns]
				counted = append(counted, s.guesses(some, attempts, wrong))
				refused = append(refused, s.guesses(some, 3*attempts, locked))
			}
			b.Logf("%.0f counted guesses a second, %.0f locked-out ones", median(counted), median(refused))
			judgeLeast(b, "times-cheaper", median(refused)/median(counted), 10)
		})
	}
}

const (
	guessed    = 600 // links
	guessTurns = 5
	attempts   = 10 // of a code, before its link is locked
)

func wrong(err error) bool { return errors.As(err, new(*store.WrongCode)) }

func locked(err error) bool { return errors.Is(err, fault.Locked) }

// guesses gives wrong codes, so many for each link, and returns how many were
// given a second.
func (s *site) guesses(links []*store.Issued, each int, expected func(error) bool) float64 {
	return atOnce(len(links)*each, func(i int) {
		at := links[i%len(links)]
		code := "00000000"
		if at.Code == code {
			code = "00000001"
		}
		_, err := s.store.Unlock(s.b.Context(), at.Token, code, "", home)
		if !expected(err) {
			panic(fmt.Sprint("guessing: ", err)) // in a goroutine of its own
		}
	})
}
