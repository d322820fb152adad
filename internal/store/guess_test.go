package store_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
)

// wrongCode returns the nth code that is not the right one.
func wrongCode(right string, n int) string {
	code := fmt.Sprintf("%08d", n)
	if code == right {
		return "99999999"
	}
	return code
}

// guessAll types all codes at once and tallies what came of them.
func (c *clinic) guessAll(ctx context.Context, token string, codes []string) (compared, refused, right int) {
	c.t.Helper()
	errs := make([]error, len(codes))
	var wg sync.WaitGroup
	for i, code := range codes {
		wg.Go(func() { _, errs[i] = c.Unlock(ctx, token, code, "", home) })
	}
	wg.Wait()
	for _, err := range errs {
		var wrong *store.WrongCode
		switch {
		case err == nil:
			right++
		case errors.As(err, &wrong):
			compared++
		case errors.Is(err, fault.Locked):
			refused++
		default:
			c.t.Errorf("guess: %v", err)
		}
	}
	return compared, refused, right
}

func TestTenGuesses(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		t.Run("a thousand at once", func(t *testing.T) { testThousandGuesses(t, c) })
		t.Run("hung up", func(t *testing.T) { testHungUpGuesses(t, c) })
		t.Run("mixed with right codes", func(t *testing.T) { testMixedGuesses(t, c) })
		t.Run("malformed", func(t *testing.T) { testMalformedGuesses(t, c) })
	})
}

func (c *clinic) attempts(i *store.Issued) int64 {
	return c.count(`SELECT attempts FROM deliveries WHERE id = $1`, i.DeliveryID)
}

func testThousandGuesses(t *testing.T, c *clinic) {
	issued := c.send("check-in")
	inside := c.open(issued, "")
	var codes []string
	for i := range 1000 {
		codes = append(codes, wrongCode(issued.Code, i))
	}
	compared, refused, right := c.guessAll(t.Context(), issued.Token, codes)
	if compared != 10 || refused != 990 || right != 0 || c.attempts(issued) != 10 {
		t.Errorf("%d compared, %d refused, %d right, %d attempts", compared, refused, right, c.attempts(issued))
	}
	if _, err := c.Unlock(t.Context(), issued.Token, issued.Code, "", home); !errors.Is(err, fault.Locked) {
		t.Errorf("the right code after ten wrong ones: %v", err)
	}
	inside.save(forms.Inputs{"about.words": {"still here"}})
	inside.submit()
	checkLockRecorded(t, c, issued)
}

// Ten refusals and one lock are in the record, however many guessed.
func checkLockRecorded(t *testing.T, c *clinic, issued *store.Issued) {
	t.Helper()
	events, err := c.Timeline(t.Context(), c.director, issued.ID)
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for _, e := range events {
		counts[string(e.Action)+" "+e.Outcome]++
	}
	if counts["delivery.unlock refused"] != 10 || counts["delivery.lock ok"] != 1 {
		t.Errorf("recorded %v", counts)
	}
}

func testHungUpGuesses(t *testing.T, c *clinic) {
	issued := c.send("check-in")
	gone, hangUp := context.WithCancel(t.Context())
	hangUp()
	var codes []string
	for i := range 50 {
		codes = append(codes, wrongCode(issued.Code, i))
	}
	compared, refused, _ := c.guessAll(gone, issued.Token, codes)
	if compared != 10 || refused != 40 || c.attempts(issued) != 10 {
		t.Errorf("%d compared, %d refused, %d attempts", compared, refused, c.attempts(issued))
	}
}

func testMixedGuesses(t *testing.T, c *clinic) {
	for range 5 {
		issued := c.send("check-in")
		var codes []string
		for i := range 40 {
			codes = append(codes, wrongCode(issued.Code, i))
		}
		for range 10 {
			codes = append(codes, issued.Code)
		}
		rand.Shuffle(len(codes), func(i, j int) { codes[i], codes[j] = codes[j], codes[i] })
		compared, _, _ := c.guessAll(t.Context(), issued.Token, codes)
		if compared != 10 || c.attempts(issued) != 10 {
			t.Errorf("%d wrong codes compared, %d attempts", compared, c.attempts(issued))
		}
	}
}

func testMalformedGuesses(t *testing.T, c *clinic) {
	issued := c.send("check-in")
	for _, typed := range []string{"", "1234", "123456789", "abcdefgh", "12 34 56 7"} {
		if _, err := c.Unlock(t.Context(), issued.Token, typed, "", home); !errors.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", typed, err)
		}
	}
	if n := c.attempts(issued); n != 0 {
		t.Errorf("%d attempts counted", n)
	}
	spaced := issued.Code[:4] + " - " + issued.Code[4:]
	if _, err := c.Unlock(t.Context(), issued.Token, spaced, "", home); err != nil {
		t.Errorf("a spaced code: %v", err)
	}
}

// Many first unlocks at once make one draft that every device opens.
func TestFirstUnlocksAtOnce(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		issued := c.send("check-in")
		browsers := make([]*browser, 20)
		var wg sync.WaitGroup
		for i := range browsers {
			wg.Go(func() {
				u, err := c.Unlock(t.Context(), issued.Token, issued.Code, "", home)
				if err != nil {
					t.Error(err)
					return
				}
				browsers[i] = &browser{c, issued.Token, u.Session, u.Device, issued.ID}
			})
		}
		wg.Wait()
		if t.Failed() {
			return
		}
		if n := c.count(`SELECT count(*) FROM drafts WHERE document_id = $1`, issued.ID); n != 1 {
			t.Errorf("%d drafts", n)
		}
		for _, b := range browsers {
			b.draft()
		}
	})
}
