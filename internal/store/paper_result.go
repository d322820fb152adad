package store

import (
	"bytes"
	"context"
	"encoding/json"
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

// A PaperResult is a form that a client filled in and signed on paper.
type PaperResult struct {
	Client   uuid.UUID
	Template string // "name", or "name@version"
	On       string // ISO date on the paper
	Outcome  string // forms.Agreed, forms.Declined, forms.Acknowledged or ""
	Scan     []byte // a PDF
}

var errOnPaper = fault.Code(fault.Conflict, "on-paper", "This form was filled in on paper. Its scan is all there is.")

// RecordPaper keeps a form that came on paper as a completed document: its date
// and its scan, sealed to the practice like any submission. Nobody's answers
// are read off it, and no client signed it here.
func (s *Store) RecordPaper(ctx context.Context, h *Holder, in PaperResult) (id uuid.UUID, err error) {
	defer fault.Wrap(&err, "store.RecordPaper(%s)", in.Client)
	if err := s.require(ctx, h.Actor, access.SendDocuments, audit.Subject{Kind: "client", ID: in.Client}); err != nil {
		return id, err
	}
	if err := s.sees(ctx, h, in.Client); err != nil {
		return id, err
	}
	p, err := s.Practice(ctx, h.Practice)
	if err != nil {
		return id, err
	}
	if err := s.checkRecord(p, &Record{On: in.On}); err != nil {
		return id, err
	}
	if !bytes.HasPrefix(in.Scan, []byte("%PDF-")) {
		return id, fault.Code(fault.Invalid, "scan", "Choose the scan as a PDF.")
	}
	o := &order{s: s, by: h.Actor, practice: p, client: in.Client, delivery: newID(), code: vault.NewCode(), expires: s.at(), reach: &reach{}}
	if err := s.orderDocument(ctx, o, in.Template); err != nil {
		return id, err
	}
	sub, err := s.sealPaper(ctx, p, o.documents[0], in)
	if err != nil {
		return id, err
	}
	return o.documents[0].id, s.change(ctx, p.ID, func(tx *db.Tx) ([]audit.Event, error) { return o.insertPaper(ctx, tx, in.On, sub) })
}

// sealPaper seals the scan and the bare facts under a key of its own.
func (s *Store) sealPaper(ctx context.Context, p *practice.Practice, d orderedDocument, in PaperResult) (*sealedSubmission, error) {
	if in.Outcome != "" && in.Outcome != forms.Agreed && in.Outcome != forms.Declined && in.Outcome != forms.Acknowledged {
		return nil, fault.Code(fault.Invalid, "outcome", "Choose what the paper says.")
	}
	to, index, err := s.newestKeys(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(submissionBody{Template: d.form.Name, Version: d.form.Version, SHA256: d.pin, Outcome: in.Outcome, OnPaper: in.On, At: s.at()})
	if err != nil {
		return nil, err
	}
	key := vault.NewSecret()
	sub := &sealedSubmission{keyVersion: to.version, at: s.at()}
	if sub.key, err = to.Seal(key, "document-key", documentKeyFields(p.ID, d.id, to.version)...); err != nil {
		return nil, err
	}
	sub.body = vault.Seal(key, filled(text, bodySize), "submission", p.ID[:], d.id[:])
	sub.paper = vault.Seal(key, in.Scan, "paper", p.ID[:], d.id[:])
	sub.outcome, err = sealLabel(index, p.ID, d.id, "outcome", practice.Outcome{Result: in.Outcome, Version: d.form.Version})
	sub.rowMAC = s.keys().MAC("submission", rowFields(p.ID, d.id, sub.keyVersion, sub.key, sub.body, sub.paper)...)
	return sub, err
}

// insertPaper writes a delivery that was never open, with its document.
func (o *order) insertPaper(ctx context.Context, tx *db.Tx, on string, sub *sealedSubmission) ([]audit.Event, error) {
	p, d, now := o.practice.ID, o.documents[0], sub.at
	if _, err := tx.Exec(ctx, `INSERT INTO deliveries (id, practice_id, code_mac, attempts, expires_at, closed_at, created_at) VALUES ($1, $2, $3, 0, $4, $4, $4)`,
		o.delivery, p, o.s.codeMAC(p, o.delivery, o.code), now); err != nil {
		return nil, err
	}
	if err := o.insertDocument(ctx, tx, 0, d, now); err != nil {
		return nil, err
	}
	draft, day := newID(), noon(o.practice, on)
	for _, change := range []struct {
		query string
		args  []any
	}{
		{`DELETE FROM steps WHERE document_id = $1`, []any{d.id}}, // no link leads to it
		{`UPDATE documents SET state = 'completed', completed_at = $2, outcome = $3, paper_on = $4, sent_at = NULL, read_at = $5, erased_at = $5 WHERE id = $1`, []any{d.id, day, sub.outcome, on, now}},
		{`INSERT INTO drafts (id, document_id, practice_id, revision, sealed, created_at, saved_at) VALUES ($1, $2, $3, 0, $4, $5, $5)`, []any{draft, d.id, p, []byte{}, now}},
		{`INSERT INTO submissions (document_id, practice_id, draft_id, key_version, key, body, row_mac, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, []any{d.id, p, draft, sub.keyVersion, sub.key, sub.body, sub.rowMAC, now}},
		{`INSERT INTO papers (document_id, practice_id, sealed) VALUES ($1, $2, $3)`, []any{d.id, p, sub.paper}},
	} {
		if _, err := tx.Exec(ctx, change.query, change.args...); err != nil {
			return nil, err
		}
	}
	return []audit.Event{{At: now, Actor: o.by, Action: "document.paper", Subject: audit.Subject{Kind: "document", ID: d.id}}}, nil
}

// noon is the middle of a day where the practice is, which every zone calls
// that day.
func noon(p *practice.Practice, iso string) time.Time {
	day, err := time.ParseInLocation(time.DateOnly, iso, p.Location())
	if err != nil {
		return time.Time{}
	}
	return day.Add(12 * time.Hour)
}

// BlankForm returns a published template as this practice would ask it now, to
// be printed.
func (s *Store) BlankForm(ctx context.Context, h *Holder, wanted string) (_ *forms.Template, err error) {
	defer fault.Wrap(&err, "store.BlankForm(%s)", h.Practice)
	t, _, err := s.Template(ctx, h, wanted)
	if err != nil {
		return nil, err
	}
	p, err := s.Practice(ctx, h.Practice)
	if err != nil {
		return nil, err
	}
	resolved, err := t.Resolve(s.vars(p))
	if err != nil {
		return nil, fault.Because(fault.Invalid, err, "This template cannot be printed yet: "+err.Error())
	}
	return resolved, nil
}
