package portal

import (
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

func (p *Portal) staffSignInForm(c *fiber.Ctx) error {
	return p.page(c, fiber.StatusOK, views.SignIn{Action: "/staff/sign-in", Next: safeNext(c.Query("next"))})
}

// staffSignIn answers every wrong pair alike, so that nobody learns which
// addresses are known here.
func (p *Portal) staffSignIn(c *fiber.Ctx) error {
	in, err := form(c)
	if err != nil {
		return err
	}
	email, origin := strings.TrimSpace(in.Get("email")), p.fromStaff(c)
	if !p.Store.Knows(c.UserContext(), email, origin.Device) && !p.within(c, signingIn) {
		return errTooFast
	}
	cookie, h, err := p.Store.SignIn(c.UserContext(), email, in.Get("passphrase"), origin)
	if errors.Is(err, fault.Unauthenticated) {
		page := views.SignIn{Email: email, Next: safeNext(in.Get("next")), Kept: keptPost(in)}
		page.Problems = views.Problems{{Control: "passphrase", Text: "That email address and passphrase do not go together"}}
		return p.askSignIn(c, page)
	}
	if err != nil {
		return err
	}
	if h.Half {
		p.setCookie(c, staffCookie, cookie, 0)
		return p.page(c, fiber.StatusOK, views.Code{Action: signInCode, Next: safeNext(in.Get("next")), Kept: keptPost(in)})
	}
	return p.signedIn(c, cookie, h, in)
}

// staffDevice holds the secret of a browser that staff have signed in with.
const staffDevice = "known"

const staffDeviceLife = 90 * 24 * time.Hour

// fromStaff is from with the browser's own secret.
func (p *Portal) fromStaff(c *fiber.Ctx) store.Origin {
	o := from(c)
	o.Device = p.cookie(c, staffDevice)
	return o
}

func (p *Portal) askSignIn(c *fiber.Ctx, page views.SignIn) error {
	page.Action = "/staff/sign-in"
	return p.page(c, fiber.StatusUnauthorized, page)
}

// signedIn leads on: to where the member was going, or to what they were
// sending when their session had ended.
func (p *Portal) signedIn(c *fiber.Ctx, cookie string, h *store.Holder, in url.Values) error {
	device, err := p.Store.KnowDevice(c.UserContext(), h, p.fromStaff(c))
	if err != nil {
		return err
	}
	p.setCookie(c, staffCookie, cookie, 0)
	p.setCookie(c, staffDevice, device, staffDeviceLife)
	if to := safeNext(in.Get(keepTo)); to != "" {
		base, err := p.staffPage(c, h)
		if err != nil {
			return err
		}
		return p.page(c, fiber.StatusOK, views.Again{StaffPage: base, Action: to, Kept: unkept(in), Back: "/staff"})
	}
	if next := safeNext(in.Get("next")); next != "" {
		return see(c, next)
	}
	return see(c, "/staff")
}

// keepPost returns what a post was sending as hidden fields of a sign-in page.
func keepPost(to string, fields url.Values) []views.Hidden {
	return append([]views.Hidden{{Name: keepTo, Value: to}}, hidden(keepPrefix, withoutSecrets(fields))...)
}

// keptPost returns the fields of [keepPost] that a sign-in page sent back.
func keptPost(in url.Values) []views.Hidden {
	if safeNext(in.Get(keepTo)) == "" {
		return nil
	}
	return keptIn(in)
}

// unkept returns what was kept under its own names.
func unkept(in url.Values) []views.Hidden {
	typed := url.Values{}
	for name, values := range in {
		if name, ok := strings.CutPrefix(name, keepPrefix); ok {
			typed[name] = values
		}
	}
	return hidden("", typed)
}

// staffSignOut ends the session, and asks the browser to forget every page of
// it: the Back button must show nothing.
func (p *Portal) staffSignOut(c *fiber.Ctx) error {
	if cookie := p.cookie(c, staffCookie); cookie != "" {
		if err := p.Store.SignOut(c.UserContext(), cookie); err != nil && !errors.Is(err, fault.Unauthenticated) {
			return err
		}
	}
	return p.signedOut(c)
}

func (p *Portal) signedOut(c *fiber.Ctx) error {
	p.dropCookie(c, staffCookie)
	c.Set("Clear-Site-Data", `"cache", "storage"`)
	return see(c, "/staff/sign-in")
}

var errTooFast = fault.New(fault.TooMany, "There were many tries from your network just now. Wait a minute, then try again.")

// safeNext returns where to go after signing in: a staff page of this very
// site, or "" for everything else. Browsers read "//host", "/\host" and
// addresses with control characters in them as other sites.
func safeNext(next string) string {
	for _, r := range next {
		if r <= ' ' || r >= 0x7f || r == '\\' {
			return ""
		}
	}
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Fragment != "" {
		return ""
	}
	if u.Path != "/staff" && !strings.HasPrefix(u.Path, "/staff/") || strings.Contains(u.Path, "..") || strings.Contains(u.Path, "//") || strings.Contains(u.Path, `\`) {
		return ""
	}
	if u.Path == "/staff/sign-in" || u.Path == "/staff/sign-out" {
		return ""
	}
	return next
}
