package store

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/words"
)

// languageSize is what a language tag is filled up to, so that its length says
// nothing.
const languageSize = 16

// sealLanguage seals the language a delivery is read in; "" is not known.
func (s *Store) sealLanguage(delivery uuid.UUID, tag string) []byte {
	if !words.Known(tag) {
		tag = ""
	}
	text := words.Base(tag)
	return s.keys().Seal([]byte(text+strings.Repeat(" ", languageSize-len(text))), "language", delivery[:])
}

// openLanguage returns "" for a delivery made before languages were kept, or
// whose value was tampered with: the client can choose again.
func (s *Store) openLanguage(delivery uuid.UUID, sealed []byte) string {
	if len(sealed) == 0 {
		return ""
	}
	text, err := s.keys().Open(sealed, "language", delivery[:])
	if err != nil {
		s.log.Error("language of a delivery does not open", "delivery", delivery, "error", err)
		return ""
	}
	return strings.TrimSpace(string(text))
}

// ChooseLanguage remembers the language a link's pages are read in. Whoever has
// the link may choose, with the code or before it.
func (s *Store) ChooseLanguage(ctx context.Context, v *Visit, tag string) (err error) {
	defer fault.Wrap(&err, "store.ChooseLanguage")
	if !words.Known(tag) {
		return fault.New(fault.Invalid, "Choose one of the languages offered.")
	}
	return s.db.Write(ctx, uuid.Nil, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE deliveries SET language = $2 WHERE id = $1`, v.Delivery, s.sealLanguage(v.Delivery, tag))
		return err
	})
}
