package portal

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/gofiber/fiber/v2"
)

// deviceCookie holds the secret that lets one browser go on with its drafts
// under a newer link. It outlives every session.
const deviceCookie = "device"

const deviceLife = 365 * 24 * time.Hour

// sessionCookie is one per link, so that two forms can be open side by side.
func sessionCookie(token string) string {
	sum := sha256.Sum256([]byte(token))
	return "c" + hex.EncodeToString(sum[:4])
}

// cookieName returns a cookie's name as the browser knows it. Over https the
// prefix makes browsers refuse it from subdomains and plain connections.
func (p *Portal) cookieName(name string) string {
	if p.secure() {
		return "__Host-" + name
	}
	return name
}

func (p *Portal) cookie(c *fiber.Ctx, name string) string {
	return c.Cookies(p.cookieName(name))
}

// setCookie sets a cookie that scripts cannot read and other sites cannot use.
// Without a life it ends with the browser.
func (p *Portal) setCookie(c *fiber.Ctx, name, value string, life time.Duration) {
	cookie := &fiber.Cookie{
		Name: p.cookieName(name), Value: value, Path: "/",
		Secure: p.secure(), HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode,
	}
	if life > 0 {
		cookie.MaxAge = int(life / time.Second)
	} else {
		cookie.SessionOnly = true
	}
	c.Cookie(cookie)
}

func (p *Portal) dropCookie(c *fiber.Ctx, name string) {
	c.Cookie(&fiber.Cookie{
		Name: p.cookieName(name), Path: "/", Expires: time.Unix(1, 0).UTC(),
		Secure: p.secure(), HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode,
	})
}
