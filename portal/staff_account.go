package portal

import (
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

const account = "/staff/account"

// signInsShown is how much of a sign-in history is shown.
const signInsShown = 30

func (p *Portal) staffAccount(c *fiber.Ctx, h *store.Holder) error {
	base, err := p.staffPage(c, h)
	if err != nil {
		return err
	}
	about, err := p.Store.Practice(c.UserContext(), h.Practice)
	if err != nil {
		return err
	}
	page := views.Account{
		StaffPage: base, TOTP: h.TOTP, Required: about.TOTPRequired, SecondFactor: secondFactor,
		Passphrase: account + "/passphrase", Everywhere: account + "/sign-out-everywhere",
	}
	if h.TOTP && !about.TOTPRequired {
		page.TurnOff = secondFactor + "/off"
	}
	sessions, err := p.Store.Sessions(c.UserContext(), h)
	if err != nil {
		return err
	}
	devices, err := p.Store.Devices(c.UserContext(), h)
	if err != nil {
		return err
	}
	page.Sessions = p.placeRows(sessions, placeOf(about), "/sessions/", h.Session)
	page.Devices = p.placeRows(devices, placeOf(about), "/devices/", uuid.Nil)
	if page.History, err = p.signIns(c, h, h.ID); err != nil {
		return err
	}
	return p.page(c, fiber.StatusOK, page)
}

func (p *Portal) staffEndSession(c *fiber.Ctx, h *store.Holder) error {
	return p.endPlace(c, h, p.Store.EndSession)
}

func (p *Portal) staffForgetDevice(c *fiber.Ctx, h *store.Holder) error {
	return p.endPlace(c, h, p.Store.ForgetDevice)
}

func (p *Portal) staffSignOutEverywhere(c *fiber.Ctx, h *store.Holder) error {
	if err := p.Store.SignOutEverywhere(c.UserContext(), h); err != nil {
		return err
	}
	return p.signedOut(c)
}

// staffStay tells that somebody is still there: reading the session has noted
// it already.
func (p *Portal) staffStay(c *fiber.Ctx, _ *store.Holder) error {
	return c.SendStatus(fiber.StatusNoContent)
}

func (p *Portal) staffPassphraseForm(c *fiber.Ctx, h *store.Holder) error {
	return p.showPassphrase(c, h, fiber.StatusOK, nil)
}

func (p *Portal) staffPassphrase(c *fiber.Ctx, h *store.Holder) error {
	in, err := form(c)
	if err != nil {
		return err
	}
	if in.Get("again") != in.Get("passphrase") {
		return p.showPassphrase(c, h, fiber.StatusUnprocessableEntity, views.Problems{{Control: "again", Text: "Type the same passphrase twice"}})
	}
	err = p.Store.ChangePassphrase(c.UserContext(), h, in.Get("passphrase"))
	if fault.KindOf(err) == fault.Invalid {
		return p.showPassphrase(c, h, fiber.StatusUnprocessableEntity, views.Problems{{Control: "passphrase", Text: fault.Sentence(err)}})
	}
	if err != nil {
		return err
	}
	return see(c, account+"?done=passphrase")
}

func (p *Portal) showPassphrase(c *fiber.Ctx, h *store.Holder, status int, problems views.Problems) error {
	base, err := p.staffPage(c, h)
	if err != nil {
		return err
	}
	base.Problems = problems
	return p.page(c, status, views.Passphrase{StaffPage: base, Action: account + "/passphrase", Name: h.Name, Suggestion: store.SuggestPassphrase()})
}

// The signs by which browsers and systems name themselves; the first that
// shows is the one, since each pretends to be those after it.
var (
	browserSigns = [][2]string{{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser", "Samsung Internet"}, {"Firefox", "Firefox"}, {"FxiOS", "Firefox"}, {"CriOS", "Chrome"}, {"Chrome", "Chrome"}, {"Safari", "Safari"}}
	systemSigns  = [][2]string{{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"Mac OS", "Mac"}, {"CrOS", "Chromebook"}, {"Linux", "Linux"}}
)

// browserWords names a browser as people do, from what it says of itself.
func browserWords(agent string) string {
	browser, system := firstSign(agent, browserSigns), firstSign(agent, systemSigns)
	switch {
	case browser != "" && system != "":
		return browser + " on " + system
	case browser+system != "":
		return browser + system
	}
	return "Another program"
}

func firstSign(agent string, signs [][2]string) string {
	for _, s := range signs {
		if strings.Contains(agent, s[0]) {
			return s[1]
		}
	}
	return ""
}
