package portal

import (
	"errors"
	"maps"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

// confirmField carries the passphrase of a member who confirms that it is
// still them, beside the fields of what they were about to do.
const confirmField = "confirm_passphrase"

// secretFields are never carried from page to page.
var secretFields = []string{"passphrase", "again", "current", "kit", "totp", confirmField}

// confirm asks for the passphrase before a fresh route, and keeps what was
// typed. It returns the holder once that was given; nil when it has answered.
func (p *Portal) confirm(c *fiber.Ctx, h *store.Holder) (*store.Holder, error) {
	if c.Method() != fiber.MethodPost {
		return nil, p.askConfirm(c, h, "/staff/confirm", url.Values{"next": {safeNext(c.OriginalURL())}}, nil)
	}
	fields, err := form(c)
	if err != nil {
		return nil, p.staffFault(c, h, err)
	}
	if !fields.Has(confirmField) {
		return nil, p.askConfirm(c, h, c.OriginalURL(), fields, nil)
	}
	confirmed, err := p.confirmed(c, h, fields.Get(confirmField))
	if errors.Is(err, fault.Unauthenticated) {
		return nil, p.askConfirm(c, h, c.OriginalURL(), fields, err)
	}
	if err != nil {
		return nil, p.staffFault(c, h, err)
	}
	return confirmed, nil
}

// staffConfirm is where a page that only shows something sends its passphrase.
func (p *Portal) staffConfirm(c *fiber.Ctx, h *store.Holder) error {
	fields, err := form(c)
	if err != nil {
		return err
	}
	_, err = p.confirmed(c, h, fields.Get(confirmField))
	if errors.Is(err, fault.Unauthenticated) {
		return p.askConfirm(c, h, "/staff/confirm", url.Values{"next": {safeNext(fields.Get("next"))}}, err)
	}
	if err != nil {
		return err
	}
	if next := safeNext(fields.Get("next")); next != "" {
		return see(c, next)
	}
	return see(c, "/staff")
}

func (p *Portal) confirmed(c *fiber.Ctx, h *store.Holder, passphrase string) (*store.Holder, error) {
	cookie, err := p.Store.Confirm(c.UserContext(), h, passphrase, from(c))
	if err != nil {
		return nil, err
	}
	p.setCookie(c, staffCookie, cookie, 0)
	return p.Store.Session(c.UserContext(), cookie)
}

func (p *Portal) askConfirm(c *fiber.Ctx, h *store.Holder, action string, fields url.Values, why error) error {
	base, err := p.staffPage(c, h)
	if err != nil {
		return err
	}
	if why != nil {
		base.Problems = views.Problems{{Control: confirmField, Text: fault.Sentence(why)}}
	}
	return p.page(c, fiber.StatusUnauthorized, views.Confirm{StaffPage: base, Action: action, Kept: hidden("", withoutSecrets(fields))})
}

// withoutSecrets returns the fields that a page may carry along.
func withoutSecrets(fields url.Values) url.Values {
	kept := maps.Clone(fields)
	for _, name := range secretFields {
		delete(kept, name)
	}
	return kept
}
