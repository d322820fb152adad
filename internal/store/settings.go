package store

import (
	"context"
	"encoding/hex"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
)

const maxCopyDays = 365

// checkPractice trims what was typed about a practice and refuses what cannot
// be meant. The code of the fault names the setting.
func checkPractice(p *practice.Practice) error {
	texts := []*string{&p.Name, &p.Phone, &p.Email, &p.Address, &p.Website, &p.PrivacyContact, &p.EffectiveDate, &p.Country, &p.Zone, &p.RecordsCountry, &p.Colour}
	for _, text := range texts {
		if *text = strings.TrimSpace(*text); utf8.RuneCountInString(*text) > 300 || !utf8.ValidString(*text) {
			return fault.Code(fault.Invalid, "name", "Shorten what you typed: 300 characters are enough for each of these.")
		}
	}
	_, zoneErr := time.LoadLocation(p.Zone)
	_, dateErr := time.Parse(time.DateOnly, p.EffectiveDate)
	switch {
	case p.Name == "":
		return fault.Code(fault.Invalid, "name", "A practice needs a name: it is shown to every client.")
	case p.Phone == "":
		return fault.Code(fault.Invalid, "phone", "A practice needs a phone number: it is shown to every client.")
	case p.Email != "" && !strings.Contains(p.Email, "@"):
		return fault.Code(fault.Invalid, "email", "The e-mail address must have an @ in it.")
	case !practice.IsCountry(p.Country):
		return fault.Code(fault.Invalid, "country", "A practice needs its country as a two-letter code, such as AU, or GB for the United Kingdom.")
	case p.RecordsCountry != "" && !practice.IsCountry(p.RecordsCountry):
		return fault.Code(fault.Invalid, "records_country", "The country its records are kept in must be a two-letter code, such as AU, or GB for the United Kingdom.")
	case zoneErr != nil || p.Zone == "":
		return fault.Code(fault.Invalid, "zone", "A practice needs its time zone, such as Australia/Sydney.")
	case dateErr != nil && p.EffectiveDate != "":
		return fault.Code(fault.Invalid, "effective_date", "The date must be a real one, written like 2026-01-31.")
	case p.ExpiryDays < 1 || p.ExpiryDays > maxExpiryDays:
		return fault.Code(fault.Invalid, "expires_in_days", "A link can stay open for 1 to 365 days.")
	case p.CopyDays < 0 || p.CopyDays > maxCopyDays:
		return fault.Code(fault.Invalid, "copy_days", "A client can fetch the signed copy for 0 to 365 days.")
	}
	return checkColour(p)
}

func checkColour(p *practice.Practice) error {
	if p.Colour == "" {
		return nil
	}
	c, err := practice.ParseColour(p.Colour)
	if err != nil {
		return fault.Code(fault.Invalid, "colour", fault.Sentence(err))
	}
	p.Colour = c.String()
	return nil
}

// UpdatePractice changes what the practice says about itself and its defaults.
// Documents made before keep the words they were made with.
func (s *Store) UpdatePractice(ctx context.Context, h *Holder, p practice.Practice) (err error) {
	defer fault.Wrap(&err, "store.UpdatePractice(%s)", h.Practice)
	subject := audit.Subject{Kind: "practice", ID: h.Practice}
	if err := s.require(ctx, h.Actor, access.ManagePractice, subject); err != nil {
		return err
	}
	if err := checkPractice(&p); err != nil {
		return err
	}
	return s.change(ctx, h.Practice, func(tx *db.Tx) ([]audit.Event, error) {
		_, err := tx.Exec(ctx, `
			UPDATE practices SET name = $2, phone = $3, email = $4, address = $5, website = $6, country = $7, zone = $8, records_country = $9,
				privacy_contact = $10, effective_date = $11, copy_days = $12, expiry_days = $13, colour = $14, totp_required = $15, version = version + 1
			WHERE id = $1`, h.Practice, p.Name, p.Phone, p.Email, p.Address, p.Website, p.Country, p.Zone, p.RecordsCountry,
			p.PrivacyContact, p.EffectiveDate, p.CopyDays, p.ExpiryDays, p.Colour, p.TOTPRequired)
		return []audit.Event{{At: s.at(), Actor: h.Actor, Action: "practice.change", Subject: subject}}, err
	})
}

// SetLogo takes a picture as the practice's logo, drawn anew so that nothing
// but the picture itself is kept; no bytes remove the logo.
func (s *Store) SetLogo(ctx context.Context, h *Holder, file []byte) (err error) {
	defer fault.Wrap(&err, "store.SetLogo(%s)", h.Practice)
	subject := audit.Subject{Kind: "practice", ID: h.Practice}
	if err := s.require(ctx, h.Actor, access.ManagePractice, subject); err != nil {
		return err
	}
	var image []byte
	name := ""
	if len(file) > 0 {
		if image, err = redraw(file); err != nil {
			return err
		}
		name = hex.EncodeToString(digest(image))
	}
	return s.change(ctx, h.Practice, func(tx *db.Tx) ([]audit.Event, error) {
		if _, err := tx.Exec(ctx, `DELETE FROM logos WHERE practice_id = $1`, h.Practice); err != nil {
			return nil, err
		}
		if image != nil {
			if _, err := tx.Exec(ctx, `INSERT INTO logos (practice_id, image) VALUES ($1, $2)`, h.Practice, image); err != nil {
				return nil, err
			}
		}
		_, err := tx.Exec(ctx, `UPDATE practices SET logo = $2, version = version + 1 WHERE id = $1`, h.Practice, name)
		return []audit.Event{{At: s.at(), Actor: h.Actor, Action: "practice.change", Subject: subject}}, err
	})
}

// Logo returns the practice's logo as a PNG, which anybody may see; or
// fault.NotFound.
func (s *Store) Logo(ctx context.Context, practice uuid.UUID) (image []byte, err error) {
	err = s.db.ReadOne(ctx, practice, `SELECT image FROM logos WHERE practice_id = $1`, []any{practice}, &image)
	return image, err
}

// StorageCountry is where this installation stores the practice's data.
func (s *Store) StorageCountry(p *practice.Practice) string { return s.storageCountry(p) }
