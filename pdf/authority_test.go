package pdf_test

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sealform/sealform/pdf"
)

func TestAuthorityComesBackFromItsBytes(t *testing.T) {
	a := newAuthority(t)
	again, err := pdf.ParseAuthority(a.Marshal())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(again.Marshal(), a.Marshal()) || !bytes.Equal(again.Root(), a.Root()) {
		t.Error("another authority came back")
	}
	if r := pdf.Verify(render(t, sample(t, "overseas-storage-consent"), again.Seal()), a.Roots()); !r.Genuine {
		t.Error(r.Problems)
	}
}

func TestBrokenAuthorityIsRefused(t *testing.T) {
	good, other := newAuthority(t).Marshal(), newAuthority(t).Marshal()
	half := bytes.Index(good[100:], []byte("-----BEGIN CERT")) + 100
	otherHalf := bytes.Index(other[100:], []byte("-----BEGIN CERT")) + 100
	for name, b := range map[string][]byte{
		"empty":            nil,
		"cut off":          good[:half],
		"something added":  append(bytes.Clone(good), "more"...),
		"halves of two":    append(bytes.Clone(good[:half]), other[otherHalf:]...),
		"not PEM":          []byte("hello"),
		"keys and no more": good[half:],
	} {
		if _, err := pdf.ParseAuthority(b); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestAuthorityRenewsWhatIsDue(t *testing.T) {
	a := newAuthority(t)
	if same, err := a.Renew(signedAt.Add(time.Hour)); err != nil || same != a {
		t.Fatalf("renewed on the first day: %v", err)
	}
	weekly, err := a.Renew(signedAt.AddDate(0, 0, 8))
	if err != nil {
		t.Fatal(err)
	}
	if !weekly.Seal().Chain[0].Equal(a.Seal().Chain[0]) || bytes.Equal(weekly.Seal().CRL, a.Seal().CRL) {
		t.Error("after a week the list must be new, and the key the same")
	}
	yearly, err := weekly.Renew(signedAt.AddDate(1, 0, 1))
	if err != nil {
		t.Fatal(err)
	}
	if yearly.Seal().Chain[0].Equal(a.Seal().Chain[0]) || !bytes.Equal(yearly.Root(), a.Root()) {
		t.Error("after a year the key must be new, and the root the same")
	}
	list, err := x509.ParseRevocationList(yearly.Seal().CRL)
	if err != nil || list.Number.Int64() != 3 || list.NextUpdate.Before(signedAt.AddDate(1, 0, 8)) {
		t.Errorf("list %v until %v, %v", list.Number, list.NextUpdate, err)
	}
	// What the old key sealed stays genuine, and so does what the new one seals.
	for _, seal := range []*pdf.Seal{a.Seal(), yearly.Seal()} {
		d := sample(t, "overseas-storage-consent")
		d.At = seal.Chain[0].NotBefore.Add(2 * time.Hour)
		if r := pdf.Verify(render(t, d, seal), yearly.Roots()); !r.Genuine {
			t.Error(r.Problems)
		}
	}
}

func TestOpenSSLAcceptsTheChainAndTheList(t *testing.T) {
	a := newAuthority(t)
	dir := t.TempDir()
	put := func(name, kind string, der []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	root := put("root", "CERTIFICATE", a.Seal().Chain[1].Raw)
	leaf := put("leaf", "CERTIFICATE", a.Seal().Chain[0].Raw)
	list := put("list", "X509 CRL", a.Seal().CRL)
	at := signedAt.Unix()
	wants(t, judge(t, "openssl", "verify", "-x509_strict", "-attime", strconv.FormatInt(at, 10), "-crl_check", "-CAfile", root, "-CRLfile", list, leaf), "OK")
}

func TestLongOperatorNameFitsTheCertificate(t *testing.T) {
	a, err := pdf.NewAuthority(strings.Repeat("Ärztehaus ", 40), signedAt)
	if err != nil {
		t.Fatal(err)
	}
	if name := a.Seal().Chain[0].Subject.CommonName; len([]rune(name)) > 64 || !strings.HasSuffix(name, " document seal") {
		t.Errorf("subject is %q", name)
	}
}
