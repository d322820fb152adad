package store

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
)

// maxFound bounds what a search returns: whoever finds more types more.
const maxFound = 50

// Search returns clients by name, date of birth or reference, archived ones
// last; more says that there are others. Every label is opened within the
// holder's own request, and none is kept: the server cannot search by itself.
func (s *Store) Search(ctx context.Context, h *Holder, query string) (found []ClientRow, more bool, err error) {
	defer fault.Wrap(&err, "store.Search(%s)", h.Practice)
	if err := s.require(ctx, h.Actor, access.ReadDocuments, audit.Subject{Kind: "practice", ID: h.Practice}); err != nil {
		return nil, false, err
	}
	want := readQuery(query)
	if want == nil {
		return nil, false, nil
	}
	var ids []uuid.UUID
	err = s.eachLabel(ctx, h, func(id uuid.UUID, text []byte) error {
		ok, err := want.matches(text)
		if ok && len(ids) <= maxFound {
			ids = append(ids, id)
		}
		return err
	})
	if err != nil || len(ids) == 0 {
		return nil, false, err
	}
	if more = len(ids) > maxFound; more {
		ids = ids[:maxFound]
	}
	sealed, err := s.clientRows(ctx, h, `WHERE c.practice_id = $1 AND c.id IN (`+places(2, len(ids))+`)`, idArgs(h.Practice, ids))
	if err != nil {
		return nil, false, err
	}
	if found, err = s.openClients(ctx, h, sealed); err != nil {
		return nil, false, err
	}
	slices.SortFunc(found, func(a, b ClientRow) int {
		if a.ArchivedAt.IsZero() != b.ArchivedAt.IsZero() {
			return map[bool]int{true: -1, false: 1}[a.ArchivedAt.IsZero()]
		}
		return strings.Compare(practice.Fold(a.FullName), practice.Fold(b.FullName))
	})
	return found, more, nil
}

// eachLabel opens the label of every client that the holder may see, and seals
// those again that were still sealed to the public half.
func (s *Store) eachLabel(ctx context.Context, h *Holder, use func(id uuid.UUID, text []byte) error) error {
	var ids []uuid.UUID
	var labels [][]byte
	seen, args := seenBy(h, "c.id", []any{h.Practice})
	var id uuid.UUID
	var label []byte
	err := s.db.ReadEach(ctx, h.Practice, `SELECT c.id, c.label FROM clients c WHERE c.practice_id = $1 AND `+seen+` ORDER BY c.created_at DESC, c.id DESC`, args, []any{&id, &label}, func() error {
		ids, labels = append(ids, id), append(labels, label)
		return nil
	})
	if err != nil {
		return err
	}
	var again []reseal
	for i, id := range ids {
		text, now, err := s.openLabelText(ctx, h, id, "client", labels[i])
		if err != nil {
			return err
		}
		if now != nil {
			again = append(again, reseal{resealClient, id, now, labels[i]})
		}
		if err := use(id, text); err != nil {
			return err
		}
	}
	s.resealLabels(ctx, h.Practice, again)
	return nil
}

// A wanted is what was typed to search for: every word must be found, and one
// of the dates if any was typed.
type wanted struct {
	words []string
	dates []string // ISO; those that the same digits can mean
}

// readQuery returns nil when nothing was typed.
func readQuery(query string) *wanted {
	w := &wanted{dates: practice.Dates(query)}
	if w.dates == nil {
		for _, word := range strings.Fields(practice.Fold(query)) {
			if dates := practice.Dates(word); dates != nil {
				w.dates = append(w.dates, dates...)
			} else {
				w.words = append(w.words, word)
			}
		}
	}
	if len(w.words)+len(w.dates) == 0 {
		return nil
	}
	return w
}

// matches reports whether a label has what is wanted. Most have not, and plain
// ones are ruled out before they are parsed: that is most of a search's time.
func (w *wanted) matches(text []byte) (bool, error) {
	if w.ruledOut(text) {
		return false, nil
	}
	var label practice.Label
	if err := json.Unmarshal(text, &label); err != nil {
		return false, err
	}
	if len(w.dates) > 0 && !slices.Contains(w.dates, label.BirthDate) {
		return false, nil
	}
	name, reference := practice.Fold(label.FullName), practice.Fold(label.Reference)
	for _, word := range w.words {
		if !begins(name, word) && !strings.Contains(reference, word) {
			return false, nil
		}
	}
	return true, nil
}

// begins reports whether a word of the name begins with the typed one.
func begins(name, typed string) bool {
	for rest := name; ; {
		at := strings.Index(rest, typed)
		if at < 0 {
			return false
		}
		if at == 0 && len(rest) == len(name) || at > 0 && strings.ContainsRune(" -'’.,(", rune(rest[at-1])) {
			return true
		}
		rest = rest[at+1:]
	}
}

// ruledOut looks at the sealed text itself, which is JSON. Text beyond ASCII,
// or escaped, is left to the parser.
func (w *wanted) ruledOut(text []byte) bool {
	for _, b := range text {
		if b >= 0x80 || b == '\\' {
			return false
		}
	}
	if len(w.dates) > 0 && !slices.ContainsFunc(w.dates, func(d string) bool { return bytes.Contains(text, []byte(d)) }) {
		return true
	}
	if len(w.words) == 0 {
		return false
	}
	small := bytes.ToLower(text)
	for _, word := range w.words {
		if !bytes.Contains(small, []byte(word)) {
			return true
		}
	}
	return false
}
