package store_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"log/slog"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
	"github.com/sealform/sealform/internal/testpractice"
	"github.com/sealform/sealform/pdf"
)

// ownSeal is of an operator's certificate that is valid for a day.
func ownSeal(t *testing.T, name string, now time.Time) *pdf.Seal {
	t.Helper()
	var chain [2]*x509.Certificate
	var keys [2]*ecdsa.PrivateKey
	for i := 1; i >= 0; i-- {
		var err error
		if keys[i], err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
			t.Fatal(err)
		}
		template := &x509.Certificate{
			SerialNumber: big.NewInt(int64(1 + i)), Subject: pkix.Name{CommonName: []string{name + " documents", name + " root"}[i]},
			NotBefore: now.Add(-time.Hour), NotAfter: now.Add(day), BasicConstraintsValid: true, IsCA: i == 1,
			KeyUsage: []x509.KeyUsage{x509.KeyUsageDigitalSignature, x509.KeyUsageCertSign}[i],
		}
		parent := template
		if i == 0 {
			parent = chain[1]
		}
		der, err := x509.CreateCertificate(rand.Reader, template, parent, keys[i].Public(), keys[1])
		if err != nil {
			t.Fatal(err)
		}
		if chain[i], err = x509.ParseCertificate(der); err != nil {
			t.Fatal(err)
		}
	}
	return &pdf.Seal{Key: keys[0], Chain: chain[:]}
}

// restart is another instance over the same database.
func (c *clinic) restart(own *pdf.Seal) (*clinic, error) {
	i := *c.installation
	var err error
	i.Store, err = store.New(c.t.Context(), store.Config{
		DB: i.db, Ring: i.ring, Renderer: testpractice.Renderer(), Seal: own, Operator: "Test operator",
		Now: i.clock.now, Log: slog.New(slog.DiscardHandler),
	})
	again := *c
	again.installation = &i
	return &again, err
}

func (c *clinic) mustRestart(own *pdf.Seal) *clinic {
	c.t.Helper()
	again, err := c.restart(own)
	if err != nil {
		c.t.Fatal(err)
	}
	return again
}

// paper submits a form and returns its PDF.
func (c *clinic) paper() []byte {
	c.t.Helper()
	issued := c.send("check-in")
	b := c.open(issued, "")
	b.save(forms.Inputs{"about.words": {"mine"}})
	b.submit()
	file, _, err := c.PDF(c.t.Context(), c.director, issued.ID)
	if err != nil {
		c.t.Fatal(err)
	}
	return file
}

func (c *clinic) sealedBy(file []byte, signer string) {
	c.t.Helper()
	if r := pdf.Verify(file, c.Roots()); !r.Genuine || r.Signer != signer {
		c.t.Errorf("genuine %v, sealed by %q, want %q: %q", r.Genuine, r.Signer, signer, r.Problems)
	}
}

func TestOperatorsCertificateSealsAndOldPDFsStayGenuine(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		const house = "Test operator document seal"
		c := newClinic(t, d)
		before := c.paper()
		c.sealedBy(before, house)

		one := c.mustRestart(ownSeal(t, "Group", c.clock.now()))
		first := one.paper()
		one.sealedBy(first, "Group documents")
		one.sealedBy(before, house)
		if err := one.RotateSeal(t.Context()); !errors.Is(err, fault.Conflict) {
			t.Errorf("rotating a seal that is the operator's: %v", err)
		}

		two := c.mustRestart(ownSeal(t, "Merged", c.clock.now()))
		two.sealedBy(first, "Group documents")
		two.sealedBy(two.paper(), "Merged documents")
		if n := strings.Count(two.RootPEM(), "BEGIN CERTIFICATE"); n != 3 {
			t.Errorf("%d roots are published, want 3", n)
		}

		// An operator's certificate that runs out stops no client.
		two.later(2 * day)
		two.sealedBy(two.paper(), house)

		published := two.RootPEM()
		forged := ownSeal(t, "Forged", c.clock.now())
		root := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: forged.Chain[1].Raw}))
		refused := func(what string) {
			t.Helper()
			if _, err := c.restart(nil); err == nil || !strings.Contains(err.Error(), "not authentic") {
				t.Errorf("%s: a start says %v", what, err)
			}
			if _, err := two.Sweep(t.Context()); err == nil || !strings.Contains(err.Error(), "not authentic") {
				t.Errorf("%s: a sweep says %v", what, err)
			}
			if two.RootPEM() != published {
				t.Errorf("%s: it is published", what)
			}
		}
		c.alter(`INSERT INTO seal_roots (sha256, certificate, mac) VALUES ($1, $2, $3)`, "forged", root, []byte("forged"))
		refused("a root that somebody added")
		c.alter(`DELETE FROM seal_roots WHERE sha256 = 'forged'`)
		c.alter(`UPDATE seal_roots SET certificate = certificate || $1`, root)
		refused("a root that somebody added to another's row")
		c.alter(`UPDATE seal_roots SET certificate = $1 || certificate`, root)
		refused("a root that somebody added before another's")
	})
}

func TestAlteredAuthorityIsRefusedBeforeAnythingIsWritten(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		c.alter(`UPDATE authorities SET sealed = $1`, []byte("not what was sealed"))
		if _, err := c.restart(ownSeal(t, "Group", c.clock.now())); err == nil {
			t.Error("a start took up an altered authority")
		}
		if n := c.count(`SELECT count(*) FROM seal_roots`); n != 0 {
			t.Error("the start that was refused left its root behind")
		}
		if _, err := c.Sweep(t.Context()); err == nil {
			t.Error("a sweep took up an altered authority")
		}
		c.alter(`DELETE FROM authorities`)
		if _, err := c.Sweep(t.Context()); err == nil || !strings.Contains(err.Error(), "gone from the database") {
			t.Errorf("a sweep without an authority: %v", err)
		}
		c.sealedBy(c.paper(), "Test operator document seal") // with what it had taken up
	})
}

func TestRotatedSealIsTakenUpByEveryInstance(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		other := c.mustRestart(nil)
		old := c.paper()
		if err := c.RotateSeal(t.Context()); err != nil {
			t.Fatal(err)
		}
		fresh := c.paper()
		if c.RootPEM() != other.RootPEM() {
			t.Error("rotation changed the root")
		}
		other.sweep()
		if err := other.RotateSeal(t.Context()); err != nil {
			t.Errorf("an instance that took up the new key cannot rotate it again: %v", err)
		}
		if err := c.RotateSeal(t.Context()); err == nil {
			t.Error("an instance that did not see the newest key overwrote it")
		}
		for _, file := range [][]byte{old, fresh, other.paper()} {
			c.sealedBy(file, "Test operator document seal")
		}
	})
}
