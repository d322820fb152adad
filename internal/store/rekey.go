package store

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/vault"
)

// rekeyBatch is how many documents one batch moves: about a tenth of a second.
const rekeyBatch = 200

// Rekeying is how far a practice's new keys have come.
type Rekeying struct {
	Version int64 // of the newest practice key; 1 is the first
	Total   int64 // what is sealed: completed and declined documents, names and outcomes
	Left    int64 // of that, what is still under an older key
}

// Percent is how much is done, from 0 to 100.
func (r Rekeying) Percent() int64 {
	if r.Total == 0 {
		return 100
	}
	return (r.Total - r.Left) * 100 / r.Total
}

// Rekeyed tells how far the newest keys of the practice have come.
func (s *Store) Rekeyed(ctx context.Context, h *Holder) (r Rekeying, err error) {
	defer fault.Wrap(&err, "store.Rekeyed(%s)", h.Practice)
	if err := s.require(ctx, h.Actor, access.ManageKeys, audit.Subject{Kind: "practice", ID: h.Practice}); err != nil {
		return r, err
	}
	newest, index, err := s.newestKeys(ctx, h.Practice)
	if err != nil {
		return r, err
	}
	err = s.db.Read(ctx, h.Practice, func(tx *db.Tx) error {
		r.Version = newest.version
		if err := tx.QueryRow(ctx, `
			SELECT (SELECT count(*) FROM submissions WHERE practice_id = $1) + (SELECT count(*) FROM refusals WHERE practice_id = $1),
				(SELECT count(*) FROM submissions WHERE practice_id = $1 AND key_version < $2) + (SELECT count(*) FROM refusals WHERE practice_id = $1 AND key_version < $2)`,
			h.Practice, newest.version).Scan(&r.Total, &r.Left); err != nil {
			return err
		}
		labels, old, err := s.countLabels(ctx, tx, h.Practice, index.version)
		r.Total, r.Left = r.Total+labels, r.Left+old
		return err
	})
	return r, err
}

// Rekey makes a new practice key and a new index key, and grants each to
// everybody who holds the newest of its kind. Whatever is sealed from now on is
// sealed to them, on every instance; [Store.RekeyBatch] moves the rest.
func (s *Store) Rekey(ctx context.Context, h *Holder) (err error) {
	defer fault.Wrap(&err, "store.Rekey(%s)", h.Practice)
	r, err := s.Rekeyed(ctx, h)
	if err != nil {
		return err
	}
	if r.Left > 0 {
		return fault.New(fault.Conflict, "The last change of the key is not through yet. Let it end first.")
	}
	subject := audit.Subject{Kind: "practice", ID: h.Practice}
	answers, index, err := s.newestKeys(ctx, h.Practice)
	if err != nil {
		return err
	}
	newest := map[string]int64{practiceSeed: answers.version, indexSeed: index.version}
	for _, kind := range seeds {
		if _, err := s.granted(ctx, h, kind, newest[kind]); err != nil {
			return err
		}
	}
	return s.changeHolders(ctx, h.Actor, access.ManageKeys, nil, func(tx *db.Tx) ([]audit.Event, error) {
		for _, kind := range seeds {
			holders, err := s.holdersOf(ctx, tx, h.Practice, kind, newest[kind])
			if err != nil {
				return nil, err
			}
			if err := s.addSeed(ctx, tx, h.Practice, kind, newest[kind]+1, holders); err != nil {
				return nil, err
			}
		}
		return []audit.Event{{At: s.at(), Actor: h.Actor, Action: "practice.rekey", Subject: subject, Detail: audit.Detail{"version": fmt.Sprint(r.Version + 1)}}}, nil
	})
}

// holdersOf returns the public keys of all who hold a version of one of the
// practice's seeds, each checked against its pin.
func (s *Store) holdersOf(ctx context.Context, tx *db.Tx, practice uuid.UUID, kind string, version int64) (map[uuid.UUID][]byte, error) {
	holders := map[uuid.UUID][]byte{}
	var id uuid.UUID
	var public, pin []byte
	err := tx.Each(ctx, `
		SELECT g.holder_id, coalesce(m.public_key, k.public_key, a.public_key), coalesce(m.public_pin, k.public_pin, a.public_pin) FROM grants g
		LEFT JOIN members m ON m.id = g.holder_id AND m.practice_id = g.practice_id AND m.state = 'active'
		LEFT JOIN kits k ON k.id = g.holder_id AND k.practice_id = g.practice_id
		LEFT JOIN api_keys a ON a.id = g.holder_id AND a.practice_id = g.practice_id AND a.revoked_at IS NULL
		WHERE g.practice_id = $1 AND g.kind = $2 AND g.version = $3`, []any{practice, kind, version}, []any{&id, &public, &pin}, func() error {
		if !s.holderPinned(practice, id, public, pin) {
			return errHolderPin(id)
		}
		holders[id] = public
		return nil
	})
	return holders, err
}

// RekeyBatch moves up to 200 documents, or 1,000 names and outcomes, to the
// newest key in one transaction, and returns how many; 0 when all are there. It
// can stop anywhere and go on at any time, in another session and on another
// instance: what is not moved yet opens under the older key.
func (s *Store) RekeyBatch(ctx context.Context, h *Holder) (moved int64, err error) {
	defer fault.Wrap(&err, "store.RekeyBatch(%s)", h.Practice)
	subject := audit.Subject{Kind: "practice", ID: h.Practice}
	if err := s.require(ctx, h.Actor, access.ManageKeys, subject); err != nil {
		return 0, err
	}
	to, index, err := s.newestKeys(ctx, h.Practice)
	if err != nil {
		return 0, err
	}
	for _, t := range []rekeyTable{submissionKeys, refusalReasons} {
		rows, err := s.oldRows(ctx, h.Practice, t, to.version)
		if err != nil {
			return 0, err
		}
		if len(rows) > 0 {
			return s.rekeyRows(ctx, h, t, to, rows)
		}
	}
	for _, c := range labelColumns {
		if moved, err = s.rekeyLabels(ctx, h, c, index.version); moved > 0 || err != nil {
			return moved, err
		}
	}
	return 0, nil
}

