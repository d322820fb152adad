package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"github.com/google/uuid"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
	"github.com/sealform/sealform/internal/vault"
)

// value returns one sealed column of one row.
func (c *clinic) value(column, table, where string, args ...any) (v []byte) {
	c.t.Helper()
	if err := c.db.ReadOne(c.t.Context(), c.id, "SELECT "+column+" FROM "+table+" WHERE "+where, args, &v); err != nil {
		c.t.Fatal(err)
	}
	return v
}

// A sealedColumn is a value that only opens in its own row.
type sealedColumn struct {
	column, table, where string
	args, other          []any // the row's, and those of a row to swap with
	read                 func() error
}

func (s sealedColumn) String() string { return s.table + "." + s.column }

// attack swaps, flips and cuts the value; each must be an error, and the value
// put back must open again.
func (c *clinic) attack(t *testing.T, s sealedColumn) {
	t.Helper()
	own := c.value(s.column, s.table, s.where, s.args...)
	forged := map[string][]byte{
		"another row's": c.value(s.column, s.table, s.where, s.other...), "empty": {}, "cut": own[:len(own)-1], "cut to one byte": own[:1], "longer": append(own[:len(own):len(own)], 0),
	}
	for _, at := range []int{0, 1, 4, 5, len(own) / 2, len(own) - 1} {
		flipped := append([]byte(nil), own...)
		flipped[at] ^= 1
		forged[fmt.Sprintf("flipped at %d", at)] = flipped
	}
	set := "UPDATE " + s.table + " SET " + s.column + fmt.Sprintf(" = $%d WHERE ", len(s.args)+1) + s.where
	for what, value := range forged {
		c.alter(set, append(s.args[:len(s.args):len(s.args)], value)...)
		if err := s.read(); err == nil {
			t.Errorf("%s: %s opened", s, what)
		}
	}
	c.alter(set, append(s.args[:len(s.args):len(s.args)], own)...)
	if err := s.read(); err != nil {
		t.Errorf("%s: put back: %v", s, err)
	}
}

func TestSealedValuesOpenOnlyInTheirRow(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		t.Run("drafts", func(t *testing.T) { testDraftBinding(t, c) })
		t.Run("submissions", func(t *testing.T) { testSubmissionBinding(t, c) })
		t.Run("clients", func(t *testing.T) { testClientBinding(t, c) })
		t.Run("the desk", func(t *testing.T) { testDeskBinding(t, c) })
		t.Run("sessions", func(t *testing.T) { testSessionBinding(t, c) })
		t.Run("other practice", func(t *testing.T) { testPracticeBinding(t, c) })
	})
}

func testDraftBinding(t *testing.T, c *clinic) {
	issued, decoy := c.send("check-in"), c.send("check-in")
	b, other := c.open(issued, ""), c.open(decoy, "")
	b.save(forms.Inputs{"about.words": {"mine"}})
	other.save(forms.Inputs{"about.words": {"theirs"}})
	v, st := b.visit()
	read := func() error { // by an instance whose memory holds no draft
		_, err := c.mustRestart(nil).Draft(t.Context(), v, st)
		return err
	}
	c.attack(t, sealedColumn{"sealed", "drafts", "document_id = $1", []any{issued.ID}, []any{decoy.ID}, read})
	c.attack(t, sealedColumn{"sealed", "wraps", "kind = 'link' AND document_id = $1", []any{issued.ID}, []any{decoy.ID}, read})
	c.alter(`UPDATE drafts SET revision = revision + 1 WHERE document_id = $1`, issued.ID)
	if err := read(); err == nil {
		t.Error("a draft opened as another revision")
	}
}

func testSubmissionBinding(t *testing.T, c *clinic) {
	issued, decoy := c.send("check-in"), c.send("check-in")
	for _, b := range []*browser{c.open(issued, ""), c.open(decoy, "")} {
		b.save(forms.Inputs{"about.words": {"sealed"}})
		b.submit()
	}
	both := func() error {
		_, err := c.Answers(t.Context(), c.director, issued.ID)
		_, _, paperErr := c.PDF(t.Context(), c.director, issued.ID)
		if (err == nil) != (paperErr == nil) {
			t.Errorf("answers: %v, PDF: %v", err, paperErr)
		}
		return err
	}
	for _, column := range []string{"key", "body", "row_mac"} {
		c.attack(t, sealedColumn{column, "submissions", "document_id = $1", []any{issued.ID}, []any{decoy.ID}, both})
	}
	c.attack(t, sealedColumn{"sealed", "papers", "document_id = $1", []any{issued.ID}, []any{decoy.ID}, both})
	c.attack(t, sealedColumn{"outcome", "documents", "id = $1", []any{issued.ID}, []any{decoy.ID}, func() error {
		_, err := c.Document(t.Context(), c.director, issued.ID)
		return err
	}})
	c.attack(t, sealedColumn{"sealed", "grants", "holder_id = $1 AND kind = $2", []any{c.director.ID, "practice"}, []any{c.director.ID, "index"}, func() error {
		fresh, err := c.Session(t.Context(), c.cookie) // which has opened no grant yet
		if err != nil {
			return err
		}
		_, err = c.Answers(t.Context(), fresh, issued.ID)
		return err
	}})
}

