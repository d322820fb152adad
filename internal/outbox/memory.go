package outbox

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Memory is the demo's channel: what it is given leaves by no wire and is kept
// until the process ends.
type Memory struct {
	now func() time.Time

	mu   sync.Mutex
	kept []Kept
}

// A Kept message, with when it was given.
type Kept struct {
	At time.Time
	Message
}

// mostKept bounds the memory of a demo that runs for long.
const mostKept = 500

// NewMemory returns an empty channel.
func NewMemory(now func() time.Time) *Memory { return &Memory{now: now} }

// Send keeps the message.
func (m *Memory) Send(_ context.Context, message *Message) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.kept = append(m.kept, Kept{m.now(), *message})
	if over := len(m.kept) - mostKept; over > 0 {
		m.kept = slices.Delete(m.kept, 0, over)
	}
	return nil
}

// Messages returns what was kept, newest first.
func (m *Memory) Messages() []Kept {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := slices.Clone(m.kept)
	slices.Reverse(all)
	return all
}
