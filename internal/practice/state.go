package practice

import (
	"fmt"

	"github.com/sealform/sealform/internal/fault"
)

// A State is where a document stands. Whether its delivery is locked is a fact
// of the delivery, not a state.
type State string

const (
	Prepared  State = "prepared"  // made, its link not yet handed over
	Sent      State = "sent"      // its link exists
	Unlocked  State = "unlocked"  // the code was given once
	Started   State = "started"   // an answer was saved
	Completed State = "completed" // signed and sealed; final
	Declined  State = "declined"  // the client said no to the document as a whole
	Revoked   State = "revoked"   // ended by staff, drafts erased
	Expired   State = "expired"   // its time ran out, drafts kept for a while
)

// States in the order a document may pass through them.
var States = []State{Prepared, Sent, Unlocked, Started, Completed, Declined, Revoked, Expired}

// Open reports whether a client can still fill the document in.
func (s State) Open() bool {
	return s == Sent || s == Unlocked || s == Started
}

// A Step is something that happens to a document.
type Step string

const (
	Send    Step = "send"
	Unlock  Step = "unlock"
	Start   Step = "start"
	Submit  Step = "submit"
	Decline Step = "decline"
	Revoke  Step = "revoke"
	Expire  Step = "expire"
	Extend  Step = "extend" // an expired document comes back to its former state
	Reopen  Step = "reopen" // a declined document may be filled in after all
)

var transitions = map[Step]map[State]State{
	Send:    {Prepared: Sent},
	Unlock:  {Sent: Unlocked, Unlocked: Unlocked, Started: Started},
	Start:   {Unlocked: Started, Started: Started},
	Submit:  {Unlocked: Completed, Started: Completed},
	Decline: {Unlocked: Declined, Started: Declined},
	Revoke:  {Prepared: Revoked, Sent: Revoked, Unlocked: Revoked, Started: Revoked, Expired: Revoked, Declined: Revoked},
	Expire:  {Prepared: Expired, Sent: Expired, Unlocked: Expired, Started: Expired},
	Extend:  {Prepared: Prepared, Sent: Sent, Unlocked: Unlocked, Started: Started},
	Reopen:  {Declined: Sent}, // its draft is gone: the next code makes a new one
}

// Next returns the state that follows from by step. Extend of an expired
// document gives its former state back. A step that does not follow is a
// fault.Conflict that names the state.
func Next(from, former State, step Step) (State, error) {
	if step == Extend && from == Expired {
		from = former
	}
	if to, ok := transitions[step][from]; ok {
		return to, nil
	}
	return "", fault.Code(fault.Conflict, "state", fmt.Sprintf("This document is %s, so that is not possible now.", from))
}
