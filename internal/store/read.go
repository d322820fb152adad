package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/vault"
)

// A Submission is a completed document, opened within the request of a holder.
type Submission struct {
	Template, Version, SHA256 string
	Answers                   forms.Answers
	Inputs                    forms.Inputs
	Signature                 practice.Signature
	Outcome                   string
	Language                  string   // read and signed in
	Flags                     []string // paths of answers that staff should see first
	Scores                    []forms.ScoreResult
	Files                     []forms.Attachment // file n is Files[n-1]
	SubmittedAt               time.Time
	Form                      *forms.Template
	Response                  *forms.Response // the answers as they are read
}

var errNotCompleted = fault.Code(fault.Conflict, "not-completed", "This document is not completed yet.")

// Answers opens a submission. Every opening is recorded; a row that this
// installation did not write is refused.
func (s *Store) Answers(ctx context.Context, h *Holder, id uuid.UUID) (_ *Submission, err error) {
	defer fault.Wrap(&err, "store.Answers(%s)", id)
	sealed, key, err := s.openCompleted(ctx, h, id, access.ReadAnswers)
	if err != nil {
		return nil, err
	}
	sub, err := s.submission(ctx, h, id, key, sealed)
	if err != nil {
		return nil, err
	}
	return sub, s.markRead(ctx, h, id, "answers.read", nil)
}

// submission reads what openCompleted opened.
func (s *Store) submission(ctx context.Context, h *Holder, id uuid.UUID, key []byte, sealed *completedRow) (*Submission, error) {
	body, err := decodeSubmission(h.Practice, id, key, sealed.body)
	if err != nil {
		return nil, err
	}
	if body.OnPaper != "" {
		return nil, errOnPaper
	}
	t, err := s.Form(ctx, h.Practice, body.SHA256)
	if err != nil {
		return nil, err
	}
	p, err := s.Practice(ctx, h.Practice)
	if err != nil {
		return nil, err
	}
	return &Submission{
		Template: body.Template, Version: body.Version, SHA256: body.SHA256, Answers: body.Answers, Inputs: body.Inputs,
		Signature: body.Signature, Outcome: body.Outcome, Language: cmp.Or(body.Language, t.Language), Flags: body.Flags, Scores: body.Scores, Files: body.Files, SubmittedAt: body.At, Form: t,
		Response: t.Read(body.Inputs, forms.Context{Today: body.At.In(p.Location()), Country: p.Country}),
	}, nil
}

// PDF opens the sealed PDF, and names it without the client's name.
func (s *Store) PDF(ctx context.Context, h *Holder, id uuid.UUID) (file []byte, name string, err error) {
	defer fault.Wrap(&err, "store.PDF(%s)", id)
	sealed, key, err := s.openCompleted(ctx, h, id, access.DownloadPDF)
	if err != nil {
		return nil, "", err
	}
	if file, err = vault.Open(key, sealed.paper, "paper", h.Practice[:], id[:]); err != nil {
		return nil, "", err
	}
	return file, paperName(sealed.template, id), s.markRead(ctx, h, id, "pdf.download", nil)
}

type completedRow struct {
	template         string
	draft            uuid.UUID
	version          int64
	key, body, paper []byte
	mac              []byte
}

func (s *Store) openCompleted(ctx context.Context, h *Holder, id uuid.UUID, needs access.Permission) (*completedRow, []byte, error) {
	if err := s.require(ctx, h.Actor, needs, audit.Subject{Kind: "document", ID: id}); err != nil {
		return nil, nil, err
	}
	if _, err := s.Document(ctx, h, id); err != nil {
		return nil, nil, err
	}
	var r completedRow
	err := s.db.ReadOne(ctx, h.Practice, `
		SELECT d.template, s.draft_id, s.key_version, s.key, s.body, p.sealed, s.row_mac FROM submissions s
		JOIN papers p ON p.document_id = s.document_id JOIN documents d ON d.id = s.document_id
		WHERE s.document_id = $1 AND s.practice_id = $2`, []any{id, h.Practice}, &r.template, &r.draft, &r.version, &r.key, &r.body, &r.paper, &r.mac)
	if errors.Is(err, fault.NotFound) {
		return nil, nil, errNotCompleted
	}
	if err != nil {
		return nil, nil, err
	}
	if !s.keys().Verify(r.mac, "submission", rowFields(h.Practice, id, r.version, r.key, r.body, r.paper)...) {
		err := fault.Code(fault.Conflict, "not-authentic", "This submission is not authentic: it was changed in the database. Tell the operator.")
		return nil, nil, s.refuse(ctx, h.Actor, "answers.read", audit.Subject{Kind: "document", ID: id}, err)
	}
	pair, err := s.granted(ctx, h, practiceSeed, r.version)
	if err != nil {
		return nil, nil, err
	}
	key, err := pair.Open(r.key, "document-key", documentKeyFields(h.Practice, id, r.version)...)
	if err != nil {
		return nil, nil, fmt.Errorf("document key: %w", err)
	}
	return &r, key, nil
}

func (s *Store) markRead(ctx context.Context, h *Holder, id uuid.UUID, action audit.Action, detail audit.Detail) error {
	return s.change(ctx, h.Practice, func(tx *db.Tx) ([]audit.Event, error) {
		_, err := tx.Exec(ctx, `UPDATE documents SET read_at = $2 WHERE id = $1 AND read_at IS NULL`, id, s.at())
		return []audit.Event{{At: s.at(), Actor: h.Actor, Action: action, Subject: audit.Subject{Kind: "document", ID: id}, Detail: detail}}, err
	})
}

// Reason opens why a client declined; "" when they gave no reason.
func (s *Store) Reason(ctx context.Context, h *Holder, id uuid.UUID) (reason string, err error) {
	defer fault.Wrap(&err, "store.Reason(%s)", id)
	if err := s.require(ctx, h.Actor, access.ReadAnswers, audit.Subject{Kind: "document", ID: id}); err != nil {
		return "", err
	}
	if _, err := s.Document(ctx, h, id); err != nil {
		return "", err
	}
	var version int64
	var sealed []byte
	err = s.db.ReadOne(ctx, h.Practice, `SELECT key_version, reason FROM refusals WHERE document_id = $1 AND practice_id = $2`, []any{id, h.Practice}, &version, &sealed)
	if errors.Is(err, fault.NotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	pair, err := s.granted(ctx, h, practiceSeed, version)
	if err != nil {
		return "", err
	}
	text, err := pair.Open(sealed, "reason", documentKeyFields(h.Practice, id, version)...)
	return string(text), err
}
