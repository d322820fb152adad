package store_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
)

// meanwhile holds up what writes to the practice's log while the works begin,
// one after the other, and returns what became of them.
func (c *clinic) meanwhile(works ...func() error) (errs []error) {
	c.t.Helper()
	begun, enough := make(chan struct{}), make(chan struct{})
	var busy sync.WaitGroup
	busy.Go(func() {
		err := c.db.Write(c.t.Context(), c.id, func(tx *db.Tx) error {
			_, err := tx.Exec(c.t.Context(), `UPDATE chain_heads SET seq = seq WHERE practice_id = $1`, c.id)
			close(begun)
			<-enough
			return err
		})
		if err != nil {
			c.t.Error(err)
		}
	})
	<-begun
	errs = make([]error, len(works))
	for i, work := range works {
		busy.Go(func() { errs[i] = work() })
		time.Sleep(300 * time.Millisecond)
	}
	close(enough)
	busy.Wait()
	return errs
}

// Whoever is removed while a new key is being made holds nothing of it, and a
// kit made meanwhile opens what the new key seals, or is refused.
func TestANewKeyAndAChangeOfHoldersAtOnce(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c, ctx := newClinic(t, d), t.Context()
		leaver, _ := c.member(access.Supervisor, "Lee")
		rekey := func() error { return c.Rekey(ctx, c.director) }
		errs := c.meanwhile(func() error { return c.RemoveMember(ctx, c.director, leaver.ID) }, rekey)
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		if n := c.count(`SELECT count(*) FROM grants WHERE holder_id = $1`, leaver.ID); n != 0 {
			t.Errorf("whoever left holds %d grants", n)
		}
		errs = c.meanwhile(rekey, func() error { _, err := c.NewKit(ctx, c.director); return err })
		if errs[0] != nil || errs[1] != nil && !errors.Is(errs[1], fault.Conflict) {
			t.Fatal(errs)
		}
		if n := c.count(`SELECT count(*) FROM grants g JOIN kits k ON k.id = g.holder_id WHERE g.kind = 'practice' AND g.version = 3`); n != 1 {
			t.Errorf("the kit holds %d grants of the newest key", n)
		}
	})
}

// No key outlives the member who was making it while they were removed.
func TestAKeyIsMadeWhileItsMakerIsRemoved(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c, ctx := newClinic(t, d), t.Context()
		for _, name := range []string{"Lee", "Mo"} {
			leaver, _ := c.member(access.Director, name)
			works := []func() error{
				func() error { _, err := c.MakeAPIKey(ctx, leaver, "a program", true); return err },
				func() error { return c.RemoveMember(ctx, c.director, leaver.ID) },
			}
			if name == "Mo" {
				works[0], works[1] = works[1], works[0]
			}
			c.meanwhile(works...)
			if n := c.count(`SELECT count(*) FROM api_keys WHERE made_by = $1 AND revoked_at IS NULL`, leaver.ID); n != 0 {
				t.Errorf("%d keys of %s work on", n, name)
			}
		}
	})
}

// An archived client whom a member does not see is as unknown as any other.
func TestAnArchivedClientOfOthersIsUnknown(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		theirs := c.add("Robin Reed", "", "")
		if err := c.ArchiveClient(t.Context(), c.director, theirs.ID, true); err != nil {
			t.Fatal(err)
		}
		h, _ := c.member(access.Clinical, "Cleo")
		_, err := c.Send(t.Context(), h, store.NewDocument{Template: "check-in", ClientID: theirs.ID})
		if !errors.Is(err, fault.NotFound) || errors.Is(err, fault.Conflict) {
			t.Errorf("a document for a client who is not theirs: %v", err)
		}
	})
}
