// Command bare opens a database and listens: the least a service can do.
package main

import (
	"context"
	"log/slog"
	"os"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/internal/db"
)

func main() {
	d, err := db.Open(context.Background(), os.Getenv("DATABASE"), slog.New(slog.DiscardHandler))
	if err != nil {
		panic(err)
	}
	if err := d.Ping(context.Background()); err != nil {
		panic(err)
	}
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Get("/healthz", func(c *fiber.Ctx) error { return c.SendString("ok\n") })
	panic(app.Listen(os.Getenv("ADDRESS")))
}
