package store_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
	"github.com/sealform/sealform/pdf"
)

func TestFromLinkToSignedCopy(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		issued := c.send("check-in")
		if issued.State != practice.Sent || issued.Client.FullName != "Robin Example" || issued.FirstName != "Robin" {
			t.Errorf("sent %+v", issued.Document)
		}
		phone := c.open(issued, "")
		phone.save(forms.Inputs{"about.words": {"slept badly"}})
		desk := c.open(issued, "")
		if got := desk.draft().Inputs["about.words"]; !slices.Equal(got, []string{"slept badly"}) {
			t.Fatalf("the same link on another device shows %q", got)
		}
		desk.save(forms.Inputs{"about.words": {"slept badly"}, "about.town": {"Orange"}})
		phone.submit()
		v, st := desk.visit()
		if st.State != practice.Completed || v.CopyUntil.IsZero() || v.Current() != nil {
			t.Errorf("after submit: %+v, copy until %v", st, v.CopyUntil)
		}
		file, name, err := c.Copy(t.Context(), v, st)
		if err != nil {
			t.Fatal(err)
		}
		checkStaffSide(t, c, issued, file, name)
		checkTimeline(t, c, issued)
	})
}

func checkStaffSide(t *testing.T, c *clinic, issued *store.Issued, file []byte, name string) {
	t.Helper()
	sub, err := c.Answers(t.Context(), c.director, issued.ID)
	if err != nil {
		t.Fatal(err)
	}
	if sub.Answers["about.words"] != "slept badly" || sub.Answers["about.town"] != "Orange" || sub.Signature.Name != "Robin Example" || sub.Signature.Address != home.Address {
		t.Errorf("answers %v, signature %+v", sub.Answers, sub.Signature)
	}
	paper, paperName, err := c.PDF(t.Context(), c.director, issued.ID)
	if err != nil {
		t.Fatal(err)
	}
	if string(paper) != string(file) || paperName != name {
		t.Error("client and staff hold different files")
	}
	if r := pdf.Verify(paper, c.Roots()); !r.Genuine {
		t.Errorf("the PDF is not genuine: %v", r.Problems)
	}
	paper[len(paper)/2] ^= 1
	if pdf.Verify(paper, c.Roots()).Genuine {
		t.Error("an altered PDF is genuine")
	}
}

func checkTimeline(t *testing.T, c *clinic, issued *store.Issued) {
	t.Helper()
	events, err := c.Timeline(t.Context(), c.director, issued.ID)
	if err != nil {
		t.Fatal(err)
	}
	var actions []audit.Action
	for _, e := range events {
		actions = append(actions, e.Action)
	}
	want := []audit.Action{"document.send", "document.unlock", "document.start", "document.unlock", "document.submit", "answers.read", "pdf.download"}
	if !slices.Equal(actions, want) {
		t.Errorf("timeline %v, want %v", actions, want)
	}
	if n, err := c.VerifyChain(t.Context(), c.director); err != nil || n == 0 {
		t.Errorf("chain: %d events, %v", n, err)
	}
}

func TestEndsOtherThanSigning(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		t.Run("decline", func(t *testing.T) { testDecline(t, c) })
		t.Run("revoke", func(t *testing.T) { testRevoke(t, c) })
		t.Run("reissue code", func(t *testing.T) { testReissueCode(t, c) })
		t.Run("start afresh", func(t *testing.T) { testStartAfresh(t, c) })
		t.Run("not completed", func(t *testing.T) { testNotCompleted(t, c) })
		t.Run("other practice", func(t *testing.T) { testOtherPractice(t, c) })
	})
}

func testDecline(t *testing.T, c *clinic) {
	issued := c.send("check-in")
	b := c.open(issued, "")
	b.save(forms.Inputs{"about.words": {"never mind"}})
	v, st := b.visit()
	for range 2 { // the second time changes nothing
		if err := c.Decline(t.Context(), v, st, "I go elsewhere", home); err != nil {
			t.Fatal(err)
		}
		v, st = b.visit()
	}
	if st.State != practice.Declined || c.state(issued.ID) != practice.Declined {
		t.Errorf("state %s", st.State)
	}
	if reason, err := c.Reason(t.Context(), c.director, issued.ID); err != nil || reason != "I go elsewhere" {
		t.Errorf("reason %q, %v", reason, err)
	}
	if n := c.count(`SELECT count(*) FROM drafts WHERE document_id = $1`, issued.ID) + c.count(`SELECT count(*) FROM wraps WHERE document_id = $1`, issued.ID); n != 0 {
		t.Errorf("%d drafts and wraps are left", n)
	}
	if _, err := b.trySave(0, forms.Inputs{"about.words": {"after all"}}); !errors.Is(err, fault.Conflict) {
		t.Errorf("save after decline: %v", err)
	}
}

