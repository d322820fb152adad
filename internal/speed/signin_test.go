package speed_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sealform/sealform/internal/db"
)

// BenchmarkSignIns judges: "16 sign-ins at once: p99 of form pages at most 2
// times idle." Pages are asked for one after the other, without a pause: some
// thousands a second. With many at once, which queue for processors even when
// nobody signs in, the figure would tell how many processors the sign-ins and
// who asks leave to the server.
func BenchmarkSignIns(b *testing.B) {
	s := newSite(b, db.SQLite)
	p := s.startAnywhere()
	path, cookie := s.unlocked()
	page := get(p, path, cookie)
	page.sleeps, page.connections = true, 1
	page.run(b, time.Second)
	var idle, busy, ratios []float64
	for range 5 {
		idle = append(idle, p99(page.run(b, 2*time.Second)))
		stop := signIns(b, p, 16)
		busy = append(busy, p99(page.run(b, 3*time.Second)))
		if n := stop(); n == 0 {
			b.Fatal("nobody signed in")
		}
		ratios = append(ratios, busy[len(busy)-1]/idle[len(idle)-1])
	}
	b.Logf("p99 of a page is %.2f ms, and %.2f ms while 16 sign in; %.2f", median(idle), median(busy), ratios)
	judge(b, "times-idle-p99", median(ratios), 2)
}

// p99 is in milliseconds.
func p99(took []time.Duration) float64 {
	slices.Sort(took)
	return float64(took[len(took)*99/100].Microseconds()) / 1000
}

// signIns keeps n people signing in, from networks of their own, until stop,
// which returns how many came in.
func signIns(b *testing.B, p *process, n int) (stop func() int64) {
	var over atomic.Bool
	var tried, signedIn atomic.Int64
	var all sync.WaitGroup
	form := url.Values{"email": {email}, "passphrase": {passphrase}}.Encode()
	for range n {
		all.Go(func() {
			for !over.Load() {
				r, err := http.NewRequest("POST", p.base+"/staff/sign-in", strings.NewReader(form))
				if err != nil {
					b.Error(err)
					return
				}
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				r.Header.Set("X-Forwarded-For", address(tried.Add(1)))
				got, err := http.DefaultTransport.RoundTrip(r)
				if err != nil {
					b.Error(err)
					return
				}
				got.Body.Close()
				if got.StatusCode == http.StatusSeeOther {
					signedIn.Add(1)
				}
			}
		})
	}
	return func() int64 { over.Store(true); all.Wait(); return signedIn.Load() }
}

// address is another network for each n.
func address(n int64) string {
	return fmt.Sprintf("203.0.%d.%d", n/250%250, n%250)
}
