package pdf

import (
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/pem"
	"errors"

	"github.com/sealform/sealform/internal/fault"
)

const (
	certificateBlock = "CERTIFICATE"
	keyBlock         = "PRIVATE KEY"
	listBlock        = "X509 CRL"
)

// Marshal returns the authority as PEM blocks, private keys included: seal it
// before storing it. In order: root, its key, signing certificate, its key,
// revocation list.
func (a *Authority) Marshal() []byte {
	var out []byte
	for _, b := range []*pem.Block{
		{Type: certificateBlock, Bytes: a.root.Raw}, {Type: keyBlock, Bytes: keyBytes(a.rootKey)},
		{Type: certificateBlock, Bytes: a.leaf.Raw}, {Type: keyBlock, Bytes: keyBytes(a.leafKey)},
		{Type: listBlock, Bytes: a.list.Raw},
	} {
		out = append(out, pem.EncodeToMemory(b)...)
	}
	return out
}

func keyBytes(k *ecdsa.PrivateKey) []byte {
	b, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		panic("internal error: " + err.Error()) // P-256 keys always marshal
	}
	return b
}

// ParseAuthority reads what Marshal wrote, and checks that keys and
// certificates belong together.
func ParseAuthority(b []byte) (a *Authority, err error) {
	defer fault.Wrap(&err, "pdf.ParseAuthority")
	a = &Authority{}
	if a.root, a.rootKey, b, err = readPair(b); err != nil {
		return nil, err
	}
	if a.leaf, a.leafKey, b, err = readPair(b); err != nil {
		return nil, err
	}
	block, rest := pem.Decode(b)
	if block == nil || block.Type != listBlock || len(rest) != 0 {
		return nil, errors.New("the revocation list is missing")
	}
	if a.list, err = x509.ParseRevocationList(block.Bytes); err != nil {
		return nil, err
	}
	return a, errors.Join(a.leaf.CheckSignatureFrom(a.root), a.list.CheckSignatureFrom(a.root))
}

func readPair(b []byte) (*x509.Certificate, *ecdsa.PrivateKey, []byte, error) {
	first, b := pem.Decode(b)
	second, b := pem.Decode(b)
	if first == nil || second == nil || first.Type != certificateBlock || second.Type != keyBlock {
		return nil, nil, nil, errors.New("a certificate or its key is missing")
	}
	certificate, err := x509.ParseCertificate(first.Bytes)
	if err != nil {
		return nil, nil, nil, err
	}
	parsed, err := x509.ParsePKCS8PrivateKey(second.Bytes)
	if err != nil {
		return nil, nil, nil, err
	}
	key, ok := parsed.(*ecdsa.PrivateKey)
	if !ok || !key.PublicKey.Equal(certificate.PublicKey) {
		return nil, nil, nil, errors.New("a key does not belong to its certificate")
	}
	return certificate, key, b, nil
}
