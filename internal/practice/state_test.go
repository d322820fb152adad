package practice_test

import (
	"errors"
	"testing"

	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
)

// The golden table names every step from every state; "" is refused.
func TestEveryTransition(t *testing.T) {
	golden := map[practice.Step][8]practice.State{
		//                  prepared   sent        unlocked    started     completed declined    revoked expired
		practice.Send:    {"sent", "", "", "", "", "", "", ""},
		practice.Unlock:  {"", "unlocked", "unlocked", "started", "", "", "", ""},
		practice.Start:   {"", "", "started", "started", "", "", "", ""},
		practice.Submit:  {"", "", "completed", "completed", "", "", "", ""},
		practice.Decline: {"", "", "declined", "declined", "", "", "", ""},
		practice.Revoke:  {"revoked", "revoked", "revoked", "revoked", "", "revoked", "", "revoked"},
		practice.Expire:  {"expired", "expired", "expired", "expired", "", "", "", ""},
		practice.Extend:  {"prepared", "sent", "unlocked", "started", "", "", "", "started"},
		practice.Reopen:  {"", "", "", "", "", "sent", "", ""},
	}
	for step, row := range golden {
		for i, from := range practice.States {
			got, err := practice.Next(from, practice.Started, step)
			if got != row[i] {
				t.Errorf("%s from %s = %q, want %q", step, from, got, row[i])
			}
			if (err != nil) != (row[i] == "") || err != nil && !errors.Is(err, fault.Conflict) {
				t.Errorf("%s from %s: error %v", step, from, err)
			}
		}
	}
}

func TestExtendGivesTheFormerStateBack(t *testing.T) {
	for _, former := range []practice.State{practice.Sent, practice.Unlocked, practice.Started} {
		if got, err := practice.Next(practice.Expired, former, practice.Extend); err != nil || got != former {
			t.Errorf("extend after %s = %q, %v", former, got, err)
		}
	}
	for _, former := range []practice.State{practice.Completed, practice.Revoked, practice.Declined, practice.Expired} {
		if got, err := practice.Next(practice.Expired, former, practice.Extend); err == nil {
			t.Errorf("extend brought %s back as %q", former, got)
		}
	}
}
