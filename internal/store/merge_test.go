package store_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
)

func TestTwoDevices(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		t.Run("field by field", func(t *testing.T) { testMergeByField(t, c) })
		t.Run("same field", func(t *testing.T) { testMergeSameField(t, c) })
		t.Run("emptied", func(t *testing.T) { testMergeEmptied(t, c) })
		t.Run("at once", func(t *testing.T) { testSavesAtOnce(t, c) })
	})
}

func (c *clinic) twoDevices() (phone, desk *browser) {
	issued := c.send("check-in")
	phone = c.open(issued, "")
	desk = c.open(issued, "")
	return phone, desk
}

func expect(t *testing.T, b *browser, control, want string) {
	t.Helper()
	got := b.draft().Inputs[control]
	if want == "" && len(got) > 0 || want != "" && !slices.Equal(got, []string{want}) {
		t.Errorf("%s = %q, want %q", control, got, want)
	}
}

// Both show the page at revision 1 and change different fields of it.
func testMergeByField(t *testing.T, c *clinic) {
	phone, desk := c.twoDevices()
	base := phone.save(forms.Inputs{"about.words": {"old"}, "about.town": {"Orange"}}).Revision
	phone.saveAt(base, forms.Inputs{"about.words": {"new"}, "about.town": {"Orange"}})
	saved := desk.saveAt(base, forms.Inputs{"about.words": {"old"}, "about.town": {"Dubbo"}})
	if !slices.Equal(saved.Draft.ChangedSince(base), []string{"about.town", "about.words"}) || !slices.Equal(saved.Changed, []string{"about.words"}) {
		t.Errorf("changed by others %v, since the base %v", saved.Changed, saved.ChangedSince(base))
	}
	expect(t, phone, "about.words", "new")
	expect(t, phone, "about.town", "Dubbo")
}

func testMergeSameField(t *testing.T, c *clinic) {
	phone, desk := c.twoDevices()
	base := phone.save(forms.Inputs{"about.words": {"old"}}).Revision
	phone.saveAt(base, forms.Inputs{"about.words": {"from the phone"}})
	saved := desk.saveAt(base, forms.Inputs{"about.words": {"from the desk"}})
	if !slices.Equal(saved.Changed, []string{"about.words"}) {
		t.Errorf("changed by others: %v", saved.Changed)
	}
	expect(t, phone, "about.words", "from the desk")
}

// A page that shows an older value does not bring it back.
func testMergeEmptied(t *testing.T, c *clinic) {
	phone, desk := c.twoDevices()
	base := phone.save(forms.Inputs{"about.words": {"old"}, "about.more": {"to go"}}).Revision
	phone.saveAt(base, forms.Inputs{"about.words": {"old"}})
	desk.saveAt(base, forms.Inputs{"about.words": {"old"}, "about.more": {"to go"}})
	expect(t, desk, "about.more", "")
	before := desk.draft().Revision
	if again := desk.saveAt(before, forms.Inputs{"about.words": {"old"}}); again.Revision != before {
		t.Errorf("a save that changes nothing made revision %d of %d", again.Revision, before)
	}
}

// No acknowledged save is lost when devices save at the same moment.
func testSavesAtOnce(t *testing.T, c *clinic) {
	phone, desk := c.twoDevices()
	var wg sync.WaitGroup
	for b, control := range map[*browser]string{phone: "about.words", desk: "about.town"} {
		wg.Go(func() {
			v, st := b.visit()
			for i := range 20 {
				d, err := c.Draft(t.Context(), v, st)
				if err == nil {
					_, err = c.Save(t.Context(), v, st, store.Page{Base: d.Revision, Controls: []string{control}, Inputs: forms.Inputs{control: {fmt.Sprint(i)}}})
				}
				for errors.Is(err, store.ErrStale) { // refused aloud after many races, never lost
					_, err = c.Save(t.Context(), v, st, store.Page{Base: d.Revision, Controls: []string{control}, Inputs: forms.Inputs{control: {fmt.Sprint(i)}}})
				}
				if err != nil {
					t.Errorf("save %d: %v", i, err)
				}
			}
		})
	}
	wg.Wait()
	expect(t, phone, "about.words", "19")
	expect(t, phone, "about.town", "19")
	if n := phone.draft().Revision; n != 40 {
		t.Errorf("%d revisions of 40 saves", n)
	}
}
