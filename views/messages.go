package views

import "github.com/sealform/sealform/internal/practice"

// AboutMessages is the page behind a message, for whoever got it. It posts the
// field answer: "yes" or "no" to the question, "stop" or "stop-reminders".
type AboutMessages struct {
	ClientPage
	Asks    bool // the message asked whether messages may be sent
	Stopped bool
	Channel string // in words: "email"
	To      string // shortened
	Done    string // the answer that was just given; "" before it
}

// Way is the channel in the page's language.
func (p AboutMessages) Way() string { return p.Word(p.Channel) }

// Subscriptions shows where a delivery's messages go. It posts the field channel.
type Subscriptions struct {
	ClientPage
	Addresses []Subscription
	Action    string
	Back      string // GET
}

// A Subscription is one address that messages go to.
type Subscription struct {
	Channel string // as it is posted
	Words   string
	To      string
	Stopped bool
}

// MessageSettings shows when and in which words messages go out. Fields posted:
// remind_after, remind_before, quiet_from, quiet_to, most_a_day, tell_staff.
type MessageSettings struct {
	StaffPage
	Section
	Action       string
	Channels     []string // that are set up, in words; none: nothing can be sent
	RemindAfter  string
	RemindBefore string
	QuietFrom    string
	QuietTo      string
	MostADay     string
	TellStaff    bool
	Wordings     []WordingRow
}

// A WordingRow leads to one message's words by one way, in each language.
type WordingRow struct {
	Kind, Channel string
	Languages     []WordingLink
}

// A WordingLink leads to the words in one language. Own says that they are the
// practice's.
type WordingLink struct {
	Language, Href string
	Own            bool
}

// WordingForm edits the words of one message. Fields posted: subject, body, and
// go: "preview", "save" or "reset".
type WordingForm struct {
	StaffPage
	Heading string
	Lead    string
	Action  string
	Email   bool
	Wording Wording
	Allowed []string // placeholders
	Own     bool     // the practice's own words are in use
	Preview Preview
	Back    string
}

// AllowedIn returns the placeholders that a message of the kind may hold.
func AllowedIn(kind practice.MessageKind) []string {
	_, may := placeholdersOf(kind)
	return may
}

func (AboutMessages) View() string   { return "client/message-choice" }
func (Subscriptions) View() string   { return "client/subscriptions" }
func (MessageSettings) View() string { return "staff/messages" }
func (WordingForm) View() string     { return "staff/wording" }
