package store_test

import (
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testpractice"
	"github.com/sealform/sealform/internal/vault"
)

const passphrase = testpractice.Passphrase

var home = testpractice.Home

const checkIn = `
form: check-in
version: "1.0.0"
title: Check-in form
status: active
kind: intake
language: en
who: [client]
minutes: 2
sign:
  role: author
  statement: "The answers I have given are true, as far as I know."
reviewed: "2026-11-22"
items:
- id: about
  type: group
  control: page
  ask: About you
  items:
  - {id: about.words, type: text, ask: "Your words", required: true, max_len: 200}
  - {id: about.more, type: long, ask: "More words", max_len: 2000}
  - {id: about.town, type: text, ask: "Your town", max_len: 200}
  - {id: about.papers, type: file, ask: "Your papers", max_times: 3}
`

var checkInControls = []string{"about.words", "about.more", "about.town"}

// A clock that tests move.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time          { return time.Now().Add(time.Duration(c.ahead.Load())) }
func (c *clock) forward(d time.Duration) { c.ahead.Add(int64(d)) }

// An installation over one database.
type installation struct {
	*store.Store
	t     testing.TB
	db    *db.DB
	ring  *vault.Ring
	clock *clock
}

func install(t testing.TB, d *db.DB, storage string) *installation {
	t.Helper()
	return installWith(t, d, storage, slog.New(slog.DiscardHandler))
}

func installWith(t testing.TB, d *db.DB, storage string, log *slog.Logger) *installation {
	t.Helper()
	i := &installation{t: t, db: d, ring: vault.NewRing(), clock: &clock{}}
	i.Store = testpractice.Open(t, store.Config{DB: d, Ring: i.ring, Storage: storage, Now: i.clock.now, Log: log})
	return i
}

// A clinic is a practice with its director signed in and its kit confirmed.
type clinic struct {
	*installation
	id       uuid.UUID
	email    string
	cookie   string
	kit      string
	director *store.Holder
}

func (i *installation) clinic(name string) *clinic {
	i.t.Helper()
	email := name + "@example.org"
	f := testpractice.Found(i.t, i.Store, testpractice.Named(name, email))
	if _, err := i.PublishTemplate(i.t.Context(), f.Director, []byte(checkIn), false); err != nil {
		i.t.Fatal(err)
	}
	return &clinic{installation: i, id: f.ID, email: email, cookie: f.Cookie, kit: f.Kit, director: f.Director}
}

func newClinic(t testing.TB, d *db.DB) *clinic {
	t.Helper()
	return install(t, d, "").clinic("North")
}

func (c *clinic) client(first string) *store.NewClient {
	return &store.NewClient{
		Contact: practice.Contact{FirstName: first, Email: "client@example.org", Phone: "+61255500111"},
		Label:   practice.Label{FullName: first + " Example", BirthDate: "1980-03-04", Reference: "N-1"},
	}
}

func (c *clinic) send(template string) *store.Issued {
	c.t.Helper()
	issued, err := c.Send(c.t.Context(), c.director, store.NewDocument{Template: template, Client: c.client("Robin")})
	if err != nil {
		c.t.Fatal(err)
	}
	return issued
}

// A browser is what a client's device keeps of one link.
type browser struct {
	c                      *clinic
	token, session, device string
	document               uuid.UUID
}

func (c *clinic) open(i *store.Issued, device string) *browser {
	c.t.Helper()
	return c.openWith(i.ID, i.Token, i.Code, device)
}

func (c *clinic) openWith(document uuid.UUID, token, code, device string) *browser {
	c.t.Helper()
	u, err := c.Unlock(c.t.Context(), token, code, device, home)
	if err != nil {
		c.t.Fatal(err)
	}
	return &browser{c: c, token: token, session: u.Session, device: u.Device, document: document}
}

func (b *browser) visit() (*store.Visit, *store.Step) {
	b.c.t.Helper()
	v, err := b.c.Visit(b.c.t.Context(), b.token, b.session, b.device)
	if err != nil {
		b.c.t.Fatal(err)
	}
	if !v.Unlocked {
		b.c.t.Fatal("the visit is not unlocked")
	}
	return v, v.Step(b.document)
}

func (b *browser) draft() *store.Draft {
	b.c.t.Helper()
	v, st := b.visit()
	d, err := b.c.Draft(b.c.t.Context(), v, st)
	if err != nil {
		b.c.t.Fatal(err)
	}
	return d
}

func (b *browser) trySave(base int64, in forms.Inputs) (*store.Saved, error) {
	v, st := b.visit()
	return b.c.Save(b.c.t.Context(), v, st, store.Page{Base: base, Controls: checkInControls, Inputs: in})
}

// saveAt posts the whole page as it was shown at revision base.
func (b *browser) saveAt(base int64, in forms.Inputs) *store.Saved {
	b.c.t.Helper()
	saved, err := b.trySave(base, in)
	if err != nil {
		b.c.t.Fatal(err)
	}
	return saved
}

func (b *browser) save(in forms.Inputs) *store.Saved {
	b.c.t.Helper()
	return b.saveAt(b.draft().Revision, in)
}

func signature(name string) practice.Signature {
	return practice.Signature{Name: name, Role: "self", Notice: "1", Strokes: [][][2]int{{{100, 100}, {200, 150}, {300, 90}}}}
}

func (b *browser) trySubmit(revision int64) error {
	b.c.t.Helper()
	v, st := b.visit()
	return b.c.Submit(b.c.t.Context(), v, st, revision, signature("Robin Example"), home)
}

func (b *browser) submit() {
	b.c.t.Helper()
	if err := b.trySubmit(b.draft().Revision); err != nil {
		b.c.t.Fatal(err)
	}
}

// agree answers the consent to storage in another country.
func (b *browser) agree(choice string) {
	b.c.t.Helper()
	v, st := b.visit()
	d, err := b.c.Draft(b.c.t.Context(), v, st)
	if err != nil {
		b.c.t.Fatal(err)
	}
	saved, err := b.c.Save(b.c.t.Context(), v, st, store.Page{Base: d.Revision, Controls: []string{"choose.overseas"}, Inputs: forms.Inputs{"choose.overseas": {choice}}})
	if err != nil {
		b.c.t.Fatal(err)
	}
	if err := b.c.Submit(b.c.t.Context(), v, st, saved.Revision, signature("Robin Example"), home); err != nil {
		b.c.t.Fatal(err)
	}
}

// count returns what a counting query says.
func (c *clinic) count(query string, args ...any) (n int64) {
	c.t.Helper()
	if err := c.db.ReadOne(c.t.Context(), c.id, query, args, &n); err != nil {
		c.t.Fatal(err)
	}
	return n
}

// alter changes rows as somebody who can write the database would.
func (c *clinic) alter(query string, args ...any) {
	c.t.Helper()
	err := c.db.Write(c.t.Context(), c.id, func(tx *db.Tx) error {
		_, err := tx.Exec(c.t.Context(), query, args...)
		return err
	})
	if err != nil {
		c.t.Fatal(err)
	}
}

func (c *clinic) state(id uuid.UUID) practice.State {
	c.t.Helper()
	d, err := c.Document(c.t.Context(), c.director, id)
	if err != nil {
		c.t.Fatal(err)
	}
	return d.State
}
