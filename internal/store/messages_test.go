package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/outbox"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
)

func TestLinkAndCodeTravelApart(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		o := installOutbox(t, d)
		issued := o.sendOut(nil)
		if issued.Token != "" || issued.Code != "" || issued.LinkBy != practice.Email || issued.CodeBy != practice.SMS || issued.State != practice.Prepared {
			t.Fatalf("issued %+v", issued)
		}
		left := o.deliver()
		if len(left) != 2 {
			t.Fatalf("%d messages left", len(left))
		}
		slices.SortFunc(left, func(a, b *outbox.Message) int { return strings.Compare(string(a.Channel), string(b.Channel)) })
		link, code := left[0], left[1]
		if link.Channel != practice.Email || link.To != "client@example.org" || link.Link == "" || link.Code != "" || !strings.Contains(link.Body, link.Link) {
			t.Errorf("the link's message is %+v", link)
		}
		if code.Channel != practice.SMS || code.To != "+61255500111" || code.Code == "" || code.Link != "" {
			t.Errorf("the code's message is %+v", code)
		}
		if o.state(issued.ID) != practice.Sent {
			t.Errorf("the document is %s", o.state(issued.ID))
		}
		b := o.openWith(issued.ID, token(link), code.Code, "")
		b.save(forms.Inputs{"about.words": {"Typed"}})
		b.submit()
		if n := o.count(`SELECT count(*) FROM messages WHERE code IS NOT NULL`); n != 0 {
			t.Errorf("%d codes are still kept", n)
		}
	})
}

func TestOneChannelLeavesTheCodeToRead(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		o := installOutbox(t, d)
		for name, c := range map[string]practice.Contact{
			"e-mail alone": {FirstName: "Robin", Email: "robin@example.org"},
			"phone alone":  {FirstName: "Robin", Phone: "+61255500111"}, // a call would reach the link's own address
		} {
			issued := o.sendOut(func(in *store.NewDocument) {
				in.Client.Contact = c
				in.Consents = slices.DeleteFunc(slices.Clone(agreedToAll), func(a store.Consent) bool { return (a.Channel == practice.Email) != (c.Email != "") })
			})
			if issued.Token != "" || len(issued.Code) != 8 || issued.CodeBy != "" {
				t.Errorf("%s: issued %+v", name, issued)
			}
			left := o.deliver()
			if len(left) != 1 || left[0].Link == "" {
				t.Fatalf("%s: %d messages left", name, len(left))
			}
			o.openWith(issued.ID, token(left[0]), issued.Code, "")
		}
	})
}

func TestNoMessageWithoutConsent(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		o := installOutbox(t, d)
		for name, c := range map[string]struct {
			change func(*store.NewDocument)
			code   string
		}{
			"none":                {func(in *store.NewDocument) { in.Consents = nil }, "no-consent"},
			"for reminders alone": {func(in *store.NewDocument) { in.Consents = agreedToAll[1:2] }, "no-consent"},
			"another channel":     {func(in *store.NewDocument) { in.LinkBy, in.Consents = practice.SMS, agreedToAll[:2] }, "no-consent"},
			"no address": {func(in *store.NewDocument) {
				in.Client.Email, in.Client.Phone, in.Consents = "", "", nil
			}, "no-channel"},
			"one address": {func(in *store.NewDocument) { in.LinkBy, in.CodeBy = practice.SMS, practice.Voice }, "one-address"},
		} {
			if _, err := o.order(c.change); fault.CodeOf(err) != c.code {
				t.Errorf("%s: %v", name, err)
			}
		}
		if n := o.count(`SELECT count(*) FROM deliveries`); n != 0 || len(o.deliver()) != 0 {
			t.Errorf("%d deliveries were made", n)
		}
		// What was agreed once holds for the next document, at that address alone.
		first := o.sendOut(func(in *store.NewDocument) { in.Consents = agreedToAll[:1] })
		if first.LinkBy != practice.Email || first.CodeBy != "" {
			t.Errorf("agreed to e-mail alone, and it went by %q and %q", first.LinkBy, first.CodeBy)
		}
		o.sendOut(func(in *store.NewDocument) { in.Consents = nil })
		if _, err := o.order(func(in *store.NewDocument) {
			in.Consents = nil
			in.Client.Email = "another@example.org"
		}); fault.CodeOf(err) != "no-consent" {
			t.Errorf("another address: %v", err)
		}
	})
}

