package vault

import (
	"errors"
	"fmt"
	"io"
)

// Secrets are held in types that print as their name and nothing more, however
// they end up in a log line or a failing test.

// Format prints "vault.Seed" for every verb.
func (Seed) Format(f fmt.State, _ rune) { io.WriteString(f, "vault.Seed") }

// MarshalText refuses: a seed leaves the process wrapped or not at all.
func (Seed) MarshalText() ([]byte, error) { return nil, errors.New("a seed is never encoded") }

// Format prints "vault.Pair" for every verb.
func (*Pair) Format(f fmt.State, _ rune) { io.WriteString(f, "vault.Pair") }

// Format prints "vault.Ring" for every verb; [Ring.IDs] is what a log may hold.
func (*Ring) Format(f fmt.State, _ rune) { io.WriteString(f, "vault.Ring") }
