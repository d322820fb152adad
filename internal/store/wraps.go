package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/vault"
)

const (
	linkWrap   = "link"
	deviceWrap = "device"
)

func wrapKey(secret []byte, kind string, document uuid.UUID) []byte {
	return vault.Derive(secret, kind+"-kek", document[:])
}

func wrapFields(kind string, practice, document, draft uuid.UUID) [][]byte {
	return [][]byte{[]byte(kind), practice[:], document[:], draft[:]}
}

// A sealedDraft is a draft, and the wrap of its key that a visit opens.
type sealedDraft struct {
	id       uuid.UUID
	revision int64
	sealed   []byte // empty once it was submitted
	kind     string // of the wrap
	wrap     []byte
}

// openKey finds a wrap of the document key and opens it.
func (s *Store) openKey(ctx context.Context, v *Visit, document uuid.UUID) (d *Draft, sealed []byte, err error) {
	if !v.Unlocked {
		return nil, nil, errNoCode
	}
	row, err := s.newestDraft(ctx, v, document)
	if err != nil {
		return nil, nil, err
	}
	secret := v.token
	if row.kind == deviceWrap {
		secret = v.device
	}
	key, err := vault.Open(wrapKey(secret, row.kind, document), row.wrap, "wrap", wrapFields(row.kind, v.Practice.ID, document, row.id)...)
	if err != nil {
		return nil, nil, fmt.Errorf("wrap of draft %s: %w", row.id, err)
	}
	return &Draft{ID: row.id, Revision: row.revision, key: key}, row.sealed, nil
}

// newestDraft returns the newest draft that the visit's link or device has a
// wrap for, as it was when the visit was looked up or later.
func (s *Store) newestDraft(ctx context.Context, v *Visit, document uuid.UUID) (*sealedDraft, error) {
	if row := s.visits.draft(v, document); row != nil {
		return row, nil
	}
	refs := s.keys().MACs("link", v.token)
	if v.device != nil {
		refs = append(refs, s.keys().MACs("device", v.device)...)
	}
	marks, args := anyOf(2, refs)
	row := &sealedDraft{}
	err := s.db.ReadOne(ctx, v.Practice.ID, `
		SELECT d.id, d.revision, d.sealed, w.kind, w.sealed FROM wraps w
		JOIN drafts d ON d.id = w.draft_id
		WHERE w.document_id = $1 AND w.ref IN (`+marks+`)
		ORDER BY d.created_at DESC, w.kind DESC LIMIT 1`, append([]any{document}, args...), &row.id, &row.revision, &row.sealed, &row.kind, &row.wrap)
	if errors.Is(err, fault.NotFound) {
		return nil, ErrElsewhere
	}
	if err == nil && row.kind == linkWrap {
		s.visits.keepDraft(v, document, row)
	}
	return row, err
}

// insertWraps lets the visit's link and device open the draft from now on.
func (s *Store) insertWraps(ctx context.Context, tx *db.Tx, v *Visit, document uuid.UUID, d *Draft) {
	for _, w := range []struct {
		kind   string
		secret []byte
	}{{linkWrap, v.token}, {deviceWrap, v.device}} {
		sealed := vault.Seal(wrapKey(w.secret, w.kind, document), d.key, "wrap", wrapFields(w.kind, v.Practice.ID, document, d.ID)...)
		tx.Queue(ctx, `
			INSERT INTO wraps (draft_id, document_id, practice_id, kind, ref, sealed) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (draft_id, kind, ref) DO NOTHING`,
			d.ID, document, v.Practice.ID, w.kind, s.keys().MAC(w.kind, w.secret), sealed)
	}
}

// addWraps gives the visit's link and device a wrap of a draft that one of
// them opens already.
func (s *Store) addWraps(ctx context.Context, v *Visit, st *Step) error {
	d, _, err := s.openKey(ctx, v, st.Document)
	if errors.Is(err, ErrElsewhere) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.db.Write(ctx, v.Practice.ID, func(tx *db.Tx) error {
		s.insertWraps(ctx, tx, v, st.Document, d)
		return nil
	})
}
