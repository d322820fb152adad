package audit_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
	"github.com/sealform/sealform/internal/vault"
)

// A book is one chain over a database with the real schema.
type book struct {
	t        *testing.T
	db       *db.DB
	ring     *vault.Ring
	practice uuid.UUID
}

func newBook(t *testing.T, d *db.DB) *book {
	t.Helper()
	if err := db.Migrate(t.Context(), d, store.Migrations()); err != nil {
		t.Fatal(err)
	}
	return &book{t, d, vault.NewRing(), audit.Installation}
}

func (b *book) tryAppend(n int) error {
	events := make([]audit.Event, n)
	for i := range events {
		events[i] = audit.Event{
			At: time.Now(), Actor: access.Actor{Kind: access.System}, Action: "document.expire",
			Subject: audit.Subject{Kind: "document", ID: uuid.New()}, Detail: audit.Detail{"n": fmt.Sprint(i)},
		}
	}
	return b.db.Write(b.t.Context(), b.practice, func(tx *db.Tx) error {
		return audit.Append(b.t.Context(), tx, b.ring, b.practice, events...)
	})
}

func (b *book) append(n int) {
	b.t.Helper()
	if err := b.tryAppend(n); err != nil {
		b.t.Fatal(err)
	}
}

func (b *book) verify() (n int64, err error) {
	err = b.db.Read(b.t.Context(), b.practice, func(tx *db.Tx) error {
		head, err := audit.Verify(b.t.Context(), tx, b.ring, b.practice)
		n = head.Seq
		return err
	})
	return n, err
}

func (b *book) try(query string) error {
	return b.db.Write(b.t.Context(), b.practice, func(tx *db.Tx) error {
		_, err := tx.Exec(b.t.Context(), query)
		return err
	})
}

// alter changes rows as the owner of the database can, triggers or not.
func (b *book) alter(query string) {
	b.t.Helper()
	off := []string{`DROP TRIGGER events_no_update`, `DROP TRIGGER events_no_delete`}
	if b.db.Engine() == db.Postgres {
		off = []string{`DROP TRIGGER events_append_only ON events`}
	}
	for _, q := range append(off, strings.Split(query, ";")...) {
		if err := b.try(q); err != nil && !strings.HasPrefix(q, "DROP") {
			b.t.Fatal(err)
		}
	}
}

func TestEveryChangeOfAChainIsFound(t *testing.T) {
	for name, attack := range map[string]string{
		"altered action":     `UPDATE events SET action = 'document.revoke' WHERE seq = 3`,
		"altered outcome":    `UPDATE events SET outcome = 'refused' WHERE seq = 3`,
		"altered subject":    `UPDATE events SET subject_id = practice_id WHERE seq = 3`,
		"altered actor":      `UPDATE events SET actor_id = practice_id WHERE seq = 3`,
		"altered hash":       `UPDATE events SET hash = (SELECT hash FROM events WHERE seq = 2) WHERE seq = 3`,
		"swapped detail":     `UPDATE events SET detail = (SELECT detail FROM events WHERE seq = 2) WHERE seq = 3`,
		"altered detail":     `UPDATE events SET detail = hash WHERE seq = 3`,
		"first removed":      `DELETE FROM events WHERE seq = 1`,
		"middle removed":     `DELETE FROM events WHERE seq = 3`,
		"last removed":       `DELETE FROM events WHERE seq = 6`,
		"all removed":        `DELETE FROM events`,
		"head removed":       `DELETE FROM chain_heads`,
		"cut to its half":    `DELETE FROM events WHERE seq > 3; UPDATE chain_heads SET seq = 3, hash = (SELECT hash FROM events WHERE seq = 3)`,
		"swapped":            `UPDATE events SET seq = 99 WHERE seq = 3; UPDATE events SET seq = 3 WHERE seq = 4; UPDATE events SET seq = 4 WHERE seq = 99`,
		"renumbered":         `DELETE FROM events WHERE seq = 3; UPDATE events SET seq = seq - 1 WHERE seq = 4; UPDATE events SET seq = seq - 1 WHERE seq = 5; UPDATE events SET seq = seq - 1 WHERE seq = 6`,
		"added past its end": `INSERT INTO events SELECT practice_id, 7, 'x' || id, at, actor_kind, actor_id, action, subject_kind, subject_id, outcome, detail, detail_hash, hash FROM events WHERE seq = 6`,
	} {
		t.Run(name, func(t *testing.T) {
			testdb.Each(t, func(t *testing.T, d *db.DB) {
				b := newBook(t, d)
				b.append(6)
				if n, err := b.verify(); n != 6 || err != nil {
					t.Fatalf("untouched: %d, %v", n, err)
				}
				b.alter(attack)
				if n, err := b.verify(); err == nil {
					t.Errorf("verified as %d events", n)
				}
			})
		})
	}
}

// What was forged stays forged: later events do not vouch for it.
func TestAppendingDoesNotVouchForAForgedHead(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		b := newBook(t, d)
		b.append(6)
		b.alter(`DELETE FROM events WHERE seq > 3; UPDATE chain_heads SET seq = 3, hash = (SELECT hash FROM events WHERE seq = 3)`)
		b.append(1)
		b.append(2)
		if n, err := b.verify(); err == nil {
			t.Errorf("a cut chain verified as %d events after it grew", n)
		}
	})
}

func TestEventsAreAppendOnly(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		b := newBook(t, d)
		b.append(3)
		for _, q := range []string{
			`DELETE FROM events`, `DELETE FROM events WHERE seq = 3`, `UPDATE events SET action = 'x'`, `UPDATE events SET seq = 9 WHERE seq = 3`,
			`UPDATE events SET hash = detail_hash`, `UPDATE events SET actor_id = 'x'`, `UPDATE events SET at = '2001-01-01T00:00:00.000000Z'`,
		} {
			if err := b.try(q); err == nil {
				t.Errorf("%s was let through", q)
			}
		}
		if err := b.try(`UPDATE events SET detail = NULL`); err != nil {
			t.Errorf("erasing details: %v", err)
		}
		if n, err := b.verify(); n != 3 || err != nil {
			t.Errorf("after erasing details: %d, %v", n, err)
		}
	})
}

// Writers and readers of one chain do not disturb each other.
func TestAppendsAtOnce(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		b := newBook(t, d)
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for range 25 {
					if err := b.tryAppend(2); err != nil {
						t.Error(err)
					}
				}
			})
		}
		for range 40 {
			if _, err := b.verify(); err != nil {
				t.Errorf("while others append: %v", err)
			}
		}
		wg.Wait()
		if n, err := b.verify(); n != 200 || err != nil {
			t.Errorf("%d events, %v", n, err)
		}
	})
}

func TestAChainBelongsToItsServer(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		b := newBook(t, d)
		if n, err := b.verify(); n != 0 || err != nil {
			t.Errorf("an empty chain: %d, %v", n, err)
		}
		b.append(2)
		rotated := b.ring.Rotate()
		own := b.ring
		b.ring = rotated
		b.append(1)
		if n, err := b.verify(); n != 3 || err != nil {
			t.Errorf("under a rotated ring: %d, %v", n, err)
		}
		for _, b.ring = range []*vault.Ring{own, vault.NewRing()} {
			if _, err := b.verify(); err == nil {
				t.Error("a chain verified without the key of its head")
			}
			if err := b.tryAppend(1); err == nil {
				t.Error("an instance without the key of the head appended to it")
			}
		}
	})
}
