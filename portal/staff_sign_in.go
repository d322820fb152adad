package portal

import (
	"errors"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/internal/fault"
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
	next, email := safeNext(in.Get("next")), strings.TrimSpace(in.Get("email"))
	if !p.within(c, signingIn) {
		return errTooFast
	}
	cookie, _, err := p.Store.SignIn(c.UserContext(), email, in.Get("passphrase"), from(c))
	if errors.Is(err, fault.Unauthenticated) {
		page := views.SignIn{Action: "/staff/sign-in", Email: email, Next: next}
		page.Problems = views.Problems{{Control: "passphrase", Text: "That email address and passphrase do not go together"}}
		return p.page(c, fiber.StatusUnauthorized, page)
	}
	if err != nil {
		return err
	}
	p.setCookie(c, staffCookie, cookie, 0)
	if next == "" {
		next = "/staff"
	}
	return see(c, next)
}

// staffSignOut ends the session, and asks the browser to forget every page of
// it: the Back button must show nothing.
func (p *Portal) staffSignOut(c *fiber.Ctx) error {
	if cookie := p.cookie(c, staffCookie); cookie != "" {
		if err := p.Store.SignOut(c.UserContext(), cookie); err != nil && !errors.Is(err, fault.Unauthenticated) {
			return err
		}
	}
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
