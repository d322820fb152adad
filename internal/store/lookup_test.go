package store_test

import (
	"context"
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

// Whoever changes a row that an unlocked page depends on, by whatever program,
// the next request of the session knows.
func TestVisitKnowsOfEveryChange(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		opens := func(b *browser) func() bool {
			return func() bool { _, err := c.Visit(t.Context(), b.token, b.session, b.device); return err == nil }
		}
		unlocked := func(b *browser) func() bool {
			return func() bool {
				v, err := c.Visit(t.Context(), b.token, b.session, b.device)
				return err == nil && v.Unlocked
			}
		}
		past := time.Now().Add(-2 * time.Hour)
		for name, change := range map[string]struct {
			query string
			holds func(*browser) func() bool
			args  func(*browser) []any
		}{
			"revoked":          {`UPDATE deliveries SET closed_at = $2 WHERE id = (SELECT delivery_id FROM steps WHERE document_id = $1)`, opens, func(b *browser) []any { return []any{b.document, past} }},
			"expired":          {`UPDATE deliveries SET expires_at = $2 WHERE id = (SELECT delivery_id FROM steps WHERE document_id = $1)`, opens, func(b *browser) []any { return []any{b.document, past} }},
			"locked":           {`UPDATE deliveries SET attempts = 10 WHERE id = (SELECT delivery_id FROM steps WHERE document_id = $1)`, notLocked(), func(b *browser) []any { return []any{b.document} }},
			"link removed":     {`DELETE FROM links WHERE delivery_id = (SELECT delivery_id FROM steps WHERE document_id = $1)`, opens, func(b *browser) []any { return []any{b.document} }},
			"session removed":  {`DELETE FROM client_sessions WHERE delivery_id = (SELECT delivery_id FROM steps WHERE document_id = $1)`, unlocked, func(b *browser) []any { return []any{b.document} }},
			"session idle":     {`UPDATE client_sessions SET seen_at = $2 WHERE delivery_id = (SELECT delivery_id FROM steps WHERE document_id = $1)`, unlocked, func(b *browser) []any { return []any{b.document, past} }},
			"session too old":  {`UPDATE client_sessions SET created_at = $2 WHERE delivery_id = (SELECT delivery_id FROM steps WHERE document_id = $1)`, unlocked, func(b *browser) []any { return []any{b.document, past.Add(-12 * time.Hour)} }},
			"state moved":      {`UPDATE steps SET state = 'declined' WHERE document_id = $1`, stateIs(practice.Unlocked), func(b *browser) []any { return []any{b.document} }},
			"document removed": {`DELETE FROM steps WHERE document_id = $1`, opens, func(b *browser) []any { return []any{b.document} }},
		} {
			b := c.open(c.send("check-in"), "")
			holds := change.holds(b)
			for range 2 { // once from the tables, once from memory
				if !holds() {
					t.Fatalf("%s: not so before the change", name)
				}
			}
			c.alter(change.query, change.args(b)...)
			if holds() {
				t.Errorf("%s: the session's next request does not know", name)
			}
		}
		b := c.open(c.send("check-in"), "")
		b.visit()
		c.alter(`UPDATE practices SET name = 'Another name', version = version + 1 WHERE id = $1`, c.id)
		if v, _ := b.visit(); v.Practice.Name != "Another name" {
			t.Errorf("the practice is still called %q", v.Practice.Name)
		}
		c.alter(`UPDATE practices SET suspended_at = $2 WHERE id = $1`, c.id, past)
		if _, err := c.Visit(t.Context(), b.token, b.session, b.device); !errors.Is(err, fault.Forbidden) {
			t.Errorf("a suspended practice's link: %v", err)
		}
	})
}

func notLocked() func(*browser) func() bool {
	return func(b *browser) func() bool { return func() bool { v, _ := b.visit(); return !v.Locked } }
}

func stateIs(want practice.State) func(*browser) func() bool {
	return func(b *browser) func() bool { return func() bool { _, st := b.visit(); return st.State == want } }
}

// A session opens the link it was given for, and no other.
func TestSessionOpensOneDelivery(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		one, other := c.open(c.send("check-in"), ""), c.open(c.send("check-in"), "")
		one.visit()
		other.visit()
		v, err := c.Visit(t.Context(), other.token, one.session, "")
		if err != nil || v.Unlocked {
			t.Errorf("another link's session: unlocked %v, %v", v.Unlocked, err)
		}
	})
}

