package store

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/vault"
)

// keyPrefix lets people and secret scanners tell what a leaked key is.
const keyPrefix = "sealform_"

// KeyInfo is an API key as lists show it: never the key.
type KeyInfo struct {
	ID                   uuid.UUID
	Name                 string
	Reads                bool // holds grants; otherwise it can only create
	MadeBy               uuid.UUID
	CreatedAt, RevokedAt time.Time
}

// MakeAPIKey makes a key and returns it this once. A reading key is a holder:
// its pair is derived from the key itself and granted the seeds by h.
func (s *Store) MakeAPIKey(ctx context.Context, h *Holder, name string, reads bool) (secret string, err error) {
	defer fault.Wrap(&err, "store.MakeAPIKey(%s)", h.Practice)
	if err := s.require(ctx, h.Actor, access.ManageKeys, audit.Subject{Kind: "practice", ID: h.Practice}); err != nil {
		return "", err
	}
	if name = strings.TrimSpace(name); name == "" || len(name) > 200 {
		return "", fault.New(fault.Invalid, "Name the key after the program that will use it, in 200 characters or fewer.")
	}
	raw, id, now := vault.NewSecret(), newID(), s.at()
	var grants []sealedGrant
	var public, pin []byte
	if reads {
		pair, err := keyHolder(raw, id)
		if err != nil {
			return "", err
		}
		public = pair.Public()
		pin = s.holderPin(h.Practice, id, public)
		if grants, err = s.copyGrants(ctx, h, true, id, pair.Public()); err != nil {
			return "", err
		}
	}
	err = s.changeHolders(ctx, h.Actor, access.ManageKeys, grants, func(tx *db.Tx) ([]audit.Event, error) {
		if _, err := tx.Exec(ctx, `INSERT INTO api_keys (mac, id, practice_id, name, reads, made_by, public_key, public_pin, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			s.keys().MAC("api-key", raw), id, h.Practice, name, reads, h.ID, public, pin, now); err != nil {
			return nil, err
		}
		return []audit.Event{{At: now, Actor: h.Actor, Action: "key.make", Subject: audit.Subject{Kind: "key", ID: id}}}, insertGrants(ctx, tx, h.Practice, id, grants)
	})
	return keyPrefix + encodeSecret(raw), err
}

func keyHolder(secret []byte, id uuid.UUID) (*vault.Pair, error) {
	return vault.DerivePair(secret, "api-holder", id[:])
}

// keyScope is what a key may do.
func keyScope(reads bool) []access.Permission {
	scope := []access.Permission{access.SendDocuments, access.SeeAllClients}
	if reads {
		scope = append(scope, access.RevokeDocuments, access.ReadDocuments, access.ReadAnswers, access.DownloadPDF, access.ReadActivity, access.ManageTemplates)
	}
	return scope
}

// APIKey returns who holds a bearer key.
func (s *Store) APIKey(ctx context.Context, bearer string) (h *Holder, err error) {
	defer fault.Wrap(&err, "store.APIKey")
	unknown := fault.New(fault.Unauthenticated, "This API key is not known. Check it, or make a new one under Settings.")
	text, ok := strings.CutPrefix(bearer, keyPrefix)
	raw, valid := decodeSecret(text)
	if !ok || !valid {
		return nil, unknown
	}
	h = &Holder{Actor: access.Actor{Kind: access.APIKey}}
	marks, macs := anyOf(1, s.keys().MACs("api-key", raw))
	var reads bool
	var revoked, suspended time.Time
	err = s.db.ReadOne(ctx, uuid.Nil, `
		SELECT k.id, k.practice_id, k.name, k.reads, k.revoked_at, p.suspended_at FROM api_keys k
		JOIN practices p ON p.id = k.practice_id WHERE k.mac IN (`+marks+`)`, macs, &h.ID, &h.Practice, &h.Name, &reads, &revoked, &suspended)
	if errors.Is(err, fault.NotFound) || err == nil && !revoked.IsZero() {
		return nil, unknown
	}
	if err != nil {
		return nil, err
	}
	if !suspended.IsZero() {
		return nil, fault.New(fault.Forbidden, "This practice is suspended. Ask the operator.")
	}
	h.memory = vault.Derive(raw, "idempotency", h.ID[:])
	if h.Scope = keyScope(reads); reads {
		h.seed = func() (*vault.Pair, error) { return keyHolder(raw, h.ID) }
	}
	return h, nil
}

// APIKeys returns the practice's keys, newest first.
func (s *Store) APIKeys(ctx context.Context, h *Holder) (keys []KeyInfo, err error) {
	defer fault.Wrap(&err, "store.APIKeys(%s)", h.Practice)
	if err := s.require(ctx, h.Actor, access.ManageKeys, audit.Subject{Kind: "practice", ID: h.Practice}); err != nil {
		return nil, err
	}
	var k KeyInfo
	err = s.db.ReadEach(ctx, uuid.Nil, `SELECT id, name, reads, made_by, created_at, revoked_at FROM api_keys WHERE practice_id = $1 ORDER BY created_at DESC, id DESC`,
		[]any{h.Practice}, []any{&k.ID, &k.Name, &k.Reads, &k.MadeBy, &k.CreatedAt, &k.RevokedAt}, func() error { keys = append(keys, k); return nil })
	return keys, err
}

// RevokeAPIKey ends a key and its grants at its next request.
func (s *Store) RevokeAPIKey(ctx context.Context, h *Holder, id uuid.UUID) (err error) {
	defer fault.Wrap(&err, "store.RevokeAPIKey(%s)", id)
	subject := audit.Subject{Kind: "key", ID: id}
	if err := s.require(ctx, h.Actor, access.ManageKeys, subject); err != nil {
		return err
	}
	return s.changeHolders(ctx, h.Actor, access.ManageKeys, nil, func(tx *db.Tx) ([]audit.Event, error) {
		return s.endKeys(ctx, tx, h.Actor, []uuid.UUID{id})
	})
}

// endKeys ends keys and returns what to record of it.
func (s *Store) endKeys(ctx context.Context, tx *db.Tx, by access.Actor, keys []uuid.UUID) (events []audit.Event, err error) {
	for _, key := range keys {
		if err := s.endKey(ctx, tx, by.Practice, key); err != nil {
			return nil, err
		}
		events = append(events, audit.Event{At: s.at(), Actor: by, Action: "key.revoke", Subject: audit.Subject{Kind: "key", ID: key}})
	}
	return events, nil
}

func (s *Store) endKey(ctx context.Context, tx *db.Tx, practice, id uuid.UUID) error {
	n, err := tx.Exec(ctx, `UPDATE api_keys SET revoked_at = $3 WHERE id = $1 AND practice_id = $2 AND revoked_at IS NULL`, id, practice, s.at())
	if err == nil && n == 0 {
		err = fault.New(fault.NotFound, "There is no such key.")
	}
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `DELETE FROM grants WHERE holder_id = $1`, id)
	return err
}
