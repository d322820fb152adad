package store_test

import (
	"errors"
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
