package store_test

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
)

func TestAKnownBrowserSignsInUnderAttack(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c, ctx := newClinic(t, d), t.Context()
		device, err := c.KnowDevice(ctx, c.director, home)
		if err != nil {
			t.Fatal(err)
		}
		known := store.Origin{Address: "203.0.113.7", Device: device}
		for email, tries := range map[string]int{c.email: 1000, "nobody@example.org": 50} { // an address nobody has is counted alike
			wrong, refused := 0, 0
			for i := range tries {
				_, _, err := c.SignIn(ctx, email, "not the passphrase at all", store.Origin{Address: fmt.Sprintf("198.51.%d.%d", i/2/250, i/2%250)})
				switch {
				case errors.Is(err, fault.Unauthenticated):
					wrong++
				case errors.Is(err, fault.TooMany):
					refused++
				default:
					t.Fatal(err)
				}
			}
			if wrong != 25 || refused != tries-25 {
				t.Errorf("%s: %d guesses were compared and %d refused", email, wrong, refused)
			}
		}
		if _, h, err := c.SignIn(ctx, c.email, passphrase, known); err != nil || h.ID != c.director.ID {
			t.Errorf("on the known browser: %v", err)
		}
		if _, _, err := c.SignIn(ctx, c.email, passphrase, home); !errors.Is(err, fault.TooMany) {
			t.Errorf("on another browser: %v", err)
		}
		c.clock.forward(7 * time.Hour)
		if _, _, err := c.SignIn(ctx, c.email, passphrase, home); err != nil {
			t.Errorf("on another browser, hours later: %v", err)
		}
	})
}

// secondFactor turns it on for the director, and returns its secret and the
// recovery codes.
func (c *clinic) secondFactor() (secret string, recovery []string) {
	c.t.Helper()
	offer, err := c.OfferSecondFactor(c.t.Context(), c.director)
	if err != nil {
		c.t.Fatal(err)
	}
	if u, err := url.Parse(offer.URL); err != nil || u.Query().Get("secret") != offer.Secret {
		c.t.Errorf("the code to scan says %s", offer.URL)
	}
	recovery, err = c.TurnOnSecondFactor(c.t.Context(), c.director, offer.Sealed, c.code(offer.Secret))
	if err != nil {
		c.t.Fatal(err)
	}
	return offer.Secret, recovery
}

func (c *clinic) code(secret string) string {
	c.t.Helper()
	code, err := totp.GenerateCode(secret, c.clock.now())
	if err != nil {
		c.t.Fatal(err)
	}
	return code
}

func TestASecondFactorWorksOnce(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c, ctx := newClinic(t, d), t.Context()
		secret, recovery := c.secondFactor()
		if stored := c.value("totp", "members", "id = $1", c.director.ID); strings.Contains(string(stored), secret) || len(recovery) != 10 {
			t.Errorf("%d recovery codes; the secret is stored as %x", len(recovery), stored)
		}
		cookie, h, err := c.SignIn(ctx, c.email, passphrase, home)
		if err != nil || !h.Half {
			t.Fatalf("with the passphrase alone: %+v, %v", h, err)
		}
		if _, err := c.Session(ctx, cookie); !errors.Is(err, fault.Unauthenticated) {
			t.Errorf("half a session is one: %v", err)
		}
		if _, _, err := c.SecondFactor(ctx, cookie, c.code(secret), home); !errors.Is(err, store.ErrCode) {
			t.Errorf("the code that turned it on works again: %v", err)
		}
		c.clock.forward(31 * time.Second)
		for _, code := range []func() string{func() string { return c.code(secret) }, func() string { return recovery[0] }} {
			if n := c.replay(code()); n != 1 {
				t.Errorf("a code worked %d times of 100", n)
			}
		}
		if err := c.TurnOffSecondFactor(ctx, c.director); err != nil {
			t.Fatal(err)
		}
	})
}

