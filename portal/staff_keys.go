package portal

import (
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

func (p *Portal) staffKeys(c *fiber.Ctx, h *store.Holder) error {
	return p.showKeys(c, h, fiber.StatusOK, views.Keys{})
}

// showKeys lists the keys that work, beside one that was made just now.
func (p *Portal) showKeys(c *fiber.Ctx, h *store.Holder, status int, page views.Keys) error {
	base, where, err := p.staffPageIn(c, h)
	if err != nil {
		return err
	}
	keys, err := p.Store.APIKeys(c.UserContext(), h)
	if err != nil {
		return err
	}
	names, err := p.memberNames(c, h)
	if err != nil {
		return err
	}
	base.Problems = page.Problems
	page.StaffPage, page.Section, page.Make = base, sections(h, settings+"/keys"), settings+"/keys"
	for _, k := range keys {
		if !k.RevokedAt.IsZero() {
			continue
		}
		row := views.APIKey{Name: k.Name, Scope: "make documents", Made: where.when(k.CreatedAt, p.Now()), Revoke: page.Make + "/" + k.ID.String() + "/revoke"}
		if k.Reads {
			row.Scope = "make documents and read answers"
		}
		if name := names[k.MadeBy]; k.MadeBy != uuid.Nil && name != "" {
			row.Made += ", by " + name
		}
		page.Keys = append(page.Keys, row)
	}
	return p.page(c, status, page)
}

func (p *Portal) staffMakeKey(c *fiber.Ctx, h *store.Holder) error {
	in, err := form(c)
	if err != nil {
		return err
	}
	name := strings.TrimSpace(in.Get("key_name"))
	if name == "" {
		page := views.Keys{}
		page.Problems = views.Problems{{Control: "key_name", Text: "Enter what the key is for"}}
		return p.showKeys(c, h, fiber.StatusUnprocessableEntity, page)
	}
	secret, err := p.Store.MakeAPIKey(c.UserContext(), h, name, in.Get("scope") == "read")
	if err != nil {
		return err
	}
	return p.showKeys(c, h, fiber.StatusOK, views.Keys{NewKey: secret})
}

func (p *Portal) staffRevokeKey(c *fiber.Ctx, h *store.Holder) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	if err := p.Store.RevokeAPIKey(c.UserContext(), h, id); err != nil {
		return err
	}
	return see(c, settings+"/keys?done=unkeyed")
}