func TestStopHoldsAtOnce(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		o := installOutbox(t, d)
		ctx := t.Context()
		issued := o.sendOut(nil) // queued, not sent
		if answer, err := o.StopNumber(ctx, "+61255500111", true); err != nil || !strings.Contains(answer, "North practice") {
			t.Fatalf("the answer is %q, %v", answer, err)
		}
		left := o.deliver()
		if len(left) != 2 || slices.ContainsFunc(left, func(m *outbox.Message) bool { return m.Code != "" }) {
			t.Fatalf("after STOP %d messages left", len(left))
		}
		if again, err := o.StopNumber(ctx, "+61255500111", true); err != nil || again != "" || len(o.deliver()) != 0 {
			t.Errorf("confirmed twice: %q, %v", again, err)
		}
		if _, err := o.order(func(in *store.NewDocument) { in.LinkBy, in.Consents = practice.SMS, nil }); fault.CodeOf(err) != "no-consent" {
			t.Errorf("sent by text message after STOP: %v", err)
		}
		standings, err := o.Standings(ctx, o.director, issued.ClientID)
		if err != nil || len(standings) != 3 || standings[0].Given != true || standings[1].Stopped.IsZero() || standings[2].Stopped.IsZero() {
			t.Errorf("standings %+v, %v", standings, err)
		}
		messages, err := o.Messages(ctx, o.director, issued.ID)
		if err != nil || !slices.ContainsFunc(messages, func(m store.Message) bool {
			return m.Kind == practice.CodeMessage && m.State == practice.MessageStopped
		}) {
			t.Errorf("messages %+v, %v", messages, err)
		}
		o.clock.forward(time.Second)
		if err := o.StartNumber(ctx, "+61255500111"); err != nil {
			t.Fatal(err)
		}
		if _, err := o.order(func(in *store.NewDocument) { in.LinkBy, in.Consents = practice.SMS, nil }); err != nil {
			t.Errorf("after START: %v", err)
		}
	})
}

func TestQuestionGoesFirst(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		o := installOutbox(t, d)
		issued := o.sendOut(func(in *store.NewDocument) { in.AskFirst, in.Consents = true, nil })
		left := o.deliver()
		if !issued.Asked || len(left) != 1 || left[0].Link != "" || left[0].Code != "" {
			t.Fatalf("asked %t, %d left", issued.Asked, len(left))
		}
		n, err := o.Addressee(t.Context(), strings.TrimPrefix(left[0].Unsubscribe, base+"/m/"))
		if err != nil || !n.Asks {
			t.Fatalf("notice %+v, %v", n, err)
		}
		if err := o.Agree(t.Context(), n); err != nil {
			t.Fatal(err)
		}
		left = o.deliver()
		if len(left) != 1 || left[0].Link == "" {
			t.Fatalf("after yes %d left", len(left))
		}
		o.openWith(issued.ID, token(left[0]), issued.Code, "")
	})
}

