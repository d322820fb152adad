package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/testdb"
)

// Whoever can write the database cannot make their own session another's, nor
// have it last longer.
func TestAMovedStaffSessionIsNone(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		clerk, _ := c.member(access.Administrative, "Ada")
		thief := c.installation.clinic("South")
		for what, change := range map[string]struct {
			query string
			args  []any
		}{
			"another practice's director": {`UPDATE staff_sessions SET member_id = $2, practice_id = $3 WHERE id = $1`, []any{c.director.ID, c.id}},
			"another member":              {`UPDATE staff_sessions SET member_id = $2 WHERE id = $1`, []any{clerk.ID}},
			"another practice":            {`UPDATE staff_sessions SET practice_id = $2 WHERE id = $1`, []any{c.id}},
			"another id":                  {`UPDATE staff_sessions SET id = '018f0000-0000-7000-8000-000000000000' WHERE id = $1`, nil},
			"begun later":                 {`UPDATE staff_sessions SET created_at = $2 WHERE id = $1`, []any{time.Now().Add(time.Minute)}},
			"no MAC":                      {`UPDATE staff_sessions SET row_mac = $2 WHERE id = $1`, []any{[]byte{}}},
			"another's row": {`UPDATE staff_sessions SET (member_id, practice_id, row_mac) = (SELECT member_id, practice_id, row_mac FROM staff_sessions WHERE id = $2) WHERE id = $1`,
				[]any{c.director.Session}},
		} {
			cookie, h, err := thief.SignIn(t.Context(), thief.email, passphrase, home)
			must(t, err)
			c.alter(change.query, append([]any{h.Session}, change.args...)...)
			if h, err := c.Session(t.Context(), cookie); !errors.Is(err, fault.Unauthenticated) {
				t.Errorf("%s: %+v, %v", what, h, err)
			}
			if _, err := c.Session(t.Context(), thief.cookie); err != nil {
				t.Fatalf("%s: the other session: %v", what, err)
			}
		}
	})
}

// Nor skip the second factor.
func TestHalfASessionIsNotMadeWhole(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		secret, _ := c.secondFactor()
		cookie, h, err := c.SignIn(t.Context(), c.email, passphrase, home)
		must(t, err)
		c.alter(`UPDATE staff_sessions SET half = FALSE WHERE id = $1`, h.Session)
		if h, err := c.Session(t.Context(), cookie); !errors.Is(err, fault.Unauthenticated) {
			t.Errorf("without the second factor: %+v, %v", h, err)
		}
		c.alter(`UPDATE staff_sessions SET half = TRUE WHERE id = $1`, h.Session)
		c.clock.forward(31 * time.Second)
		cookie, _, err = c.SecondFactor(t.Context(), cookie, c.code(secret), home)
		must(t, err)
		c.session(cookie)
	})
}

// The session of one delivery does not open another for whoever has its link
// but not its code.
func TestAMovedClientSessionIsNone(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		south := c.installation.clinic("South")
		for what, change := range map[string]func(own, victim *browser){
			"moved": func(own, victim *browser) { c.moveSession(own, victim) },
			"moved with the MAC of a session there": func(own, victim *browser) {
				c.alter(`UPDATE client_sessions SET row_mac = $2 WHERE delivery_id = (SELECT delivery_id FROM steps WHERE document_id = $1)`, own.document,
					c.value("row_mac", "client_sessions", "delivery_id = (SELECT delivery_id FROM steps WHERE document_id = $1)", victim.document))
				c.moveSession(own, victim)
			},
			"moved with its link": func(own, victim *browser) {
				c.moveSession(own, victim)
				c.alter(`UPDATE links SET delivery_id = (SELECT delivery_id FROM steps WHERE document_id = $2) WHERE delivery_id = (SELECT delivery_id FROM steps WHERE document_id = $1)`,
					own.document, victim.document)
				victim.token = own.token
			},
			"of another practice": func(own, victim *browser) {
				c.alter(`UPDATE client_sessions SET practice_id = $2 WHERE delivery_id = (SELECT delivery_id FROM steps WHERE document_id = $1)`, own.document, south.id)
				victim.token = own.token
			},
		} {
			own, victim := c.open(c.send("check-in"), ""), c.open(c.send("check-in"), "")
			change(own, victim)
			for range 2 { // nothing of it is remembered
				v, err := c.Visit(t.Context(), victim.token, own.session, own.device)
				if err != nil || v.Unlocked {
					t.Errorf("%s: %v, unlocked %v", what, err, err == nil && v.Unlocked)
				}
			}
		}
	})
}

// moveSession gives the session of one browser to the delivery of another.
func (c *clinic) moveSession(own, other *browser) {
	c.t.Helper()
	c.alter(`UPDATE client_sessions SET delivery_id = (SELECT delivery_id FROM steps WHERE document_id = $2) WHERE delivery_id = (SELECT delivery_id FROM steps WHERE document_id = $1)`,
		own.document, other.document)
}

// Sessions live through a rotation of the server key, and end with the key that
// they began under.
func TestSessionsEndWithTheirServerKey(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		b := c.open(c.send("check-in"), "")
		old := c.ring.Current()
		c.ring = c.ring.Rotate()
		must(t, c.UseRing(t.Context(), c.ring))
		_, err := c.RotateServerKey(t.Context())
		must(t, err)
		again := c.mustRestart(nil)
		again.session(c.cookie)
		if v, err := again.Visit(t.Context(), b.token, b.session, b.device); err != nil || !v.Unlocked {
			t.Errorf("after the rotation: %v", err)
		}
		whole, err := again.Confirm(t.Context(), c.director, passphrase, home)
		must(t, err)
		second := c.open(c.send("check-in"), "")
		c.ring = c.ring.Without(old)
		must(t, again.UseRing(t.Context(), c.ring))
		again.session(whole)
		if v, err := again.Visit(t.Context(), second.token, second.session, ""); err != nil || !v.Unlocked {
			t.Errorf("begun after the rotation: %v", err)
		}
	})
}
