package store_test

import (
	"errors"
	"testing"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/testdb"
)

func TestASuspendedPracticeSaysSo(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c, ctx := newClinic(t, d), t.Context()
		issued := c.send("check-in")
		b := c.open(issued, "")
		b.save(forms.Inputs{"about.words": {"kept"}})
		if err := c.Suspend(ctx, c.id, true); err != nil {
			t.Fatal(err)
		}
		_, visit := c.Visit(ctx, b.token, b.session, b.device)
		_, session := c.Session(ctx, c.cookie)
		_, _, signIn := c.SignIn(ctx, c.email, passphrase, home)
		for what, err := range map[string]error{"a link": visit, "a session": session, "signing in": signIn} {
			if fault.CodeOf(err) != "suspended" || fault.Sentence(err) == "" {
				t.Errorf("%s: %v", what, err)
			}
		}
		if _, _, err := c.SignIn(ctx, c.email, "not the passphrase at all", home); !errors.Is(err, fault.Unauthenticated) {
			t.Errorf("a stranger learns that the practice is suspended: %v", err)
		}
		if err := c.Suspend(ctx, c.id, false); err != nil {
			t.Fatal(err)
		}
		expect(t, b, "about.words", "kept")
		c.session(c.cookie)
	})
}

// Everything the operator may do to a practice, by somebody who wants in: none
// of it opens what is stored already.
func TestNoOperatorCommandOpensAnswers(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c, ctx := newClinic(t, d), t.Context()
		issued := c.completed("for the practice alone")
		token, err := c.InviteMember(ctx, c.id, "Operator", "operator@example.org", access.Director)
		if err != nil {
			t.Fatal(err)
		}
		reset, err := c.ResetMember(ctx, c.email)
		if err != nil {
			t.Fatal(err)
		}
		for _, invitation := range []string{token, reset} {
			cookie, kit, err := c.Accept(ctx, invitation, passphrase, home)
			if err != nil || kit != "" {
				t.Fatalf("accept: kit %q, %v", kit, err)
			}
			h := c.session(cookie)
			if !h.Locked {
				t.Error("an invitation by the operator opens the practice")
			}
			h.Locked = false // as if the state were changed in the database
			if err := c.Approve(ctx, h, h.ID); err == nil {
				t.Error("somebody approves themselves")
			}
			if _, err := c.Answers(ctx, h, issued.ID); !errors.Is(err, fault.Forbidden) {
				t.Errorf("answers: %v", err)
			}
			if _, err := c.Document(ctx, h, issued.ID); !errors.Is(err, fault.Forbidden) {
				t.Errorf("names: %v", err)
			}
			if _, err := c.NewKit(ctx, h); err == nil {
				t.Error("a kit was made without a key")
			}
		}
	})
}
