package portal

import (
	"strings"
	"time"

	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

// stateWords says where a document stands.
func stateWords(d *store.Document) (string, views.Tone) {
	if d.Locked && d.State.Open() {
		return "Locked", views.Warn
	}
	w := states[d.State]
	if d.State == practice.Completed {
		switch d.Outcome.Result {
		case "agreed":
			return "Agreed", views.Good
		case "acknowledged":
			return "Acknowledged", views.Good
		case "declined":
			return "Completed, not agreed", views.Warn
		}
	}
	return w.text, w.tone
}

var states = map[practice.State]struct {
	text string
	tone views.Tone
}{
	practice.Prepared:  {"Not handed over yet", views.Wait},
	practice.Sent:      {"Sent", views.Wait},
	practice.Unlocked:  {"Opened", views.Wait},
	practice.Started:   {"Begun", views.Wait},
	practice.Completed: {"Completed", views.Good},
	practice.Declined:  {"Declined", views.Warn},
	practice.Revoked:   {"Revoked", views.Stop},
	practice.Expired:   {"Expired", views.Stop},
}

// latest is the newest thing that happened to a document.
func latest(d *store.Document) time.Time {
	at := d.CreatedAt
	for _, t := range []time.Time{d.SentAt, d.UnlockedAt, d.CompletedAt} {
		if t.After(at) {
			at = t
		}
	}
	return at
}

// clientName is what staff know a document's client by.
func clientName(d *store.Document) string {
	if d.Client.FullName != "" {
		return d.Client.FullName
	}
	return d.FirstName
}

func documentRow(d *store.Document, now time.Time, where place) views.DocumentRow {
	state, tone := stateWords(d)
	return views.DocumentRow{
		Href: "/staff/documents/" + d.ID.String(), Client: clientName(d), Template: d.Title,
		State: state, Tone: tone, When: where.when(latest(d), now),
	}
}

func documentRows(items []store.Document, now time.Time, where place) []views.DocumentRow {
	rows := make([]views.DocumentRow, len(items))
	for i := range items {
		rows[i] = documentRow(&items[i], now, where)
	}
	return rows
}

// actionWords says what an event of the log was, "document.revoked" as it
// stands where nobody gave it better words.
func actionWords(action, outcome string) string {
	text, ok := actions[action]
	if strings.HasPrefix(action, "access.") {
		return "Tried what their role does not allow"
	}
	if !ok {
		text = strings.ReplaceAll(action, ".", ", ")
		text = strings.ToUpper(text[:min(1, len(text))]) + text[min(1, len(text)):]
	}
	switch outcome {
	case "refused":
		return text + " (refused)"
	case "failed":
		return text + " (failed)"
	}
	return text
}

// actions are the words of the log, one for every action of the store.
var actions = map[string]string{
	"document.send":              "Document made",
	"document.reissue":           "New link or code made",
	"document.extend":            "Given more time",
	"document.revoke":            "Revoked",
	"document.expire":            "Time ran out",
	"document.erase":             "Erased",
	"document.unlock":            "Opened by the client",
	"document.start":             "First answer saved",
	"document.start-afresh":      "Started afresh in another browser",
	"document.submit":            "Signed and completed",
	"document.decline":           "Declined by the client",
	"answers.read":               "Answers read",
	"pdf.download":               "Signed PDF downloaded",
	"attachment.download":        "File of the client downloaded",
	"delivery.unlock":            "Code entered",
	"delivery.lock":              "Locked after ten wrong codes",
	"delivery.no-code":           "The client has no code",
	"delivery.link-asked":        "The client asks for a new link",
	"delivery.settle":            "The client's call was dealt with",
	"document.paper":             "Kept from paper, with its scan",
	"document.file":              "Filed",
	"document.unfile":            "Taken back from filed",
	"document.reopen":            "Opened again after it was declined",
	"record.add":                 "A record was added beside it",
	"client.add":                 "Client added",
	"client.import":              "Client imported",
	"client.edit":                "Client's record changed",
	"client.restore":             "Client's record put back as it was",
	"client.archive":             "Client archived",
	"client.unarchive":           "Client restored",
	"member.invite":              "Colleague invited",
	"member.reset":               "Access reset",
	"member.accept":              "Passphrase chosen",
	"member.approve":             "Colleague approved",
	"member.remove":              "Colleague removed",
	"member.sign-in":             "Signed in",
	"member.sign-out":            "Signed out",
	"kit.confirm":                "Recovery kit typed back",
	"kit.make":                   "New recovery kit made",
	"kit.redeem":                 "Opened with the recovery kit",
	"key.make":                   "API key made",
	"key.revoke":                 "API key revoked",
	"template.publish":           "Template published",
	"template.draft":             "Draft of a template saved",
	"template.retire":            "Template retired",
	"template.discard":           "Draft of a template discarded",
	"client.assign":              "Said who sees the client",
	"member.change":              "Role or permissions changed",
	"member.confirm":             "Passphrase typed again",
	"member.second-factor-on":    "Second factor turned on",
	"member.second-factor-off":   "Second factor turned off",
	"member.passphrase":          "Passphrase changed",
	"member.end-session":         "A session ended",
	"member.forget-device":       "A browser forgotten",
	"member.sign-out-everywhere": "Signed out everywhere",
	"practice.change":            "Settings changed",
	"practice.rekey":             "Practice key changed",
	"practice.suspend":           "Practice suspended",
	"practice.resume":            "Practice opened again",
	"activity.export":            "Activity exported",
	"practice.create":            "Practice made",
	"server-key.rotate":          "Server key changed",
	"seal.rotate":                "Key for sealing PDFs changed",

	"message.send":     "Message sent",
	"message.fail":     "Message not sent",
	"message.arrive":   "Message arrived",
	"message.bounce":   "Message came back",
	"message.retry":    "Message sent again",
	"code.show":        "Code shown to read out",
	"consent.give":     "The client agreed to messages",
	"consent.stop":     "The client stopped messages",
	"messages.plan":    "Reminders and quiet hours changed",
	"messages.wording": "Words of a message changed",
}
