package store_test

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
)

func (i *installation) keyUse(id string) map[string]int64 {
	i.t.Helper()
	uses, err := i.KeyStatus(i.t.Context())
	if err != nil {
		i.t.Fatal(err)
	}
	for _, use := range uses {
		if use.ID == id {
			return use.Rows
		}
	}
	return nil
}

func TestServerKeyRotation(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		ctx, old := t.Context(), c.ring.Current()
		done, open := c.send("check-in"), c.send("check-in")
		b := c.open(done, "")
		b.save(forms.Inputs{"about.words": {"before"}})
		b.submit()
		started := c.open(open, "")
		started.save(forms.Inputs{"about.words": {"half"}})

		two := c.ring.Rotate()
		if err := c.UseRing(ctx, two); err != nil {
			t.Fatal(err)
		}
		if n, err := c.RotateServerKey(ctx); err != nil || n == 0 {
			t.Fatalf("rewrote %d, %v", n, err)
		}
		if n, err := c.RotateServerKey(ctx); err != nil || n != 0 {
			t.Errorf("a second run rewrote %d, %v", n, err)
		}
		expect(t, started, "about.words", "half")
		started.save(forms.Inputs{"about.words": {"half and more"}})
		checkKeyUse(t, c, old, two.Current())

		reissued, err := c.Reissue(ctx, c.director, open.ID, store.ReissueLink)
		if err != nil {
			t.Fatal(err)
		}
		fresh := c.send("check-in")
		if err := c.UseRing(ctx, two.Without(old)); err != nil {
			t.Fatal(err)
		}
		checkWithoutOldKey(t, c, done, fresh)
		if _, err := c.Visit(ctx, open.Token, "", ""); !errors.Is(err, fault.NotFound) {
			t.Errorf("a link under the key that is gone: %v", err)
		}
		if _, err := c.Unlock(ctx, reissued.Token, open.Code, "", home); !errors.Is(err, fault.Locked) {
			t.Errorf("a code under the key that is gone: %v", err)
		}
	})
}

// Only what is stored as a MAC of a secret may hang on the old key.
func checkKeyUse(t *testing.T, c *clinic, old, current string) {
	t.Helper()
	macs := map[string]bool{"links": true, "codes": true, "wraps": true, "client sessions": true, "staff sessions": true, "invitations": true, "API keys": true}
	for layer, n := range c.keyUse(old) {
		if n > 0 && !macs[layer] {
			t.Errorf("%d %s hang on the old key", n, layer)
		}
	}
	for _, layer := range []string{"links", "codes", "wraps"} {
		if c.keyUse(old)[layer] == 0 {
			t.Errorf("no %s are counted under the old key", layer)
		}
	}
	for _, layer := range []string{"submissions", "findings", "languages", "chains", "client contacts", "staff keys", "staff profiles", "staff addresses", "key pins", "event details", "signing authority", "sealed PDFs on record"} {
		if c.keyUse(current)[layer] == 0 {
			t.Errorf("no %s hang on the new key", layer)
		}
	}
}

func checkWithoutOldKey(t *testing.T, c *clinic, done, fresh *store.Issued) {
	t.Helper()
	ctx := t.Context()
	_, h, err := c.SignIn(ctx, c.email, passphrase, home)
	if err != nil {
		t.Fatal(err)
	}
	if sub, err := c.Answers(ctx, h, done.ID); err != nil || sub.Answers["about.words"] != "before" {
		t.Errorf("answers: %v", err)
	}
	if _, _, err := c.PDF(ctx, h, done.ID); err != nil {
		t.Errorf("PDF: %v", err)
	}
	if _, _, err := c.Clients(ctx, h, "", 0); err != nil {
		t.Errorf("clients: %v", err)
	}
	b := c.open(fresh, "")
	b.save(forms.Inputs{"about.words": {"after"}})
	b.submit()
	if _, err := c.Timeline(ctx, h, done.ID); err != nil {
		t.Errorf("timeline: %v", err)
	}
	if _, err := c.VerifyChains(ctx); err != nil {
		t.Errorf("chains: %v", err)
	}
}

