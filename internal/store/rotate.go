package store

import (
	"context"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/vault"
)

// A layer is one column that the server key protects.
type layer struct {
	name    string // as keys status shows it
	tenant  bool   // behind row-level security
	columns string // the row's key, the value, then what rewrite needs: a number, up to three blobs
	table   string
	update  string // sets the value $3 of row $1 while it still is $2
	// rewrite returns the value under the current key; nil when it cannot be
	// rewritten, only outlive its row.
	rewrite func(s *Store, practice uuid.UUID, r *layerRow) ([]byte, error)
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
	{name: "signing authority", columns: `id, sealed`, table: `authorities`, update: `UPDATE authorities SET sealed = $3 WHERE id = $1 AND sealed = $2`,
		rewrite: func(s *Store, _ uuid.UUID, r *layerRow) ([]byte, error) {
			return s.again(r.value, "authority", authorityID[:])
		}},
	{name: "staff profiles", tenant: true, columns: `id, profile`, table: `members`, update: `UPDATE members SET profile = $3 WHERE id = $1 AND profile = $2`,
		rewrite: resealInPractice("profile")},
	{name: "staff keys", tenant: true, columns: `id, seed`, table: `members`, update: `UPDATE members SET seed = $3 WHERE id = $1 AND seed = $2`,
		rewrite: func(s *Store, _ uuid.UUID, r *layerRow) ([]byte, error) {
			return vault.RewrapOuter(s.keys(), [16]byte(r.uuid()), r.value)
		}},
	{name: "client contacts", tenant: true, columns: `id, contact`, table: `clients`, update: `UPDATE clients SET contact = $3 WHERE id = $1 AND contact = $2`,
		rewrite: resealInPractice("contact")},
	{name: "former contacts", tenant: true, columns: `id, contact`, table: `snapshots`, update: `UPDATE snapshots SET contact = $3 WHERE id = $1 AND contact = $2`,
		rewrite: resealInPractice("contact")},
	{name: "languages", columns: `id, language`, table: `deliveries`, update: `UPDATE deliveries SET language = $3 WHERE id = $1 AND language = $2`,
		rewrite: resealAlone("language")},
	{name: "recipients", tenant: true, columns: `id, recipient`, table: `documents`, update: `UPDATE documents SET recipient = $3 WHERE id = $1 AND recipient = $2`,
		rewrite: resealInPractice("recipient")},
	{name: "event details", tenant: true, columns: `id, detail`, table: `events`, update: `UPDATE events SET detail = $3 WHERE id = $1 AND detail = $2`,
		rewrite: resealInPractice("event")},
	{name: "key pins", tenant: true, columns: `kind, pin, version, public_key`, table: `practice_keys`,
		update: `UPDATE practice_keys SET pin = $3 WHERE kind = $1 AND pin = $2`,
		rewrite: func(s *Store, p uuid.UUID, r *layerRow) ([]byte, error) {
			if !s.pinned(p, r.id, r.number, r.a, r.value) {
				return nil, errPin(p, r.id)
			}
			return s.keys().MAC("pin", []byte(r.id), p[:], be64(r.number), r.a), nil
		}},
	{name: "submissions", tenant: true, columns: `s.document_id, s.row_mac, s.key_version, s.key, s.body, p.sealed`, table: `submissions s JOIN papers p ON p.document_id = s.document_id`,
		update: `UPDATE submissions SET row_mac = $3 WHERE document_id = $1 AND row_mac = $2`,
		rewrite: func(s *Store, p uuid.UUID, r *layerRow) ([]byte, error) {
			fields := rowFields(p, uuid.UUID(r.uuid()), r.number, r.a, r.b, r.c)
			if !s.keys().Verify(r.value, "submission", fields...) {
				return nil, fmt.Errorf("submission %s is not authentic", r.id)
			}
			return s.keys().MAC("submission", fields...), nil
		}},
	{name: "findings", tenant: true, columns: `document_id, mac, 0, sealed`, table: `findings`,
		update: `UPDATE findings SET mac = $3 WHERE document_id = $1 AND mac = $2`,
		rewrite: func(s *Store, p uuid.UUID, r *layerRow) ([]byte, error) {
			fields := findingFields(p, uuid.UUID(r.uuid()), r.a)
			if !s.keys().Verify(r.value, "findings", fields...) {
				return nil, fmt.Errorf("findings of %s are not authentic", r.id)
			}
			return s.keys().MAC("findings", fields...), nil
		}},
	{name: "sealed PDFs on record", columns: `sha256, mac`, table: `sealed_papers`, update: `UPDATE sealed_papers SET mac = $3 WHERE sha256 = $1 AND mac = $2`,
		rewrite: rewriteDigest(paperLabel)},
	{name: "seal roots", columns: `sha256, mac`, table: `seal_roots`, update: `UPDATE seal_roots SET mac = $3 WHERE sha256 = $1 AND mac = $2`,
		rewrite: rewriteDigest(rootLabel)},
	{name: "member pins", tenant: true, columns: `id, public_pin, 0, public_key`, table: `members`, update: `UPDATE members SET public_pin = $3 WHERE id = $1 AND public_pin = $2`, rewrite: rewriteHolderPin},
	{name: "kit pins", tenant: true, columns: `id, public_pin, 0, public_key`, table: `kits`, update: `UPDATE kits SET public_pin = $3 WHERE id = $1 AND public_pin = $2`, rewrite: rewriteHolderPin},
	{name: "API key pins", tenant: true, columns: `id, public_pin, 0, public_key`, table: `api_keys`, update: `UPDATE api_keys SET public_pin = $3 WHERE id = $1 AND public_pin = $2`, rewrite: rewriteHolderPin},
	{name: "second factors", tenant: true, columns: `id, totp`, table: `members`, update: `UPDATE members SET totp = $3 WHERE id = $1 AND totp = $2`,
		rewrite: resealInPractice("totp")},
	{name: "staff session origins", columns: `id, origin`, table: `staff_sessions`, update: `UPDATE staff_sessions SET origin = $3 WHERE id = $1 AND origin = $2`,
		rewrite: resealAlone("origin")},
	{name: "staff device origins", columns: `id, origin`, table: `staff_devices`, update: `UPDATE staff_devices SET origin = $3 WHERE id = $1 AND origin = $2`,
		rewrite: resealAlone("origin")},
	{name: "message recipients", tenant: true, columns: `id, recipient`, table: `messages`, update: `UPDATE messages SET recipient = $3 WHERE id = $1 AND recipient = $2`,
		rewrite: resealInPractice("message-recipient")},
	{name: "codes under way", tenant: true, columns: `id, code`, table: `messages`, update: `UPDATE messages SET code = $3 WHERE id = $1 AND code = $2`,
		rewrite: resealInPractice("message-code")},
	{name: "consent addresses", tenant: true, columns: `id, address`, table: `consents`, update: `UPDATE consents SET address = $3 WHERE id = $1 AND address = $2`,
		rewrite: resealInPractice("consent-address")},
	{name: "consents", tenant: true, columns: `id, mac`, table: `consents`},
	{name: "opt-outs", columns: `'', mac`, table: `opt_outs`},
	{name: "chains", tenant: true, columns: `practice_id, mac`, table: `chain_heads`},
	{name: "staff addresses", columns: `member_id, mac`, table: `member_emails`},
	{name: "links", columns: `delivery_id, mac`, table: `links`},
	{name: "wraps", tenant: true, columns: `draft_id, ref`, table: `wraps`},
	{name: "codes", columns: `id, code_mac`, table: `deliveries`},
	{name: "client sessions", columns: `delivery_id, mac`, table: `client_sessions`},
	{name: "staff sessions", columns: `id, mac`, table: `staff_sessions`},
	{name: "API keys", columns: `id, mac`, table: `api_keys`},
	{name: "invitations", columns: `member_id, mac`, table: `invitations`},
	{name: "staff devices", columns: `id, mac`, table: `staff_devices`},
	{name: "recovery codes", tenant: true, columns: `member_id, mac`, table: `recovery_codes`},
}

