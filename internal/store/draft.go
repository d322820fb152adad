package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/vault"
)

// ErrElsewhere: answers exist, and neither this link nor this browser opens
// them.
var ErrElsewhere = fault.Code(fault.Conflict, "elsewhere", "Your answers were started under another link. Open that link, or start afresh.")

// ErrStale: the draft changed after it was shown.
var ErrStale = fault.Code(fault.Conflict, "stale", "Your answers changed on another device. Look at them again before you go on.")

var errClosed = fault.Code(fault.Conflict, "closed", "This form can no longer be changed. Call the practice if something is missing.")

// A Draft is what a client typed so far, opened by a link or a device.
type Draft struct {
	ID       uuid.UUID
	Revision int64 // counts saves
	Inputs   forms.Inputs

	body    string             // as it was sealed
	history map[string][]entry // by control, oldest first; nil until past is called
	key     []byte
}

// keepValues is how many values of a control are remembered, to tell what
// someone changed from what another device changed meanwhile.
const keepValues = 8

// past returns the entries of every control that changed. A page is shown far
// more often than it is saved, so they are read when they are asked for.
func (d *Draft) past() map[string][]entry {
	if d.history == nil {
		history, err := decodeHistory(d.body)
		if err != nil {
			panic("internal error: the draft was read before: " + err.Error())
		}
		d.history = history
	}
	return d.history
}

// ChangedSince returns the controls whose value changed after a revision.
func (d *Draft) ChangedSince(base int64) []string {
	var changed []string
	for control, values := range d.past() {
		if len(values) > 0 && values[len(values)-1].Revision > base {
			changed = append(changed, control)
		}
	}
	slices.Sort(changed)
	return changed
}

// valueAt returns what a control held at a revision; known is false when that
// is no longer remembered.
func (d *Draft) valueAt(control string, base int64) (values []string, known bool) {
	past := d.past()[control]
	if len(past) == 0 {
		return d.Inputs[control], true
	}
	for i := len(past) - 1; i >= 0; i-- {
		if past[i].Revision <= base {
			return past[i].Values, true
		}
	}
	return nil, len(past) < keepValues // before its first value it was empty
}

// merge applies the fields of a page that were changed on that page. The later
// save wins field by field; fields that another device changed since the page
// was shown are returned.
func (d *Draft) merge(p Page) (changed bool, others []string) {
	next := d.Revision + 1
	for _, control := range p.Controls {
		posted, now := p.Inputs[control], d.Inputs[control]
		was, known := d.valueAt(control, p.Base)
		theirs := known && !slices.Equal(was, now)
		if slices.Equal(posted, now) {
			continue
		}
		if theirs {
			others = append(others, control)
			if slices.Equal(posted, was) {
				continue
			}
		}
		d.set(control, posted, next)
		changed = true
	}
	if p.Change != nil {
		after := p.Change(d.Inputs)
		for _, control := range forms.Diff(d.Inputs, after) {
			d.set(control, after[control], next)
			changed = true
		}
	}
	if changed {
		d.Revision = next
	}
	return changed, others
}

func (d *Draft) set(control string, values []string, revision int64) {
	past := d.past()[control]
	if was := d.Inputs[control]; len(past) == 0 && len(was) > 0 {
		past = append(past, entry{0, was})
	}
	past = append(past, entry{revision, values})
	d.past()[control] = past[max(0, len(past)-keepValues):]
	if len(values) == 0 {
		delete(d.Inputs, control)
	} else {
		d.Inputs[control] = values
	}
}

func (d *Draft) seal(practice, document uuid.UUID) []byte {
	text := encodeDraft(d.Inputs, d.past())
	return vault.Seal(d.key, text, "draft", practice[:], document[:], d.ID[:], be64(d.Revision))
}

// Draft opens the newest draft of a document that the visit's link or device
// has a wrap for. When drafts exist and none opens, it is ErrElsewhere; a draft
// that was submitted is a fault.Conflict.
func (s *Store) Draft(ctx context.Context, v *Visit, st *Step) (*Draft, error) {
	if err := s.Gate(ctx, v, st); err != nil {
		return nil, err
	}
	d, sealed, err := s.openKey(ctx, v, st.Document)
	if err != nil {
		return nil, err
	}
	if len(sealed) == 0 {
		return nil, errCompleted
	}
	return d, d.open(v.Practice.ID, st.Document, sealed)
}

func (d *Draft) open(practice, document uuid.UUID, sealed []byte) error {
	text, err := vault.Open(d.key, sealed, "draft", practice[:], document[:], d.ID[:], be64(d.Revision))
	if err != nil {
		return fmt.Errorf("draft %s: %w", d.ID, err)
	}
	d.body = string(text)
	if d.Inputs, err = decodeInputs(d.body); err != nil {
		return fmt.Errorf("draft %s: %w", d.ID, err)
	}
	return nil
}

// A newDraft is a draft with its wraps, ready to be inserted.
type newDraft struct {
	s        *Store
	v        *Visit
	document uuid.UUID
	draft    Draft
	sealed   []byte
	filled   bool
}

