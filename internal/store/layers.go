package store

import (
	"cmp"
	"context"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/vault"
)

// A layer is one column that the server key protects.
type layer struct {
	name   string // as keys status shows it
	tenant bool   // behind row-level security
	table  string
	key    string // tells the rows apart that rewrite is for, within a practice if tenant
	by     string // what they are looked up by instead, when it is the number they bind
	value  string // column
	binds  string // columns that the seal binds besides: a number, up to three blobs
	// rewrite returns the value under the current key; nil when it cannot be
	// rewritten, only outlive its row.
	rewrite func(ctx context.Context, s *Store, practice uuid.UUID, r *layerRow) ([]byte, error)
}

type layerRow struct {
	id      string
	value   []byte
	number  int64
	a, b, c []byte // what else the seal binds
}

// Layers of which only the MAC is stored cannot be rewritten: links, codes and
// sessions under the old key work until they end, and keys status counts them.
var layers = []layer{
	{name: "signing authority", table: `authorities`, key: `id`, value: `sealed`,
		rewrite: func(_ context.Context, s *Store, _ uuid.UUID, r *layerRow) ([]byte, error) {
			return s.again(r.value, "authority", authorityID[:])
		}},
	{name: "staff profiles", tenant: true, table: `members`, key: `id`, value: `profile`,
		rewrite: resealInPractice("profile")},
	{name: "staff keys", tenant: true, table: `members`, key: `id`, value: `seed`,
		rewrite: func(_ context.Context, s *Store, _ uuid.UUID, r *layerRow) ([]byte, error) {
			return vault.RewrapOuter(s.keys(), [16]byte(r.uuid()), r.value)
		}},
	{name: "client contacts", tenant: true, table: `clients`, key: `id`, value: `contact`,
		rewrite: resealInPractice("contact")},
	{name: "former contacts", tenant: true, table: `snapshots`, key: `id`, value: `contact`,
		rewrite: resealInPractice("contact")},
	{name: "languages", table: `deliveries`, key: `id`, value: `language`,
		rewrite: resealAlone("language")},
	{name: "recipients", tenant: true, table: `documents`, key: `id`, value: `recipient`,
		rewrite: resealInPractice("recipient")},
	{name: "event details", tenant: true, table: `events`, key: `id`, by: `seq`, value: `detail`, binds: `seq`,
		rewrite: resealInPractice("event")},
	{name: "key pins", tenant: true, table: `practice_keys`, key: `kind || ' ' || version`, value: `pin`, binds: `version, public_key`,
		rewrite: func(_ context.Context, s *Store, p uuid.UUID, r *layerRow) ([]byte, error) {
			kind, _, _ := strings.Cut(r.id, " ")
			if !s.pinned(p, kind, r.number, r.a, r.value) {
				return nil, errPin(p, kind)
			}
			return s.keys().MAC("pin", []byte(kind), p[:], be64(r.number), r.a), nil
		}},
	{name: "submissions", tenant: true, table: `submissions`, key: `document_id`, value: `row_mac`, binds: `key_version, key, body_digest, paper_digest`,
		rewrite: func(ctx context.Context, s *Store, p uuid.UUID, r *layerRow) ([]byte, error) {
			document := uuid.UUID(r.uuid())
			if err := s.fillDigests(ctx, p, document, &r.b, &r.c); err != nil {
				return nil, err
			}
			fields := digestFields(p, document, r.number, r.a, r.b, r.c)
			if !s.keys().Verify(r.value, "submission", fields...) {
				return nil, fmt.Errorf("submission %s is not authentic", r.id)
			}
			return s.keys().MAC("submission", fields...), nil
		}},
	{name: "findings", tenant: true, table: `findings`, key: `document_id`, value: `mac`, binds: `0, sealed`,
		rewrite: func(_ context.Context, s *Store, p uuid.UUID, r *layerRow) ([]byte, error) {
			fields := findingFields(p, uuid.UUID(r.uuid()), r.a)
			if !s.keys().Verify(r.value, "findings", fields...) {
				return nil, fmt.Errorf("findings of %s are not authentic", r.id)
			}
			return s.keys().MAC("findings", fields...), nil
		}},
	{name: "sealed PDFs on record", table: `sealed_papers`, key: `sha256`, value: `mac`,
		rewrite: rewriteDigest(paperLabel)},
	{name: "seal roots", table: `seal_roots`, key: `sha256`, value: `mac`,
		rewrite: rewriteDigest(rootLabel)},
	{name: "member pins", tenant: true, table: `members`, key: `id`, value: `public_pin`, binds: `0, public_key`, rewrite: rewriteHolderPin},
	{name: "kit pins", tenant: true, table: `kits`, key: `id`, value: `public_pin`, binds: `0, public_key`, rewrite: rewriteHolderPin},
	{name: "API key pins", tenant: true, table: `api_keys`, key: `id`, value: `public_pin`, binds: `0, public_key`, rewrite: rewriteHolderPin},
	{name: "second factors", tenant: true, table: `members`, key: `id`, value: `totp`,
		rewrite: resealInPractice("totp")},
	{name: "staff session origins", table: `staff_sessions`, key: `id`, value: `origin`,
		rewrite: resealAlone("origin")},
	{name: "staff device origins", table: `staff_devices`, key: `id`, value: `origin`,
		rewrite: resealAlone("origin")},
	{name: "message recipients", tenant: true, table: `messages`, key: `id`, value: `recipient`,
		rewrite: resealInPractice("message-recipient")},
	{name: "codes under way", tenant: true, table: `messages`, key: `id`, value: `code`,
		rewrite: resealInPractice("message-code")},
	{name: "consent addresses", tenant: true, table: `consents`, key: `id`, value: `address`,
		rewrite: resealInPractice("consent-address")},
	{name: "consents", tenant: true, table: `consents`, value: `mac`},
	{name: "opt-outs", table: `opt_outs`, value: `mac`},
	{name: "chains", tenant: true, table: `chain_heads`, value: `mac`},
	{name: "staff addresses", table: `member_emails`, value: `mac`},
	{name: "links", table: `links`, value: `mac`},
	{name: "wraps", tenant: true, table: `wraps`, value: `ref`},
	{name: "codes", table: `deliveries`, value: `code_mac`},
	{name: "client sessions", table: `client_sessions`, value: `mac`},
	{name: "staff sessions", table: `staff_sessions`, value: `mac`},
	{name: "API keys", table: `api_keys`, value: `mac`},
	{name: "invitations", table: `invitations`, value: `mac`},
	{name: "staff devices", table: `staff_devices`, value: `mac`},
	{name: "recovery codes", tenant: true, table: `recovery_codes`, value: `mac`},
}

