package store_test

import (
	"bytes"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
)

// Whatever happens between a practice and its clients, each client is at every
// moment in exactly one of the three lists.
func TestEachClientIsInOneNoticeList(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		c.alter(`UPDATE practices SET country = 'US', version = version + 1`) // where the law asks for it
		c.copyNotice()
		seed := rand.Uint64()
		t.Logf("seed %d", seed)
		chance := rand.New(rand.NewPCG(seed, 1))
		want := map[uuid.UUID]string{}
		for range 5 {
			want[c.add("Robin Reed", "", "").ID] = store.NoticePending
		}
		for range 4 {
			for id := range want {
				want[id] = c.dealWithNotice(chance.IntN(6), id, want[id])
			}
			c.expectNotices(want)
		}
	})
}

const ownNotice = "our-notice"

// copyNotice publishes the built-in notice under a name of the practice's own.
func (c *clinic) copyNotice() {
	c.t.Helper()
	own := bytes.Replace(forms.LibraryText(store.BuiltInNotice), []byte("form: "+store.BuiltInNotice), []byte("form: "+ownNotice), 1)
	if _, err := c.PublishTemplate(c.t.Context(), c.director, own, false); err != nil {
		c.t.Fatal(err)
	}
	if t, err := c.NoticeTemplate(c.t.Context(), c.director); err != nil || t.Name != ownNotice {
		c.t.Errorf("the notice to send is %v, %v", t, err)
	}
}

// dealWithNotice does one of the things that happen, and returns where the
// client stands then.
func (c *clinic) dealWithNotice(what int, id uuid.UUID, stands string) string {
	c.t.Helper()
	ctx := c.t.Context()
	need := func(err error) {
		c.t.Helper()
		if err != nil {
			c.t.Fatal(err)
		}
	}
	if what == 0 {
		err := c.Refuse(ctx, c.director, id, "refused", time.Now().UTC().AddDate(0, 0, -1).Format(time.DateOnly), "offered twice")
		if stands == store.NoticeAcknowledged {
			if fault.CodeOf(err) != "state" {
				c.t.Errorf("a refusal after an acknowledgement: %v", err)
			}
			return stands
		}
		need(err)
		return store.NoticeRefused
	}
	if what == 1 {
		return stands
	}
	template := []string{store.BuiltInNotice, ownNotice}[rand.IntN(2)]
	issued, err := c.Send(ctx, c.director, store.NewDocument{Template: template, ClientID: id})
	need(err)
	if what == 2 {
		_, err := c.Revoke(ctx, c.director, issued.ID)
		need(err)
		return stands
	}
	b := c.open(issued, "")
	v, st := b.visit()
	switch what {
	case 3:
		need(c.Decline(ctx, v, st, "", home))
	case 4:
		d, err := c.Draft(ctx, v, st)
		need(err)
		saved, err := c.Save(ctx, v, st, store.Page{Base: d.Revision, Controls: []string{"receipt.received"}, Inputs: forms.Inputs{"receipt.received": {"yes"}}})
		need(err)
		need(c.Submit(ctx, v, st, saved.Revision, signature("Robin Reed"), home))
		return store.NoticeAcknowledged
	}
	return stands
}

func (c *clinic) expectNotices(want map[uuid.UUID]string) {
	c.t.Helper()
	seen := map[uuid.UUID]string{}
	for _, state := range []string{store.NoticeAcknowledged, store.NoticeRefused, store.NoticePending} {
		for cursor, more := "", true; more; more = cursor != "" {
			list, next, err := c.Notices(c.t.Context(), c.director, state, cursor, 2)
			if err != nil {
				c.t.Fatal(err)
			}
			for _, n := range list {
				if was := seen[n.ID]; was != "" {
					c.t.Errorf("%s is both %s and %s", n.ID, was, state)
				}
				seen[n.ID] = state
				if (n.Notice.Version == "") != (state == store.NoticePending) || (n.Refusal != nil) != (state == store.NoticeRefused) {
					c.t.Errorf("%s has version %q and refusal %v", state, n.Notice.Version, n.Refusal)
				}
			}
			cursor = next
		}
	}
	for id, state := range want {
		if one, err := c.ClientNotice(c.t.Context(), c.director, id); err != nil || seen[id] != state || one.State != state {
			c.t.Errorf("%s is listed as %q, its page says %q, want %q: %v", id, seen[id], one.State, state, err)
		}
	}
}
