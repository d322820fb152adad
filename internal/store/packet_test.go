package store_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
)

// titles returns the templates of a delivery in the order the client meets them.
func (c *clinic) templatesOf(b *browser) (names []string) {
	c.t.Helper()
	v, _ := b.visit()
	for _, st := range v.Steps {
		t, err := c.Form(c.t.Context(), v.Practice.ID, st.Pin)
		if err != nil {
			c.t.Fatal(err)
		}
		names = append(names, t.Name)
	}
	return names
}

func TestPacket(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := install(t, d, "US").clinic("North") // so that the storage consent comes first
		packet := func(in store.NewDocument) (*store.Issued, error) { return c.Send(t.Context(), c.director, in) }
		issued, err := packet(store.NewDocument{Template: "check-in", Packet: []string{"intake-adult", "overseas-storage-consent"}, Client: c.client("Robin")})
		if err != nil {
			t.Fatal(err)
		}
		b := c.open(issued, "")
		if got, want := c.templatesOf(b), []string{"overseas-storage-consent", "check-in", "intake-adult"}; !slices.Equal(got, want) {
			t.Fatalf("the delivery holds %v, want %v", got, want)
		}
		v, _ := b.visit()
		b.document = v.Steps[0].Document
		b.agree("agree")
		if issued.ID != v.Steps[0].Document {
			t.Error("the first template asked for is not the one that was returned")
		}
		b.document = v.Steps[1].Document
		b.save(forms.Inputs{"about.words": {"in a packet"}})
		b.submit()
		if got := c.state(v.Steps[1].Document); got != practice.Completed {
			t.Errorf("the second document is %s", got)
		}
		if got := c.state(v.Steps[2].Document); got != practice.Unlocked {
			t.Errorf("the third document is %s while the second is completed", got)
		}
		items, _, err := c.Documents(t.Context(), c.director, store.DocumentFilter{Delivery: issued.DeliveryID})
		if err != nil || len(items) != 3 {
			t.Errorf("%d documents in the delivery: %v", len(items), err)
		}
		if _, err := packet(store.NewDocument{Template: "check-in", Packet: []string{"check-in"}, ClientID: issued.ClientID}); !errors.Is(err, fault.Invalid) {
			t.Errorf("one template twice: %v", err)
		}
		nobody := &practice.Recipient{Contact: practice.Contact{FirstName: "Ruth"}}
		if _, err := packet(store.NewDocument{Template: "check-in", ClientID: issued.ClientID, Recipient: nobody}); !errors.Is(err, fault.Invalid) {
			t.Errorf("a recipient who is nothing to the client: %v", err)
		}
	})
}

func TestAskAgain(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		old, other := c.send("check-in"), c.send("check-in")
		again, err := c.Send(t.Context(), c.director, store.NewDocument{Template: "check-in", ClientID: old.ClientID, Supersedes: old.ID})
		if err != nil || again.Supersedes != old.ID {
			t.Fatalf("the new document supersedes %s: %v", again.Supersedes, err)
		}
		later, err := c.SupersededBy(t.Context(), c.director, old.ID)
		if err != nil || len(later) != 1 || later[0].ID != again.ID {
			t.Errorf("the old one is superseded by %v: %v", later, err)
		}
		for _, wrong := range []uuid.UUID{other.ID, uuid.New()} {
			if _, err := c.Send(t.Context(), c.director, store.NewDocument{Template: "check-in", ClientID: old.ClientID, Supersedes: wrong}); !errors.Is(err, fault.NotFound) {
				t.Errorf("superseding another client's document: %v", err)
			}
		}
	})
}
