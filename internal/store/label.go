package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/vault"
)

// A sealed label starts with how it is sealed and the index key's version.
// Anyone seals to the public half; the first staff read seals it again under
// the list key, which opens two hundred times faster.
const (
	toIndex   = 1
	underList = 2
	labelHead = 5
)

func labelFields(practice, subject uuid.UUID, version int64) [][]byte {
	return [][]byte{practice[:], subject[:], be64(version)}
}

func sealLabel(key publicKey, practice, subject uuid.UUID, kind string, value any) ([]byte, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	sealed, err := key.Seal(filled(text, labelSize(kind)), kind, labelFields(practice, subject, key.version)...)
	return append(labelPrefix(toIndex, key.version), sealed...), err
}

// labelSize is what a label of the kind is filled up to a multiple of: its
// length must not tell an agreement from a refusal.
func labelSize(kind string) int {
	if kind == "record" {
		return 1 << 10
	}
	return 128
}

// filled ends JSON with as many spaces as make its length a multiple of size.
func filled(text []byte, size int) []byte {
	if over := len(text) % size; over > 0 {
		text = append(text, bytes.Repeat([]byte{' '}, size-over)...)
	}
	return text
}

func labelPrefix(how byte, version int64) []byte {
	return binary.BigEndian.AppendUint32([]byte{how}, uint32(version))
}

// openLabel opens a label into value within the holder's own request. When it
// was still sealed to the public half, or was not filled up, resealed is the
// same label under the list key.
func (s *Store) openLabel(ctx context.Context, h *Holder, subject uuid.UUID, kind string, label []byte, value any) (resealed []byte, err error) {
	text, resealed, err := s.openLabelText(ctx, h, subject, kind, label)
	if err != nil {
		return nil, err
	}
	return resealed, json.Unmarshal(text, value)
}

// openLabelText is openLabel without reading what it opened.
func (s *Store) openLabelText(ctx context.Context, h *Holder, subject uuid.UUID, kind string, label []byte) (text, resealed []byte, err error) {
	if len(label) < labelHead {
		return nil, nil, fmt.Errorf("label of %s: %w", subject, vault.ErrOpen)
	}
	version := int64(binary.BigEndian.Uint32(label[1:]))
	pair, err := s.granted(ctx, h, indexSeed, version)
	if err != nil {
		return nil, nil, err
	}
	fields := labelFields(h.Practice, subject, version)
	switch label[0] {
	case toIndex:
		text, err = pair.Open(label[labelHead:], kind, fields...)
	case underList:
		text, err = vault.Open(h.lists[version], label[labelHead:], kind, fields...)
	default:
		err = vault.ErrOpen
	}
	if err != nil {
		return nil, nil, fmt.Errorf("label of %s: %w", subject, err)
	}
	if label[0] == toIndex || len(text)%labelSize(kind) != 0 {
		text = filled(text, labelSize(kind))
		resealed = append(labelPrefix(underList, version), vault.Seal(h.lists[version], text, kind, fields...)...)
	}
	return text, resealed, nil
}

// A reseal is a label to write back under the list key.
type reseal struct {
	query    string // UPDATE … SET … = $2 WHERE id = $1 AND … = $3
	id       uuid.UUID
	now, was []byte
}

// resealLabels writes labels back, unless they changed meanwhile. It is a
// matter of speed alone, so a failure is logged and no more.
func (s *Store) resealLabels(ctx context.Context, practice uuid.UUID, labels []reseal) {
	if len(labels) == 0 {
		return
	}
	err := s.db.Write(ctx, practice, func(tx *db.Tx) error {
		for _, l := range labels {
			if _, err := tx.Exec(ctx, l.query, l.id, l.now, l.was); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		s.log.Warn("labels not resealed", "practice", practice, "error", err)
	}
}

const (
	resealClient  = `UPDATE clients SET label = $2 WHERE id = $1 AND label = $3`
	resealOutcome = `UPDATE documents SET outcome = $2 WHERE id = $1 AND outcome = $3`
)
