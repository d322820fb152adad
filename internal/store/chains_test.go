package store_test

import (
	"bytes"
	"maps"
	"testing"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
	"github.com/sealform/sealform/internal/testpractice"
)

// wipe removes a chain with its head, as the owner of the database can.
func (i *installation) wipe(chain uuid.UUID) {
	i.t.Helper()
	on := `DROP TRIGGER events_no_delete`
	if i.db.Engine() == db.Postgres {
		on = `DROP TRIGGER events_append_only ON events`
	}
	err := i.db.Write(i.t.Context(), chain, func(tx *db.Tx) error {
		tx.Queue(i.t.Context(), on)
		tx.Queue(i.t.Context(), `DELETE FROM events WHERE practice_id = $1`, chain)
		tx.Queue(i.t.Context(), `DELETE FROM chain_heads WHERE practice_id = $1`, chain)
		return nil
	})
	if err != nil {
		i.t.Fatal(err)
	}
}

func (i *installation) expectBroken(when string) {
	i.t.Helper()
	if chains, err := i.VerifyChains(i.t.Context()); err == nil {
		i.t.Errorf("%s: verified as %v", when, chains)
	}
}

func TestAWipedChainIsMissed(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		if _, err := c.VerifyChains(t.Context()); err != nil {
			t.Fatal(err)
		}
		c.wipe(c.id)
		c.expectBroken("wiped")
		c.send("check-in")
		c.expectBroken("grown again")
		ring := c.ring.Rotate()
		if err := c.UseRing(t.Context(), ring); err != nil {
			t.Fatal(err)
		}
		if _, err := c.RotateServerKey(t.Context()); err != nil {
			t.Fatal(err)
		}
		c.expectBroken("under a new key")
	})
}

// The installation's chain may begin with any event, so that it is whole shows
// in the practices it names.
func TestAWipedChainOfTheInstallationIsMissed(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		c.wipe(audit.Installation)
		c.expectBroken("wiped")
		c.clinic("South")
		c.expectBroken("grown again")
	})
}

func TestAPracticeThatIsGoneIsMissed(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		i := install(t, d, "")
		in := testpractice.Named("North", "north@example.org")
		in.DirectorEmail = "" // leaves a practice without members
		id, _, err := i.CreatePractice(t.Context(), in)
		if err == nil || id == uuid.Nil {
			t.Fatal(id, err)
		}
		if _, err := i.VerifyChains(t.Context()); err != nil {
			t.Errorf("a practice that nobody was invited to: %v", err)
		}
		i.wipe(id)
		if err := i.db.Write(t.Context(), id, func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `DELETE FROM practices WHERE id = $1`, id)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		i.expectBroken("gone")
	})
}

func sameHead(a, b audit.Head) bool { return a.Seq == b.Seq && bytes.Equal(a.Hash, b.Hash) }

func TestChainsOutliveABackup(t *testing.T) {
	for _, from := range []db.Engine{db.SQLite, db.Postgres} {
		for _, to := range []db.Engine{db.SQLite, db.Postgres} {
			t.Run(string(from)+" to "+string(to), func(t *testing.T) {
				c, target := newClinic(t, testdb.Open(t, from)), testdb.Open(t, to)
				want, err := c.VerifyChains(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				var backup bytes.Buffer
				if err := c.db.Backup(t.Context(), &backup); err != nil {
					t.Fatal(err)
				}
				if err := db.Migrate(t.Context(), target, store.Migrations()); err != nil {
					t.Fatal(err)
				}
				if err := db.Restore(t.Context(), target, &backup); err != nil {
					t.Fatal(err)
				}
				restored := testpractice.Open(t, store.Config{DB: target, Ring: c.ring})
				got, err := restored.VerifyChains(t.Context())
				if err != nil || !maps.EqualFunc(got, want, sameHead) {
					t.Errorf("restored: %v, %v, want %v", got, err, want)
				}
			})
		}
	}
}
