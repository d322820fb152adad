package portal

import (
	"time"

	"github.com/sealform/sealform/internal/outbox"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

var channelWords = map[practice.Channel]string{practice.Email: "email", practice.SMS: "text message", practice.Voice: "phone call"}

var languageWords = map[string]string{"en": "English", "es": "Spanish", "fr": "French"}

var kindWords = map[practice.MessageKind]string{
	practice.LinkMessage:  "The link to a form",
	practice.CodeMessage:  "The code",
	practice.Reminder:     "Reminder, not opened yet",
	practice.Resume:       "Reminder, begun and not finished",
	practice.ExpiryNotice: "The time is over",
	practice.DoneNotice:   "Everything was received",
	practice.Question:     "May we send you messages?",
	practice.StopNotice:   "Messages have stopped",
	practice.StaffNotice:  "To staff: a document is ready to read",
}

// reasonWords say why a message was not sent, and what helps.
var reasonWords = map[outbox.Reason]string{
	outbox.Unreachable: "the server that sends messages does not answer",
	outbox.Insecure:    "the connection to the server could not be encrypted",
	outbox.SignIn:      "the server does not take our name and password; tell whoever runs this service",
	outbox.Refused:     "it was refused; call the client, they may have stopped messages",
	outbox.Full:        "the mailbox is full; try again later or call the client",
	outbox.Busy:        "the server was busy",
	outbox.BrokeOff:    "the connection broke, so it may have arrived all the same; ask the client",
	outbox.BadAddress:  "there is no such address or number; check it with the client",
	outbox.Guarded:     "link and code would have gone to one address; hand one of them over yourself",
	outbox.NoChannel:   "this way of sending is no longer set up",
	outbox.TooOften:    "eight links open answers already; ask the client to use one of theirs",
	outbox.Bounced:     "it could not be delivered; check the address or number with the client",
}

// messageStateWords say where a message stands.
func messageStateWords(m *store.Message, now time.Time, where place) (string, views.Tone) {
	switch m.State {
	case practice.MessageWaiting:
		return "Waits for the client’s yes", views.Wait
	case practice.MessageQueued:
		switch {
		case m.Reason != "" && !m.DueAt.IsZero():
			return "Tried: " + reasonWords[m.Reason] + ". Again " + where.when(m.DueAt, now), views.Warn
		case m.DueAt.After(now.Add(time.Minute)):
			return "Goes out " + where.when(m.DueAt, now), views.Wait
		}
		return "Going out", views.Wait
	case practice.MessageSent:
		return "Sent " + where.when(m.SentAt, now), views.Good
	case practice.MessageDelivered:
		return "Arrived " + where.when(m.DeliveredAt, now), views.Good
	case practice.MessageFailed:
		return "Not sent: " + reasonWords[m.Reason], views.Warn
	case practice.MessageStopped:
		return "Not sent: the client wants no such messages", views.Stop
	default:
		return "No longer needed", views.Calm
	}
}
