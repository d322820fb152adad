package pdf

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"time"

	"github.com/sealform/sealform/internal/fault"
)

// How long things last. A signing key is used for a year, but its certificate
// outlives the documents it signed, so that readers that know no timestamp
// still show them as valid for as long as records must be kept.
const (
	rootLife = 40 * 365 * 24 * time.Hour
	leafLife = 15 * 365 * 24 * time.Hour
	keyUse   = 365 * 24 * time.Hour
	listLife = 30 * 24 * time.Hour
	listUse  = 7 * 24 * time.Hour
	skew     = time.Hour // between the clocks of several instances
)

// An Authority is the installation's own small certificate authority: a root,
// one document-signing key under it, and a revocation list. It is immutable.
type Authority struct {
	root, leaf       *x509.Certificate
	rootKey, leafKey *ecdsa.PrivateKey
	list             *x509.RevocationList
}

// NewAuthority makes the keys and certificates of a new installation. The
// operator's name goes into both subjects; it is what readers show as signer.
func NewAuthority(operator string, now time.Time) (a *Authority, err error) {
	defer fault.Wrap(&err, "pdf.NewAuthority")
	operator = clean(operator)
	if operator == "" {
		operator = producer
	}
	a = &Authority{}
	if a.rootKey, err = newKey(); err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: newSerial(), Subject: subject(operator, "document root"),
		NotBefore: now.Add(-skew), NotAfter: now.Add(rootLife),
		IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	if a.root, err = issue(template, template, &a.rootKey.PublicKey, a.rootKey); err != nil {
		return nil, err
	}
	return a.withLeaf(operator, now)
}

// withLeaf returns the authority with a new signing key and revocation list.
func (a *Authority) withLeaf(operator string, now time.Time) (*Authority, error) {
	key, err := newKey()
	if err != nil {
		return nil, err
	}
	end := now.Add(leafLife)
	if end.After(a.root.NotAfter) {
		end = a.root.NotAfter
	}
	leaf, err := issue(&x509.Certificate{
		SerialNumber: newSerial(), Subject: subject(operator, "document seal"),
		NotBefore: now.Add(-skew), NotAfter: end, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
		// No purpose for documents is defined that old readers know.
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection},
	}, a.root, &key.PublicKey, a.rootKey)
	if err != nil {
		return nil, err
	}
	return (&Authority{root: a.root, rootKey: a.rootKey, leaf: leaf, leafKey: key, list: a.list}).withList(now)
}

// withList returns the authority with a new revocation list. Nothing is on it:
// it proves that the certificate was good when a document was sealed.
func (a *Authority) withList(now time.Time) (*Authority, error) {
	number := big.NewInt(1)
	if a.list != nil {
		number.Add(number, a.list.Number)
	}
	b, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{
		Number: number, ThisUpdate: now.Add(-skew), NextUpdate: now.Add(listLife),
	}, a.root, a.rootKey)
	if err != nil {
		return nil, err
	}
	next := *a
	next.list, err = x509.ParseRevocationList(b)
	return &next, err
}

// Renew returns the authority to use from now on: a itself while nothing is
// due, otherwise a new one whose Marshal must be stored in place of the old.
// Call it at the start and daily. The signing key is replaced after a year,
// the revocation list after a week; the root stays.
func (a *Authority) Renew(now time.Time) (next *Authority, err error) {
	defer fault.Wrap(&err, "pdf.Renew")
	switch {
	case now.Sub(a.leaf.NotBefore) > keyUse:
		return a.withLeaf(a.root.Subject.Organization[0], now)
	case now.Sub(a.list.ThisUpdate) > listUse:
		return a.withList(now)
	}
	return a, nil
}

// Rotate returns the authority with a new signing key, whether or not it is
// due. Its Marshal must be stored in place of the old one.
func (a *Authority) Rotate(now time.Time) (next *Authority, err error) {
	defer fault.Wrap(&err, "pdf.Rotate")
	return a.withLeaf(a.root.Subject.Organization[0], now)
}

// Serial is the serial number of the signing certificate, hex.
func (a *Authority) Serial() string { return a.leaf.SerialNumber.Text(16) }

// Root returns the root certificate as PEM, to be published.
func (a *Authority) Root() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: certificateBlock, Bytes: a.root.Raw})
}

// Roots returns the pool that Verify takes.
func (a *Authority) Roots() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.root)
	return pool
}

// Seal returns the seal under the current signing key, without a timestamp;
// set one on the copy returned.
func (a *Authority) Seal() *Seal {
	return &Seal{Key: a.leafKey, Chain: []*x509.Certificate{a.leaf, a.root}, CRL: a.list.Raw}
}

func newKey() (*ecdsa.PrivateKey, error) { return ecdsa.GenerateKey(elliptic.P256(), rand.Reader) }

// newSerial is a random positive number of at most 20 bytes (RFC 5280, 4.1.2.2).
func newSerial() *big.Int {
	b := make([]byte, 16)
	rand.Read(b) // never fails
	b[0] = b[0]&0x7F | 0x40
	return new(big.Int).SetBytes(b)
}

func subject(operator, role string) pkix.Name {
	return pkix.Name{CommonName: truncate(operator, 64-len(role)-1) + " " + role, Organization: []string{truncate(operator, 64)}}
}

// truncate keeps names within the bounds of X.520, counted in runes.
func truncate(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}

func issue(template, parent *x509.Certificate, public *ecdsa.PublicKey, signer *ecdsa.PrivateKey) (*x509.Certificate, error) {
	b, err := x509.CreateCertificate(rand.Reader, template, parent, public, signer)
	if err != nil {
		return nil, fmt.Errorf("issue %s: %w", template.Subject.CommonName, err)
	}
	return x509.ParseCertificate(b)
}
