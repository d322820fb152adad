package portal

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

// A practice's own look travels under names that change with it, so that
// browsers keep it: a style sheet named by its colour, and the logo by its
// content.

// practiceView is what client pages show of a practice.
func practiceView(about *practice.Practice) views.Practice {
	v := views.Practice{Name: about.Name, Phone: about.Phone, Email: about.Email, Address: about.Address}
	if about.Colour != "" {
		v.Theme = "/look/" + strings.TrimPrefix(about.Colour, "#") + ".css"
	}
	if about.Logo != "" {
		v.Logo = "/look/" + about.ID.String() + "/" + about.Logo[:16] + ".png"
	}
	return v
}

// theme serves the style sheet of a colour.
func (p *Portal) theme(c *fiber.Ctx) error {
	colour, err := practice.ParseColour(c.Params("colour"))
	if err != nil {
		return fiber.ErrNotFound
	}
	keep(c, "text/css; charset=utf-8")
	return c.SendString(colour.Sheet())
}

// logo serves a practice's logo, whatever its name says: the name changes so
// that browsers ask anew.
func (p *Portal) logo(c *fiber.Ctx) error {
	id, err := pathID(c, "practice")
	if err != nil {
		return err
	}
	image, err := p.Store.Logo(c.UserContext(), id)
	if err != nil {
		return err
	}
	keep(c, "image/png")
	return c.Send(image)
}

func keep(c *fiber.Ctx, kind string) {
	c.Set("Cache-Control", "public, max-age=31536000, immutable")
	c.Set(fiber.HeaderContentType, kind)
}

const logoFile = 2 << 20

func (p *Portal) staffSaveLogo(c *fiber.Ctx, h *store.Holder) error {
	file, err := uploadedFile(c, logoFile, "Choose a picture of at most 2 MB")
	if err == nil {
		err = p.Store.SetLogo(c.UserContext(), h, file)
	}
	switch kind := fault.KindOf(err); {
	case err == nil:
		return see(c, settings+"?done=logo")
	case (kind == fault.Invalid || kind == fault.TooLarge || kind == fault.Unsupported) && fault.Sentence(err) != "":
		about, practiceErr := p.Store.Practice(c.UserContext(), h.Practice)
		if practiceErr != nil {
			return practiceErr
		}
		return p.showSettings(c, h, *about, views.Problems{{Control: "file", Text: fault.Sentence(err)}})
	}
	return err
}

func (p *Portal) staffDropLogo(c *fiber.Ctx, h *store.Holder) error {
	if err := p.Store.SetLogo(c.UserContext(), h, nil); err != nil {
		return err
	}
	return see(c, settings+"?done=logo")
}
