package store

import (
	"context"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
)

// File marks an ended document as filed, so that the home page no longer asks
// for it, or takes the mark away.
func (s *Store) File(ctx context.Context, h *Holder, id uuid.UUID, filed bool) (err error) {
	defer fault.Wrap(&err, "store.File(%s)", id)
	subject := audit.Subject{Kind: "document", ID: id}
	if err := s.require(ctx, h.Actor, access.SendDocuments, subject); err != nil {
		return err
	}
	d, err := s.Document(ctx, h, id)
	if err != nil {
		return err
	}
	if filed && (d.State.Open() || d.State == practice.Prepared) {
		return fault.Code(fault.Conflict, "state", "This document still waits for the client. File it when it has ended.")
	}
	return s.change(ctx, h.Practice, func(tx *db.Tx) ([]audit.Event, error) {
		query, args, action := `UPDATE documents SET filed_at = $2 WHERE id = $1 AND filed_at IS NULL`, []any{id, s.at()}, audit.Action("document.file")
		if !filed {
			query, args, action = `UPDATE documents SET filed_at = NULL WHERE id = $1 AND filed_at IS NOT NULL`, []any{id}, "document.unfile"
		}
		n, err := tx.Exec(ctx, query, args...)
		if err != nil || n == 0 {
			return nil, err
		}
		return []audit.Event{{At: s.at(), Actor: h.Actor, Action: action, Subject: subject}}, nil
	})
}

// Reopen lets a client fill in what they declined, after all. Their draft was
// erased when they declined, so they give their code again and begin anew.
func (s *Store) Reopen(ctx context.Context, h *Holder, id uuid.UUID) (_ *Document, err error) {
	defer fault.Wrap(&err, "store.Reopen(%s)", id)
	p, err := s.Practice(ctx, h.Practice)
	if err != nil {
		return nil, err
	}
	return s.move(ctx, h, id, access.SendDocuments, practice.Reopen, "document.reopen", func(tx *db.Tx, d *Document) error {
		expires := d.ExpiresAt
		if expires.Before(s.at()) {
			expires = s.at().AddDate(0, 0, p.ExpiryDays)
		}
		if _, err := tx.Exec(ctx, `UPDATE documents SET expires_at = $2, erased_at = NULL, filed_at = NULL WHERE id = $1`, d.ID, expires); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM client_sessions WHERE delivery_id = $1`, d.DeliveryID); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `UPDATE deliveries SET expires_at = $2, copy_until = NULL, forgotten_at = NULL WHERE id = $1`, d.DeliveryID, expires)
		return err
	})
}

// Settle records that a client's call, "I have no code" or "I need a new link",
// was dealt with. The client may call again at once.
func (s *Store) Settle(ctx context.Context, h *Holder, id uuid.UUID) (err error) {
	defer fault.Wrap(&err, "store.Settle(%s)", id)
	subject := audit.Subject{Kind: "document", ID: id}
	if err := s.require(ctx, h.Actor, access.SendDocuments, subject); err != nil {
		return err
	}
	d, err := s.Document(ctx, h, id)
	if err != nil {
		return err
	}
	return s.change(ctx, h.Practice, func(tx *db.Tx) ([]audit.Event, error) {
		n, err := settle(ctx, tx, d.DeliveryID)
		if err != nil || n == 0 {
			return nil, err
		}
		return []audit.Event{{At: s.at(), Actor: h.Actor, Action: "delivery.settle", Subject: audit.Subject{Kind: "delivery", ID: d.DeliveryID}}}, nil
	})
}

// settle ends what a client asked for under a delivery.
func settle(ctx context.Context, tx *db.Tx, delivery uuid.UUID) (int64, error) {
	return tx.Exec(ctx, `UPDATE deliveries SET no_code_at = NULL, asked_at = NULL WHERE id = $1 AND (no_code_at IS NOT NULL OR asked_at IS NOT NULL)`, delivery)
}
