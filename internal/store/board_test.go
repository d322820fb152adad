package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
)

// Each document stands where it asks for something, and nowhere once that is
// done.
func TestBoard(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		if _, err := c.PublishTemplate(t.Context(), c.director, []byte(moodScale), false); err != nil {
			t.Fatal(err)
		}
		flagged, locked, called, declined, ending, waiting := c.send("mood"), c.send("check-in"), c.send("check-in"), c.send("check-in"), c.send("check-in"), c.send("check-in")
		c.open(flagged, "").mood("2", "1")
		for range 10 {
			if _, err := c.Unlock(t.Context(), locked.Token, wrongCode(locked.Code, 1), "", home); err == nil {
				t.Fatal("a wrong code opened the link")
			}
		}
		if err := c.NoCode(t.Context(), called.Token, "lost", home); err != nil {
			t.Fatal(err)
		}
		b := c.open(declined, "")
		v, st := b.visit()
		if err := c.Decline(t.Context(), v, st, "", home); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Extend(t.Context(), c.director, ending.ID, 2); err != nil {
			t.Fatal(err)
		}
		board := c.board()
		for _, l := range []struct {
			name string
			docs []store.Document
			want []uuid.UUID
		}{
			{"unread", board.Unread, []uuid.UUID{flagged.ID}}, {"locked", board.Locked, []uuid.UUID{locked.ID}}, {"calls", board.Calls, []uuid.UUID{called.ID}},
			{"declined", board.Declined, []uuid.UUID{declined.ID}}, {"ending", board.Ending, []uuid.UUID{ending.ID}},
			{"waiting", board.Waiting, []uuid.UUID{waiting.ID, ending.ID, called.ID, locked.ID}}, {"done", board.Done, []uuid.UUID{flagged.ID}}, {"expired", board.Expired, nil},
		} {
			expectDocuments(t, l.name, l.docs, l.want)
		}
		if len(board.Findings[flagged.ID].Flags) != 1 {
			t.Errorf("the flags are %+v", board.Findings)
		}
		clerk := *c.director
		clerk.Role = access.Administrative
		if seen, err := c.Board(t.Context(), &clerk); err != nil || len(seen.Findings) != 0 {
			t.Errorf("somebody who reads no answers sees %+v: %v", seen.Findings, err)
		}
		stranger := *c.director
		stranger.Role, stranger.ID = access.Clinical, uuid.New()
		if seen, err := c.Board(t.Context(), &stranger); err != nil || len(seen.Waiting)+len(seen.Unread)+len(seen.Calls) != 0 {
			t.Errorf("somebody without clients sees %+v: %v", seen, err)
		}

		_, readErr := c.Answers(t.Context(), c.director, flagged.ID)
		_, codeErr := c.Reissue(t.Context(), c.director, locked.ID, store.ReissueCode)
		if err := errors.Join(readErr, codeErr, c.Settle(t.Context(), c.director, called.ID), c.File(t.Context(), c.director, declined.ID, true)); err != nil {
			t.Fatal(err)
		}
		c.clock.forward(15 * 24 * time.Hour)
		if _, err := c.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		board = c.board()
		for name, docs := range map[string][]store.Document{"unread": board.Unread, "locked": board.Locked, "calls": board.Calls, "declined": board.Declined, "ending": board.Ending, "done": board.Done} {
			expectDocuments(t, "later "+name, docs, nil)
		}
		expectDocuments(t, "later expired", board.Expired, []uuid.UUID{waiting.ID, called.ID, locked.ID}) // the other ended two weeks ago
	})
}

func (c *clinic) board() *store.Board {
	c.t.Helper()
	b, err := c.Board(c.t.Context(), c.director)
	if err != nil {
		c.t.Fatal(err)
	}
	return b
}

func expectDocuments(t *testing.T, name string, docs []store.Document, want []uuid.UUID) {
	t.Helper()
	same := len(docs) == len(want)
	for i := range docs {
		same = same && docs[i].ID == want[i]
	}
	if !same {
		var states []string
		for _, d := range docs {
			states = append(states, string(d.State)+" "+d.Title)
		}
		t.Errorf("%s: %d documents %v, want %d", name, len(docs), states, len(want))
	}
}