func testRevoke(t *testing.T, c *clinic) {
	issued := c.send("check-in")
	b := c.open(issued, "")
	b.save(forms.Inputs{"about.words": {"to be erased"}})
	v, st := b.visit()
	if d, err := c.Revoke(t.Context(), c.director, issued.ID); err != nil || d.State != practice.Revoked {
		t.Fatalf("revoke: %+v, %v", d, err)
	}
	if _, err := c.Visit(t.Context(), b.token, b.session, b.device); !errors.Is(err, fault.NotFound) {
		t.Errorf("a revoked link: %v", err)
	}
	if err := c.Submit(t.Context(), v, st, 1, signature("Robin"), home); err == nil {
		t.Error("a revoked document was submitted")
	}
	if n := c.count(`SELECT count(*) FROM drafts WHERE document_id = $1`, issued.ID); n != 0 {
		t.Errorf("%d drafts are left", n)
	}
	if _, err := c.Unlock(t.Context(), issued.Token, issued.Code, "", home); !errors.Is(err, fault.NotFound) {
		t.Errorf("unlock of a revoked link: %v", err)
	}
	if _, err := c.Reissue(t.Context(), c.director, issued.ID, store.ReissueBoth); !errors.Is(err, fault.Conflict) {
		t.Errorf("reissue of a revoked document: %v", err)
	}
}

func testReissueCode(t *testing.T, c *clinic) {
	issued := c.send("check-in")
	c.open(issued, "").save(forms.Inputs{"about.words": {"kept"}})
	again, err := c.Reissue(t.Context(), c.director, issued.ID, store.ReissueCode)
	if err != nil || again.Token != "" {
		t.Fatalf("reissue: %+v, %v", again, err)
	}
	if _, err := c.Unlock(t.Context(), issued.Token, issued.Code, "", home); issued.Code != again.Code && !errors.As(err, new(*store.WrongCode)) {
		t.Errorf("the old code: %v", err)
	}
	b := c.openWith(issued.ID, issued.Token, again.Code, "")
	if got := b.draft().Inputs["about.words"]; !slices.Equal(got, []string{"kept"}) {
		t.Errorf("draft after a new code: %q", got)
	}
}

func testStartAfresh(t *testing.T, c *clinic) {
	issued := c.send("check-in")
	first := c.open(issued, "")
	first.save(forms.Inputs{"about.words": {"first"}})
	again, err := c.Reissue(t.Context(), c.director, issued.ID, store.ReissueBoth)
	if err != nil {
		t.Fatal(err)
	}
	same := c.openWith(issued.ID, again.Token, again.Code, first.device)
	if got := same.draft().Inputs["about.words"]; !slices.Equal(got, []string{"first"}) {
		t.Errorf("a new link in the same browser shows %q", got)
	}
	again, err = c.Reissue(t.Context(), c.director, issued.ID, store.ReissueBoth)
	if err != nil {
		t.Fatal(err)
	}
	second := c.openWith(issued.ID, again.Token, again.Code, "")
	v, st := second.visit()
	if _, err := c.Draft(t.Context(), v, st); !errors.Is(err, store.ErrElsewhere) {
		t.Fatalf("a new link in a new browser: %v", err)
	}
	if err := c.StartAfresh(t.Context(), v, st, home); err != nil {
		t.Fatal(err)
	}
	second.save(forms.Inputs{"about.words": {"second"}})
	if got := first.draft().Inputs["about.words"]; !slices.Equal(got, []string{"first"}) {
		t.Errorf("the first draft became %q", got)
	}
	stale, step := first.visit()
	second.submit()
	if err := c.Submit(t.Context(), stale, step, 1, signature("Robin"), home); err != nil && !errors.Is(err, fault.Conflict) {
		t.Errorf("the loser's submit: %v", err)
	}
	sub, err := c.Answers(t.Context(), c.director, issued.ID)
	if err != nil || sub.Answers["about.words"] != "second" {
		t.Errorf("answers %+v, %v", sub, err)
	}
	if n := c.count(`SELECT count(*) FROM drafts WHERE document_id = $1`, issued.ID); n != 1 {
		t.Errorf("%d drafts are left", n)
	}
}