func TestFailures(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		o := installOutbox(t, d)
		links := func() int64 { return o.count(`SELECT count(*) FROM links`) }
		onlyLink := func(in *store.NewDocument) { in.CodeBy = store.ByHand }
		o.post.fail = func(*outbox.Message) error { return &outbox.Failure{Reason: outbox.Busy} }
		issued := o.sendOut(onlyLink)
		o.deliver()
		if links() != 0 {
			t.Error("a link that certainly arrived nowhere was kept")
		}
		o.post.fail = func(*outbox.Message) error { return errors.New("it broke off") }
		for range 20 {
			o.clock.forward(2 * time.Hour)
			o.deliver()
		}
		if links() != outbox.MostUnsure {
			t.Errorf("%d links after tries of which nobody knows", links())
		}
		messages, err := o.Messages(t.Context(), o.director, issued.ID)
		if err != nil || messages[0].State != practice.MessageFailed || messages[0].Reason != outbox.BrokeOff {
			t.Fatalf("messages %+v, %v", messages, err)
		}
		o.post.fail = func(m *outbox.Message) error {
			return &outbox.Failure{Reason: outbox.BadAddress, Final: true}
		}
		if err := o.Retry(t.Context(), o.director, issued.ID, messages[0].ID); err != nil {
			t.Fatal(err)
		}
		if tried := o.deliver(); len(tried) != 1 || links() > outbox.MostUnsure {
			t.Errorf("a retry made %d tries; %d links", len(tried), links())
		}
		o.post.fail = nil
		if err := o.Retry(t.Context(), o.director, issued.ID, messages[0].ID); err != nil {
			t.Fatal(err)
		}
		left := o.deliver()
		if len(left) != 1 || links() != 8 {
			t.Fatalf("%d left, %d links", len(left), links())
		}
		o.openWith(issued.ID, token(left[0]), issued.Code, "")
	})
}

// A dyingWriter ends its worker's try before the message is written, as a kill does.
type dyingWriter struct{ outbox.Writer }

func (dyingWriter) Write(context.Context, []outbox.Entry) []outbox.Written { panic("killed") }

func TestDyingCostsOnlyWhatWasHandedOver(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		o := installOutbox(t, d)
		issued := o.sendOut(func(in *store.NewDocument) { in.CodeBy = store.ByHand })
		for range 2 * outbox.MostUnsure {
			o.deliverBy(dyingWriter{o.Writer()})
			o.clock.forward(outbox.Lease)
		}
		o.post.fail = func(*outbox.Message) error { panic("killed") }
		for range outbox.MostUnsure - 1 {
			if len(o.deliver()) != 1 {
				t.Fatal("a message that was never handed over was given up")
			}
			o.clock.forward(outbox.Lease)
		}
		o.post.fail = nil
		left := o.deliver()
		if len(left) != 1 || o.count(`SELECT count(*) FROM links`) != outbox.MostUnsure {
			t.Fatalf("%d left in the end", len(left))
		}
		o.openWith(issued.ID, token(left[0]), issued.Code, "")
	})
}

func TestReminders(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		o := installOutbox(t, d)
		const day = 24 * time.Hour
		kinds := func() (list []string) {
			for _, m := range o.deliver() {
				list = append(list, fmt.Sprintf("%s %t", m.Subject[:4], m.Link != ""))
			}
			return list
		}
		issued := o.sendOut(func(in *store.NewDocument) { in.CodeBy, in.LinkBy = store.ByHand, practice.Email })
		first := o.deliver()[0]
		if got := kinds(); got != nil {
			t.Fatalf("at once: %v", got)
		}
		o.clock.forward(2*day + time.Hour)
		if got := kinds(); !slices.Equal(got, []string{"Your true"}) {
			t.Fatalf("after two days: %v", got)
		}
		b := o.openWith(issued.ID, token(first), issued.Code, "")
		b.save(forms.Inputs{"about.words": {"Typed"}})
		o.clock.forward(3 * day)
		if got := kinds(); got != nil {
			t.Fatalf("after progress: %v", got)
		}
		o.clock.forward(8 * day) // one day before expiry
		left := o.deliver()
		if len(left) != 1 || left[0].Link != "" || !strings.Contains(left[0].Body, o.sydney(issued.CreatedAt)) {
			t.Fatalf("before expiry: %v", left)
		}
		o.clock.forward(day)
		if _, err := o.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := kinds(); !slices.Equal(got, []string{"Your false"}) {
			t.Fatalf("at expiry: %v", got)
		}
		o.clock.forward(30 * day)
		if got := kinds(); got != nil {
			t.Fatalf("after all: %v", got)
		}
	})
}

func (o *outboxed) sydney(at time.Time) string {
	zone, err := time.LoadLocation("Australia/Sydney")
	if err != nil {
		o.t.Fatal(err)
	}
	return at.In(zone).Format("Monday 2 January 2006")
}
