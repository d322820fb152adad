package store_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
)

func listRow(line int, full, birthDate, reference string) store.ImportRow {
	return store.ImportRow{Line: line, Client: store.NewClient{Contact: practice.Contact{FirstName: full}, Label: practice.Label{FullName: full, BirthDate: birthDate, Reference: reference}}}
}

func TestImport(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		there := c.add("Robin Reed", "1980-03-04", "N-1")
		rows := []store.ImportRow{
			listRow(2, "ROBIN  reed", "1980-03-04", ""), listRow(3, "Somebody", "", "n-1"), listRow(4, "Robin Reed", "1999-09-09", "N-9"), // the same, the same number, another Robin
			listRow(5, "Ann Lee", "1984-03-04", ""), listRow(6, "Ann Lee", "", ""), listRow(7, "", "", "N-77"), // a twin, and nobody
		}
		for i := range 300 {
			rows = append(rows, listRow(8+i, fmt.Sprint("Client ", i), "", ""))
		}
		in, err := c.PrepareImport(t.Context(), c.director, store.Import{Rows: rows, Notes: []string{"a note"}})
		if err != nil {
			t.Fatal(err)
		}
		if n := c.count(`SELECT count(*) FROM clients WHERE practice_id = $1`, c.id); n != 1 {
			t.Fatalf("the preview added %d clients", n-1)
		}
		in = c.imported(in.ID)
		for i, want := range []struct {
			alike   uuid.UUID
			twin    int
			problem bool
		}{{alike: there.ID}, {alike: there.ID}, {}, {}, {twin: 5}, {problem: true}} {
			if r := in.Rows[i]; r.Alike != want.alike || r.Twin != want.twin || (r.Problem != "") != want.problem {
				t.Errorf("line %d is %+v", r.Line, r)
			}
		}
		c.expectImport(in.ID, false, 302)
		c.expectImport(in.ID, false, 302) // again: nobody twice
		c.expectImport(in.ID, true, 305)  // those alike, too
		if n := c.count(`SELECT count(*) FROM events WHERE practice_id = $1 AND action = 'client.import'`, c.id); n != 305 {
			t.Errorf("%d events for 305 clients", n)
		}
		if found, _, err := c.Search(t.Context(), c.director, "ann lee 1984-03-04"); err != nil || len(found) != 1 {
			t.Errorf("an imported client is found %d times: %v", len(found), err)
		}
		clerk := *c.director
		clerk.ID, clerk.Role = uuid.New(), access.Supervisor
		if _, err := c.Import(t.Context(), &clerk, in.ID); !errors.Is(err, fault.NotFound) {
			t.Errorf("a colleague's list: %v", err)
		}
		c.attack(t, sealedColumn{"sealed", "imports", "id = $1", []any{in.ID}, []any{c.second().ID}, func() error {
			_, err := c.Import(t.Context(), c.director, in.ID)
			return err
		}})
		c.clock.forward(25 * time.Hour)
		c.second()
		if _, err := c.Import(t.Context(), c.director, in.ID); !errors.Is(err, fault.NotFound) {
			t.Errorf("a list of yesterday: %v", err)
		}
	})
}

func (c *clinic) second() *store.Import {
	c.t.Helper()
	in, err := c.PrepareImport(c.t.Context(), c.director, store.Import{Rows: []store.ImportRow{listRow(2, "Zed", "", "")}})
	if err != nil {
		c.t.Fatal(err)
	}
	return in
}

func (c *clinic) imported(id uuid.UUID) *store.Import {
	c.t.Helper()
	in, err := c.Import(c.t.Context(), c.director, id)
	if err != nil {
		c.t.Fatal(err)
	}
	return in
}

func (c *clinic) expectImport(id uuid.UUID, alike bool, want int64) {
	c.t.Helper()
	if _, err := c.RunImport(c.t.Context(), c.director, id, alike); err != nil {
		c.t.Fatal(err)
	}
	var added int64
	for _, r := range c.imported(id).Rows {
		if r.Added {
			added++
		}
	}
	if there := c.count(`SELECT count(*) FROM clients WHERE practice_id = $1`, c.id) - 1; added != want || there != want {
		c.t.Errorf("%d rows say added, %d clients are there, want %d", added, there, want)
	}
}
