package store

import (
	"context"

	"github.com/google/uuid"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/forms/fhir"
	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/vault"
)

// inFHIR is a completed document as package fhir takes it.
func inFHIR(document, client uuid.UUID, p *practice.Practice, r *forms.Response, sig practice.Signature) *fhir.Document {
	return &fhir.Document{
		ID: document, Client: client, ClientName: clientName(r, sig.Name, sig.Role), Practice: p.Name, At: sig.At, Zone: p.Location(), Response: r,
		Signer: fhir.Signer{Name: sig.Name, Role: sig.Role, Relationship: sig.Relationship, Statement: sig.Statement, Strokes: sig.Strokes, Witness: sig.Witness, WitnessStrokes: sig.WitnessStrokes},
	}
}

// Bundle opens a completed document as a FHIR R4 Bundle: the one that is in its
// PDF, with a DocumentReference of that PDF.
func (s *Store) Bundle(ctx context.Context, h *Holder, id uuid.UUID) (bundle []byte, err error) {
	defer fault.Wrap(&err, "store.Bundle(%s)", id)
	d, err := s.Document(ctx, h, id)
	if err != nil {
		return nil, err
	}
	sealed, key, err := s.openCompleted(ctx, h, id, access.ReadAnswers)
	if err != nil {
		return nil, err
	}
	sub, err := s.submission(ctx, h, id, key, sealed)
	if err != nil {
		return nil, err
	}
	p, err := s.Practice(ctx, h.Practice)
	if err != nil {
		return nil, err
	}
	out := inFHIR(id, d.ClientID, p, sub.Response, sub.Signature)
	if out.PDF, err = vault.Open(key, sealed.paper, "paper", h.Practice[:], id[:]); err != nil {
		return nil, err
	}
	return out.Bundle(), s.markRead(ctx, h, id, "answers.read", nil)
}
