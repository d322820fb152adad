package pdf_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sealform/sealform/pdf"
)

// A holding is an operator's certificates, root last, and the signing key.
type holding struct {
	t     testing.TB
	chain []*x509.Certificate
	keys  []crypto.Signer
}

func p256(t testing.TB) crypto.Signer { return key(t, elliptic.P256()) }

func key(t testing.TB, curve elliptic.Curve) crypto.Signer {
	k, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func rsaKey(t testing.TB, bits int) crypto.Signer {
	k, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// hold makes a root, an authority under it and a signing certificate, which
// change may alter first.
func hold(t testing.TB, signing crypto.Signer, change func(*x509.Certificate)) *holding {
	t.Helper()
	h := &holding{t: t, keys: []crypto.Signer{signing, p256(t), p256(t)}, chain: make([]*x509.Certificate, 3)}
	for i := 2; i >= 0; i-- {
		template := &x509.Certificate{
			SerialNumber: big.NewInt(int64(10 + i)), Subject: pkix.Name{CommonName: []string{"Clinic Group documents", "Clinic Group authority", "Clinic Group root"}[i]},
			NotBefore: signedAt.AddDate(-1, 0, 0), NotAfter: signedAt.AddDate(2, 0, 0), BasicConstraintsValid: true,
			IsCA: i > 0, KeyUsage: x509.KeyUsageCertSign,
		}
		if i == 0 {
			template.KeyUsage = x509.KeyUsageContentCommitment
			if change != nil {
				change(template)
			}
		}
		parent, by := template, h.keys[2]
		if i < 2 {
			parent, by = h.chain[i+1], h.keys[i+1]
		}
		der, err := x509.CreateCertificate(rand.Reader, template, parent, h.keys[i].Public(), by)
		if err != nil {
			t.Fatal(err)
		}
		if h.chain[i], err = x509.ParseCertificate(der); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

func (h *holding) certificates(order ...int) (out []byte) {
	for _, i := range order {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: h.chain[i].Raw})...)
	}
	return out
}

func (h *holding) key() []byte {
	b, err := x509.MarshalPKCS8PrivateKey(h.keys[0])
	if err != nil {
		h.t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: b})
}

func (h *holding) roots() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(h.chain[2])
	return pool
}

// pkcs12 is the holding as openssl exports it.
func (h *holding) pkcs12(password string) []byte {
	dir := h.t.TempDir()
	path := func(name string, b []byte) string {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, b, 0o600); err != nil {
			h.t.Fatal(err)
		}
		return p
	}
	out := filepath.Join(dir, "all.p12")
	judge(h.t, "openssl", "pkcs12", "-export", "-in", path("leaf", h.certificates(0)), "-inkey", path("key", h.key()),
		"-certfile", path("above", h.certificates(2, 1)), "-passout", "pass:"+password, "-out", out)
	b, err := os.ReadFile(out)
	if err != nil {
		h.t.Fatal(err)
	}
	return b
}

func TestOperatorsOwnCertificateSeals(t *testing.T) {
	for name, h := range map[string]*holding{"ECDSA": hold(t, p256(t), nil), "RSA": hold(t, rsaKey(t, 2048), nil)} {
		own := map[string]func() (*pdf.Seal, error){
			"PEM":     func() (*pdf.Seal, error) { return pdf.OwnSeal(h.certificates(0, 1, 2), h.key(), "", signedAt) },
			"PKCS 12": func() (*pdf.Seal, error) { return pdf.OwnSeal(h.pkcs12("a pass word"), nil, "a pass word", signedAt) },
		}
		for form, read := range own {
			t.Run(name+" "+form, func(t *testing.T) {
				seal, err := read()
				if err != nil {
					t.Fatal(err)
				}
				if !seal.ValidAt(signedAt) || seal.ValidAt(signedAt.AddDate(2, 0, 1)) || seal.ValidAt(signedAt.AddDate(-1, 0, -1)) {
					t.Error("the seal does not know its time")
				}
				b := render(t, sample(t, "overseas-storage-consent"), seal)
				if r := pdf.Verify(b, h.roots()); !r.Genuine || r.Signer != "Clinic Group documents" || r.Issuer != "Clinic Group authority" {
					t.Errorf("%q by %q of %q", r.Problems, r.Signer, r.Issuer)
				}
				wants(t, judge(t, "pdfsig", "-nocert", file(t, b)), "Signature is Valid.", "Total document signed")
			})
		}
	}
}