// A session that is opened while a change it depends on is about to be
// committed knows of the change.
func TestASessionOpenedDuringAChange(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		ctx := t.Context()
		for name, change := range map[string]string{
			"a document": `UPDATE steps SET state = 'revoked' WHERE document_id = $1`,
			"a delivery": `UPDATE deliveries SET closed_at = created_at WHERE id = (SELECT delivery_id FROM steps WHERE document_id = $1)`,
			"a link":     `DELETE FROM links WHERE delivery_id = (SELECT delivery_id FROM steps WHERE document_id = $1)`,
			"a practice": `UPDATE practices SET suspended_at = created_at WHERE id = (SELECT practice_id FROM steps WHERE document_id = $1)`,
		} {
			issued := c.send("check-in")
			first := c.open(issued, "") // so that the next unlock moves nothing but its session
			if err := c.Leave(ctx, first.session); err != nil {
				t.Fatal(err)
			}
			b := c.openDuring(issued, func(tx *db.Tx) error {
				_, err := tx.Exec(ctx, change, issued.ID)
				return err
			}, func(b *browser) { b.still(practice.Unlocked) }) // from the tables: the next one is from memory
			if b != nil && b.still(practice.Unlocked) {
				t.Errorf("%s changed while a session was opened: it does not know", name)
			}
			c.alter(`UPDATE practices SET suspended_at = NULL WHERE id = $1`, c.id)
		}
	})
}

// Whatever another device or program does to the draft that a session's pages
// show, the session's next page shows it; and what opens the draft no more is
// not shown from memory either.
func TestPagesKnowOfEveryChangeOfTheirDraft(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		issued := c.send("check-in")
		phone := c.open(issued, "")
		desk := c.open(issued, phone.device)
		for i, word := range []string{"fine", "tired", "well"} {
			desk.save(forms.Inputs{"about.words": {word}})
			for range 3 { // from the tables, then from memory
				if got := phone.draft(); got.Inputs["about.words"][0] != word || got.Revision != int64(i)+1 {
					t.Fatalf("after %q the phone shows %v at revision %d", word, got.Inputs["about.words"], got.Revision)
				}
			}
		}
		v, st := desk.visit()
		if err := c.StartAfresh(t.Context(), v, st, home); err != nil {
			t.Fatal(err)
		}
		if got := phone.draft(); len(got.Inputs["about.words"]) > 0 {
			t.Errorf("after a fresh start the phone shows %v", got.Inputs)
		}
		c.alter(`DELETE FROM wraps WHERE practice_id = $1`, c.id)
		v, st = phone.visit()
		if _, err := c.Draft(t.Context(), v, st); !errors.Is(err, store.ErrElsewhere) {
			t.Errorf("without a wrap: %v", err)
		}
	})
}

// A session that is opened while a save is about to be committed shows what was
// saved.
func TestASessionOpenedDuringASave(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		ctx := t.Context()
		issued := c.send("check-in")
		c.open(issued, "").save(forms.Inputs{"about.words": {"fine"}})
		before := c.value("sealed", "drafts", `document_id = $1`, issued.ID)
		shows := func(b *browser) error {
			v, st := b.visit()
			_, err := c.Draft(ctx, v, st)
			return err
		}
		b := c.openDuring(issued, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE drafts SET sealed = $2 WHERE document_id = $1`, issued.ID, append(before, 0))
			return err
		}, func(b *browser) { _ = shows(b) })
		if b == nil || shows(b) == nil {
			t.Error("the session shows what was there before the save")
		}
	})
}

// openDuring opens a document, and looks at it, while a change is made and not
// committed yet; it returns when both are done. The browser is nil when the
// document does not open.
func (c *clinic) openDuring(issued *store.Issued, change func(*db.Tx) error, look func(*browser)) *browser {
	c.t.Helper()
	ctx := c.t.Context()
	changed, commit, committed := make(chan error, 1), make(chan struct{}), make(chan error, 1)
	go func() {
		committed <- c.db.Write(ctx, c.id, func(tx *db.Tx) error {
			err := change(tx)
			changed <- err
			<-commit
			return err
		})
	}()
	if err := <-changed; err != nil {
		c.t.Fatal(err)
	}
	opened := make(chan *browser, 1)
	go func() {
		u, err := c.Unlock(ctx, issued.Token, issued.Code, "", home)
		if err != nil {
			opened <- nil
			return
		}
		b := &browser{c, issued.Token, u.Session, u.Device, issued.ID}
		look(b)
		opened <- b
	}()
	select { // an unlock that waits for the change shall not wait for ever
	case b := <-opened:
		opened <- b
	case <-time.After(500 * time.Millisecond):
	}
	close(commit)
	if err := <-committed; err != nil {
		c.t.Fatal(err)
	}
	return <-opened
}

// still reports whether the browser sees its document in the state.
func (b *browser) still(state practice.State) bool {
	v, err := b.c.Visit(b.c.t.Context(), b.token, b.session, b.device)
	return err == nil && v.Unlocked && v.Step(b.document).State == state
}

// One request's panic holds up nobody else.
func TestALookupThatPanicsHoldsUpNobody(t *testing.T) {
	c := newClinic(t, testdb.Open(t, db.SQLite))
	b := c.open(c.send("check-in"), "")
	b.visit()
	func() {
		defer func() {
			if recover() == nil {
				t.Fatal("nothing panicked")
			}
		}()
		var none context.Context
		_, _ = c.Visit(none, b.token, b.session, b.device)
	}()
	seen := make(chan struct{})
	go func() {
		defer close(seen)
		b.visit()
	}()
	select {
	case <-seen:
	case <-time.After(10 * time.Second):
		t.Fatal("the next request waits for ever")
	}
}
