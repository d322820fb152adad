package store

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/vault"
)

var errNoAttachment = fault.New(fault.NotFound, "This document has no such file.")

// Attachment opens file n of a completed document, counted from 1 as in its
// answers. Every opening is recorded.
func (s *Store) Attachment(ctx context.Context, h *Holder, id uuid.UUID, n int) (a forms.Attachment, file []byte, err error) {
	defer fault.Wrap(&err, "store.Attachment(%s)", id)
	sealed, key, err := s.openCompleted(ctx, h, id, access.ReadAnswers)
	if err != nil {
		return a, nil, err
	}
	body, err := decodeSubmission(h.Practice, id, key, sealed.body)
	if err != nil {
		return a, nil, err
	}
	if a, file, err = s.openNth(ctx, h.Practice, id, sealed.draft, key, body, n); err != nil {
		return a, nil, err
	}
	return a, file, s.markRead(ctx, h, id, "attachment.download", audit.Detail{"n": strconv.Itoa(n)})
}

// CopyAttachment opens file n of a document that the visit's client signed.
func (s *Store) CopyAttachment(ctx context.Context, v *Visit, st *Step, n int) (a forms.Attachment, file []byte, err error) {
	defer fault.Wrap(&err, "store.CopyAttachment(%s)", st.Document)
	d, body, err := s.openCopy(ctx, v, st)
	if err != nil {
		return a, nil, err
	}
	return s.openNth(ctx, v.Practice.ID, st.Document, d.ID, d.key, body, n)
}

// A Copied is what a client goes on seeing of a document that was sent.
type Copied struct {
	Files   []forms.Attachment
	Alerted bool // an answer raised an alert: the page still says whom to call
}

// Copied opens it for the visit's client who signed the document.
func (s *Store) Copied(ctx context.Context, v *Visit, st *Step, t *forms.Template) (r Copied, err error) {
	defer fault.Wrap(&err, "store.Copied(%s)", st.Document)
	_, body, err := s.openCopy(ctx, v, st)
	if err != nil {
		return r, err
	}
	r.Files = body.Files
	r.Alerted = slices.ContainsFunc(body.Flags, func(path string) bool {
		it := t.Item(path[strings.LastIndexByte(path, ':')+1:])
		return it != nil && it.Alert != ""
	})
	return r, nil
}

func (s *Store) openCopy(ctx context.Context, v *Visit, st *Step) (*Draft, *submissionBody, error) {
	d, _, err := s.openKey(ctx, v, st.Document)
	if err != nil {
		return nil, nil, err
	}
	var sealed []byte
	err = s.db.ReadOne(ctx, v.Practice.ID, `SELECT body FROM submissions WHERE document_id = $1 AND draft_id = $2`, []any{st.Document, d.ID}, &sealed)
	if err != nil {
		return nil, nil, err
	}
	body, err := decodeSubmission(v.Practice.ID, st.Document, d.key, sealed)
	return d, body, err
}

func (s *Store) openNth(ctx context.Context, practice, document, draft uuid.UUID, key []byte, body *submissionBody, n int) (a forms.Attachment, file []byte, err error) {
	if n < 1 || n > len(body.Files) {
		return a, nil, errNoAttachment
	}
	a = body.Files[n-1]
	if file, err = s.openAttachment(ctx, practice, document, draft, key, a); err == nil || fault.KindOf(err) != nil {
		return a, file, err
	}
	s.log.Error("attachment does not open", "document", document, "error", err)
	return a, nil, fault.Because(fault.Conflict, vault.ErrOpen, "This file is not authentic: it was changed in the database. Tell the operator.")
}
