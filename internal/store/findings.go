package store

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/vault"
)

// Findings are what staff should see first of a submission.
type Findings struct {
	Flags  []Flag              `json:"flags,omitempty"`
	Scores []forms.ScoreResult `json:"scores,omitempty"`
}

// A Flag is an answer for which the form raises one.
type Flag struct {
	Path   string `json:"path"`
	Label  string `json:"label"`
	Answer string `json:"answer,omitempty"`
	Crisis bool   `json:"crisis,omitempty"` // the client was shown whom to call at once
}

// Bounds of findings. The sealed length must not depend on the answers, so
// what is over is cut, and the rest filled up.
const (
	maxFlags    = 8
	flagText    = 90
	findingSize = 4 << 10
)

// findingsOf reads the flags and scores of a response in the form's own
// language, which is the staff's.
func findingsOf(r *forms.Response) Findings {
	f := Findings{Scores: r.Scores}
	for _, path := range r.Flags[:min(len(r.Flags), maxFlags)] {
		flag := Flag{Path: clip(path, flagText)}
		for i := range r.Entries {
			if e := &r.Entries[i]; e.Path == path {
				flag.Label, flag.Answer, flag.Crisis = clipRunes(e.Item.Label(), flagText), clipRunes(e.Text, flagText), e.Item.Alert != ""
			}
		}
		if it := r.Template.Item(path); flag.Label == "" && it != nil { // a score that no client sees
			flag.Label, flag.Crisis = clipRunes(it.Label(), flagText), it.Alert != ""
		}
		f.Flags = append(f.Flags, flag)
	}
	return f
}

// inOwnLanguage returns the response as it reads in the form's own language.
func (s *Store) inOwnLanguage(p *practice.Practice, d *Draft, r *forms.Response) *forms.Response {
	if own := r.Template.Own(); own != r.Template {
		return s.readForm(p, own, d.Inputs)
	}
	return r
}

// clipRunes cuts text to n bytes without halving a character.
func clipRunes(text string, n int) string {
	for i := range text {
		if i > n {
			return text[:i]
		}
	}
	return text
}

// A sealedFindings is a row of findings, ready to be written, or read with the
// document key that opens it.
type sealedFindings struct {
	sealed, mac []byte
	key         []byte // of the document, to the practice
	keyVersion  int64
}

func (s *Store) sealFindings(key []byte, practice, document uuid.UUID, f Findings) (*sealedFindings, error) {
	text, err := json.Marshal(f)
	if err != nil {
		return nil, err
	}
	sealed := vault.Seal(key, filled(text, findingSize), "findings", practice[:], document[:])
	return &sealedFindings{sealed: sealed, mac: s.keys().MAC("findings", findingFields(practice, document, sealed)...)}, nil
}

func findingFields(practice, document uuid.UUID, sealed []byte) [][]byte {
	return [][]byte{practice[:], document[:], digest(sealed)}
}

func (f *sealedFindings) insert(ctx context.Context, tx *db.Tx, practice, document uuid.UUID) {
	tx.Queue(ctx, `INSERT INTO findings (document_id, practice_id, sealed, mac) VALUES ($1, $2, $3, $4)`, document, practice, f.sealed, f.mac)
}

// Findings opens the flags and scores of completed documents, by id; documents
// without any are left out. It takes a holder who may read answers. Nothing is
// recorded: a list shows what needs somebody's eyes, and reading the answers
// themselves is recorded by [Store.Answers].
func (s *Store) Findings(ctx context.Context, h *Holder, ids ...uuid.UUID) (_ map[uuid.UUID]Findings, err error) {
	defer fault.Wrap(&err, "store.Findings")
	if err := h.Actor.Require(access.ReadAnswers); err != nil || len(ids) == 0 {
		return nil, err
	}
	out := map[uuid.UUID]Findings{}
	rows, err := s.findingRows(ctx, h.Practice, ids)
	if err != nil {
		return nil, err
	}
	for id, r := range rows {
		f, err := s.openFindings(ctx, h, id, r)
		if err != nil {
			return nil, err
		}
		if len(f.Flags)+len(f.Scores) > 0 {
			out[id] = f
		}
	}
	return out, nil
}

func (s *Store) findingRows(ctx context.Context, practice uuid.UUID, ids []uuid.UUID) (map[uuid.UUID]*sealedFindings, error) {
	found := map[uuid.UUID]*sealedFindings{}
	var id uuid.UUID
	var r sealedFindings
	err := s.db.ReadEach(ctx, practice, `
		SELECT f.document_id, f.sealed, f.mac, s.key_version, s.key FROM findings f JOIN submissions s ON s.document_id = f.document_id
		WHERE f.practice_id = $1 AND f.document_id IN (`+places(2, len(ids))+`)`,
		idArgs(practice, ids), []any{&id, &r.sealed, &r.mac, &r.keyVersion, &r.key}, func() error { row := r; found[id] = &row; return nil })
	return found, err
}

func (s *Store) openFindings(ctx context.Context, h *Holder, id uuid.UUID, r *sealedFindings) (f Findings, err error) {
	if !s.keys().Verify(r.mac, "findings", findingFields(h.Practice, id, r.sealed)...) {
		return f, fmt.Errorf("findings of %s: %w", id, vault.ErrOpen)
	}
	pair, err := s.granted(ctx, h, practiceSeed, r.keyVersion)
	if err != nil {
		return f, err
	}
	key, err := pair.Open(r.key, "document-key", documentKeyFields(h.Practice, id, r.keyVersion)...)
	if err != nil {
		return f, fmt.Errorf("findings of %s: %w", id, err)
	}
	text, err := vault.Open(key, r.sealed, "findings", h.Practice[:], id[:])
	if err != nil {
		return f, fmt.Errorf("findings of %s: %w", id, err)
	}
	return f, json.Unmarshal(text, &f)
}
