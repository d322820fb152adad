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
)

// NewPractice is a practice as the operator enters it, with its first director.
type NewPractice struct {
	practice.Practice
	DirectorName  string
	DirectorEmail string
}

const defaultExpiryDays = 14

// CreatePractice makes a practice and returns its director's invitation. It has
// no keys until the director accepts: the operator never holds one.
func (s *Store) CreatePractice(ctx context.Context, in NewPractice) (id uuid.UUID, invitation string, err error) {
	defer fault.Wrap(&err, "store.CreatePractice")
	p := in.Practice
	if p.ExpiryDays == 0 {
		p.ExpiryDays = defaultExpiryDays
	}
	if err := checkPractice(&p); err != nil {
		return id, "", err
	}
	p.ID = newID()
	made := audit.Event{At: s.at(), Actor: access.Actor{Kind: access.Operator}, Action: "practice.create", Subject: audit.Subject{Kind: "practice", ID: p.ID}}
	err = s.db.Write(ctx, p.ID, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `
			INSERT INTO practices (id, name, phone, email, address, website, country, zone, records_country, privacy_contact, effective_date, copy_days, expiry_days, version, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1, $14)`,
			p.ID, p.Name, p.Phone, p.Email, p.Address, p.Website, p.Country, p.Zone, p.RecordsCountry, p.PrivacyContact, p.EffectiveDate, p.CopyDays, p.ExpiryDays, made.At)
		if err != nil {
			return err
		}
		if err := audit.Found(ctx, tx, s.keys(), p.ID, made); err != nil {
			return err
		}
		if err := tx.Confine(ctx, audit.Installation); err != nil {
			return err
		}
		return audit.Append(ctx, tx, s.keys(), audit.Installation, made)
	})
	if err != nil {
		return id, "", err
	}
	invitation, err = s.InviteMember(ctx, p.ID, in.DirectorName, in.DirectorEmail, access.Director)
	return p.ID, invitation, err
}

// eachPractice calls fn for every practice and stops at the first error.
func (s *Store) eachPractice(ctx context.Context, fn func(uuid.UUID) error) error {
	ids, err := s.PracticeIDs(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := fn(id); err != nil {
			return fmt.Errorf("practice %s: %w", id, err)
		}
	}
	return nil
}

// PracticeIDs returns every practice of the installation, oldest first.
func (s *Store) PracticeIDs(ctx context.Context) (ids []uuid.UUID, err error) {
	defer fault.Wrap(&err, "store.PracticeIDs")
	return s.ids(ctx, uuid.Nil, `SELECT id FROM practices ORDER BY created_at, id`)
}

// A PracticeInfo is a practice as the operator lists it.
type PracticeInfo struct {
	ID                   uuid.UUID
	Name                 string
	CreatedAt, Suspended time.Time
}

// Practices returns every practice of the installation, oldest first.
func (s *Store) Practices(ctx context.Context) (list []PracticeInfo, err error) {
	defer fault.Wrap(&err, "store.Practices")
	var p PracticeInfo
	err = s.db.ReadEach(ctx, uuid.Nil, `SELECT id, name, created_at, suspended_at FROM practices ORDER BY created_at, id`, nil,
		[]any{&p.ID, &p.Name, &p.CreatedAt, &p.Suspended}, func() error { list = append(list, p); return nil })
	return list, err
}

// Suspend closes a practice to its clients, staff and programs from their next
// request on, or opens it again. Nothing of it is erased.
func (s *Store) Suspend(ctx context.Context, id uuid.UUID, closed bool) (err error) {
	defer fault.Wrap(&err, "store.Suspend(%s)", id)
	at, action := s.at(), audit.Action("practice.suspend")
	if !closed {
		at, action = time.Time{}, "practice.resume"
	}
	return s.change(ctx, id, func(tx *db.Tx) ([]audit.Event, error) {
		n, err := tx.Exec(ctx, `UPDATE practices SET suspended_at = $2, version = version + 1 WHERE id = $1`, id, at)
		if err == nil && n == 0 {
			err = fault.New(fault.NotFound, "There is no practice with this id: 'sealform practice list' shows them.")
		}
		return []audit.Event{{At: s.at(), Actor: access.Actor{Kind: access.Operator, Practice: id}, Action: action, Subject: audit.Subject{Kind: "practice", ID: id}}}, err
	})
}
