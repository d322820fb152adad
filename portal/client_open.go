package portal

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/views"
)

// open is the first page of a link: it asks for the code or, where it was
// given, leads to where the client is. It changes nothing and sets no cookie,
// since scanners of mail fetch links.
func (p *Portal) open(c *fiber.Ctx) error {
	v, err := p.visit(c)
	if errors.Is(err, fault.NotFound) {
		return p.dead(c)
	}
	if err != nil {
		return err
	}
	if !v.Unlocked {
		return v.askCode(fiber.StatusOK, views.Unlock{})
	}
	place, err := v.place()
	if err != nil {
		return err
	}
	return see(c, place)
}

// dead is one and the same for every link that does not work: the form posts
// to the address it came from, so not even the token is in it.
func (p *Portal) dead(c *fiber.Ctx) error {
	return p.page(c, fiber.StatusNotFound, views.Dead{Action: "?new-link"})
}

// newLink passes on that a client needs a new link. The answer never tells
// whether the link was real. One that works needs no other: a scanner that posts
// to it calls nobody.
func (p *Portal) newLink(c *fiber.Ctx) error {
	if _, err := p.visit(c); err == nil {
		return see(c, "/d/"+c.Params("token"))
	} else if !errors.Is(err, fault.NotFound) {
		return err
	}
	if p.within(c, telling) {
		if err := p.Store.AskForLink(c.UserContext(), c.Params("token"), from(c)); err != nil {
			return err
		}
	}
	return p.page(c, fiber.StatusOK, views.AskedForLink{})
}

// place returns where an unlocked client goes on.
func (v *visit) place() (string, error) {
	if len(v.Steps) > 1 {
		return v.link("overview"), nil
	}
	st := &v.Steps[0]
	switch {
	case st.State == practice.Completed:
		return v.at(st, "done"), nil
	case !st.Filled:
		return v.at(st, "1"), nil
	}
	return v.at(st, "resume"), nil
}