func (r *layerRow) uuid() []byte {
	id := uuid.MustParse(r.id)
	return id[:]
}

// rewriteDigest makes a new MAC over the SHA-256 that is the row's key.
func rewriteDigest(label string) func(*Store, uuid.UUID, *layerRow) ([]byte, error) {
	return func(s *Store, _ uuid.UUID, r *layerRow) ([]byte, error) {
		sum, err := hex.DecodeString(r.id)
		if err != nil || !s.keys().Verify(r.value, label, sum) {
			return nil, fmt.Errorf("row %s is not authentic", r.id)
		}
		return s.keys().MAC(label, sum), nil
	}
}

func rewriteHolderPin(s *Store, p uuid.UUID, r *layerRow) ([]byte, error) {
	holder := uuid.UUID(r.uuid())
	if !s.holderPinned(p, holder, r.a, r.value) {
		return nil, errHolderPin(holder)
	}
	return s.holderPin(p, holder, r.a), nil
}

// resealInPractice rewrites a value that is bound to its practice and its row.
func resealInPractice(kind string) func(*Store, uuid.UUID, *layerRow) ([]byte, error) {
	return func(s *Store, p uuid.UUID, r *layerRow) ([]byte, error) {
		return s.again(r.value, kind, p[:], r.uuid())
	}
}

