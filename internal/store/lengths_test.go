package store_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
)

// Whoever reads the database without a key must not be able to count what a
// client agreed to: the lengths of sealed outcomes are alike.
func TestASealedOutcomeHasOneLength(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		robin := c.add("Robin Reed", "", "")
		for _, outcome := range []string{forms.Agreed, forms.Declined, forms.Acknowledged, ""} {
			if _, err := c.RecordPaper(t.Context(), c.director, store.PaperResult{Client: robin.ID, Template: "check-in", On: "2026-03-04", Outcome: outcome, Scan: []byte("%PDF-1.4")}); err != nil {
				t.Fatal(err)
			}
		}
		alike := func(what string) {
			for column, query := range map[string]string{
				"documents.outcome": `SELECT count(DISTINCT length(outcome)) FROM documents`,
				"submissions.body":  `SELECT count(DISTINCT length(body)) FROM submissions`,
			} {
				if n := c.count(query); n != 1 {
					t.Errorf("%s %s has %d lengths", what, column, n)
				}
			}
		}
		alike("as it was sealed")
		if _, _, err := c.Documents(t.Context(), c.director, store.DocumentFilter{}); err != nil {
			t.Fatal(err)
		}
		alike("after a list was read")
	})
}

// Only a consent that was given can be withdrawn, so neither the row of the
// withdrawal nor the log's entry may name the consent.
func TestARecordDoesNotSayWhatItIs(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		consent, today := c.agreed(uuid.Nil), c.clock.now().Format(time.DateOnly)
		if err := c.Withdraw(t.Context(), c.director, consent.ID, today, "by phone"); err != nil {
			t.Fatal(err)
		}
		if err := c.Refuse(t.Context(), c.director, consent.ClientID, "refused", today, ""); err != nil {
			t.Fatal(err)
		}
		if n := c.count(`SELECT count(*) FROM records WHERE document_id IS NOT NULL`); n != 0 {
			t.Errorf("%d records name a document", n)
		}
		if n := c.count(`SELECT count(*) FROM events WHERE action = 'record.add' AND subject_kind <> 'client'`); n != 0 {
			t.Errorf("%d entries of the log name a document", n)
		}
		records, err := c.Records(t.Context(), c.director, consent.ClientID)
		if err != nil || len(records) != 2 || records[0].Document != consent.ID {
			t.Errorf("the records are %+v: %v", records, err)
		}
		if n := c.count(`SELECT count(DISTINCT length(sealed)) FROM records`); n != 1 { // each was read, so each is sealed alike
			t.Errorf("records have %d lengths", n)
		}
	})
}