func (s *Store) prepareDraft(v *Visit, document uuid.UUID, in forms.Inputs) *newDraft {
	if in == nil {
		in = forms.Inputs{}
	}
	n := &newDraft{s: s, v: v, document: document, filled: len(in) > 0,
		draft: Draft{ID: newID(), Inputs: in, history: map[string][]entry{}, key: vault.NewSecret()}}
	n.sealed = n.draft.seal(v.Practice.ID, document)
	return n
}

func (n *newDraft) insert(ctx context.Context, tx *db.Tx) {
	now := n.s.at()
	tx.Queue(ctx, `INSERT INTO drafts (id, document_id, practice_id, revision, sealed, created_at, saved_at) VALUES ($1, $2, $3, 0, $4, $5, $5)`,
		n.draft.ID, n.document, n.v.Practice.ID, n.sealed, now)
	n.s.insertWraps(ctx, tx, n.v, n.document, &n.draft)
}

// StartAfresh makes a second draft, with its own key, for a client who cannot
// get at the first. The first stays sealed for whoever brings its link; the
// first to submit wins.
func (s *Store) StartAfresh(ctx context.Context, v *Visit, st *Step, from Origin) error {
	if !v.Unlocked || !st.State.Open() {
		return errClosed
	}
	if v.device == nil {
		v.device = vault.NewSecret()
	}
	n := s.prepareDraft(v, st.Document, nil)
	defer s.visits.forget(v)
	return s.change(ctx, v.Practice.ID, func(tx *db.Tx) ([]audit.Event, error) {
		if err := s.stillOpen(ctx, tx, st.Document); err != nil {
			return nil, err
		}
		n.insert(ctx, tx)
		return []audit.Event{{At: s.at(), Actor: v.actor(), Action: "document.start-afresh", Subject: audit.Subject{Kind: "document", ID: st.Document}, Detail: from.detail()}}, nil
	})
}

func (s *Store) stillOpen(ctx context.Context, tx *db.Tx, document uuid.UUID) error {
	var state string
	if err := tx.QueryRow(ctx, `SELECT state FROM documents WHERE id = $1`, document).Scan(&state); err != nil {
		return err
	}
	if !practice.State(state).Open() {
		return errClosed
	}
	return nil
}

// A Page is what one post of a form page says.
type Page struct {
	Base     int64    // revision the page was shown at
	Controls []string // every control the post speaks for; one without a value is empty
	Inputs   forms.Inputs
	Change   func(forms.Inputs) forms.Inputs // adds or removes rows and files, may be nil
}

// Saved is a draft after a save.
type Saved struct {
	*Draft
	Changed []string // controls that another device changed since Base
}

// saveTries bounds how often a save is merged anew because another device
// saved at the same moment.
const saveTries = 8

// Save merges a page into the draft: only fields changed on that page change.
func (s *Store) Save(ctx context.Context, v *Visit, st *Step, p Page) (*Saved, error) {
	for range saveTries {
		d, err := s.Draft(ctx, v, st)
		if err != nil {
			return nil, err
		}
		before := d.Revision
		files, err := s.filesIn(ctx, v, st, d, p)
		if err != nil {
			return nil, err
		}
		changed, others := d.merge(p)
		if !changed {
			return &Saved{d, others}, nil
		}
		err = s.saveDraft(ctx, v, st, d, before, files)
		s.visits.forget(v) // the save made it old, or another one did
		if errors.Is(err, errRaced) {
			continue
		}
		return &Saved{d, others}, err
	}
	return nil, ErrStale
}

var errRaced = errors.New("another save came first")

// filesIn returns a function that tells, once a page that may change files is
// merged into the draft, which it added and removed.
func (s *Store) filesIn(ctx context.Context, v *Visit, st *Step, d *Draft, p Page) (func() fileChanges, error) {
	if p.Change == nil {
		return func() fileChanges { return fileChanges{} }, nil
	}
	t, err := s.Form(ctx, v.Practice.ID, st.Pin)
	if err != nil {
		return nil, err
	}
	before := t.Attachments(d.Inputs)
	return func() fileChanges { return changesOf(before, t.Attachments(d.Inputs)) }, nil
}

func (s *Store) saveDraft(ctx context.Context, v *Visit, st *Step, d *Draft, before int64, files func() fileChanges) error {
	sealed, now := d.seal(v.Practice.ID, st.Document), s.at()
	return s.change(ctx, v.Practice.ID, func(tx *db.Tx) ([]audit.Event, error) {
		n, err := tx.Exec(ctx, `UPDATE documents SET state = 'started' WHERE id = $1 AND state = 'unlocked'`, st.Document)
		if err != nil {
			return nil, err
		}
		var events []audit.Event
		if n == 1 {
			events = append(events, audit.Event{At: now, Actor: v.actor(), Action: "document.start", Subject: audit.Subject{Kind: "document", ID: st.Document}})
			tx.Queue(ctx, `UPDATE steps SET state = 'started', filled = $2 WHERE document_id = $1`, st.Document, true)
		} else if err := s.stillOpen(ctx, tx, st.Document); err != nil {
			return nil, err
		}
		n, err = tx.Exec(ctx, `UPDATE drafts SET revision = $2, sealed = $3, saved_at = $4 WHERE id = $1 AND revision = $5`, d.ID, d.Revision, sealed, now, before)
		if err == nil && n == 0 {
			err = errRaced
		}
		if err == nil {
			err = files().apply(ctx, tx, d.ID)
		}
		return events, err
	})
}
