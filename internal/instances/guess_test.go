package instances_test

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
	"github.com/sealform/sealform/internal/testprogram"
)

// wrongCode returns the nth code that is not the right one.
func wrongCode(right string, n int) string {
	if code := fmt.Sprintf("%08d", n); code != right {
		return code
	}
	return "99999999"
}

func TestGuessing(t *testing.T) {
	t.Run("two instances", func(t *testing.T) {
		s, redis := newSite(t, db.Postgres), "SEALFORM_REDIS_URL="+testdb.Redis(t)
		guessing(t, s, s.start(testprogram.FreeAddress(t), redis), s.start(testprogram.FreeAddress(t), redis))
	})
	t.Run("sqlite", func(t *testing.T) {
		s := newSite(t, db.SQLite)
		guessing(t, s, s.start(testprogram.FreeAddress(t)))
	})
}

func guessing(t *testing.T, s *site, at ...*instance) {
	issued, last := s.send(), at[len(at)-1]
	inside := newDevice(t, "203.0.113.20")
	page := inside.unlock(at[0].base+"/d/"+issued.Token, issued.Code)
	if n := guessAll(t, issued, 1000, at); n[422] != 9 || n[423] != 991 || len(n) != 2 {
		t.Errorf("of 1000 guesses, the answers were %v", n)
	}
	if n := s.attempts(issued); n != 10 {
		t.Errorf("%d attempts are counted", n)
	}
	for _, i := range at {
		status, err := newDevice(t, "203.0.113.21").post(i.base+"/d/"+issued.Token+"/unlock", url.Values{"code": {issued.Code}})
		if status != http.StatusLocked || err != nil {
			t.Errorf("the right code after the guesses: %d %v", status, err)
		}
	}
	if again := inside.get(last.base + page.URL.Path); again.Status != 200 || again.Form().Control("about.words") == nil {
		t.Errorf("the browser that was inside cannot go on: %d at %s", again.Status, again.URL)
	}
	hungUp(t, s, last)
}

// guessAll types wrong codes at every instance at once, from two times fewer
// addresses, and counts the answers by status.
func guessAll(t *testing.T, issued *store.Issued, guesses int, at []*instance) map[int]int {
	t.Helper()
	var (
		all      sync.WaitGroup
		mu       sync.Mutex
		statuses = map[int]int{}
	)
	for n := range guesses {
		d := newDevice(t, address(n/2))
		link := at[n%len(at)].base + "/d/" + issued.Token
		all.Go(func() {
			status, err := d.post(link+"/unlock", url.Values{"code": {wrongCode(issued.Code, n)}})
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			statuses[status]++
			mu.Unlock()
		})
	}
	all.Wait()
	return statuses
}

// Whoever hangs up does not get the guess back.
func hungUp(t *testing.T, s *site, at *instance) {
	issued := s.send()
	for n := range 9 {
		sendAndHangUp(t, at, issued, n)
	}
	s.reaches(issued, 9)
	for n := range 41 {
		sendAndHangUp(t, at, issued, 9+n)
	}
	s.reaches(issued, 10)
}

func sendAndHangUp(t *testing.T, at *instance, issued *store.Issued, n int) {
	t.Helper()
	host := strings.TrimPrefix(at.base, "http://")
	conn, err := net.Dial("tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	body := "code=" + wrongCode(issued.Code, n)
	_, err = fmt.Fprintf(conn, "POST /d/%s/unlock HTTP/1.1\r\nHost: %s\r\nX-Forwarded-For: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s",
		issued.Token, host, address(600+n), len(body), body)
	if err != nil {
		t.Fatal(err)
	}
}

// reaches waits for attempts nobody waits for the answers of.
func (s *site) reaches(issued *store.Issued, want int64) {
	s.t.Helper()
	var n int64
	for range 200 {
		if n = s.attempts(issued); n == want {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	s.t.Errorf("%d attempts are counted, not %d", n, want)
}
