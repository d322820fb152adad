package fault_test

import (
	"errors"
	"testing"

	"github.com/sealform/sealform/internal/fault"
)

func TestWrappedFaultKeepsItsKindSentenceAndCode(t *testing.T) {
	change := func() (err error) {
		defer fault.Wrap(&err, "store.Send(%s)", "id-1")
		return fault.Code(fault.Conflict, "no-channel", "Show the link and code instead.")
	}
	err := change()
	if !errors.Is(err, fault.Conflict) || errors.Is(err, fault.NotFound) {
		t.Errorf("kind lost: %v", err)
	}
	if got := fault.Sentence(err); got != "Show the link and code instead." {
		t.Errorf("Sentence = %q", got)
	}
	if got := fault.CodeOf(err); got != "no-channel" {
		t.Errorf("CodeOf = %q", got)
	}
}

func TestForeignErrorSaysNothingToReaders(t *testing.T) {
	err := errors.New("pq: password of jane@example.org")
	if fault.Sentence(err) != "" || fault.KindOf(err) != nil || fault.CodeOf(err) != "internal" {
		t.Errorf("a foreign error reached the reader: %q %v", fault.Sentence(err), fault.KindOf(err))
	}
}

func TestCauseStaysFindableAndOutOfTheSentence(t *testing.T) {
	cause := errors.New("disk full")
	err := fault.Because(fault.Unavailable, cause, "Try again in a minute.")
	if !errors.Is(err, cause) || fault.Sentence(err) != "Try again in a minute." {
		t.Errorf("cause or sentence wrong: %v", err)
	}
}
