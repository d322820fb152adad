package portal

import (
	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/internal/access"
)

func (p *Portal) staffRoutes() []route { return nil }
func (p *Portal) apiRoutes() []route   { return nil }

// asStaff runs next for a signed-in member with the permission, and sends
// everyone else to sign in.
func (p *Portal) asStaff(access.Permission, fiber.Handler) fiber.Handler { return nil }

// asKey runs next for a bearer key with the permission.
func (p *Portal) asKey(access.Permission, fiber.Handler) fiber.Handler { return nil }