func TestUnusableCertificateSaysWhatToChange(t *testing.T) {
	good := hold(t, p256(t), nil)
	sealed := pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: []byte{1}})
	leaf := func(change func(*x509.Certificate)) *holding { return hold(t, p256(t), change) }
	for want, read := range map[string]func() (*pdf.Seal, error){
		"root last":                       func() (*pdf.Seal, error) { return pdf.OwnSeal(good.certificates(0, 1), good.key(), "", signedAt) },
		"put each certificate before":     func() (*pdf.Seal, error) { return pdf.OwnSeal(good.certificates(0, 2, 1), good.key(), "", signedAt) },
		"signing certificate has to come": func() (*pdf.Seal, error) { return pdf.OwnSeal(good.certificates(2, 1, 0), good.key(), "", signedAt) },
		"does not belong to": func() (*pdf.Seal, error) {
			return pdf.OwnSeal(good.certificates(0, 1, 2), hold(t, p256(t), nil).key(), "", signedAt)
		},
		"expired on 2028-11-22": func() (*pdf.Seal, error) {
			return pdf.OwnSeal(good.certificates(0, 1, 2), good.key(), "", signedAt.AddDate(2, 0, 1))
		},
		"is not valid before": func() (*pdf.Seal, error) {
			return pdf.OwnSeal(good.certificates(0, 1, 2), good.key(), "", signedAt.AddDate(-1, 0, -1))
		},
		"key usage lacks": func() (*pdf.Seal, error) {
			h := leaf(func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyEncipherment })
			return pdf.OwnSeal(h.certificates(0, 1, 2), h.key(), "", signedAt)
		},
		"is an authority's": func() (*pdf.Seal, error) {
			h := leaf(func(c *x509.Certificate) { c.IsCA = true })
			return pdf.OwnSeal(h.certificates(0, 1, 2), h.key(), "", signedAt)
		},
		"neither ECDSA on P-256": func() (*pdf.Seal, error) {
			h := hold(t, key(t, elliptic.P384()), nil)
			return pdf.OwnSeal(h.certificates(0, 1, 2), h.key(), "", signedAt)
		},
		"has 1024 bits": func() (*pdf.Seal, error) {
			h := hold(t, rsaKey(t, 1024), nil)
			return pdf.OwnSeal(h.certificates(0, 1, 2), h.key(), "", signedAt)
		},
		"under a password":          func() (*pdf.Seal, error) { return pdf.OwnSeal(good.certificates(0, 1, 2), sealed, "", signedAt) },
		"the key file holds no PEM": func() (*pdf.Seal, error) { return pdf.OwnSeal(good.certificates(0, 1, 2), nil, "", signedAt) },
		"there is no certificate":   func() (*pdf.Seal, error) { return pdf.OwnSeal(nil, good.key(), "", signedAt) },
		"certificate 2 cannot be read": func() (*pdf.Seal, error) {
			broken := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("x")})
			return pdf.OwnSeal(slices.Concat(good.certificates(0), broken), good.key(), "", signedAt)
		},
		"neither PEM nor PKCS #12": func() (*pdf.Seal, error) { return pdf.OwnSeal(good.pkcs12("right"), nil, "wrong", signedAt) },
	} {
		if seal, err := read(); seal != nil || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

// A rotated key seals under the same root, so nobody has to trust it anew.
func TestRotatedKeyLeavesOldSealsGenuine(t *testing.T) {
	a := newAuthority(t)
	old := render(t, sample(t, "overseas-storage-consent"), a.Seal())
	next, err := a.Rotate(signedAt.Add(-2 * time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if next.Serial() == a.Serial() || !bytes.Equal(next.Root(), a.Root()) {
		t.Error("rotation has to change the signing key, and nothing else")
	}
	for name, b := range map[string][]byte{"old": old, "new": render(t, sample(t, "overseas-storage-consent"), next.Seal())} {
		if r := pdf.Verify(b, next.Roots()); !r.Genuine {
			t.Errorf("%s: %q", name, r.Problems)
		}
	}
}
