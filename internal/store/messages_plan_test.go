package store_test

import (
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

func (o *outboxed) plan(change func(*store.MessagePlan)) {
	o.t.Helper()
	plan := store.DefaultMessagePlan
	change(&plan)
	must(o.t, o.SaveMessagePlan(o.t.Context(), o.director, plan))
}

// until moves the clock to the next such time of day where the practice is.
func (o *outboxed) until(hour, minute int) {
	o.t.Helper()
	zone, err := time.LoadLocation("Australia/Sydney")
	must(o.t, err)
	now := o.clock.now().In(zone)
	at := time.Date(now.Year(), now.Month(), now.Day(), hour, minute, 0, 0, zone)
	if !at.After(now) {
		at = at.AddDate(0, 0, 1)
	}
	o.clock.forward(at.Sub(now))
}

// What nobody asked for just now waits for the morning where the practice is;
// what staff send goes out at night too.
func TestQuietHours(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		o := installOutbox(t, d)
		o.plan(func(p *store.MessagePlan) { p.QuietFrom, p.QuietTo = 21*60, 8*60 })
		o.until(22, 30)
		o.sendOut(func(in *store.NewDocument) { in.CodeBy = store.ByHand })
		if left := o.deliver(); len(left) != 1 || left[0].Link == "" {
			t.Fatalf("staff sent at night, and %d messages left", len(left))
		}
		o.clock.forward(2*day + time.Minute)
		if left := o.deliver(); len(left) != 0 {
			t.Errorf("%d reminders came at half past ten at night", len(left))
		}
		o.until(7, 58)
		if left := o.deliver(); len(left) != 0 {
			t.Errorf("%d reminders came before eight", len(left))
		}
		o.until(8, 1)
		if left := o.deliver(); len(left) != 1 || left[0].Link == "" {
			t.Errorf("%d reminders came after eight", len(left))
		}
	})
}

// A client gets no more messages within a day than the plan says: staff are
// told, and what is automatic waits.
func TestDailyCap(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		o := installOutbox(t, d)
		o.plan(func(p *store.MessagePlan) { p.QuietFrom, p.QuietTo, p.MostADay, p.TellStaff = 0, 0, 2, false })
		first := o.sendOut(func(in *store.NewDocument) { in.CodeBy = store.ByHand })
		link := o.deliver()[0]
		again := func(in *store.NewDocument) {
			in.Client, in.ClientID, in.Consents, in.CodeBy = nil, first.ClientID, nil, store.ByHand
		}
		o.sendOut(again)
		o.deliver()
		if _, err := o.order(again); fault.CodeOf(err) != "daily-cap" || fault.KindOf(err) != fault.TooMany {
			t.Errorf("a third one: %v", err)
		}
		b := o.openWith(first.ID, token(link), first.Code, "")
		b.save(forms.Inputs{"about.words": {"Typed"}})
		b.submit()
		if left := o.deliver(); len(left) != 0 {
			t.Errorf("%d notices came in spite of the cap", len(left))
		}
		o.clock.forward(day + time.Minute)
		if left := o.deliver(); len(left) != 1 || !strings.Contains(left[0].Subject, "has your form") {
			t.Errorf("a day later %d came", len(left))
		}
		if _, err := o.order(again); err != nil {
			t.Errorf("a day later: %v", err)
		}
	})
}

