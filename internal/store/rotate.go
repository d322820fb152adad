package store

import (
	"context"
	"encoding/hex"
	"errors"
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

// layerPage bounds how many rows are in memory, and in one transaction, at once.
const layerPage = 100

// eachPage passes a layer's rows, of one practice or outside them, to fn.
func (s *Store) eachPage(ctx context.Context, l layer, practice uuid.UUID, fn func([]layerRow) error) error {
	var last *layerRow
	for {
		page, err := s.pageAfter(ctx, l, practice, last)
		if err != nil || len(page) == 0 {
			return err
		}
		if err := fn(page); err != nil {
			return err
		}
		last = &page[len(page)-1]
	}
}

// pageAfter reads the rows that follow last, nil for the first.
func (s *Store) pageAfter(ctx context.Context, l layer, practice uuid.UUID, last *layerRow) (page []layerRow, err error) {
	var r layerRow
	query, args, dest := `SELECT `+l.key+`, `+l.value, []any{layerPage}, []any{&r.id, &r.value}
	if l.binds != "" {
		query += `, ` + l.binds
		dest = append(dest, []any{&r.number, &r.a, &r.b, &r.c}[:1+strings.Count(l.binds, ",")]...)
	}
	query += ` FROM ` + l.table + ` WHERE length(` + l.value + `) > 0`
	if practice != uuid.Nil {
		args = append(args, practice)
		query += fmt.Sprintf(` AND practice_id = $%d`, len(args))
	}
	if last != nil {
		args = append(args, l.placeOf(last))
		query += fmt.Sprintf(` AND %s > $%d`, l.place(), len(args))
	}
	err = s.db.ReadEach(ctx, practice, query+` ORDER BY `+l.place()+` LIMIT $1`, args, dest, func() error {
		page = append(page, r)
		return nil
	})
	return page, err
}

// rewriteLayer moves one layer's rows. A row that somebody else changes
// meanwhile has the current key already.
func (s *Store) rewriteLayer(ctx context.Context, l layer, practice uuid.UUID) (n int, err error) {
	err = s.eachPage(ctx, l, practice, func(page []layerRow) error {
		next := make([][]byte, len(page))
		moving := 0
		for i := range page {
			if vault.KeyID(page[i].value) == s.keys().Current() {
				continue
			}
			if next[i], err = l.rewrite(ctx, s, practice, &page[i]); err != nil {
				break
			}
			moving++
		}
		if moving > 0 {
			err = errors.Join(s.writeLayer(ctx, l, practice, page, next), err)
		}
		if err == nil {
			n += moving
		}
		return err
	})
	return n, err
}

// writeLayer sets the values of a page of rows that have a next one, while they
// still are what was read.
func (s *Store) writeLayer(ctx context.Context, l layer, practice uuid.UUID, page []layerRow, next [][]byte) error {
	update := `UPDATE ` + l.table + ` SET ` + l.value + ` = $3 WHERE ` + l.place() + ` = $1 AND ` + l.value + ` = $2`
	more := []any(nil)
	if practice != uuid.Nil {
		update, more = update+` AND practice_id = $4`, []any{practice}
	}
	return s.db.Write(ctx, practice, func(tx *db.Tx) error {
		for i := range page {
			if next[i] == nil {
				continue
			}
			if _, err := tx.Exec(ctx, update, append([]any{l.placeOf(&page[i]), page[i].value, next[i]}, more...)...); err != nil {
				return err
			}
		}
		return nil
	})
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
	profiles := layer{table: `members`, key: `id`, value: `profile`}
	return s.eachPage(ctx, profiles, p, func(page []layerRow) error {
		return s.db.Write(ctx, p, func(tx *db.Tx) error {
			for _, r := range page {
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
	})
}

// rewriteConsents finds addresses by new MACs, those that opted out of all
// messages too.
func (s *Store) rewriteConsents(ctx context.Context, p uuid.UUID) error {
	addresses := layer{table: `consents`, key: `id`, value: `address`, binds: `0, mac`}
	return s.eachPage(ctx, addresses, p, func(page []layerRow) error {
		return s.db.Write(ctx, p, func(tx *db.Tx) error {
			for _, r := range page {
				if err := s.rewriteConsent(ctx, tx, p, &r); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

func (s *Store) rewriteConsent(ctx context.Context, tx *db.Tx, p uuid.UUID, r *layerRow) error {
	if vault.KeyID(r.a) == s.keys().Current() {
		return nil
	}
	address, err := s.keys().Open(r.value, "consent-address", p[:], r.uuid())
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE consents SET mac = $2 WHERE id = $1`, r.id, s.normalMACs(p, string(address))[0]); err != nil {
		return err
	}
	return moveOptOut(ctx, tx, s.normalMACs(uuid.Nil, string(address)))
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
			if err := s.countKeys(ctx, l, practice, byID); err != nil {
				return nil, err
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(byID)) {
		uses = append(uses, KeyUse{ID: id, Current: id == s.keys().Current(), Rows: byID[id]})
	}
	return uses, nil
}

// countKeys adds a layer's rows by the key that their values begin with.
func (s *Store) countKeys(ctx context.Context, l layer, practice uuid.UUID, byID map[string]map[string]int64) error {
	query, args := `SELECT substr(`+l.value+`, 1, 4), count(*) FROM `+l.table+` WHERE length(`+l.value+`) > 0`, []any(nil)
	if practice != uuid.Nil {
		query, args = query+` AND practice_id = $1`, []any{practice}
	}
	var key []byte
	var rows int64
	return s.db.ReadEach(ctx, practice, query+` GROUP BY 1`, args, []any{&key, &rows}, func() error {
		id := hex.EncodeToString(key)
		if byID[id] == nil {
			byID[id] = map[string]int64{}
		}
		byID[id][l.name] += rows
		return nil
	})
}