// place is the column that rows are walked and found by.
func (l layer) place() string { return cmp.Or(l.by, l.key) }

// placeOf is its value.
func (l layer) placeOf(r *layerRow) any {
	if l.by != "" {
		return r.number
	}
	return r.id
}

func (r *layerRow) uuid() []byte {
	id := uuid.MustParse(r.id)
	return id[:]
}

// rewriteDigest makes a new MAC over the SHA-256 that is the row's key.
func rewriteDigest(label string) func(context.Context, *Store, uuid.UUID, *layerRow) ([]byte, error) {
	return func(_ context.Context, s *Store, _ uuid.UUID, r *layerRow) ([]byte, error) {
		sum, err := hex.DecodeString(r.id)
		if err != nil || !s.keys().Verify(r.value, label, sum) {
			return nil, fmt.Errorf("row %s is not authentic", r.id)
		}
		return s.keys().MAC(label, sum), nil
	}
}

func rewriteHolderPin(_ context.Context, s *Store, p uuid.UUID, r *layerRow) ([]byte, error) {
	holder := uuid.UUID(r.uuid())
	if !s.holderPinned(p, holder, r.a, r.value) {
		return nil, errHolderPin(holder)
	}
	return s.holderPin(p, holder, r.a), nil
}

// resealInPractice rewrites a value that is bound to its practice and its row.
func resealInPractice(kind string) func(context.Context, *Store, uuid.UUID, *layerRow) ([]byte, error) {
	return func(_ context.Context, s *Store, p uuid.UUID, r *layerRow) ([]byte, error) {
		return s.again(r.value, kind, p[:], r.uuid())
	}
}

// resealAlone rewrites a value that is bound to its row alone.
func resealAlone(kind string) func(context.Context, *Store, uuid.UUID, *layerRow) ([]byte, error) {
	return func(_ context.Context, s *Store, _ uuid.UUID, r *layerRow) ([]byte, error) {
		return s.again(r.value, kind, r.uuid())
	}
}

// again seals a value under the current key.
func (s *Store) again(sealed []byte, kind string, fields ...[]byte) ([]byte, error) {
	text, err := s.keys().Open(sealed, kind, fields...)
	if err != nil {
		return nil, err
	}
	return s.keys().Seal(text, kind, fields...), nil
}
