// Package outbox owns the queue of messages and the channels they leave by.
//
// A message is put into the queue in the transaction of what caused it, as an
// id and a time. A worker claims it, has it written just before it is sent, and
// forgets the text: no link is ever stored, and of a link only its MAC. A
// message is sent at least once. It is sent twice only when nobody can tell
// whether the first time arrived: the connection broke, or this process died,
// between handing it over and recording that.
//
// The package refuses to send a link and a code in one message or to one
// address, whoever wrote the message. It never logs an address, a link or a code.
package outbox

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/practice"
)

// A Message is ready to be sent. It lives in memory only.
type Message struct {
	ID       uuid.UUID
	Practice uuid.UUID
	Try      int // from 1: the same message may be sent again, with another link
	Channel  practice.Channel
	To       string // e-mail address, or phone number in E.164
	FromName string // who writes, beside the address of the installation
	ReplyTo  string // e-mail only; may be empty
	Language string // BCP 47
	Subject  string // e-mail only
	Body     string

	Link string // the link in Body, or ""
	Code string // the code in Body, eight digits, or ""
	// Other holds the addresses that the other secret of the same delivery goes
	// or went to: codes' addresses for a link, links' addresses for a code.
	Other []string
	// IsCode tells the code of the delivery from any other eight digits. It is
	// needed beside a link.
	IsCode func(digits string) bool

	Unsubscribe string // address of the page that stops messages; "" for none
	Receipt     string // address that the channel may report delivery to
}

// A Channel hands messages over to whoever delivers them. An error that is no
// *Failure counts as one of which nothing is known.
type Channel interface {
	Send(ctx context.Context, m *Message) error
}

// Channels are the ways that are set up.
type Channels map[practice.Channel]Channel

// A Failure tells why a message was not taken.
type Failure struct {
	Reason Reason
	Unsure bool // it may have been taken all the same
	Final  bool // trying again will not help
	Status int  // of SMTP or HTTP, for the log; 0 for none
}

func (f *Failure) Error() string {
	return fmt.Sprintf("not sent: %s (status %d, unsure %t, final %t)", f.Reason, f.Status, f.Unsure, f.Final)
}

// A Reason says in one word why a message was not sent.
type Reason string

const (
	Unreachable Reason = "unreachable" // nobody answers at the server's address
	Insecure    Reason = "insecure"    // no encryption, or a certificate that is not good
	SignIn      Reason = "sign-in"     // the server does not take our name and password
	Refused     Reason = "refused"     // this message or this address is not wanted
	Full        Reason = "full"        // the mailbox has no room
	Busy        Reason = "busy"        // try again later
	BrokeOff    Reason = "broke-off"   // the connection broke while it was handed over
	BadAddress  Reason = "bad-address" // no such mailbox or number
	Guarded     Reason = "guarded"     // link and code would have met
	NoChannel   Reason = "no-channel"  // the channel is no longer set up
	TooOften    Reason = "too-often"   // tried too often
	Bounced     Reason = "bounced"     // taken, and came back
)

// An Entry is one message of the queue, claimed by this worker.
type Entry struct {
	Message  uuid.UUID
	Practice uuid.UUID
	Tries    int // with this one
	Unsure   int // tries of which nobody knows whether they arrived, with this one
	Queued   time.Time

	until time.Time // when the claim ends
}

// A Written is an entry with its message, or with why there is none: ErrNothing
// when it is not to be sent now.
type Written struct {
	Entry
	Text *Message
	Err  error
}

// An Outcome is what came of a try. Failure is nil when the channel took the
// message.
type Outcome struct {
	Entry
	Text    *Message
	Failure *Failure
}
