// Package fault owns the kinds of failure and the one sentence a person may
// read about each. Everything a fault carries may be shown to whoever caused
// it; every other error is for the log alone, and readers get a plain apology.
//
// It never holds names, answers, tokens or codes.
package fault

import (
	"errors"
	"fmt"
)

// The kinds. Test for them with errors.Is.
var (
	NotFound        = errors.New("not found")
	Invalid         = errors.New("invalid")
	Forbidden       = errors.New("forbidden")
	Unauthenticated = errors.New("unauthenticated")
	Conflict        = errors.New("conflict")
	Expired         = errors.New("expired")
	Locked          = errors.New("locked")
	TooMany         = errors.New("too many")
	TooLarge        = errors.New("too large")
	Unsupported     = errors.New("unsupported")
	Unavailable     = errors.New("unavailable")
)

var kinds = []error{
	NotFound, Invalid, Forbidden, Unauthenticated, Conflict, Expired,
	Locked, TooMany, TooLarge, Unsupported, Unavailable,
}

// A fault is a kind with a sentence a reader may see and, for programs, a code.
type fault struct {
	kind     error
	code     string
	sentence string
	cause    error
}

func (f *fault) Error() string {
	if f.cause != nil {
		return fmt.Sprintf("%v: %s: %v", f.kind, f.sentence, f.cause)
	}
	return fmt.Sprintf("%v: %s", f.kind, f.sentence)
}

func (f *fault) Unwrap() []error {
	if f.cause != nil {
		return []error{f.kind, f.cause}
	}
	return []error{f.kind}
}

// New returns a fault of the kind. The sentence says what happened and what
// the reader can do; it is shown as it stands.
func New(kind error, sentence string) error {
	return &fault{kind: kind, sentence: sentence}
}

// Newf is New with a format.
func Newf(kind error, format string, args ...any) error {
	return &fault{kind: kind, sentence: fmt.Sprintf(format, args...)}
}

// Code returns a fault that programs can tell apart by its code, a short
// lower-case word such as "no-channel".
func Code(kind error, code, sentence string) error {
	return &fault{kind: kind, code: code, sentence: sentence}
}

// Because returns a fault of the kind that keeps cause for the log.
func Because(kind error, cause error, sentence string) error {
	return &fault{kind: kind, sentence: sentence, cause: cause}
}

// KindOf returns the kind err carries, or nil when it carries none.
func KindOf(err error) error {
	for _, kind := range kinds {
		if errors.Is(err, kind) {
			return kind
		}
	}
	return nil
}

// Sentence returns what a reader may see of err: the outermost fault's
// sentence, or "" when err carries none.
func Sentence(err error) string {
	var f *fault
	if errors.As(err, &f) {
		return f.sentence
	}
	return ""
}

// CodeOf returns the code of err for programs: the fault's own, or its kind
// with hyphens, or "internal".
func CodeOf(err error) string {
	var f *fault
	if errors.As(err, &f) && f.code != "" {
		return f.code
	}
	switch KindOf(err) {
	case nil:
		return "internal"
	case NotFound:
		return "not-found"
	case TooMany:
		return "too-many"
	case TooLarge:
		return "too-large"
	default:
		return KindOf(err).Error()
	}
}

// Wrap adds where to a non-nil *err, for use in a defer. The format takes ids,
// never anything a person wrote.
func Wrap(err *error, format string, args ...any) {
	if *err != nil {
		*err = fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), *err)
	}
}