func TestAForeignServerKeyIsRefused(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		stranger := install(t, testdb.Open(t, db.SQLite), "").ring
		if err := c.UseRing(t.Context(), stranger); err == nil {
			t.Fatal("a foreign key was taken")
		}
		c.open(c.send("check-in"), "") // the own key is still in use
	})
}

// Bodies and PDFs are bound by their digests, so that a rotation reads none of
// them; and it vouches for none: what was swapped stays refused.
func TestServerKeyRotationReadsNoDocuments(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		ctx := t.Context()
		done := c.send("check-in")
		b := c.open(done, "")
		b.save(forms.Inputs{"about.words": {"before"}})
		b.submit()
		const size = 32 << 20
		c.alter(`UPDATE papers SET sealed = $2 WHERE document_id = $1`, done.ID, make([]byte, size))
		if err := c.UseRing(ctx, c.ring.Rotate()); err != nil {
			t.Fatal(err)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := c.RotateServerKey(ctx)
		_, more := c.KeyStatus(ctx)
		runtime.ReadMemStats(&after)
		if err != nil || more != nil {
			t.Fatal(err, more)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > size/2 {
			t.Errorf("%d bytes were used beside a PDF of %d", used, size)
		}
		if _, _, err := c.PDF(ctx, c.director, done.ID); err == nil {
			t.Error("a swapped PDF is shown after the rotation")
		}
	})
}

// More rows than are read at once are all moved, and counted.
func TestServerKeyRotationOfManyRows(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		ctx, old := t.Context(), c.ring.Current()
		const documents = 130
		for range documents {
			c.send("check-in")
		}
		details := c.keyUse(old)["event details"]
		if details <= documents {
			t.Fatalf("%d event details", details)
		}
		two := c.ring.Rotate()
		if err := c.UseRing(ctx, two); err != nil {
			t.Fatal(err)
		}
		if _, err := c.RotateServerKey(ctx); err != nil {
			t.Fatal(err)
		}
		if n := c.keyUse(old)["event details"]; n != 0 {
			t.Errorf("%d event details are left under the old key", n)
		}
		if n := c.keyUse(two.Current())["event details"]; n < details {
			t.Errorf("%d of %d event details are under the new key", n, details)
		}
		if _, err := c.VerifyChains(ctx); err != nil {
			t.Error(err)
		}
	})
}

// While everything moves to another key, clients and staff notice nothing.
func TestServerKeyRotationUnderLoad(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		ctx := t.Context()
		browsers := []*browser{c.open(c.send("check-in"), ""), c.open(c.send("check-in"), ""), c.open(c.send("check-in"), "")}
		done := make(chan struct{})
		var wg sync.WaitGroup
		var pages atomic.Int64
		for n, b := range browsers {
			wg.Go(func() {
				for i := 0; ; i++ {
					select {
					case <-done:
						return
					default:
					}
					typed := fmt.Sprintf("%d of %d", i, n)
					v, err := c.Visit(ctx, b.token, b.session, b.device)
					if err != nil {
						t.Errorf("visit: %v", err)
						return
					}
					draft, err := c.Draft(ctx, v, v.Step(b.document))
					if err == nil {
						_, err = c.Save(ctx, v, v.Step(b.document), store.Page{Base: draft.Revision, Controls: checkInControls, Inputs: forms.Inputs{"about.words": {typed}}})
					}
					if err == nil {
						_, _, err = c.Clients(ctx, c.director, "", 0)
					}
					if err != nil {
						t.Errorf("save: %v", err)
						return
					}
					pages.Add(1)
				}
			})
		}
		for range 3 {
			c.ring = c.ring.Rotate()
			if err := c.UseRing(ctx, c.ring); err != nil {
				t.Fatal(err)
			}
			if _, err := c.RotateServerKey(ctx); err != nil {
				t.Fatal(err)
			}
		}
		close(done)
		wg.Wait()
		if pages.Load() == 0 {
			t.Error("nobody did anything meanwhile")
		}
		for _, b := range browsers {
			b.submit()
		}
		if _, err := c.VerifyChains(ctx); err != nil {
			t.Error(err)
		}
	})
}
