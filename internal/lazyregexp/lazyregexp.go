// Package lazyregexp compiles patterns when they are first needed. Compiling all
// of them as the program starts would be a fifteenth of the time that takes, and
// most runs need a few.
package lazyregexp

import (
	"regexp"
	"sync"
)

// New returns a function that returns the compiled pattern. Its first call
// panics if the pattern is not one that package regexp understands.
func New(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}
