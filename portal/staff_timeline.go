package portal

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

// timeline says what happened to a document, oldest first, and who did it.
func (p *Portal) timeline(ctx context.Context, h *store.Holder, events []audit.Event, where place) ([]views.Event, error) {
	names, err := p.Store.Colleagues(ctx, h)
	if err != nil {
		return nil, err
	}
	var lines []views.Event
	for i := 0; i < len(events); i++ {
		line, tries := eventWords(events[i], names, p.Now(), where), 1
		for ; refusedAgain(events, i); i++ {
			tries++
		}
		if tries > 1 {
			line.Detail = fmt.Sprintf("%d times", tries)
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// refusedAgain reports whether the event after i is the same refusal once more.
func refusedAgain(events []audit.Event, i int) bool {
	if i+1 == len(events) {
		return false
	}
	this, next := events[i], events[i+1]
	return this.Outcome == audit.Refused && next.Outcome == audit.Refused && this.Action == next.Action && this.Actor.Kind == next.Actor.Kind && this.Actor.ID == next.Actor.ID
}

// tones of what wants to be seen in a timeline; all else is calm.
var eventTones = map[audit.Action]views.Tone{
	"document.submit": views.Good, "document.decline": views.Warn, "delivery.lock": views.Warn, "delivery.no-code": views.Warn,
	"delivery.link-asked": views.Warn, "document.revoke": views.Stop, "document.expire": views.Stop, "document.unlock": views.Wait, "document.start": views.Wait,
}

func eventWords(e audit.Event, names map[uuid.UUID]string, now time.Time, where place) views.Event {
	tone := eventTones[e.Action]
	if tone == "" {
		tone = views.Calm
	}
	if e.Outcome == audit.Refused || e.Outcome == audit.Failed {
		tone = views.Warn
	}
	line := views.Event{At: where.when(e.At, now), Text: actionWords(string(e.Action), e.Outcome), Tone: tone, Detail: eventDetail(e)}
	if e.Action == "document.reissue" && reissued[e.Detail["what"]] != "" {
		line.Text = reissued[e.Detail["what"]]
	}
	if e.Actor.Kind == access.Staff || e.Actor.Kind == access.APIKey {
		line.Detail = "by " + byWords(e.Actor, names)
	}
	return line
}

func byWords(a access.Actor, names map[uuid.UUID]string) string {
	if a.Kind == access.APIKey {
		return "an API key"
	}
	if name := names[a.ID]; name != "" {
		return name
	}
	return "a colleague"
}

var reissued = map[string]string{
	store.ReissueCode: "New code made: the old one stopped working",
	store.ReissueLink: "New link made: older ones keep working",
	store.ReissueBoth: "New link and new code made",
}

// noCodeWhy are the choices of the form "I have no code".
var noCodeWhy = map[string]string{"not-received": "it never came", "lost": "it is lost", "not-working": "it does not work"}

func eventDetail(e audit.Event) string {
	if why := noCodeWhy[e.Detail["why"]]; why != "" {
		return why
	}
	return messageDetail(e)
}

// messageDetail says which message an event is about, or what a client agreed to.
func messageDetail(e audit.Event) string {
	by := channelWords[practice.Channel(e.Detail["channel"])]
	if by == "" {
		return ""
	}
	if kind := kindWords[practice.MessageKind(e.Detail["kind"])]; kind != "" {
		return kind + ", by " + by
	}
	if purpose := e.Detail["purpose"]; purpose != "" {
		return purpose + " by " + by
	}
	return "by " + by
}

// progress is how far a document came on its way. It begins with what staff
// did; everything after "Sent" was done by somebody with the code.
func progress(d *store.Document, events []audit.Event, now time.Time, where place) []views.Mark {
	if d.PaperOn != "" {
		return nil
	}
	started := time.Time{}
	for _, e := range events {
		if e.Action == "document.start" {
			started = e.At
		}
	}
	if started.IsZero() && d.State == practice.Completed {
		started = d.CompletedAt
	}
	marks := []views.Mark{{Text: "Sent"}, {Text: "Opened"}, {Text: "Begun"}, {Text: "Signed"}, {Text: "Read"}}
	for i, at := range []time.Time{d.SentAt, d.UnlockedAt, started, d.CompletedAt, d.ReadAt} {
		if at.IsZero() {
			break
		}
		marks[i].When, marks[i].Reached = where.when(at, now), true
		if i > 0 {
			marks[i-1].Now = false
		}
		marks[i].Now = true
	}
	return marks
}
