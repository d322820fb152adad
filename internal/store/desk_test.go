package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
)

func (c *clinic) document(id uuid.UUID) *store.Document {
	c.t.Helper()
	d, err := c.Document(c.t.Context(), c.director, id)
	if err != nil {
		c.t.Fatal(err)
	}
	return d
}

func TestDeclinedAndOpenedAgain(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		issued := c.send("check-in")
		for _, reason := range []string{"not now", "still not"} {
			b := c.open(issued, "")
			b.save(forms.Inputs{"about.words": {"gone again"}})
			v, st := b.visit()
			if err := c.Decline(t.Context(), v, st, reason, home); err != nil {
				t.Fatal(err)
			}
			if got, err := c.Reason(t.Context(), c.director, issued.ID); err != nil || got != reason {
				t.Errorf("the reason is %q: %v", got, err)
			}
			c.clock.forward(20 * 24 * time.Hour) // past the link's days
			again, err := c.Reopen(t.Context(), c.director, issued.ID)
			if err != nil || again.State != practice.Sent || !again.ExpiresAt.After(c.clock.now()) {
				t.Fatalf("opened again: %+v, %v", again, err)
			}
		}
		b := c.open(issued, "")
		b.save(forms.Inputs{"about.words": {"after all"}})
		b.submit()
		if _, err := c.Reopen(t.Context(), c.director, issued.ID); !errors.Is(err, fault.Conflict) {
			t.Errorf("a completed document was opened again: %v", err)
		}
	})
}

func TestFiling(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		issued := c.send("check-in")
		if err := c.File(t.Context(), c.director, issued.ID, true); !errors.Is(err, fault.Conflict) {
			t.Errorf("a document that is out was filed: %v", err)
		}
		b := c.open(issued, "")
		b.save(forms.Inputs{"about.words": {"done"}})
		b.submit()
		for _, filed := range []bool{true, true, false} {
			if err := c.File(t.Context(), c.director, issued.ID, filed); err != nil || c.document(issued.ID).FiledAt.IsZero() == filed {
				t.Errorf("filed %t: %v", filed, err)
			}
		}
		if n := c.count(`SELECT count(*) FROM events WHERE practice_id = $1 AND subject_id = $2 AND action IN ('document.file', 'document.unfile')`, c.id, issued.ID); n != 2 {
			t.Errorf("%d events of filing, want 2: nothing was done the second time", n)
		}
	})
}

func TestACallIsDealtWith(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		issued := c.send("check-in")
		called := func() bool {
			d := c.document(issued.ID)
			return !d.NoCodeAt.IsZero() || !d.LinkAskedAt.IsZero()
		}
		for what, deal := range map[string]func() error{
			"by hand": func() error { return c.Settle(t.Context(), c.director, issued.ID) },
			"with a new code": func() error {
				again, err := c.Reissue(t.Context(), c.director, issued.ID, store.ReissueCode)
				issued.Code = again.Code
				return err
			},
			"with more time": func() error {
				_, err := c.Extend(t.Context(), c.director, issued.ID, 10)
				return err
			},
			"by the client who found the code": func() error {
				c.open(issued, "")
				return nil
			},
		} {
			c.clock.forward(2 * time.Hour)
			if err := errors.Join(c.NoCode(t.Context(), issued.Token, "lost", home), c.AskForLink(t.Context(), issued.Token, home)); err != nil || !called() {
				t.Fatalf("the call did not arrive: %v", err)
			}
			if err := deal(); err != nil || called() {
				t.Errorf("%s the call still stands: %v", what, err)
			}
		}
	})
}

// agreed returns a consent that its client agreed to.
func (c *clinic) agreed(client uuid.UUID) *store.Issued {
	c.t.Helper()
	in := store.NewDocument{Template: "overseas-storage-consent", ClientID: client}
	if client == uuid.Nil {
		in.Client = c.client("Robin")
	}
	issued, err := c.Send(c.t.Context(), c.director, in)
	if err != nil {
		c.t.Fatal(err)
	}
	c.open(issued, "").agree("agree")
	return issued
}

func TestWithdrawnConsent(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := install(t, d, "US").clinic("North")
		consent, plain := c.agreed(uuid.Nil), c.agreed(uuid.Nil)
		first := func() string {
			issued, err := c.Send(t.Context(), c.director, store.NewDocument{Template: "check-in", ClientID: consent.ClientID})
			if err != nil {
				t.Fatal(err)
			}
			return c.templatesOf(c.open(issued, ""))[0]
		}
		if got := first(); got != "check-in" {
			t.Errorf("after the consent %s comes first", got)
		}
		today := c.clock.now().Format(time.DateOnly)
		for _, on := range []string{"", "yesterday", c.clock.now().AddDate(0, 0, 3).Format(time.DateOnly)} {
			if err := c.Withdraw(t.Context(), c.director, consent.ID, on, ""); !errors.Is(err, fault.Invalid) {
				t.Errorf("withdrawn on %q: %v", on, err)
			}
		}
		if err := c.Withdraw(t.Context(), c.director, consent.ID, today, "by phone"); err != nil {
			t.Fatal(err)
		}
		if err := c.Withdraw(t.Context(), c.director, consent.ID, today, "twice"); !errors.Is(err, fault.Conflict) {
			t.Errorf("withdrawn twice: %v", err)
		}
		if got := first(); got != "overseas-storage-consent" {
			t.Errorf("after the withdrawal %s comes first", got)
		}
		if got := c.document(consent.ID).Outcome.Result; got != forms.Agreed {
			t.Errorf("the consent itself says %s now", got)
		}
		read := func() error {
			records, err := c.Records(t.Context(), c.director, consent.ClientID)
			if err == nil && (len(records) != 1 || records[0].Words != "by phone" || records[0].By != c.director.Name || records[0].On != today) {
				t.Errorf("the record is %+v", records)
			}
			return err
		}
		if err := errors.Join(read(), c.Withdraw(t.Context(), c.director, plain.ID, today, "the other")); err != nil {
			t.Fatal(err)
		}
		c.attack(t, sealedColumn{"sealed", "records", "client_id = $1", []any{consent.ClientID}, []any{plain.ClientID}, read})
		c.alter(`UPDATE records SET client_id = $2 WHERE client_id = $1`, plain.ClientID, consent.ClientID)
		if _, err := c.Records(t.Context(), c.director, consent.ClientID); err == nil {
			t.Error("a record moved to another client opened")
		}
	})
}
