package store

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/pdf"
)

// letterCountries print on US Letter; everyone else on A4.
var letterCountries = []string{"US", "CA", "MX", "PH", "CL", "CO", "VE"}

// draw draws and seals the PDF of a submission. When the full layout fails the
// plain one is tried once: a fault in drawing must not keep anyone from signing.
func (s *Store) draw(ctx context.Context, v *Visit, st *Step, r *forms.Response, body *submissionBody, files [][]byte) ([]byte, error) {
	d, err := s.paperOf(ctx, v, st, r, body)
	if err != nil {
		return nil, err
	}
	attach(d, r, files)
	seal := s.currentSeal()
	file, err := s.renderer.Render(ctx, d, seal)
	if err == nil {
		return file, nil
	}
	s.log.Error("full layout failed, drawing the plain one", "document", st.Document, "error", err)
	d.Plain = true
	if file, err = s.renderer.Render(ctx, d, seal); err != nil {
		return nil, fmt.Errorf("draw: %w", err)
	}
	return file, nil
}

// paperDetail is what the record keeps of a PDF: its digest, and whether the
// timestamp authority, when there is one, answered in time.
func (s *Store) paperDetail(paper, hash []byte) audit.Detail {
	d := audit.Detail{"pdf_sha256": hex.EncodeToString(hash)}
	if s.stamp != nil {
		d["timestamp"] = "missing"
		if pdf.Verify(paper, s.Roots()).Timestamped {
			d["timestamp"] = "present"
		}
	}
	return d
}

func (s *Store) paperOf(ctx context.Context, v *Visit, st *Step, r *forms.Response, body *submissionBody) (*pdf.Document, error) {
	client, head, sent, unlocked, err := s.provenance(ctx, v.Practice.ID, st.Document)
	if err != nil {
		return nil, err
	}
	answers, err := json.MarshalIndent(canonicalAnswers{body.Template, body.Version, body.SHA256, body.Answers}, "", "  ")
	if err != nil {
		return nil, err
	}
	p, sig := v.Practice, body.Signature
	d := &pdf.Document{
		Title: r.Template.Title, Language: r.Template.Language, Country: p.Country, Letter: slices.Contains(letterCountries, p.Country),
		Practice: pdf.Party{Name: p.Name, Address: p.Address, Phone: p.Phone, Email: p.Email},
		ID:       st.Document.String(), Template: body.Template, Version: body.Version, SHA256: body.SHA256,
		Client: clientName(r, sig.Name, sig.Role), Entries: r.Entries,
		Signature: &pdf.Signature{
			Statement: sig.Statement, Name: sig.Name, Role: signerRole(sig.Role), Relationship: sig.Relationship, Authority: sig.Authority,
			Method: sig.Method(), Witness: sig.Witness, Strokes: pdf.Strokes(sig.Strokes), WitnessStrokes: pdf.Strokes(sig.WitnessStrokes), Notice: sig.Notice,
		},
		At: sig.At, Zone: p.Location(), Address: sig.Address, Browser: sig.Browser,
		Timeline:  []pdf.Event{{Label: "Link sent", At: sent}, {Label: "Unlocked with the code", At: unlocked}, {Label: "Signed", At: sig.At, Detail: sig.Address}},
		ChainHead: hex.EncodeToString(head.Hash), ChainSeq: head.Seq,
		Attachments: []pdf.File{
			{Name: "answers.json", Type: "application/json", Description: "The answers, for programs", Bytes: answers},
			{Name: "bundle.json", Type: "application/fhir+json", Description: "The answers, consents and signature as FHIR R4", Bytes: inFHIR(st.Document, client, p, r, sig).Bundle()},
		},
	}
	if p.Logo != "" {
		if d.Logo, err = s.Logo(ctx, p.ID); err != nil && !errors.Is(err, fault.NotFound) {
			return nil, err
		}
	}
	for _, page := range r.Template.Pages() {
		d.Pages = append(d.Pages, page.Ask)
	}
	return d, nil
}

// canonicalAnswers is how answers leave: in the PDF and through the API.
type canonicalAnswers struct {
	Template string        `json:"template"`
	Version  string        `json:"version"`
	SHA256   string        `json:"sha256"`
	Items    forms.Answers `json:"items"`
}

// provenance reads what the certificate page tells of the time before.
func (s *Store) provenance(ctx context.Context, practice, document uuid.UUID) (client uuid.UUID, head audit.Head, sent, unlocked time.Time, err error) {
	err = s.db.ReadOne(ctx, practice, `
		SELECT d.client_id, d.sent_at, d.unlocked_at, h.seq, h.hash FROM documents d
		JOIN chain_heads h ON h.practice_id = d.practice_id WHERE d.id = $1`, []any{document}, &client, &sent, &unlocked, &head.Seq, &head.Hash)
	return client, head, sent, unlocked, err
}

// clientName is the name the client gave in the form, or the signer's own.
func clientName(r *forms.Response, signer, role string) string {
	for _, e := range r.Entries {
		if e.Item.Field == "" && e.Item.Parent() != nil && e.Item.Parent().Field == forms.Name && e.Row == 0 && e.Text != "" {
			return e.Text
		}
	}
	if role == "self" {
		return signer
	}
	return ""
}

func signerRole(role string) string {
	switch role {
	case "guardian":
		return "Parent or guardian"
	case "representative":
		return "Representative"
	default:
		return "Client"
	}
}
