// Package lazyregexp compiles patterns when they are first needed. Compiling all
// of them at the start would make it a tenth longer, and most runs need a few.
package lazyregexp

import (
	"regexp"
	"sync"
	"testing"
)

// New returns a function that returns the compiled pattern. A pattern that
// package regexp does not understand panics when it is first needed, and in
// tests at once.
func New(pattern string) func() *regexp.Regexp {
	compiled := sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
	if testing.Testing() {
		compiled()
	}
	return compiled
}
