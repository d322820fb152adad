package portal

import (
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// sameOrigin reports whether the request may change something: by the rule of
// net/http's CrossOriginProtection. A browser says where a request comes from
// in Sec-Fetch-Site or Origin; what says neither is no browser, and carries no
// cookie that its sender did not put there.
func sameOrigin(c *fiber.Ctx) bool {
	switch c.Method() {
	case fiber.MethodGet, fiber.MethodHead, fiber.MethodOptions:
		return true
	}
	switch c.Get("Sec-Fetch-Site") {
	case "":
	case "same-origin", "none":
		return true
	default:
		return false
	}
	origin := c.Get(fiber.HeaderOrigin)
	if origin == "" {
		return true
	}
	o, err := url.Parse(origin)
	return err == nil && o.Host != "" && o.Host == string(c.Request().Host())
}

// knownHost reports whether the request is for the base URL's host. Loopback
// names always are, and so are probes of orchestrators, which ask by address.
func (p *Portal) knownHost(c *fiber.Ctx) bool {
	if p.base == nil || c.Path() == "/healthz" || c.Path() == "/readyz" {
		return true
	}
	host := string(c.Request().Host())
	if strings.EqualFold(withoutDefaultPort(host), withoutDefaultPort(p.base.Host)) {
		return true
	}
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	ip, err := netip.ParseAddr(strings.Trim(name, "[]"))
	return strings.EqualFold(name, "localhost") || err == nil && ip.IsLoopback()
}

func withoutDefaultPort(host string) string {
	return strings.TrimSuffix(strings.TrimSuffix(host, ":443"), ":80")
}

// address returns the client's address: the rightmost hop that is not one of
// our own proxies. A header of a stranger is never believed.
func (p *Portal) address(c *fiber.Ctx) netip.Addr {
	addr, _ := netip.AddrFromSlice(c.Context().RemoteIP())
	addr = addr.Unmap()
	if !p.trusts(addr) {
		return addr
	}
	var hops []string
	for _, line := range c.Request().Header.PeekAll(fiber.HeaderXForwardedFor) {
		hops = append(hops, strings.Split(string(line), ",")...)
	}
	for _, hop := range slices.Backward(hops) {
		next, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			return addr
		}
		if addr = next.Unmap().WithZone(""); !p.trusts(addr) {
			return addr
		}
	}
	return addr
}

func (p *Portal) trusts(addr netip.Addr) bool {
	return slices.ContainsFunc(p.TrustedProxies, func(trusted netip.Prefix) bool { return trusted.Contains(addr) })
}
