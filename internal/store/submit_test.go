package store_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
)

func TestSubmit(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		t.Run("fifty times at once", func(t *testing.T) { testFiftySubmits(t, c) })
		t.Run("beside saves", func(t *testing.T) { testSubmitBesideSaves(t, c) })
		t.Run("refused", func(t *testing.T) { testRefusedSubmits(t, c) })
	})
}

func testFiftySubmits(t *testing.T, c *clinic) {
	issued := c.send("check-in")
	b := c.open(issued, "")
	b.save(forms.Inputs{"about.words": {"once"}})
	revision := b.draft().Revision
	v, st := b.visit() // as every tab still shows it
	errs := make([]error, 50)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			step := *st
			errs[i] = c.Submit(t.Context(), v, &step, revision, signature("Robin Example"), home)
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			t.Errorf("submit: %v", err)
		}
	}
	for what, query := range map[string]string{
		"submissions": `SELECT count(*) FROM submissions WHERE document_id = $1`,
		"papers":      `SELECT count(*) FROM papers WHERE document_id = $1`,
		"events":      `SELECT count(*) FROM events WHERE subject_id = $1 AND action = 'document.submit'`,
	} {
		if n := c.count(query, issued.ID); n != 1 {
			t.Errorf("%d %s", n, what)
		}
	}
	if err := c.Submit(t.Context(), v, st, revision, signature("Robin Example"), home); err != nil {
		t.Errorf("submit by a tab that was left open: %v", err)
	}
	if _, err := c.Draft(t.Context(), v, st); !errors.Is(err, fault.Conflict) {
		t.Errorf("draft of a tab that was left open: %v", err)
	}
}

// Whatever a save and a submit do to each other, what was acknowledged as saved
// before the submit is in it, and nothing typed stays behind.
func testSubmitBesideSaves(t *testing.T, c *clinic) {
	for range 15 {
		issued := c.send("check-in")
		b := c.open(issued, "")
		saved := b.save(forms.Inputs{"about.words": {"reviewed"}})
		v, st := b.visit()
		page := store.Page{Base: saved.Revision, Controls: []string{"about.town"}, Inputs: forms.Inputs{"about.town": {"late"}}}
		var saveErr, submitErr error
		var wg sync.WaitGroup
		wg.Go(func() { _, saveErr = c.Save(t.Context(), v, st, page) })
		wg.Go(func() { submitErr = c.Submit(t.Context(), v, st, saved.Revision, signature("Robin Example"), home) })
		wg.Wait()
		switch {
		case saveErr == nil && errors.Is(submitErr, store.ErrStale):
			b.submit()
		case errors.Is(saveErr, fault.Conflict) && submitErr == nil:
		default:
			t.Errorf("save: %v, submit: %v", saveErr, submitErr)
		}
		if n := c.count(`SELECT length(sealed) FROM drafts WHERE document_id = $1`, issued.ID); n != 0 {
			t.Errorf("%d bytes of a draft are left after the submit", n)
		}
	}
}

func testRefusedSubmits(t *testing.T, c *clinic) {
	issued := c.send("check-in")
	b := c.open(issued, "")
	b.save(forms.Inputs{"about.town": {"Orange"}})
	var incomplete *store.Incomplete
	if err := b.trySubmit(b.draft().Revision); !errors.As(err, &incomplete) || len(incomplete.Problems) != 1 || incomplete.Problems[0].Item != "about.words" {
		t.Errorf("without a required answer: %v", err)
	}
	reviewed := b.save(forms.Inputs{"about.words": {"seen"}}).Revision
	b.save(forms.Inputs{"about.words": {"unseen"}})
	if err := b.trySubmit(reviewed); !errors.Is(err, store.ErrStale) {
		t.Errorf("after a change: %v", err)
	}
	v, st := b.visit()
	for _, change := range []func(*store.Visit) error{
		func(v *store.Visit) error {
			return c.Submit(t.Context(), v, st, b.draft().Revision, signature("  "), home)
		},
		func(v *store.Visit) error {
			sig := signature("Pat Example")
			sig.Role = "parent"
			return c.Submit(t.Context(), v, st, b.draft().Revision, sig, home)
		},
	} {
		if err := change(v); !errors.Is(err, fault.Invalid) {
			t.Errorf("a signature without what it needs: %v", err)
		}
	}
	if got := b.draft().Inputs["about.words"]; len(got) != 1 || got[0] != "unseen" {
		t.Errorf("the draft became %q", got)
	}
	b.submit()
}
