package store_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/testdb"
)

func TestOneOfManyClaimsAKey(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		ctx := t.Context()
		key, err := c.MakeAPIKey(ctx, c.director, "a program", true)
		if err != nil {
			t.Fatal(err)
		}
		h, err := c.APIKey(ctx, key)
		if err != nil {
			t.Fatal(err)
		}
		request := []byte("POST /documents")
		claims := func() (claimed int) {
			var all sync.WaitGroup
			var mu sync.Mutex
			for range 20 {
				all.Go(func() {
					_, _, found, err := c.Remembered(ctx, h, "k", request)
					mu.Lock()
					defer mu.Unlock()
					switch {
					case err == nil && !found:
						claimed++
					case !errors.Is(err, fault.Conflict):
						t.Errorf("while it is answered: %v, %v", found, err)
					}
				})
			}
			all.Wait()
			return claimed
		}
		if n := claims(); n != 1 {
			t.Fatalf("%d of 20 claimed the key", n)
		}
		if err := c.Forget(ctx, h, "k"); err != nil {
			t.Fatal(err)
		}
		if n := claims(); n != 1 {
			t.Fatalf("given back, %d of 20 claimed the key", n)
		}
		c.clock.forward(3 * time.Minute)
		if n := claims(); n != 1 {
			t.Fatalf("left behind, %d of 20 claimed the key", n)
		}
		if err := c.Remember(ctx, h, "k", request, 201, []byte("made")); err != nil {
			t.Fatal(err)
		}
		c.clock.forward(3 * time.Minute)
		status, body, found, err := c.Remembered(ctx, h, "k", request)
		if status != 201 || string(body) != "made" || !found || err != nil {
			t.Errorf("the answer is %d %q, %v, %v", status, body, found, err)
		}
		if _, _, _, err := c.Remembered(ctx, h, "k", []byte("another")); !errors.Is(err, fault.Invalid) {
			t.Errorf("another request: %v", err)
		}
	})
}