func testClientBinding(t *testing.T, c *clinic) {
	issued, decoy := c.send("check-in"), c.send("check-in")
	read := func() error {
		_, err := c.Client(t.Context(), c.director, issued.ClientID)
		return err
	}
	if err := read(); err != nil {
		t.Fatal(err)
	}
	for _, column := range []string{"contact", "label"} {
		c.attack(t, sealedColumn{column, "clients", "id = $1", []any{issued.ClientID}, []any{decoy.ClientID}, read})
	}
}

// What staff write beside documents.
func testDeskBinding(t *testing.T, c *clinic) {
	ctx := t.Context()
	issued, decoy := c.send("check-in"), c.send("check-in")
	for _, doc := range []*store.Issued{issued, decoy} {
		must(t, c.Refuse(ctx, c.director, doc.ClientID, store.Reasons[0].Code, "2026-11-01", "words"))
		v, st := c.open(doc, "").visit()
		must(t, c.Decline(ctx, v, st, "a reason", home))
	}
	of, other := []any{issued.ClientID}, []any{decoy.ClientID}
	records := func() error {
		_, err := c.Records(ctx, c.director, issued.ClientID)
		return err
	}
	must(t, records())
	c.attack(t, sealedColumn{"sealed", "records", "client_id = $1", of, other, records})
	c.attack(t, sealedColumn{"reason", "refusals", "document_id = $1", []any{issued.ID}, []any{decoy.ID}, func() error {
		_, err := c.Reason(ctx, c.director, issued.ID)
		return err
	}})
}

// A session's seed opens with its own cookie alone.
func testSessionBinding(t *testing.T, c *clinic) {
	issued := c.send("check-in")
	cookie, h, err := c.SignIn(t.Context(), c.email, passphrase, home)
	must(t, err)
	c.attack(t, sealedColumn{"seed", "staff_sessions", "id = $1", []any{h.Session}, []any{c.director.Session}, func() error {
		fresh, err := c.Session(t.Context(), cookie)
		if err != nil {
			return err
		}
		_, err = c.Client(t.Context(), fresh, issued.ClientID)
		return err
	}})
}

// A whole submission moved to another practice, under its director's eyes.
func testPracticeBinding(t *testing.T, c *clinic) {
	issued := c.send("check-in")
	b := c.open(issued, "")
	b.save(forms.Inputs{"about.words": {"stays here"}})
	b.submit()
	south := c.installation.clinic("South")
	theirs := south.send("check-in")
	there := south.open(theirs, "")
	there.save(forms.Inputs{"about.words": {"theirs"}})
	there.submit()
	for _, column := range []string{"key", "body", "row_mac"} {
		south.alter(`UPDATE submissions SET `+column+` = $2 WHERE document_id = $1`, theirs.ID, c.value(column, "submissions", "document_id = $1", issued.ID))
	}
	south.alter(`UPDATE papers SET sealed = $2 WHERE document_id = $1`, theirs.ID, c.value("sealed", "papers", "document_id = $1", issued.ID))
	if _, err := c.Answers(t.Context(), south.director, theirs.ID); fault.CodeOf(err) != "not-authentic" {
		t.Errorf("answers moved to another practice: %v", err)
	}
	south.alter(`UPDATE clients SET contact = $2, label = $3 WHERE id = $1`, theirs.ClientID,
		c.value("contact", "clients", "id = $1", issued.ClientID), c.value("label", "clients", "id = $1", issued.ClientID))
	if _, err := c.Client(t.Context(), south.director, theirs.ClientID); err == nil {
		t.Error("a client moved to another practice opened")
	}
}