// At completion the client gets a word of thanks, and whoever sent the document
// a notice. Neither says what the document was, nor about whom.
func TestNoticesOfCompletion(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		o := installOutbox(t, d)
		complete := func(change func(*store.NewDocument), send func(func(*store.NewDocument)) *store.Issued) []*outbox.Message {
			issued := send(func(in *store.NewDocument) {
				in.CodeBy = store.ByHand
				change(in)
			})
			b := o.openWith(issued.ID, token(o.deliver()[0]), issued.Code, "")
			b.save(forms.Inputs{"about.words": {"Typed"}})
			b.submit()
			left := o.deliver()
			slices.SortFunc(left, func(a, b *outbox.Message) int { return strings.Compare(a.Subject, b.Subject) })
			return left
		}
		left := complete(func(*store.NewDocument) {}, o.sendOut)
		if len(left) != 2 {
			t.Fatalf("%d notices", len(left))
		}
		staff, client := left[0], left[1]
		if staff.To != o.email || staff.Subject != "A document is ready to read" || !strings.Contains(staff.Body, base+"/staff\n") || staff.Unsubscribe != "" {
			t.Errorf("the staff notice: %+v", staff)
		}
		if client.To != "client@example.org" || client.Subject != "North practice has your form" || client.Unsubscribe == "" {
			t.Errorf("the client's notice: %+v", client)
		}
		for _, m := range left {
			for _, fact := range []string{"Check-in", "check-in", "Example", "Typed", "N-1", "1980", "/d/"} {
				if strings.Contains(m.Subject+m.Body, fact) {
					t.Errorf("%q says %q", m.Subject, fact)
				}
			}
		}
		if strings.Contains(staff.Subject+staff.Body, "Robin") {
			t.Error("the staff notice names the client")
		}
		secret, err := o.MakeAPIKey(t.Context(), o.director, "a program", false)
		must(t, err)
		key, err := o.APIKey(t.Context(), secret)
		must(t, err)
		byProgram := func(change func(*store.NewDocument)) *store.Issued {
			in := store.NewDocument{Template: "check-in", Client: o.client("Robin"), Deliver: "send", Consents: agreedToAll}
			change(&in)
			issued, err := o.Send(t.Context(), key, in)
			must(t, err)
			return issued
		}
		if left := complete(func(*store.NewDocument) {}, byProgram); len(left) != 2 || left[0].To != "hello@example.org" {
			t.Errorf("what a program sent is told to %v", left)
		}
		o.plan(func(p *store.MessagePlan) { p.QuietFrom, p.QuietTo, p.TellStaff = 0, 0, false })
		if left := complete(func(*store.NewDocument) {}, o.sendOut); len(left) != 1 || left[0].To != "client@example.org" {
			t.Errorf("with the notice off: %v", left)
		}
	})
}

// A delivery has eight links at most. One that opens what the client typed is
// never the one to go; when all eight do, there is no room for a ninth.
func TestLinksThatOpenAnswersStay(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		o := installOutbox(t, d)
		issued := o.sendOut(func(in *store.NewDocument) { in.CodeBy = store.ByHand })
		first := token(o.deliver()[0])
		b := o.openWith(issued.ID, first, issued.Code, "")
		b.save(forms.Inputs{"about.words": {"Typed"}})
		reissue := func() string {
			o.clock.forward(time.Second)
			again, err := o.Reissue(t.Context(), o.director, issued.ID, store.ReissueLink)
			must(t, err)
			return again.Token
		}
		links := func() int64 { return o.count(`SELECT count(*) FROM links`) }
		var later []string
		for range 10 {
			later = append(later, reissue())
		}
		if links() != 8 {
			t.Errorf("%d links", links())
		}
		expect(t, o.openWith(issued.ID, first, issued.Code, ""), "about.words", "Typed")
		for i, token := range later {
			if _, err := o.Visit(t.Context(), token, "", ""); (err == nil) != (i >= 3) {
				t.Errorf("link %d of ten: %v", i+1, err)
			}
		}
		for _, token := range later[3:] { // where the first was opened each gains its own wrap
			own := o.openWith(issued.ID, token, issued.Code, b.device)
			own.save(forms.Inputs{"about.words": {"Typed " + token[:4]}})
		}
		if _, err := o.Reissue(t.Context(), o.director, issued.ID, store.ReissueLink); fault.CodeOf(err) != "links" || links() != 8 {
			t.Errorf("a ninth: %v, %d links", err, links())
		}
		o.alter(`UPDATE messages SET state = 'failed', kind = 'link' WHERE kind = 'link'`)
		messages, err := o.Messages(t.Context(), o.director, issued.ID)
		must(t, err)
		must(t, o.Retry(t.Context(), o.director, issued.ID, messages[0].ID))
		if left := o.deliver(); len(left) != 0 || links() != 8 {
			t.Errorf("a ninth left by message: %d, %d links", len(left), links())
		}
		messages, err = o.Messages(t.Context(), o.director, issued.ID)
		must(t, err)
		if messages[0].State != practice.MessageFailed || messages[0].Reason != outbox.TooOften {
			t.Errorf("the message is %+v", messages[0])
		}
		expect(t, o.openWith(issued.ID, first, issued.Code, ""), "about.words", "Typed "+later[9][:4])
	})
}
