package store

import (
	"encoding/json"
	"fmt"

	"github.com/google/uuid"
)

// sealValue seals a value as JSON under the server key. The row that it is
// bound to comes last.
func (s *Store) sealValue(kind string, value any, fields ...uuid.UUID) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		panic("internal error: a " + kind + " is always JSON: " + err.Error())
	}
	return s.keys().Seal(text, kind, idFields(fields)...)
}

// openValue opens what sealValue sealed into value.
func (s *Store) openValue(kind string, sealed []byte, value any, fields ...uuid.UUID) error {
	text, err := s.keys().Open(sealed, kind, idFields(fields)...)
	if err == nil {
		err = json.Unmarshal(text, value)
	}
	if err != nil {
		return fmt.Errorf("%s of %s: %w", kind, fields[len(fields)-1], err)
	}
	return nil
}

func idFields(ids []uuid.UUID) [][]byte {
	fields := make([][]byte, len(ids))
	for i := range ids {
		fields[i] = ids[i][:]
	}
	return fields
}