// Whoever can write the database puts a key of their own in the practice's place.
func TestAForeignPracticeKeyIsRefused(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		issued := c.send("check-in")
		b := c.open(issued, "")
		b.save(forms.Inputs{"about.words": {"not for thieves"}})
		own := c.value("public_key", "practice_keys", "kind = 'practice'")
		thief, err := vault.NewSeed().Pair()
		if err != nil {
			t.Fatal(err)
		}
		c.alter(`UPDATE practice_keys SET public_key = $1 WHERE kind = 'practice'`, thief.Public())
		if err := b.trySubmit(b.draft().Revision); !errors.Is(err, fault.Unavailable) {
			t.Errorf("submit to a foreign key: %v", err)
		}
		v, st := b.visit()
		if err := c.Decline(t.Context(), v, st, "a reason", home); err == nil {
			t.Error("a reason was sealed to a foreign key")
		}
		expect(t, b, "about.words", "not for thieves")
		if got := c.state(issued.ID); got != practice.Started {
			t.Errorf("the document is %s", got)
		}
		checkRefusalRecorded(t, c, issued.ID)
		c.alter(`UPDATE practice_keys SET public_key = $1 WHERE kind = 'practice'`, own)
		b.submit()
	})
}

// Whoever can write the database and works in another practice moves a delivery
// there, to have the client's answers sealed to that practice's key.
func TestADeliveryMovedToAnotherPracticeTakesNoCode(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		other := c.installation.clinic("Other")
		theirs, issued := other.send("check-in"), c.send("check-in")
		c.alter(`UPDATE deliveries SET practice_id = $1 WHERE id = $2`, other.id, issued.DeliveryID)
		for _, table := range []string{"links", "steps"} {
			c.alter(`UPDATE `+table+` SET practice_id = $1 WHERE delivery_id = $2`, other.id, issued.DeliveryID)
		}
		if d.Engine() == db.SQLite { // PostgreSQL confines documents to their practice
			c.alter(`UPDATE documents SET practice_id = $1, client_id = $2 WHERE id = $3`, other.id, theirs.ClientID, issued.ID)
		}
		if _, err := c.Unlock(t.Context(), issued.Token, issued.Code, "", home); !errors.As(err, new(*store.WrongCode)) {
			t.Errorf("the client's code: %v", err)
		}
	})
}

// Anybody can seal a seed of their own to a holder's public key.
func TestAForgedGrantIsRefused(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		issued := c.send("check-in")
		if err := c.Rekey(t.Context(), c.director); err != nil {
			t.Fatal(err)
		}
		thief := vault.NewSeed()
		director, err := vault.ParsePublic(c.value("public_key", "members", "id = $1", c.director.ID))
		if err != nil {
			t.Fatal(err)
		}
		forged, err := director.Seal(thief[:], "grant", []byte("index"), c.id[:], be64(2), c.director.ID[:])
		if err != nil {
			t.Fatal(err)
		}
		before := c.value("label", "clients", "id = $1", issued.ClientID)
		c.alter(`UPDATE grants SET sealed = $1 WHERE holder_id = $2 AND kind = 'index' AND version = 2`, forged, c.director.ID)
		c.director = c.session(c.cookie)
		if _, err := c.RekeyBatch(t.Context(), c.director); !errors.Is(err, vault.ErrOpen) {
			t.Errorf("names are sealed anew under a thief's key: %v", err)
		}
		if after := c.value("label", "clients", "id = $1", issued.ClientID); !bytes.Equal(before, after) {
			t.Error("a name was sealed anew")
		}
	})
}

// A queued message is pointed at another person's delivery.
func TestAMessageSentOnAnotherErrandIsNotSent(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		o := installOutbox(t, d)
		mine := o.sendOut(func(n *store.NewDocument) { n.Client.Email = "mallory@example.org" })
		theirs := o.sendOut(func(n *store.NewDocument) { n.Client.Email = "robin@example.org" })
		o.alter(`UPDATE messages SET delivery_id = $1 WHERE delivery_id = $2 AND kind = 'link'`, theirs.DeliveryID, mine.DeliveryID)
		for _, m := range o.deliver() {
			if m.To == "mallory@example.org" {
				t.Errorf("they were sent %q", m.Subject)
			}
		}
	})
}

func checkRefusalRecorded(t *testing.T, c *clinic, document uuid.UUID) {
	t.Helper()
	events, err := c.Timeline(t.Context(), c.director, document)
	if err != nil {
		t.Fatal(err)
	}
	if last := events[len(events)-1]; last.Action != "document.submit" || last.Outcome != "failed" || last.Detail["reason"] != "key-pin" {
		t.Errorf("the last event is %+v", last)
	}
}
