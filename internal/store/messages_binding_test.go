package store_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/outbox"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
)

// What waits to be sent, and what clients said about it, moves to a new server
// key: messages leave, a yes holds and a STOP holds without the old one.
func TestMessagesMoveToANewServerKey(t *testing.T) {
	const stopped = "+61255500222"
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		o := installOutbox(t, d)
		ctx, old := t.Context(), o.ring.Current()
		toStopped := func(in *store.NewDocument) { in.Client.Phone, in.Client.Email, in.LinkBy = stopped, "", practice.SMS }
		o.sendOut(func(in *store.NewDocument) {
			toStopped(in)
			in.Consents = agreedToAll[2:]
		})
		_, err := o.StopNumber(ctx, stopped, false)
		must(t, err)
		issued := o.sendOut(nil)
		two := o.ring.Rotate()
		must(t, o.UseRing(ctx, two))
		if n, err := o.RotateServerKey(ctx); err != nil || n == 0 {
			t.Fatalf("rewrote %d, %v", n, err)
		}
		for _, layer := range []string{"message recipients", "codes under way", "consent addresses", "consents", "opt-outs"} {
			if o.keyUse(old)[layer] != 0 || o.keyUse(two.Current())[layer] == 0 {
				t.Errorf("%s: %d hang on the old key and %d on the new one", layer, o.keyUse(old)[layer], o.keyUse(two.Current())[layer])
			}
		}
		left := o.deliver()
		if len(left) != 2 || !slices.ContainsFunc(left, func(m *outbox.Message) bool { return m.To == "client@example.org" && m.Link != "" }) || !slices.ContainsFunc(left, func(m *outbox.Message) bool { return m.To == "+61255500111" && m.Code != "" }) {
			t.Errorf("%d messages left: %v", len(left), left)
		}
		must(t, o.UseRing(ctx, two.Without(old)))
		standings, err := o.Standings(ctx, o.director, issued.ClientID)
		if err != nil || !standings[0].Given || !standings[0].Remind || !standings[1].Given {
			t.Errorf("standings %+v, %v", standings, err)
		}
		if _, err := o.order(func(in *store.NewDocument) { in.Consents = nil }); err != nil {
			t.Errorf("without the old key a yes is forgotten: %v", err)
		}
		if _, err := o.order(func(in *store.NewDocument) {
			toStopped(in)
			in.Consents = nil
		}); fault.CodeOf(err) != "no-consent" {
			t.Errorf("without the old key a STOP is forgotten: %v", err)
		}
	})
}

// Where a message goes, the code in it and whose consent a row is open in their
// own row alone. A message with another's recipient does not leave.
func TestMessagesOpenOnlyInTheirRow(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		o := installOutbox(t, d)
		ctx := t.Context()
		issued := o.sendOut(nil)
		decoy := o.sendOut(func(in *store.NewDocument) { in.Client.Email, in.Client.Phone = "decoy@example.org", "+61255500333" })
		of, other := []any{issued.DeliveryID}, []any{decoy.DeliveryID}
		read := func() error {
			_, err := o.Messages(ctx, o.director, issued.ID)
			return err
		}
		o.attack(t, sealedColumn{"recipient", "messages", "kind = 'link' AND delivery_id = $1", of, other, read})
		o.attack(t, sealedColumn{"code", "messages", "kind = 'code' AND delivery_id = $1", of, other, func() error {
			_, err := o.PendingCode(ctx, o.director, issued.ID)
			return err
		}})
		o.refuseToRotate(t, issued.ClientID, decoy.ClientID)
		const set = `UPDATE messages SET recipient = $2 WHERE kind = 'link' AND delivery_id = $1`
		own, theirs := o.value("recipient", "messages", "kind = 'link' AND delivery_id = $1", of...), o.value("recipient", "messages", "kind = 'link' AND delivery_id = $1", other...)
		o.alter(set, issued.DeliveryID, theirs)
		left := o.deliver()
		if slices.ContainsFunc(left, func(m *outbox.Message) bool { return m.Link != "" && m.To != "decoy@example.org" }) || len(left) != 2 {
			t.Errorf("%d messages left, with a recipient in the wrong row", len(left))
		}
		o.alter(set, issued.DeliveryID, own)
		o.clock.forward(2 * time.Hour)
		if left := o.deliver(); len(left) != 2 || !slices.ContainsFunc(left, func(m *outbox.Message) bool { return m.To == "client@example.org" && m.Link != "" }) {
			t.Errorf("put back, %d messages left", len(left))
		}
	})
}

// refuseToRotate puts another's address, and a bent one, into a consent: no
// rotation of the server key takes either along.
func (o *outboxed) refuseToRotate(t *testing.T, client, other uuid.UUID) {
	t.Helper()
	const of = "channel = 'email' AND purpose = 'documents' AND client_id = $1"
	own := o.value("address", "consents", of, client)
	bent := slices.Clone(own)
	bent[len(bent)/2] ^= 1
	rotate := func() error {
		o.ring = o.ring.Rotate()
		must(t, o.UseRing(t.Context(), o.ring))
		_, err := o.RotateServerKey(t.Context())
		return err
	}
	for what, forged := range map[string][]byte{"another's": o.value("address", "consents", of, other), "a bent one": bent} {
		o.alter(`UPDATE consents SET address = $2 WHERE `+of, client, forged)
		if rotate() == nil {
			t.Errorf("%s was taken for the address of a consent", what)
		}
	}
	o.alter(`UPDATE consents SET address = $2 WHERE `+of, client, own)
	must(t, rotate())
}
