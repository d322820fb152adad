// Package testpractice opens a store and founds practices in it, for tests that
// need one and are about something else. Only tests import it.
package testpractice

import (
	"cmp"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/vault"
	"github.com/sealform/sealform/pdf"
)

// Passphrase is every director's.
const Passphrase = "seven quiet lamps over water"

// Home is where directors accept from.
var Home = store.Origin{Address: "203.0.113.7", Browser: "Test browser"}

// Renderer draws with the fonts of the program, which are parsed once.
var Renderer = sync.OnceValue(func() *pdf.Renderer {
	fonts, err := pdf.LoadFonts("")
	if err != nil {
		panic(err)
	}
	return pdf.New(fonts)
})

// Open migrates c.DB and opens a store over it. What c leaves empty is a
// ring of its own, Renderer, the time as it is, and no log.
func Open(t testing.TB, c store.Config) *store.Store {
	t.Helper()
	must(t, db.Migrate(t.Context(), c.DB, store.Migrations()))
	if c.Ring == nil {
		c.Ring = vault.NewRing()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Renderer == nil {
		c.Renderer = Renderer()
	}
	c.Operator = cmp.Or(c.Operator, "Test operator")
	s, err := store.New(t.Context(), c)
	must(t, err)
	return s
}

// Named returns a practice in Sydney, such as "North practice" with Dana North
// for its director.
func Named(name, email string) store.NewPractice {
	return store.NewPractice{
		Practice: practice.Practice{
			Name: name + " practice", Phone: "+61 2 5550 0100", Email: "hello@example.org", Address: "1 Test Street, Sydney", Website: "https://example.org",
			Country: "AU", Zone: "Australia/Sydney", PrivacyContact: "Privacy officer", EffectiveDate: "2026-01-01", CopyDays: 30, ExpiryDays: 14,
		},
		DirectorName: "Dana " + name, DirectorEmail: email,
	}
}

// A Founded practice can send: its director is signed in and confirmed the kit.
type Founded struct {
	ID          uuid.UUID
	Director    *store.Holder
	Cookie, Kit string // the director's
}

// Found makes a practice, and does what its director does first.
func Found(t testing.TB, s *store.Store, in store.NewPractice) *Founded {
	t.Helper()
	id, invitation, err := s.CreatePractice(t.Context(), in)
	must(t, err)
	f := &Founded{ID: id}
	f.Cookie, f.Kit, err = s.Accept(t.Context(), invitation, Passphrase, Home)
	must(t, err)
	f.Director, err = s.Session(t.Context(), f.Cookie)
	must(t, err)
	must(t, s.ConfirmKit(t.Context(), f.Director, f.Kit))
	return f
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