// resealAlone rewrites a value that is bound to its row alone.
func resealAlone(kind string) func(*Store, uuid.UUID, *layerRow) ([]byte, error) {
	return func(s *Store, _ uuid.UUID, r *layerRow) ([]byte, error) { return s.again(r.value, kind, r.uuid()) }
}

// again seals a value under the current key.
func (s *Store) again(sealed []byte, kind string, fields ...[]byte) ([]byte, error) {
	text, err := s.keys().Open(sealed, kind, fields...)
	if err != nil {
		return nil, err
	}
	return s.keys().Seal(text, kind, fields...), nil
}

// owner is the column that says whose a row is.
func (l layer) owner() string {
	if strings.HasPrefix(l.table, `submissions s`) {
		return `s.practice_id`
	}
	return `practice_id`
}

// rowsOf reads a layer's rows, of one practice or of the installation.
func (s *Store) rowsOf(ctx context.Context, l layer, practice uuid.UUID) (list []layerRow, err error) {
	query, args := `SELECT `+l.columns+` FROM `+l.table, []any(nil)
	if practice != uuid.Nil {
		query, args = query+` WHERE `+l.owner()+` = $1`, []any{practice}
	}
	var r layerRow
	dest := []any{&r.id, &r.value, &r.number, &r.a, &r.b, &r.c}
	err = s.db.ReadEach(ctx, practice, query, args, dest[:strings.Count(l.columns, ",")+1], func() error {
		if len(r.value) > 0 {
			list = append(list, r)
		}
		return nil
	})
	return list, err
}

// scopes returns where a layer's rows are: in every practice and the
// installation's chain, or outside them.
func (s *Store) scopes(ctx context.Context, l layer) ([]uuid.UUID, error) {
	if !l.tenant {
		return []uuid.UUID{uuid.Nil}, nil
	}
	ids, err := s.PracticeIDs(ctx)
	return append(ids, audit.Installation), err
}

// RotateServerKey rewrites everything under the ring's current key, row by row,
// while the service runs, and returns how many rows it rewrote. It can be
// stopped and run again.
func (s *Store) RotateServerKey(ctx context.Context) (rewritten int, err error) {
	defer fault.Wrap(&err, "store.RotateServerKey")
	for _, l := range layers {
		if l.rewrite == nil {
			continue
		}
		scopes, err := s.scopes(ctx, l)
		if err != nil {
			return rewritten, err
		}
		for _, practice := range scopes {
			n, err := s.rewriteLayer(ctx, l, practice)
			rewritten += n
			if err != nil {
				return rewritten, fmt.Errorf("%s: %w", l.name, err)
			}
		}
	}
	return rewritten, s.reanchor(ctx)
}

