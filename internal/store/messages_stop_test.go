package store_test

import (
	"testing"
	"time"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
)

// said records what a client said about text messages.
func (o *outboxed) said(documents, reminders *bool) *store.Issued {
	return o.sendOut(func(in *store.NewDocument) {
		in.Deliver, in.Consents = "none", nil
		for purpose, given := range map[practice.Purpose]*bool{practice.ForDocuments: documents, practice.ForReminders: reminders} {
			if given != nil {
				in.Consents = append(in.Consents, store.Consent{Channel: practice.SMS, Purpose: purpose, Given: *given, How: "in person"})
			}
		}
	})
}

// bySMS is how the client stands with text messages.
func (o *outboxed) bySMS(issued *store.Issued) store.Standing {
	o.t.Helper()
	all, err := o.Standings(o.t.Context(), o.director, issued.ClientID)
	must(o.t, err)
	for _, s := range all {
		if s.Channel == practice.SMS {
			return s
		}
	}
	return store.Standing{}
}

// A yes by text message gives back what a STOP took, or answers the question.
// It never undoes another no.
func TestStartGivesBackWhatStopTook(t *testing.T) {
	const number = "+61255500111"
	yes, no := true, false
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		o := installOutbox(t, d)
		stop := func() {
			_, err := o.StopNumber(t.Context(), number, false)
			must(t, err)
		}
		ask := func() {
			o.sendOut(func(in *store.NewDocument) {
				in.LinkBy, in.CodeBy, in.AskFirst, in.Consents = practice.SMS, store.ByHand, true, nil
			})
		}
		for _, c := range []struct {
			name                 string
			documents, reminders *bool
			then                 func()
			wantDocuments        bool
			wantReminders        bool
		}{
			{"stopped both", &yes, &yes, stop, true, true},
			{"never asked about reminders", &yes, nil, stop, true, false},
			{"refused reminders", &yes, &no, stop, true, false},
			{"refused all, without STOP", &no, &no, func() {}, false, false},
			{"refused all, then STOP", &no, &no, stop, false, false},
			{"asked", nil, nil, ask, true, true},
			{"asked, and had refused reminders", nil, &no, ask, true, false},
			{"agreed, and nobody stopped", &yes, nil, func() {}, true, false},
		} {
			o.clock.forward(time.Second)
			o.alter(`DELETE FROM consents`)
			issued := o.said(c.documents, c.reminders)
			o.clock.forward(time.Second)
			c.then()
			o.clock.forward(time.Second)
			must(t, o.StartNumber(t.Context(), number))
			if s := o.bySMS(issued); s.Given != c.wantDocuments || s.Remind != c.wantReminders {
				t.Errorf("%s: documents %t, reminders %t", c.name, s.Given, s.Remind)
			}
		}
	})
}

// On the page behind a message reminders can be stopped alone; a later yes there
// does not bring them back.
func TestRemindersStopAlone(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		o := installOutbox(t, d)
		issued := o.sendOut(func(in *store.NewDocument) { in.CodeBy = store.ByHand })
		link := o.deliver()[0]
		if n := o.count(`SELECT count(*) FROM messages WHERE kind = 'reminder' AND state = 'queued'`); n != 1 {
			t.Fatalf("%d reminders wait", n)
		}
		about := func() *store.Addressee {
			n, err := o.Addressee(t.Context(), link.Unsubscribe[len(base+"/m/"):])
			must(t, err)
			return n
		}
		o.clock.forward(time.Second)
		must(t, o.Stop(t.Context(), about(), practice.ForReminders, store.HowUnsubscribe, false))
		if n := o.count(`SELECT count(*) FROM messages WHERE kind = 'reminder' AND state = 'stopped'`); n != 1 {
			t.Errorf("%d reminders stopped", n)
		}
		email := func() store.Standing {
			all, err := o.Standings(t.Context(), o.director, issued.ClientID)
			must(t, err)
			return all[0]
		}
		if s := email(); !s.Given || s.Remind {
			t.Errorf("without reminders: %+v", s)
		}
		o.clock.forward(time.Second)
		must(t, o.Stop(t.Context(), about(), "", store.HowUnsubscribe, true))
		if left := o.deliver(); len(left) != 1 || left[0].Link != "" {
			t.Errorf("%d messages confirm the stop", len(left))
		}
		must(t, o.Stop(t.Context(), about(), "", store.HowUnsubscribe, true))
		if left := o.deliver(); len(left) != 0 {
			t.Errorf("it was confirmed again: %d", len(left))
		}
		o.clock.forward(time.Second)
		must(t, o.Agree(t.Context(), about()))
		if s := email(); !s.Given || s.Remind {
			t.Errorf("after another yes: %+v", s)
		}
		o.clock.forward(30 * 24 * time.Hour)
		if left := o.deliver(); len(left) != 0 {
			t.Errorf("%d reminders came all the same", len(left))
		}
	})
}