// A rekeyTable is one table with a value that is sealed to the practice.
type rekeyTable struct {
	label  string // of the seal
	query  string
	update string // of row $1, while it is under key $2: version $3, value $4 and MAC $5
	bound  bool   // a MAC binds the value to the rest of the row
}

var submissionKeys = rekeyTable{
	label: "document-key", bound: true,
	query: `SELECT document_id, key_version, key, row_mac, body_digest, paper_digest FROM submissions
		WHERE practice_id = $1 AND key_version < $2 ORDER BY key_version, document_id LIMIT $3`,
	update: `UPDATE submissions SET key_version = $3, key = $4, row_mac = $5 WHERE document_id = $1 AND key_version = $2`,
}

var refusalReasons = rekeyTable{
	label: "reason",
	query: `SELECT document_id, key_version, reason, NULL, NULL, NULL FROM refusals
		WHERE practice_id = $1 AND key_version < $2 ORDER BY key_version, document_id LIMIT $3`,
	update: `UPDATE refusals SET key_version = $3, reason = $4 WHERE document_id = $1 AND key_version = $2`,
}

// A rekeyRow is a value on its way from one key to the next.
type rekeyRow struct {
	document            uuid.UUID
	version             int64
	sealed, mac         []byte
	body, paper         []byte // digests
	nextSealed, nextMAC []byte
}

func (s *Store) oldRows(ctx context.Context, practice uuid.UUID, t rekeyTable, version int64) (list []rekeyRow, err error) {
	var r rekeyRow
	err = s.db.ReadEach(ctx, practice, t.query, []any{practice, version, rekeyBatch},
		[]any{&r.document, &r.version, &r.sealed, &r.mac, &r.body, &r.paper}, func() error { list = append(list, r); return nil })
	return list, err
}

// rekeyRows opens each value with its old key and seals it to the new one, on
// all cores, and writes them together.
func (s *Store) rekeyRows(ctx context.Context, h *Holder, t rekeyTable, to publicKey, rows []rekeyRow) (moved int64, err error) {
	pairs := map[int64]*vault.Pair{}
	for _, r := range rows {
		if pairs[r.version] == nil {
			if pairs[r.version], err = s.granted(ctx, h, practiceSeed, r.version); err != nil {
				return 0, err
			}
		}
	}
	err = onAllCores(len(rows), func(i int) error {
		return s.rekeyRow(ctx, h.Practice, t, pairs[rows[i].version], to, &rows[i])
	})
	if err != nil {
		return 0, err
	}
	return int64(len(rows)), s.db.Write(ctx, h.Practice, func(tx *db.Tx) error {
		for i := range rows {
			r := &rows[i]
			args := []any{r.document, r.version, to.version, r.nextSealed}
			if t.bound {
				args = append(args, r.nextMAC)
			}
			tx.Queue(ctx, t.update, args...) // of a row that another session moved meanwhile, it changes nothing
		}
		return nil
	})
}

// onAllCores calls work for each number below n, and returns what failed.
func onAllCores(n int, work func(i int) error) error {
	workers := runtime.GOMAXPROCS(0)
	faults := make([]error, workers)
	var busy sync.WaitGroup
	for w := range workers {
		busy.Go(func() {
			for i := w; i < n && faults[w] == nil; i += workers {
				faults[w] = work(i)
			}
		})
	}
	busy.Wait()
	return errors.Join(faults...)
}

func (s *Store) rekeyRow(ctx context.Context, practice uuid.UUID, t rekeyTable, from *vault.Pair, to publicKey, r *rekeyRow) error {
	if t.bound {
		if err := s.fillDigests(ctx, practice, r.document, &r.body, &r.paper); err != nil {
			return err
		}
		if !s.keys().Verify(r.mac, "submission", digestFields(practice, r.document, r.version, r.sealed, r.body, r.paper)...) {
			return fmt.Errorf("submission %s is not authentic", r.document)
		}
	}
	text, err := from.Open(r.sealed, t.label, documentKeyFields(practice, r.document, r.version)...)
	if err != nil {
		return fmt.Errorf("%s of %s: %w", t.label, r.document, err)
	}
	if r.nextSealed, err = to.Seal(text, t.label, documentKeyFields(practice, r.document, to.version)...); err != nil {
		return err
	}
	if t.bound {
		r.nextMAC = s.keys().MAC("submission", digestFields(practice, r.document, to.version, r.nextSealed, r.body, r.paper)...)
	}
	return nil
}

// fillDigests computes what a submission written before digests were kept lacks.
func (s *Store) fillDigests(ctx context.Context, practice, document uuid.UUID, body, paper *[]byte) error {
	if *body != nil && *paper != nil {
		return nil
	}
	var sealedBody, sealedPaper []byte
	err := s.db.ReadOne(ctx, practice, `SELECT s.body, p.sealed FROM submissions s JOIN papers p ON p.document_id = s.document_id WHERE s.document_id = $1`, []any{document}, &sealedBody, &sealedPaper)
	*body, *paper = digest(sealedBody), digest(sealedPaper)
	return err
}
