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

// member returns an approved member, signed in, and their cookie.
func (c *clinic) member(role access.Role, name string) (*store.Holder, string) {
	c.t.Helper()
	ctx := c.t.Context()
	token, err := c.Invite(ctx, c.director, name, name+"-"+c.email, role)
	if err != nil {
		c.t.Fatal(err)
	}
	cookie, _, err := c.Accept(ctx, token, passphrase, home)
	if err != nil {
		c.t.Fatal(err)
	}
	waiting := c.session(cookie)
	if err := c.Approve(ctx, c.director, waiting.ID); err != nil {
		c.t.Fatal(err)
	}
	return c.session(cookie), cookie
}

func (c *clinic) session(cookie string) *store.Holder {
	c.t.Helper()
	h, err := c.Session(c.t.Context(), cookie)
	if err != nil {
		c.t.Fatal(err)
	}
	return h
}

func TestClinicalSeesAssignedClientsAlone(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c, ctx := newClinic(t, d), t.Context()
		theirs, others := c.send("check-in"), c.send("check-in")
		for _, i := range []*store.Issued{theirs, others} {
			b := c.open(i, "")
			b.save(forms.Inputs{"about.words": {"sealed"}})
			b.submit()
		}
		h, _ := c.member(access.Clinical, "Cleo")
		c.checkHidden(h, theirs)
		if err := c.Assign(ctx, c.director, theirs.ClientID, []uuid.UUID{h.ID}); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Answers(ctx, h, theirs.ID); err != nil {
			t.Errorf("an assigned client's answers: %v", err)
		}
		c.checkHidden(h, others)
		clients, _, err := c.Clients(ctx, h, "", 0)
		if err != nil || len(clients) != 1 || clients[0].ID != theirs.ClientID {
			t.Errorf("clients %v, %v", clients, err)
		}
		docs, _, err := c.Documents(ctx, h, store.DocumentFilter{})
		if err != nil || len(docs) != 1 || docs[0].ID != theirs.ID {
			t.Errorf("documents %v, %v", docs, err)
		}
		own, err := c.Send(ctx, h, store.NewDocument{Template: "check-in", Client: c.client("Nell")})
		if err != nil {
			t.Fatalf("a clinical member's own client: %v", err)
		}
		if _, err := c.Client(ctx, h, own.ClientID); err != nil {
			t.Errorf("whom a clinical member added: %v", err)
		}
		if err := c.Assign(ctx, c.director, theirs.ClientID, nil); err != nil {
			t.Fatal(err)
		}
		c.checkHidden(h, theirs)
	})
}

// checkHidden expects that a document and its client do not exist for h.
func (c *clinic) checkHidden(h *store.Holder, i *store.Issued) {
	c.t.Helper()
	ctx := c.t.Context()
	attempts := map[string]error{}
	_, attempts["document"] = c.Document(ctx, h, i.ID)
	_, attempts["client"] = c.Client(ctx, h, i.ClientID)
	_, attempts["answers"] = c.Answers(ctx, h, i.ID)
	_, _, attempts["PDF"] = c.PDF(ctx, h, i.ID)
	_, attempts["timeline"] = c.Timeline(ctx, h, i.ID)
	_, attempts["reason"] = c.Reason(ctx, h, i.ID)
	_, attempts["revoke"] = c.Revoke(ctx, h, i.ID)
	_, attempts["extend"] = c.Extend(ctx, h, i.ID, 3)
	_, attempts["reissue"] = c.Reissue(ctx, h, i.ID, store.ReissueCode)
	_, attempts["send"] = c.Send(ctx, h, store.NewDocument{Template: "check-in", ClientID: i.ClientID})
	for what, err := range attempts {
		if !errors.Is(err, fault.NotFound) {
			c.t.Errorf("%s of a client who is not assigned: %v", what, err)
		}
	}
}
