package store_test

import (
	"testing"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
)

// With a new key every name, outcome and record moves too, so that the index
// key of somebody who left opens nothing; administrative staff go on reading.
func TestANewKeyOfNamesAndOutcomes(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c, ctx := newClinic(t, d), t.Context()
		c.alter(`UPDATE practices SET country = 'US', version = version + 1`)
		robin := c.add("Robin Reed", "1984-03-27", "N-7")
		edited := store.NewClient{Contact: robin.Contact, Label: practice.Label{FullName: "Robin Reed-Olsen", BirthDate: robin.BirthDate, Reference: robin.Reference}}
		if err := c.EditClient(ctx, c.director, robin.ID, robin.Version, edited); err != nil {
			t.Fatal(err)
		}
		if err := c.Refuse(ctx, c.director, robin.ID, "refused", "2026-01-05", "offered twice"); err != nil {
			t.Fatal(err)
		}
		issued := c.completed("sealed")
		preview, err := c.PrepareImport(ctx, c.director, store.Import{Rows: []store.ImportRow{{Client: store.NewClient{Label: practice.Label{FullName: "Ines Okafor"}, Contact: practice.Contact{FirstName: "Ines"}}}}})
		if err != nil {
			t.Fatal(err)
		}
		clerk, cookie := c.member(access.Administrative, "Ada")
		leaver, _ := c.member(access.Administrative, "Lee")
		if err := c.RemoveMember(ctx, c.director, leaver.ID); err != nil {
			t.Fatal(err)
		}
		if _, _, err := c.Search(ctx, clerk, "reed"); err != nil { // which puts some under the list key
			t.Fatal(err)
		}
		if err := c.Rekey(ctx, c.director); err != nil {
			t.Fatal(err)
		}
		late := c.add("Mia Nguyen", "", "")
		c.move()
		if n := c.count(`SELECT count(*) FROM grants WHERE holder_id = $1 AND kind = 'index' AND version = 2`, clerk.ID); n != 1 {
			t.Errorf("administrative staff hold %d grants of the new index key", n)
		}
		c.alter(`DELETE FROM grants WHERE version = 1`) // what a leaver may have kept

		clerk = c.session(cookie)
		for query, want := range map[string]string{"olsen": robin.ID.String(), "nguyen": late.ID.String(), "1984-03-27": robin.ID.String()} {
			found, _, err := c.Search(ctx, clerk, query)
			if err != nil || len(found) != 1 || found[0].ID.String() != want {
				t.Errorf("%q finds %d clients after the change, %v", query, len(found), err)
			}
		}
		if former, err := c.Snapshots(ctx, clerk, robin.ID); err != nil || len(former) != 1 || former[0].Former.Label.FullName != "Robin Reed" {
			t.Errorf("former versions after the change: %v, %v", former, err)
		}
		if records, err := c.Records(ctx, clerk, robin.ID); err != nil || len(records) != 1 || records[0].Words != "offered twice" {
			t.Errorf("records after the change: %d, %v", len(records), err)
		}
		if doc, err := c.Document(ctx, clerk, issued.ID); err != nil || doc.Client.FullName == "" || doc.Outcome.Version != "1.0.0" {
			t.Errorf("a document after the change: %+v, %v", doc, err)
		}
		if again, err := c.Import(ctx, c.session(c.cookie), preview.ID); err != nil || len(again.Rows) != 1 {
			t.Errorf("a prepared import after the change: %v", err)
		}
	})
}
