package portal

import (
	"errors"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

const (
	secondFactor = account + "/second-factor"
	signInCode   = "/staff/sign-in/code"
)

func (p *Portal) staffSecondFactorForm(c *fiber.Ctx, h *store.Holder) error {
	offer, err := p.Store.OfferSecondFactor(c.UserContext(), h)
	if err != nil {
		return err
	}
	return p.showOffer(c, h, fiber.StatusOK, offer, nil)
}

func (p *Portal) showOffer(c *fiber.Ctx, h *store.Holder, status int, offer *store.Offer, problems views.Problems) error {
	base, err := p.staffPage(c, h)
	if err != nil {
		return err
	}
	base.Problems = problems
	page := views.SecondFactor{StaffPage: base, Action: secondFactor, Offer: offer.Sealed, URL: offer.URL, Secret: grouped(offer.Secret), Required: h.TOTPDue}
	if !h.TOTPDue {
		page.Back = account
	}
	return p.page(c, status, page)
}

// grouped sets a key apart by fours, as it is read.
func grouped(text string) string {
	var groups []string
	for len(text) > 4 {
		groups, text = append(groups, text[:4]), text[4:]
	}
	return strings.Join(append(groups, text), " ")
}

// staffSecondFactor turns the second factor on when the code fits, and shows
// the recovery codes this once.
func (p *Portal) staffSecondFactor(c *fiber.Ctx, h *store.Holder) error {
	in, err := form(c)
	if err != nil {
		return err
	}
	codes, err := p.Store.TurnOnSecondFactor(c.UserContext(), h, in.Get("offer"), in.Get("totp"))
	if errors.Is(err, store.ErrCode) {
		offer, offerErr := p.Store.ShowOffer(c.UserContext(), h, in.Get("offer"))
		if offerErr != nil {
			return offerErr
		}
		return p.showOffer(c, h, fiber.StatusUnprocessableEntity, offer, views.Problems{{Control: "totp", Text: fault.Sentence(err)}})
	}
	if err != nil {
		return err
	}
	base, err := p.staffPage(c, h)
	if err != nil {
		return err
	}
	return p.page(c, fiber.StatusOK, views.SecondFactor{StaffPage: base, Codes: codes, Back: account})
}

func (p *Portal) staffSecondFactorOff(c *fiber.Ctx, h *store.Holder) error {
	if err := p.Store.TurnOffSecondFactor(c.UserContext(), h); err != nil {
		return err
	}
	return see(c, account+"?done=saved")
}

func (p *Portal) staffCodeForm(c *fiber.Ctx) error {
	return p.page(c, fiber.StatusOK, views.Code{Action: signInCode, Next: safeNext(c.Query("next"))})
}

// staffCode takes the second factor of somebody who has given the passphrase.
// Whoever has not is told to sign in.
func (p *Portal) staffCode(c *fiber.Ctx) error {
	in, err := form(c)
	if err != nil {
		return err
	}
	cookie, h, err := p.Store.SecondFactor(c.UserContext(), p.cookie(c, staffCookie), in.Get("totp"), p.fromStaff(c))
	switch {
	case errors.Is(err, store.ErrCode):
		page := views.Code{Action: signInCode, Next: safeNext(in.Get("next")), Kept: keptPost(in)}
		page.Problems = views.Problems{{Control: "totp", Text: fault.Sentence(err)}}
		return p.page(c, fiber.StatusUnauthorized, page)
	case errors.Is(err, fault.Unauthenticated):
		return p.askSignIn(c, views.SignIn{Next: safeNext(in.Get("next")), Kept: keptPost(in)})
	case err != nil:
		return err
	}
	return p.signedIn(c, cookie, h, in)
}
