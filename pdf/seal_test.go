package pdf_test

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/sealform/sealform/pdf"
)

func newAuthority(t testing.TB) *pdf.Authority {
	t.Helper()
	a, err := pdf.NewAuthority("Sealform Hosting (Lakeside) Inc.", signedAt.Add(-24*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func render(t testing.TB, d *pdf.Document, s *pdf.Seal) []byte {
	t.Helper()
	b, err := pdf.New(fonts).Render(t.Context(), d, s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestVerifyTellsWhoSealedWhatAndWhen(t *testing.T) {
	a := newAuthority(t)
	d := sample(t, "overseas-storage-consent")
	d.Attachments = append(d.Attachments, pdf.File{Name: "bündle (1).json", Type: "application/fhir+json", Description: "FHIR", Bytes: bytes.Repeat([]byte("x"), 100_000)})
	r := pdf.Verify(render(t, d, a.Seal()), a.Roots())
	if !r.Genuine || !r.Intact || len(r.Problems) != 0 {
		t.Fatalf("not genuine: %q", r.Problems)
	}
	if !r.SignedAt.Equal(signedAt) || r.Signer != "Sealform Hosting (Lakeside) Inc. document seal" || r.Issuer != "Sealform Hosting (Lakeside) Inc. document root" {
		t.Errorf("signed %v by %q of %q", r.SignedAt, r.Signer, r.Issuer)
	}
	if r.SignedBy != "Jordan Nguyễn-O’Brien, as the client" || r.Title != d.Title || r.Practice != d.Practice.Name || r.DocumentID != d.ID || r.Timestamped {
		t.Errorf("report is %+v", r)
	}
	if !slices.EqualFunc(r.Attachments, d.Attachments, func(a, b pdf.File) bool {
		return a.Name == b.Name && a.Type == b.Type && a.Description == b.Description && bytes.Equal(a.Bytes, b.Bytes)
	}) {
		t.Errorf("attachments came back as %.200v", r.Attachments)
	}
}

func TestUnknownAuthorityIsIntactAndNotGenuine(t *testing.T) {
	b := render(t, sample(t, "overseas-storage-consent"), newAuthority(t).Seal())
	for name, roots := range map[string]*x509.CertPool{"no roots": nil, "other roots": newAuthority(t).Roots()} {
		r := pdf.Verify(b, roots)
		if !r.Intact || r.Genuine || len(r.Problems) != 1 || r.Issuer == "" {
			t.Errorf("%s: intact %v, genuine %v, %q", name, r.Intact, r.Genuine, r.Problems)
		}
	}
}

// rsaSeal is a seal as an operator with a certificate of their own has it.
func rsaSeal(t testing.TB) (*pdf.Seal, *x509.CertPool) {
	t.Helper()
	make := func(name string, ca bool, parent *x509.Certificate, signer crypto.Signer) (*x509.Certificate, *rsa.PrivateKey) {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			t.Fatal(err)
		}
		template := &x509.Certificate{
			SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: name}, IsCA: ca, BasicConstraintsValid: true,
			NotBefore: signedAt.Add(-time.Hour), NotAfter: signedAt.Add(time.Hour), KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		}
		if parent == nil {
			parent, signer = template, key
		}
		der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
		if err != nil {
			t.Fatal(err)
		}
		c, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return c, key
	}
	root, rootKey := make("Root", true, nil, nil)
	leaf, leafKey := make("Leaf", false, root, rootKey)
	pool := x509.NewCertPool()
	pool.AddCert(root)
	return &pdf.Seal{Key: leafKey, Chain: []*x509.Certificate{leaf, root}}, pool
}

func TestOutsideJudgesAcceptTheSeal(t *testing.T) {
	rsaSeal, _ := rsaSeal(t)
	for name, seal := range map[string]*pdf.Seal{"ECDSA": newAuthority(t).Seal(), "RSA": rsaSeal} {
		t.Run(name, func(t *testing.T) {
			b := render(t, sample(t, "intake-adult"), seal)
			path := file(t, b)
			t.Run("pdfsig", func(t *testing.T) {
				wants(t, judge(t, "pdfsig", "-nocert", path), "Signature is Valid.", "Total document signed", "ETSI.CAdES.detached")
			})
			t.Run("mutool", func(t *testing.T) {
				wants(t, judge(t, "mutool", "sign", "-v", path), "The document is unchanged since signing.")
			})
			t.Run("qpdf", func(t *testing.T) {
				wants(t, judge(t, "qpdf", "--check", path), "No syntax or stream encoding errors found")
			})
			t.Run("openssl", func(t *testing.T) { opensslVerifies(t, b, seal.Chain[1]) })
		})
	}
}

// opensslVerifies checks the signature as CAdES over the bytes it covers.
func opensslVerifies(t *testing.T, b []byte, root *x509.Certificate) {
	from, to := gapOf(t, b)
	cms, err := hex.DecodeString(string(b[from+1 : to-1]))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	put := func(name string, b []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	out := judge(t, "openssl", "cms", "-verify", "-cades", "-purpose", "any", "-no_check_time", "-binary", "-inform", "DER", "-out", os.DevNull,
		"-in", put("cms", cms), "-content", put("content", slices.Concat(b[:from], b[to:])),
		"-CAfile", put("root", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root.Raw})))
	wants(t, out, "successful")
}

var byteRange = regexp.MustCompile(`/ByteRange\[0 (\d+) (\d+) (\d+)\]`)

// gapOf returns where the signature's string starts and ends.
func gapOf(t testing.TB, b []byte) (from, to int) {
	t.Helper()
	m := byteRange.FindSubmatch(b)
	if m == nil {
		t.Fatal("no ByteRange")
	}
	from, _ = strconv.Atoi(string(m[1]))
	to, _ = strconv.Atoi(string(m[2]))
	return from, to
}

func TestRSASealIsGenuine(t *testing.T) {
	seal, roots := rsaSeal(t)
	if r := pdf.Verify(render(t, sample(t, "overseas-storage-consent"), seal), roots); !r.Genuine {
		t.Error(r.Problems)
	}
}
