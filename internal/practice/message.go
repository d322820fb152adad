package practice

// A Channel is a way for a message to reach somebody.
type Channel string

const (
	Email Channel = "email"
	SMS   Channel = "sms"
	Voice Channel = "voice" // a call that speaks
)

// Channels in the order they are offered.
var Channels = []Channel{Email, SMS, Voice}

// A MessageKind says what a message is for. Its text is a wording of the kind.
type MessageKind string

const (
	LinkMessage  MessageKind = "link"      // carries a link
	CodeMessage  MessageKind = "code"      // carries a code
	Reminder     MessageKind = "reminder"  // before the first unlock: carries a link
	Resume       MessageKind = "resume"    // after it: names the message that holds the link
	ExpiryNotice MessageKind = "expired"   // the link's time ran out
	DoneNotice   MessageKind = "completed" // everything was signed and sent
	Question     MessageKind = "ask"       // may we send you messages?
	StopNotice   MessageKind = "stopped"   // confirms, once, that messages stop
	StaffNotice  MessageKind = "ready"     // to a staff member: a document is ready to read
)

// ClientMessages are the kinds that go to clients and whose wording a practice
// may choose.
var ClientMessages = []MessageKind{LinkMessage, CodeMessage, Reminder, Resume, ExpiryNotice, DoneNotice, Question, StopNotice}

// CarriesLink reports whether a message of the kind holds a link of a delivery.
func (k MessageKind) CarriesLink() bool { return k == LinkMessage || k == Reminder }

// Automatic reports whether nobody asked for the message just now. Such a
// message waits for the end of the quiet hours.
func (k MessageKind) Automatic() bool {
	return k == Reminder || k == Resume || k == ExpiryNotice || k == DoneNotice
}

// A Purpose is what a client agrees to get messages for.
type Purpose string

const (
	ForDocuments Purpose = "documents" // links, codes and what became of a document
	ForReminders Purpose = "reminders"
)

// Purposes in the order they are offered.
var Purposes = []Purpose{ForDocuments, ForReminders}

// Purpose returns what a client must have agreed to before a message of the
// kind, or "" for a message that needs no consent: the question itself, the one
// confirmation that messages stop, and what goes to staff.
func (k MessageKind) Purpose() Purpose {
	switch k {
	case Question, StopNotice, StaffNotice:
		return ""
	case Reminder, Resume:
		return ForReminders
	default:
		return ForDocuments
	}
}

// A MessageState is where a message stands.
type MessageState string

const (
	MessageWaiting   MessageState = "waiting"   // for the client's answer to the question
	MessageQueued    MessageState = "queued"    // to be sent when it is due
	MessageSent      MessageState = "sent"      // the channel took it
	MessageDelivered MessageState = "delivered" // the channel says it arrived
	MessageFailed    MessageState = "failed"    // given up, for a reason; can be tried again
	MessageStopped   MessageState = "stopped"   // the client wants no messages
	MessageDropped   MessageState = "dropped"   // no longer needed
)
