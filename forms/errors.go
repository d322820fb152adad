package forms

import (
	"fmt"
	"strings"
)

// Error is one thing wrong with a template.
type Error struct {
	File string
	Line int    // 0 when it concerns the whole file
	Item string // id, "" at the top level
	Text string // what is wrong, and what to do
}

func (e Error) Error() string {
	var b strings.Builder
	if e.File != "" {
		b.WriteString(e.File + ":")
	}
	if e.Line > 0 {
		fmt.Fprintf(&b, "%d:", e.Line)
	}
	if b.Len() > 0 {
		b.WriteByte(' ')
	}
	if e.Item != "" {
		b.WriteString("item " + e.Item + ": ")
	}
	return b.String() + e.Text
}

// Errors is everything wrong with a template, in file order.
type Errors []Error

func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, err := range e {
		lines[i] = err.Error()
	}
	return strings.Join(lines, "\n")
}

// maxErrors is how many are worth reading at once.
const maxErrors = 50
