package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
)

const day = 24 * time.Hour

func (c *clinic) sweep() store.Swept {
	c.t.Helper()
	swept, err := c.Sweep(c.t.Context())
	if err != nil {
		c.t.Fatal(err)
	}
	return swept
}

// later moves the clock and signs the director in again.
func (c *clinic) later(d time.Duration) {
	c.t.Helper()
	c.clock.forward(d)
	var err error
	if _, c.director, err = c.SignIn(c.t.Context(), c.email, passphrase, home); err != nil {
		c.t.Fatal(err)
	}
}

func (c *clinic) wraps(i *store.Issued) int64 {
	return c.count(`SELECT count(*) FROM wraps WHERE document_id = $1`, i.ID)
}

func TestExpiryAndExtension(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		issued := c.send("check-in")
		c.open(issued, "").save(forms.Inputs{"about.words": {"kept"}})
		c.later(15 * day)
		if _, err := c.Visit(t.Context(), issued.Token, "", ""); !errors.Is(err, fault.NotFound) {
			t.Errorf("an expired link before the sweep: %v", err)
		}
		if swept := c.sweep(); swept.Expired != 1 || swept.Erased != 0 {
			t.Errorf("swept %+v", swept)
		}
		if d, err := c.Extend(t.Context(), c.director, issued.ID, 7); err != nil || d.State != practice.Started {
			t.Fatalf("extend: %+v, %v", d, err)
		}
		b := c.open(issued, "")
		expect(t, b, "about.words", "kept")

		c.later(8 * day)
		c.sweep()
		c.later(31 * day)
		if swept := c.sweep(); swept.Erased != 1 || c.wraps(issued) != 0 || c.count(`SELECT count(*) FROM drafts WHERE document_id = $1`, issued.ID) != 0 {
			t.Errorf("a month after expiry: swept %+v, %d wraps", swept, c.wraps(issued))
		}
		testErasedThenExtended(t, c, issued)
	})
}

// What was erased once can be filled in anew, and is erased again in the end.
func testErasedThenExtended(t *testing.T, c *clinic, issued *store.Issued) {
	t.Helper()
	if _, err := c.Extend(t.Context(), c.director, issued.ID, 7); err != nil {
		t.Fatal(err)
	}
	b := c.open(issued, "")
	v, st := b.visit()
	if _, err := c.Draft(t.Context(), v, st); !errors.Is(err, store.ErrElsewhere) {
		t.Errorf("the erased draft: %v", err)
	}
	if err := c.StartAfresh(t.Context(), v, st, home); err != nil {
		t.Fatal(err)
	}
	b.save(forms.Inputs{"about.words": {"again"}})
	b.submit()
	c.later(31 * day)
	if swept := c.sweep(); swept.Erased != 1 || c.wraps(issued) != 0 {
		t.Errorf("when the copy is withdrawn: swept %+v, %d wraps", swept, c.wraps(issued))
	}
}

func TestTheCopyIsWithdrawn(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		issued := c.send("check-in")
		b := c.open(issued, "")
		b.save(forms.Inputs{"about.words": {"mine"}})
		b.submit()
		c.later(29 * day)
		c.sweep()
		looking := c.open(issued, "") // with the code, a month later
		c.clock.forward(day + 30*time.Minute)
		if _, err := c.Visit(t.Context(), issued.Token, looking.session, looking.device); !errors.Is(err, fault.NotFound) {
			t.Errorf("after the copy's time: %v", err)
		}
		if swept := c.sweep(); swept.Erased != 1 || c.wraps(issued) != 0 {
			t.Errorf("swept %+v, %d wraps", swept, c.wraps(issued))
		}
		c.later(time.Minute)
		if sub, err := c.Answers(t.Context(), c.director, issued.ID); err != nil || sub.Answers["about.words"] != "mine" {
			t.Errorf("the practice's answers: %v", err)
		}
	})
}

// A client who looks at the copy when its time comes sees it to the end of the
// session.
func TestTheCopyOutlastsALook(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		issued := c.send("check-in")
		b := c.open(issued, "")
		b.save(forms.Inputs{"about.words": {"mine"}})
		b.submit()
		c.clock.forward(30*day - 10*time.Minute)
		looking := c.open(issued, "")
		c.clock.forward(20 * time.Minute)
		if swept := c.sweep(); swept.Erased != 0 {
			t.Errorf("swept %+v under a client's eyes", swept)
		}
		v, st := looking.visit()
		if _, _, err := c.Copy(t.Context(), v, st); err != nil {
			t.Errorf("copy: %v", err)
		}
		c.clock.forward(2 * time.Hour)
		if swept := c.sweep(); swept.Erased != 1 {
			t.Errorf("swept %+v after the look", swept)
		}
	})
}

// The consent was signed and the form behind it declined, so nothing ever sets
// the day on which the copy is withdrawn.
func TestWrapsOfHalfADeliveryEnd(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := install(t, d, "US").clinic("North")
		issued := c.send("check-in")
		b := c.open(issued, "")
		v, _ := b.visit()
		consent := *b
		consent.document = v.Steps[0].Document
		consent.agree("agree")
		v, st := b.visit()
		if err := c.Decline(t.Context(), v, st, "", home); err != nil {
			t.Fatal(err)
		}
		c.clock.forward(45 * day)
		c.sweep()
		if n := c.count(`SELECT count(*) FROM wraps`); n != 0 {
			t.Errorf("%d wraps are left", n)
		}
	})
}

func TestSessionsEnd(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		issued := c.send("check-in")
		b := c.open(issued, "")
		staff := func() error { _, err := c.Session(t.Context(), c.cookie); return err }
		client := func() bool {
			v, err := c.Visit(t.Context(), b.token, b.session, b.device)
			if err != nil {
				t.Fatal(err)
			}
			return v.Unlocked
		}
		for range 25 { // 11 h 40 min of use
			c.clock.forward(28 * time.Minute)
			if err := staff(); err != nil || !client() {
				t.Fatalf("in use: %v, client %v", err, client())
			}
		}
		c.clock.forward(21 * time.Minute)
		if err := staff(); !errors.Is(err, fault.Unauthenticated) || client() {
			t.Errorf("after twelve hours: %v", err)
		}
		var err error
		if c.cookie, _, err = c.SignIn(t.Context(), c.email, passphrase, home); err != nil {
			t.Fatal(err)
		}
		b = c.open(issued, "")
		c.clock.forward(31 * time.Minute)
		if err := staff(); !errors.Is(err, fault.Unauthenticated) || !client() {
			t.Errorf("staff after 31 idle minutes: %v", err)
		}
		c.clock.forward(61 * time.Minute)
		if client() {
			t.Error("a client's session outlives an idle hour")
		}
		if swept := c.sweep(); swept.Sessions < 4 || c.count(`SELECT count(*) FROM client_sessions`)+c.count(`SELECT count(*) FROM staff_sessions`) != 0 {
			t.Errorf("swept %+v", swept)
		}
	})
}
