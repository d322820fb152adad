package store_test

import (
	"errors"
	"testing"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/testdb"
)

// However a delivery ended, in the end nothing of its link and code is left that
// an old server key would have to be kept for. One that still runs is.
func TestOverForGood(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		ctx, old := t.Context(), c.ring.Current()
		done, revoked, expired, late := c.send("check-in"), c.send("check-in"), c.send("check-in"), c.send("check-in")
		b := c.open(done, "")
		b.save(forms.Inputs{"about.words": {"done"}})
		b.submit()
		if _, err := c.Revoke(ctx, c.director, revoked.ID); err != nil {
			t.Fatal(err)
		}
		two := c.ring.Rotate()
		if err := c.UseRing(ctx, two); err != nil {
			t.Fatal(err)
		}
		c.later(15 * day)
		c.sweep()
		if _, err := c.Extend(ctx, c.director, late.ID, 300); err != nil {
			t.Fatal(err)
		}
		c.later(31 * day)
		if swept := c.sweep(); swept.Forgotten != 0 || c.keyUse(old)["links"] != 4 {
			t.Errorf("a link is forgotten while it could still call the practice: %+v", swept)
		}
		c.later(91 * day)
		if swept := c.sweep(); swept.Forgotten != 3 {
			t.Errorf("swept %+v", swept)
		}
		if n := c.keyUse(old); n["links"] != 1 || n["codes"] != 1 {
			t.Errorf("the old key still serves %v", n)
		}
		for _, i := range []string{done.Token, revoked.Token, expired.Token} {
			if _, err := c.Visit(ctx, i, "", ""); !errors.Is(err, fault.NotFound) {
				t.Errorf("a forgotten link: %v", err)
			}
		}
		c.open(late, "")
		if swept := c.sweep(); swept.Forgotten != 0 {
			t.Errorf("swept again: %+v", swept)
		}
	})
}
