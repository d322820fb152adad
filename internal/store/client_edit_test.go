package store_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
)

func (c *clinic) add(full, birthDate, reference string) *store.ClientRow {
	c.t.Helper()
	id, err := c.AddClient(c.t.Context(), c.director, store.NewClient{
		Contact: practice.Contact{FirstName: full}, Label: practice.Label{FullName: full, BirthDate: birthDate, Reference: reference},
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return c.look(&store.ClientRow{ID: id})
}

func (c *clinic) look(r *store.ClientRow) *store.ClientRow {
	c.t.Helper()
	now, err := c.Client(c.t.Context(), c.director, r.ID)
	if err != nil {
		c.t.Fatal(err)
	}
	return now
}

func TestClientChangesAreKept(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		robin, decoy := c.add("Robin Reed", "1980-03-04", "N-1"), c.add("Decoy", "", "")
		edit := func(r *store.ClientRow, full, email string) error {
			return c.EditClient(t.Context(), c.director, r.ID, r.Version, store.NewClient{Contact: practice.Contact{FirstName: "Robin", Email: email}, Label: practice.Label{FullName: full, BirthDate: r.BirthDate, Reference: r.Reference}})
		}
		if err := errors.Join(edit(robin, "Robin Reed", "r@example.org"), edit(decoy, "Decoy Two", "")); err != nil {
			t.Fatal(err)
		}
		if err := edit(robin, "Somebody else's view", ""); fault.CodeOf(err) != "edited" {
			t.Errorf("a change over a change: %v", err)
		}
		if err := edit(c.look(robin), "Robin Reed-Okafor", "r@example.org"); err != nil {
			t.Fatal(err)
		}
		past := c.snapshots(robin)
		if len(past) != 2 || past[0].Former.FullName != "Robin Reed" || past[1].Former.Email != "" || past[0].Member != c.director.ID {
			t.Fatalf("the former values are %+v", past)
		}
		if !slices.Equal(past[0].Changed, []string{"full_name"}) || !slices.Equal(past[1].Changed, []string{"first_name", "email"}) {
			t.Errorf("changed %v, then %v", past[1].Changed, past[0].Changed)
		}
		read := func() error {
			_, err := c.Snapshots(t.Context(), c.director, robin.ID)
			return err
		}
		for _, column := range []string{"contact", "label"} {
			c.attack(t, sealedColumn{column, "snapshots", "client_id = $1 AND version = 1", []any{robin.ID}, []any{decoy.ID}, read})
		}
		if err := c.RestoreClient(t.Context(), c.director, robin.ID, c.look(robin).Version, past[1].ID); err != nil {
			t.Fatal(err)
		}
		if now := c.look(robin); now.FullName != "Robin Reed" || now.Email != "" || now.Reference != "N-1" || now.Version != 4 {
			t.Errorf("restored to %+v", now)
		}
		if len(c.snapshots(robin)) != 3 {
			t.Error("a restore is not itself kept")
		}
		if err := c.RestoreClient(t.Context(), c.director, robin.ID, 4, c.snapshots(decoy)[0].ID); !errors.Is(err, fault.NotFound) {
			t.Errorf("another client's former values: %v", err)
		}
	})
}

func (c *clinic) snapshots(r *store.ClientRow) []store.Snapshot {
	c.t.Helper()
	past, err := c.Snapshots(c.t.Context(), c.director, r.ID)
	if err != nil {
		c.t.Fatal(err)
	}
	return past
}

func TestArchivedClients(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		robin := c.add("Robin Reed", "1980-03-04", "N-1")
		listed := func() (current, archived int) {
			a, _, err := c.Clients(t.Context(), c.director, "", 0)
			b, _, archivedErr := c.ArchivedClients(t.Context(), c.director, "", 0)
			if err := errors.Join(err, archivedErr); err != nil {
				t.Fatal(err)
			}
			return len(a), len(b)
		}
		for _, archived := range []bool{true, true, false} {
			if err := c.ArchiveClient(t.Context(), c.director, robin.ID, archived); err != nil {
				t.Fatal(err)
			}
			_, err := c.Send(t.Context(), c.director, store.NewDocument{Template: "check-in", ClientID: robin.ID})
			if current, gone := listed(); (current == 0) != archived || (gone == 1) != archived || (fault.CodeOf(err) == "archived") != archived {
				t.Errorf("archived %t: %d listed, %d archived, sending says %v", archived, current, gone, err)
			}
			if found, _, err := c.Search(t.Context(), c.director, "reed"); err != nil || len(found) != 1 {
				t.Errorf("a search finds %d: %v", len(found), err)
			}
		}
	})
}

func TestSearch(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		jose := c.add("José Marín-Lopez", "1984-03-04", "HX-100")
		ann := c.add("Ann O'Brien", "1984-04-03", "HX-200")
		li := c.add("李 伟", "2001-12-31", "")
		south := c.installation.clinic("South")
		south.add("Jose Elsewhere", "1984-03-04", "HX-100")
		clerk := *c.director
		clerk.Role = access.Clinical // sees only clients that are assigned to them
		for query, want := range map[string][]*store.ClientRow{
			"jose": {jose}, "MARIN": {jose}, "lopez jo": {jose}, "brien": {ann}, "rien": nil, "李": {li}, "伟 2001-12-31": {li},
			"hx": {ann, jose}, "hx-200": {ann}, "1984-03-04": {jose}, "4/3/1984": {ann, jose}, "3 April 1984": {ann}, "Dec 31, 2001": {li},
			"jose 1984-04-03": nil, "": nil, "  ": nil, "full_name": nil, `"`: nil,
		} {
			found, more, err := c.Search(t.Context(), c.director, query)
			var got, expected []string
			for _, r := range found {
				got = append(got, r.FullName)
			}
			for _, r := range want {
				expected = append(expected, r.FullName)
			}
			if err != nil || more || !slices.Equal(got, expected) {
				t.Errorf("%q finds %v, want %v (%v)", query, got, expected, err)
			}
		}
		if found, _, err := c.Search(t.Context(), &clerk, "jose"); err != nil || len(found) != 0 {
			t.Errorf("somebody who may not see the client finds %d: %v", len(found), err)
		}
		for range 51 {
			c.add("Many Alike", "", "")
		}
		if found, more, err := c.Search(t.Context(), c.director, "alike"); err != nil || len(found) != 50 || !more {
			t.Errorf("of many %d are found, more: %t, %v", len(found), more, err)
		}
		if alike, err := c.Alike(t.Context(), c.director, store.NewClient{Contact: practice.Contact{FirstName: "Jose"}, Label: practice.Label{FullName: "jose marin-lopez"}}); err != nil || len(alike) != 1 || alike[0].ID != jose.ID {
			t.Errorf("alike are %v: %v", alike, err)
		}
	})
}