func testNotCompleted(t *testing.T, c *clinic) {
	issued := c.send("check-in")
	_, err := c.Answers(t.Context(), c.director, issued.ID)
	if fault.CodeOf(err) != "not-completed" {
		t.Errorf("answers before completion: %v", err)
	}
	v, err := c.Visit(t.Context(), issued.Token, "", "")
	if err != nil || v.Unlocked {
		t.Fatalf("visit before the code: %+v, %v", v, err)
	}
	if _, err := c.Draft(t.Context(), v, &v.Steps[0]); !errors.Is(err, fault.Unauthenticated) {
		t.Errorf("draft before the code: %v", err)
	}
	if err := c.Decline(t.Context(), v, &v.Steps[0], "", home); !errors.Is(err, fault.Unauthenticated) {
		t.Errorf("decline before the code: %v", err)
	}
}

func testOtherPractice(t *testing.T, c *clinic) {
	other, issued := c.installation.clinic("South"), c.send("check-in")
	if _, err := c.Document(t.Context(), other.director, issued.ID); !errors.Is(err, fault.NotFound) {
		t.Errorf("another practice's document: %v", err)
	}
	if _, err := c.Revoke(t.Context(), other.director, issued.ID); !errors.Is(err, fault.NotFound) {
		t.Errorf("revoke of another practice's document: %v", err)
	}
	if _, err := c.Send(t.Context(), other.director, store.NewDocument{Template: "check-in", ClientID: issued.ClientID}); !errors.Is(err, fault.NotFound) {
		t.Errorf("send to another practice's client: %v", err)
	}
	items, _, err := c.Documents(t.Context(), other.director, store.DocumentFilter{})
	if err != nil || len(items) != 0 {
		t.Errorf("another practice lists %d documents, %v", len(items), err)
	}
}

// The server stores in the US, the practice is in Australia: consent first.
func TestStorageConsentGate(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := install(t, d, "US").clinic("North")
		for _, choice := range []string{"agree", "decline"} {
			issued := c.send("check-in")
			b := c.open(issued, "")
			v, st := b.visit()
			if len(v.Steps) != 2 {
				t.Fatalf("%d steps", len(v.Steps))
			}
			if _, err := c.Draft(t.Context(), v, st); fault.CodeOf(err) != "storage-first" {
				t.Errorf("before the consent: %v", err)
			}
			consent := *b
			consent.document = v.Steps[0].Document
			consent.agree(choice)
			v, st = b.visit()
			_, err := c.Draft(t.Context(), v, st)
			if choice == "agree" && err != nil || choice == "decline" && fault.CodeOf(err) != "storage-refused" {
				t.Errorf("after %s: %v", choice, err)
			}
			next, err := c.Send(t.Context(), c.director, store.NewDocument{Template: "check-in", ClientID: issued.ClientID})
			if err != nil {
				t.Fatal(err)
			}
			want := map[string]int{"agree": 1, "decline": 2}[choice]
			if v, err := c.Visit(t.Context(), next.Token, "", ""); err != nil || len(v.Steps) != want {
				t.Errorf("the next document after %s has %d steps, want %d: %v", choice, len(v.Steps), want, err)
			}
		}
	})
}

func TestMembersWaitForAGrant(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		issued := c.send("check-in")
		b := c.open(issued, "")
		b.save(forms.Inputs{"about.words": {"for the team"}})
		b.submit()
		token, err := c.Invite(t.Context(), c.director, "Kim Lee", "kim@example.org", access.Supervisor)
		if err != nil {
			t.Fatal(err)
		}
		cookie, kit, err := c.Accept(t.Context(), token, passphrase+" too", home)
		if err != nil || kit != "" {
			t.Fatalf("accept: kit %q, %v", kit, err)
		}
		kim, err := c.Session(t.Context(), cookie)
		if err != nil || !kim.Locked {
			t.Fatalf("before approval: %+v, %v", kim, err)
		}
		if _, err := c.Answers(t.Context(), kim, issued.ID); !errors.Is(err, fault.Forbidden) {
			t.Errorf("answers before approval: %v", err)
		}
		if err := c.RedeemKit(t.Context(), kim, c.kit); err != nil {
			t.Fatal(err)
		}
		if kim, err = c.Session(t.Context(), cookie); err != nil || kim.Locked {
			t.Fatalf("after the kit: %+v, %v", kim, err)
		}
		if sub, err := c.Answers(t.Context(), kim, issued.ID); err != nil || sub.Answers["about.words"] != "for the team" {
			t.Errorf("answers after the kit: %v", err)
		}
		if err := c.RemoveMember(t.Context(), c.director, kim.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Session(t.Context(), cookie); !errors.Is(err, fault.Unauthenticated) {
			t.Errorf("a removed member's session: %v", err)
		}
	})
}
