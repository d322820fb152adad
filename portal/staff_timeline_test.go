package portal_test

import (
	"strings"
	"testing"

	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
)

// Ten wrong codes are one line of the timeline, and the log says what a client
// agreed to.
func TestTheTimelineCountsWrongCodes(t *testing.T) {
	s := start(t, nil)
	issued, err := s.store.Send(t.Context(), s.director, store.NewDocument{
		Template: "npp-acknowledgement", Deliver: "none",
		Client:   &store.NewClient{Contact: practice.Contact{FirstName: "Robin", Email: "robin@example.org"}},
		Consents: []store.Consent{{Channel: practice.Email, Purpose: practice.ForReminders, Given: true, How: "in person"}},
	})
	fatal(t, err)
	for range 10 {
		if _, err := s.store.Unlock(t.Context(), issued.Token, wrongFor(issued.Code), "", store.Origin{}); err == nil {
			t.Fatal("a wrong code unlocks")
		}
	}
	b := s.desk()
	if p := b.get(staffPath(issued.ID)); strings.Count(p.body, "Code entered (refused)") != 1 || !strings.Contains(p.body, "10 times") {
		t.Errorf("the timeline reads: %s", text(p.root))
	}
	if p := b.get("/staff/activity"); !strings.Contains(p.body, "reminders by email") {
		t.Errorf("the log does not say what was agreed to: %s", text(p.root))
	}
}
