package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/vault"
)

// Gate refuses a document that waits for the storage consent before it. The
// consent's answer is opened by the client's own link: the server cannot know
// it otherwise.
func (s *Store) Gate(ctx context.Context, v *Visit, st *Step) error {
	first := &v.Steps[0]
	if st.Document == first.Document {
		return nil
	}
	t, err := s.Form(ctx, v.Practice.ID, first.Pin)
	if err != nil || t.Name != storageConsent {
		return err
	}
	refused := fault.Code(fault.Conflict, "storage-refused", "You did not agree to how your information would be stored, so this form stays closed. The practice will offer you paper. Your care does not depend on it.")
	switch first.State {
	case practice.Completed:
	case practice.Declined:
		return refused
	default:
		return fault.Code(fault.Conflict, "storage-first", "Answer the form about storing your information first.")
	}
	d, _, err := s.openKey(ctx, v, first.Document)
	if errors.Is(err, ErrElsewhere) {
		return fault.Code(fault.Conflict, "storage-elsewhere", "You answered the form about storing your information under another link or in another browser. Open that one, or call the practice for a new form.")
	}
	if err != nil {
		return err
	}
	body, err := s.openSubmission(ctx, v.Practice.ID, first.Document, d.key)
	if err != nil {
		return err
	}
	if body.Outcome != forms.Agreed {
		return refused
	}
	return nil
}

func (s *Store) openSubmission(ctx context.Context, practice, document uuid.UUID, key []byte) (*submissionBody, error) {
	var sealed []byte
	if err := s.db.ReadOne(ctx, practice, `SELECT body FROM submissions WHERE document_id = $1`, []any{document}, &sealed); err != nil {
		return nil, err
	}
	return decodeSubmission(practice, document, key, sealed)
}

func decodeSubmission(practice, document uuid.UUID, key, sealed []byte) (*submissionBody, error) {
	text, err := vault.Open(key, sealed, "submission", practice[:], document[:])
	if err != nil {
		return nil, fmt.Errorf("submission %s: %w", document, err)
	}
	var body submissionBody
	return &body, json.Unmarshal(text, &body)
}