func (s *Store) rewriteLayer(ctx context.Context, l layer, practice uuid.UUID) (int, error) {
	rows, err := s.rowsOf(ctx, l, practice)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, r := range rows {
		if vault.KeyID(r.value) == s.keys().Current() {
			continue
		}
		next, err := l.rewrite(s, practice, &r)
		if err != nil {
			return n, err
		}
		err = s.db.Write(ctx, practice, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, l.update, r.id, r.value, next)
			return err
		})
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// reanchor authenticates every chain under the current key, and records the
// rotation in each; staff addresses are found by new MACs from then on.
func (s *Store) reanchor(ctx context.Context) error {
	event := audit.Event{At: s.at(), Actor: access.Actor{Kind: access.Operator}, Action: "server-key.rotate", Subject: audit.Subject{Kind: "key"}, Detail: audit.Detail{"key": s.keys().Current()}}
	err := s.eachPractice(ctx, func(p uuid.UUID) error {
		if err := s.rewriteEmails(ctx, p); err != nil {
			return err
		}
		if err := s.rewriteConsents(ctx, p); err != nil {
			return err
		}
		return s.record(ctx, p, event)
	})
	if err != nil {
		return err
	}
	return s.record(ctx, audit.Installation, event)
}

func (s *Store) rewriteEmails(ctx context.Context, p uuid.UUID) error {
	profiles := layer{columns: `id, profile`, table: `members`}
	rows, err := s.rowsOf(ctx, profiles, p)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, p, func(tx *db.Tx) error {
		for _, r := range rows {
			member := uuid.UUID(r.uuid())
			profile, err := s.openProfile(p, member, r.value)
			if err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `UPDATE member_emails SET mac = $2 WHERE member_id = $1`, member, s.keys().MAC("email", []byte(normalEmail(profile.Email)))); err != nil {
				return err
			}
		}
		return nil
	})
}

// rewriteConsents finds addresses by new MACs, those that opted out of all
// messages too.
func (s *Store) rewriteConsents(ctx context.Context, p uuid.UUID) error {
	rows, err := s.rowsOf(ctx, layer{columns: `id, address, 0, mac`, table: `consents`}, p)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, p, func(tx *db.Tx) error {
		for _, r := range rows {
			if vault.KeyID(r.a) == s.keys().Current() {
				continue
			}
			address, err := s.keys().Open(r.value, "consent-address", p[:], r.uuid())
			if err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `UPDATE consents SET mac = $2 WHERE id = $1`, r.id, s.normalMACs(p, string(address))[0]); err != nil {
				return err
			}
			if err := moveOptOut(ctx, tx, s.normalMACs(uuid.Nil, string(address))); err != nil {
				return err
			}
		}
		return nil
	})
}

// moveOptOut puts the first MAC in place of the others.
func moveOptOut(ctx context.Context, tx *db.Tx, macs [][]byte) error {
	for _, old := range macs[1:] {
		if _, err := tx.Exec(ctx, `INSERT INTO opt_outs (mac, at) SELECT $2, at FROM opt_outs WHERE mac = $1 ON CONFLICT (mac) DO NOTHING`, old, macs[0]); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM opt_outs WHERE mac = $1`, old); err != nil {
			return err
		}
	}
	return nil
}

// KeyUse counts the rows that hang on one server key.
type KeyUse struct {
	ID      string
	Current bool
	Rows    map[string]int64 // by layer
}

// KeyStatus tells, for every key of the ring and every key still named by a
// row, what hangs on it. A key with no rows can be taken out of the file.
func (s *Store) KeyStatus(ctx context.Context) (uses []KeyUse, err error) {
	defer fault.Wrap(&err, "store.KeyStatus")
	byID := map[string]map[string]int64{}
	for _, id := range s.keys().IDs() {
		byID[id] = map[string]int64{}
	}
	for _, l := range layers {
		scopes, err := s.scopes(ctx, l)
		if err != nil {
			return nil, err
		}
		for _, practice := range scopes {
			rows, err := s.rowsOf(ctx, l, practice)
			if err != nil {
				return nil, err
			}
			for _, r := range rows {
				id := vault.KeyID(r.value)
				if byID[id] == nil {
					byID[id] = map[string]int64{}
				}
				byID[id][l.name]++
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(byID)) {
		uses = append(uses, KeyUse{ID: id, Current: id == s.keys().Current(), Rows: byID[id]})
	}
	return uses, nil
}
