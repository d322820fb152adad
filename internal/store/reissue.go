package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/vault"
)

// What a re-issue makes anew. A new code keeps every link and the draft; a new
// link opens the draft only in a browser that has it already.
const (
	ReissueCode = "code"
	ReissueLink = "link"
	ReissueBoth = "both"
)

// maxLinks bounds the links of one delivery; the oldest without a wrap goes.
const maxLinks = 8

// errTooManyLinks: eight links open answers, and none of them may go.
var errTooManyLinks = fault.Code(fault.Conflict, "links", "Eight links open what the client has typed, so there is no room for another. Ask the client to use one of theirs; a new code works with all of them.")

// Reissue makes a new code, link or both for a document's delivery. A new code
// unlocks a locked delivery; the old one never works again.
func (s *Store) Reissue(ctx context.Context, h *Holder, id uuid.UUID, what string) (_ *Issued, err error) {
	defer fault.Wrap(&err, "store.Reissue(%s)", id)
	if what != ReissueCode && what != ReissueLink && what != ReissueBoth {
		return nil, fault.New(fault.Invalid, `Say what to re-issue: "code", "link" or "both".`)
	}
	subject := audit.Subject{Kind: "document", ID: id}
	if err := s.require(ctx, h.Actor, access.SendDocuments, subject); err != nil {
		return nil, err
	}
	d, err := s.Document(ctx, h, id)
	if err != nil {
		return nil, err
	}
	if !d.State.Open() && d.State != practice.Prepared {
		return nil, fault.Code(fault.Conflict, "state", fmt.Sprintf("This document is %s, so it gets no new code or link.", d.State))
	}
	issued := &Issued{Document: *d}
	issued.NoCodeAt, issued.LinkAskedAt = time.Time{}, time.Time{} // what the client called for is being made
	err = s.change(ctx, h.Practice, func(tx *db.Tx) ([]audit.Event, error) {
		if what != ReissueLink {
			issued.Code = vault.NewCode()
			if _, err := tx.Exec(ctx, `UPDATE deliveries SET code_mac = $2, attempts = 0 WHERE id = $1`, d.DeliveryID, s.codeMAC(h.Practice, d.DeliveryID, issued.Code)); err != nil {
				return nil, err
			}
			issued.Locked = false
		}
		if what != ReissueCode {
			token := vault.NewSecret()
			issued.Token = encodeSecret(token)
			s.insertLinks(ctx, tx, h.Practice, newLink{delivery: d.DeliveryID, token: token})
			if err := evictLinks(ctx, tx, d.DeliveryID); err != nil {
				return nil, err
			}
			s.markSent(ctx, tx, d.DeliveryID)
		}
		if _, err := settle(ctx, tx, d.DeliveryID); err != nil {
			return nil, err
		}
		return []audit.Event{{At: s.at(), Actor: h.Actor, Action: "document.reissue", Subject: subject, Detail: audit.Detail{"what": what}}}, nil
	})
	return issued, err
}

const wrapOfLink = `SELECT 1 FROM wraps WHERE ref = links.mac AND kind = 'link'`

// evictLinks makes room for the newest link of a delivery. A link that opens
// what the client typed is never among those that go.
func evictLinks(ctx context.Context, tx *db.Tx, delivery uuid.UUID) error {
	if _, err := tx.Exec(ctx, `
		DELETE FROM links WHERE delivery_id = $1
			AND NOT EXISTS (`+wrapOfLink+`)
			AND mac NOT IN (
				SELECT mac FROM links WHERE delivery_id = $1
				ORDER BY CASE WHEN EXISTS (`+wrapOfLink+`) THEN 0 ELSE 1 END, created_at DESC
				LIMIT $2)`, delivery, maxLinks); err != nil {
		return err
	}
	var full bool
	err := tx.QueryRow(ctx, `SELECT count(*) >= $2 FROM links WHERE delivery_id = $1 AND EXISTS (`+wrapOfLink+`)`, delivery, maxLinks).Scan(&full)
	if err == nil && full {
		err = errTooManyLinks
	}
	return err
}

// Revoke ends a document that is not completed. Its link is dead at once, on
// every instance; what was typed into it is erased.
func (s *Store) Revoke(ctx context.Context, h *Holder, id uuid.UUID) (_ *Document, err error) {
	defer fault.Wrap(&err, "store.Revoke(%s)", id)
	return s.move(ctx, h, id, access.RevokeDocuments, practice.Revoke, "document.revoke", func(tx *db.Tx, d *Document) error {
		eraseDrafts(ctx, tx, d.ID)
		_, err := tx.Exec(ctx, `
			UPDATE deliveries SET closed_at = $2
			WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM steps WHERE delivery_id = $1 AND state NOT IN ('revoked'))`, d.DeliveryID, s.at())
		return err
	})
}

// Extend gives a document days more from now, and an expired one its former
// state back.
func (s *Store) Extend(ctx context.Context, h *Holder, id uuid.UUID, days int) (_ *Document, err error) {
	defer fault.Wrap(&err, "store.Extend(%s)", id)
	p, err := s.Practice(ctx, h.Practice)
	if err != nil {
		return nil, err
	}
	expires, err := s.expiry(p, days)
	if err != nil {
		return nil, err
	}
	return s.move(ctx, h, id, access.SendDocuments, practice.Extend, "document.extend", func(tx *db.Tx, d *Document) error {
		if _, err := tx.Exec(ctx, `UPDATE documents SET expires_at = $2, erased_at = NULL WHERE id = $1`, d.ID, expires); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE deliveries SET expires_at = $2, forgotten_at = NULL WHERE id = $1`, d.DeliveryID, expires); err != nil {
			return err
		}
		_, err := settle(ctx, tx, d.DeliveryID)
		return err
	})
}

// move takes a document one step on by compare-and-swap of its state.
func (s *Store) move(ctx context.Context, h *Holder, id uuid.UUID, needs access.Permission, step practice.Step, action audit.Action, also func(*db.Tx, *Document) error) (*Document, error) {
	subject := audit.Subject{Kind: "document", ID: id}
	if err := s.require(ctx, h.Actor, needs, subject); err != nil {
		return nil, err
	}
	d, err := s.Document(ctx, h, id)
	if err != nil {
		return nil, err
	}
	next, err := practice.Next(d.State, d.former, step)
	if err != nil {
		return nil, err
	}
	err = s.change(ctx, h.Practice, func(tx *db.Tx) ([]audit.Event, error) {
		n, err := tx.Exec(ctx, `UPDATE documents SET state = $2, former = '' WHERE id = $1 AND state = $3`, id, string(next), string(d.State))
		if err != nil {
			return nil, err
		}
		if n == 0 {
			return nil, fault.Code(fault.Conflict, "state", "This document changed just now. Look at it again.")
		}
		if _, err := tx.Exec(ctx, `UPDATE steps SET state = $2 WHERE document_id = $1`, id, string(next)); err != nil {
			return nil, err
		}
		return []audit.Event{{At: s.at(), Actor: h.Actor, Action: action, Subject: subject}}, also(tx, d)
	})
	if err != nil {
		return nil, err
	}
	return s.Document(ctx, h, id)
}