// replay sends one code a hundred times at once, from a few half sessions, and
// counts how often it worked.
func (c *clinic) replay(code string) int64 {
	c.t.Helper()
	cookies := make([]string, 4)
	for i := range cookies {
		var err error
		if cookies[i], _, err = c.SignIn(c.t.Context(), c.email, passphrase, home); err != nil {
			c.t.Fatal(err)
		}
	}
	var worked atomic.Int64
	var busy sync.WaitGroup
	for i := range 100 {
		busy.Go(func() {
			if _, _, err := c.SecondFactor(c.t.Context(), cookies[i%len(cookies)], code, home); err == nil {
				worked.Add(1)
			}
		})
	}
	busy.Wait()
	c.clock.forward(7 * time.Hour) // the wrong ones were counted
	return worked.Load()
}

func TestAnInvitationWorksOnce(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		token, err := c.Invite(t.Context(), c.director, "Kim", "kim@example.org", access.Clinical)
		if err != nil {
			t.Fatal(err)
		}
		var accepted atomic.Int64
		var busy sync.WaitGroup
		for range 100 {
			busy.Go(func() {
				if _, _, err := c.Accept(t.Context(), token, passphrase, home); err == nil {
					accepted.Add(1)
				}
			})
		}
		busy.Wait()
		if accepted.Load() != 1 {
			t.Errorf("an invitation was accepted %d times of 100", accepted.Load())
		}
	})
}

func TestPassphrases(t *testing.T) {
	c := newClinic(t, testdb.Open(t, db.SQLite))
	for _, bad := range []string{
		"short", "fourteen chars", "passwordpassword", "Password12345678", "1234567890123456", "qwertyuiopasdfgh", "aaaaaaaaaaaaaaaaaa", "abcabcabcabcabcabc",
		"Summer2026!Summer2026!", "iloveyouforever!", "correct horse battery staple", "North practice 2026 xy", "northpractice-lamp-gravel", "Dana North otter plum", "letmein-letmein-1", "welcome to sealform",
	} {
		if err := c.ChangePassphrase(t.Context(), c.director, bad); !errors.Is(err, fault.Invalid) {
			t.Errorf("%q is taken: %v", bad, err)
		}
	}
	for range 5 {
		if err := c.ChangePassphrase(t.Context(), c.director, store.SuggestPassphrase()); err != nil {
			t.Errorf("a suggestion is refused: %v", err)
		}
	}
	const good = "lantern gravel otter plum"
	if err := c.ChangePassphrase(t.Context(), c.director, good); err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.SignIn(t.Context(), c.email, passphrase, home); !errors.Is(err, fault.Unauthenticated) {
		t.Errorf("the old passphrase: %v", err)
	}
	if _, _, err := c.SignIn(t.Context(), c.email, good, home); err != nil {
		t.Errorf("the new passphrase: %v", err)
	}
}

func TestSignedOutEverywhere(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c, ctx := newClinic(t, d), t.Context()
		other, _, err := c.SignIn(ctx, c.email, passphrase, store.Origin{Address: "203.0.113.9", Browser: "Another"})
		if err != nil {
			t.Fatal(err)
		}
		device, err := c.KnowDevice(ctx, c.director, home)
		if err != nil {
			t.Fatal(err)
		}
		places, err := c.Sessions(ctx, c.director)
		if err != nil || len(places) != 2 || places[0].Address != "203.0.113.9" {
			t.Fatalf("signed in at %+v, %v", places, err)
		}
		history, err := c.SignIns(ctx, c.director, c.director.ID, 10)
		if err != nil || len(history) != 2 || history[0].Detail["browser"] != "Another" {
			t.Errorf("the history is %+v, %v", history, err)
		}
		if err := c.SignOutEverywhere(ctx, c.director); err != nil {
			t.Fatal(err)
		}
		for _, cookie := range []string{other, c.cookie} {
			if _, err := c.Session(ctx, cookie); !errors.Is(err, fault.Unauthenticated) {
				t.Errorf("a session after signing out everywhere: %v", err)
			}
		}
		if c.Knows(ctx, c.email, device) {
			t.Error("a browser is still known")
		}
	})
}
