package config

import (
	"fmt"
	"log/slog"
)

// A Secret is text that no log, error or listing may hold. It prints as
// [redacted]; string(s) is the text itself.
type Secret string

const redacted = "[redacted]"

// Format prints [redacted] for every verb.
func (Secret) Format(f fmt.State, _ rune) { fmt.Fprint(f, redacted) }

// LogValue keeps the text out of logs.
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText keeps the text out of JSON.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
