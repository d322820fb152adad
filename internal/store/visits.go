package store

import (
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/practice"
)

// What visits may take of the memory: some 500 bytes each, and the drafts.
const (
	visitsKept   = 4096
	draftsKept   = 16 << 20 // bytes of drafts
	largestDraft = 64 << 10
)

// visits remembers what unlocked sessions lead to: ids and states as their rows
// say at one version, and drafts as they are stored, which nothing here opens.
// Triggers in the database move a session's version whenever such a row
// changes, whoever changes it.
type visits struct {
	mu     sync.Mutex
	known  map[visitKey]*knownVisit
	drafts int // bytes of them
}

// A visitKey is what a link and a session are stored under.
type visitKey struct{ link, session string }

// A knownVisit never changes.
type knownVisit struct {
	version            int64 // of the session's row when it was read
	delivery           uuid.UUID
	practice           *practice.Practice
	expires, copyUntil time.Time
	locked             bool
	language           string
	steps              []Step
	drafts             map[uuid.UUID]*sealedDraft // that the link opens, by document
}

func (k *knownVisit) fill(v *Visit) {
	v.Delivery, v.Practice, v.Expires, v.CopyUntil, v.Locked, v.Unlocked = k.delivery, k.practice, k.expires, k.copyUntil, k.locked, true
	v.Language = k.language
	v.Steps = slices.Clone(k.steps)
}

func (m *visits) of(key visitKey) *knownVisit {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.known[key]
}

func (m *visits) keep(l *lookup) {
	v := l.visit
	v.key, v.version = l.key, l.version
	m.mu.Lock()
	defer m.mu.Unlock()
	m.put(v.key, &knownVisit{l.version, v.Delivery, v.Practice, v.Expires, v.CopyUntil, v.Locked, v.Language, slices.Clone(v.Steps), nil})
}

// forget is for who changed what a visit saw.
func (m *visits) forget(v *Visit) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.remove(v.key)
}

func (m *visits) remove(key visitKey) {
	if k := m.known[key]; k != nil {
		m.drafts -= k.size()
		delete(m.known, key)
	}
}

// draft returns what the visit's link opens, as it was when the visit was
// looked up or later; nil when that is not remembered.
func (m *visits) draft(v *Visit, document uuid.UUID) *sealedDraft {
	m.mu.Lock()
	defer m.mu.Unlock()
	if k := m.known[v.key]; k != nil && k.version == v.version {
		return k.drafts[document]
	}
	return nil
}

// keepDraft remembers a draft that was read after the visit was looked up.
func (m *visits) keepDraft(v *Visit, document uuid.UUID, row *sealedDraft) {
	if len(row.sealed) > largestDraft {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	k := m.known[v.key]
	if k == nil || k.version != v.version {
		return
	}
	more := *k
	more.drafts = maps.Clone(k.drafts)
	if more.drafts == nil {
		more.drafts = map[uuid.UUID]*sealedDraft{}
	}
	more.drafts[document] = row
	m.put(v.key, &more)
}

// put remembers a visit. When there is no room everything else is forgotten.
func (m *visits) put(key visitKey, k *knownVisit) {
	m.remove(key)
	if m.known == nil || len(m.known) >= visitsKept || m.drafts+k.size() > draftsKept {
		m.known, m.drafts = map[visitKey]*knownVisit{}, 0
	}
	m.known[key] = k
	m.drafts += k.size()
}

func (k *knownVisit) size() (n int) {
	for _, d := range k.drafts {
		n += len(d.sealed)
	}
	return n
}
