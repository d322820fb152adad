package store_test

import (
	"errors"
	"testing"

	"github.com/google/uuid"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
)

const moodScale = `
form: mood
version: "1.0.0"
title: Mood
kind: measure
items:
- id: mood
  type: group
  ask: How often?
  scale: [{code: "0", text: Never, score: 0}, {code: "1", text: Often, score: 1}, {code: "2", text: Always, score: 2}]
  items:
  - {id: mood.low, ask: Feeling low, required: true}
  - {id: mood.harm, ask: Thoughts of harming yourself, required: true, flag: ">0", alert: crisis}
- {id: mood.total, type: integer, field: score, ask: Total, score: {sum: mood, bands: [[0, low], [2, high]]}}
`

var moodControls = []string{"mood.low", "mood.harm"}

func (b *browser) mood(low, harm string) {
	b.c.t.Helper()
	v, st := b.visit()
	page := store.Page{Controls: moodControls, Inputs: forms.Inputs{"mood.low": {low}, "mood.harm": {harm}}}
	saved, err := b.c.Save(b.c.t.Context(), v, st, page)
	if err != nil {
		b.c.t.Fatal(err)
	}
	if err := b.c.Submit(b.c.t.Context(), v, st, saved.Revision, signature("Robin Example"), home); err != nil {
		b.c.t.Fatal(err)
	}
}

func TestFindings(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		if _, err := c.PublishTemplate(t.Context(), c.director, []byte(moodScale), false); err != nil {
			t.Fatal(err)
		}
		high, calm, plain := c.send("mood"), c.send("mood"), c.send("check-in")
		c.open(high, "").mood("2", "1")
		c.open(calm, "").mood("0", "0")
		words := c.open(plain, "")
		words.save(forms.Inputs{"about.words": {"nothing to flag"}})
		words.submit()

		found, err := c.Findings(t.Context(), c.director, high.ID, calm.ID, plain.ID, uuid.New())
		if err != nil || len(found) != 2 {
			t.Fatalf("findings %v, %v", found, err)
		}
		flag := store.Flag{Path: "mood.harm", Label: "Thoughts of harming yourself", Answer: "Often", Crisis: true}
		if got := found[high.ID].Flags; len(got) != 1 || got[0] != flag {
			t.Errorf("flags %+v, want %+v", got, flag)
		}
		score := forms.ScoreResult{Item: "mood.total", Label: "Total", Complete: true, Value: 3, Max: 4, Band: "high"}
		if got := found[high.ID].Scores; len(got) != 1 || got[0] != score {
			t.Errorf("scores %+v, want %+v", got, score)
		}
		if got := found[calm.ID]; len(got.Flags) != 0 || len(got.Scores) != 1 {
			t.Errorf("of a calm client: %+v", got)
		}
		size := func(i *store.Issued) int {
			return len(c.value("sealed", "findings", "document_id = $1", i.ID))
		}
		if size(high) != size(calm) || size(high) != size(plain) {
			t.Errorf("the sizes %d, %d and %d tell who was flagged", size(high), size(calm), size(plain))
		}
		clerk := *c.director
		clerk.Role = access.Administrative
		if _, err := c.Findings(t.Context(), &clerk, high.ID); !errors.Is(err, fault.Forbidden) {
			t.Errorf("without the permission: %v", err)
		}
		for _, column := range []string{"sealed", "mac"} {
			c.attack(t, sealedColumn{column, "findings", "document_id = $1", []any{high.ID}, []any{calm.ID}, func() error {
				_, err := c.Findings(t.Context(), c.director, high.ID)
				return err
			}})
		}
	})
}
