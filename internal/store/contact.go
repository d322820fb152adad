package store

import (
	"context"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/practice"
)

// clientContact opens what the server may know of a client.
func (s *Store) clientContact(ctx context.Context, practiceID, client uuid.UUID) (c practice.Contact, err error) {
	var sealed []byte
	if err := s.db.ReadOne(ctx, practiceID, `SELECT contact FROM clients WHERE id = $1`, []any{client}, &sealed); err != nil {
		return c, err
	}
	return c, s.openContact(practiceID, client, sealed, &c)
}

// contactOf returns what the server may know of a document's client.
func (s *Store) contactOf(ctx context.Context, practiceID, document uuid.UUID) (practice.Contact, error) {
	var c practice.Contact
	var id uuid.UUID
	var sealed []byte
	err := s.db.ReadOne(ctx, practiceID, `SELECT c.id, c.contact FROM clients c JOIN documents d ON d.client_id = c.id WHERE d.id = $1`, []any{document}, &id, &sealed)
	if err != nil {
		return c, err
	}
	return c, s.openContact(practiceID, id, sealed, &c)
}

func (s *Store) sealContact(practiceID, client uuid.UUID, c practice.Contact) []byte {
	return s.sealValue("contact", c, practiceID, client)
}

func (s *Store) openContact(practiceID, client uuid.UUID, sealed []byte, c *practice.Contact) error {
	return s.openValue("contact", sealed, c, practiceID, client)
}
