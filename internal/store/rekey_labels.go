package store

import (
	"context"
	"encoding/binary"
	"fmt"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/vault"
)

// labelBatch is how many labels one batch moves. Most were read before and stand
// under the list key, which opens and seals in a microsecond.
const labelBatch = 1000

// A labelColumn holds labels, each bound to its row's id.
type labelColumn struct{ table, column, kind string }

// labelColumns are all that the index key opens.
var labelColumns = []labelColumn{
	{"clients", "label", "client"},
	{"snapshots", "label", "client"},
	{"documents", "outcome", "outcome"},
	{"records", "sealed", "record"},
	{"imports", "sealed", "import"},
}

// older says which rows' labels were sealed before the version $2: the version
// stands behind the label's first byte.
func (c labelColumn) older() string {
	return ` FROM ` + c.table + ` WHERE practice_id = $1 AND substr(` + c.column + `, 2, 4) < $2`
}

func labelVersion(version int64) []byte { return labelPrefix(underList, version)[1:] }

// countLabels counts the labels of a practice, and those before the version.
func (s *Store) countLabels(ctx context.Context, tx *db.Tx, practice uuid.UUID, version int64) (total, old int64, err error) {
	for _, c := range labelColumns {
		var all, before int64
		if err := tx.QueryRow(ctx, `SELECT count(`+c.column+`) FROM `+c.table+` WHERE practice_id = $1`, practice).Scan(&all); err != nil {
			return 0, 0, err
		}
		if err := tx.QueryRow(ctx, `SELECT count(*)`+c.older(), practice, labelVersion(version)).Scan(&before); err != nil {
			return 0, 0, err
		}
		total, old = total+all, old+before
	}
	return total, old, nil
}

// A movingLabel is a label on its way to the newest list key.
type movingLabel struct {
	id       uuid.UUID
	was, now []byte
}

// rekeyLabels moves a batch of one column's labels to the newest list key, and
// returns how many; 0 when all are there.
func (s *Store) rekeyLabels(ctx context.Context, h *Holder, c labelColumn, version int64) (moved int64, err error) {
	rows, err := s.oldLabels(ctx, h.Practice, c, version)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	if err := s.holdVersions(ctx, h, rows, version); err != nil {
		return 0, err
	}
	err = onAllCores(len(rows), func(i int) error {
		r := &rows[i]
		text, _, err := s.openLabelText(ctx, h, r.id, c.kind, r.was)
		if err == nil {
			r.now = append(labelPrefix(underList, version), vault.Seal(h.lists[version], filled(text, labelSize(c.kind)), c.kind, labelFields(h.Practice, r.id, version)...)...)
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	return int64(len(rows)), s.db.Write(ctx, h.Practice, func(tx *db.Tx) error {
		for _, r := range rows {
			tx.Queue(ctx, `UPDATE `+c.table+` SET `+c.column+` = $2 WHERE id = $1 AND `+c.column+` = $3`, r.id, r.now, r.was)
		}
		return nil
	})
}

func (s *Store) oldLabels(ctx context.Context, practice uuid.UUID, c labelColumn, version int64) (list []movingLabel, err error) {
	var id uuid.UUID
	var was []byte
	query := `SELECT id, ` + c.column + c.older() + ` ORDER BY id LIMIT $3`
	err = s.db.ReadEach(ctx, practice, query, []any{practice, labelVersion(version), labelBatch}, []any{&id, &was}, func() error {
		if len(was) < labelHead {
			return fmt.Errorf("label of %s: %w", id, vault.ErrOpen)
		}
		list = append(list, movingLabel{id: id, was: was})
		return nil
	})
	return list, err
}

// holdVersions opens every grant that the labels and the version need, so that
// what works on them at once reads the holder's keys and changes nothing.
func (s *Store) holdVersions(ctx context.Context, h *Holder, labels []movingLabel, version int64) error {
	need := map[int64]bool{version: true}
	for _, l := range labels {
		need[int64(binary.BigEndian.Uint32(l.was[1:]))] = true
	}
	for v := range need {
		if _, err := s.granted(ctx, h, indexSeed, v); err != nil {
			return err
		}
	}
	return nil
}
