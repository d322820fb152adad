package pdf

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"software.sslmate.com/src/go-pkcs12"
)

// OwnSeal reads a seal of the operator's own: certificates and key as PEM, or
// both in one PKCS #12 file under the password, with key nil. The certificates
// are in order, the signing one first and the root last. An error says what to
// change, in words for whoever set the files.
func OwnSeal(certificates, key []byte, password string, now time.Time) (*Seal, error) {
	s, err := readOwn(certificates, key, password)
	if err != nil {
		return nil, err
	}
	for _, check := range []func(time.Time) error{s.checkLeaf, s.checkChain, s.checkTimes} {
		if err := check(now); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// ValidAt reports whether every certificate of the chain is valid at the time.
func (s *Seal) ValidAt(at time.Time) bool { return s.checkTimes(at) == nil }

func readOwn(certificates, key []byte, password string) (*Seal, error) {
	if block, _ := pem.Decode(certificates); block == nil && key == nil {
		signer, leaf, above, err := pkcs12.DecodeChain(certificates, password)
		if err != nil {
			return nil, fmt.Errorf("the file is neither PEM nor PKCS #12 under this password: %w", err)
		}
		s, err := sealOf(signer)
		if err == nil {
			s.Chain = upwards(leaf, above)
		}
		return s, err
	}
	block, _ := pem.Decode(key)
	if block == nil {
		return nil, errors.New("the key file holds no PEM")
	}
	signer, err := parseKey(block)
	if err != nil {
		return nil, err
	}
	s, err := sealOf(signer)
	if err != nil {
		return nil, err
	}
	for {
		if block, certificates = pem.Decode(certificates); block == nil {
			break
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("certificate %d cannot be read: %w", len(s.Chain)+1, err)
		}
		s.Chain = append(s.Chain, c)
	}
	return s, nil
}

// upwards puts certificates, which PKCS #12 holds in any order, in ours.
func upwards(leaf *x509.Certificate, above []*x509.Certificate) []*x509.Certificate {
	chain := []*x509.Certificate{leaf}
	for range above {
		last := chain[len(chain)-1]
		i := slices.IndexFunc(above, func(c *x509.Certificate) bool {
			return bytes.Equal(c.RawSubject, last.RawIssuer) && !c.Equal(last)
		})
		if i < 0 {
			break
		}
		chain = append(chain, above[i])
	}
	return chain
}

func parseKey(block *pem.Block) (any, error) {
	if strings.Contains(block.Type, "ENCRYPTED") || block.Headers["DEK-Info"] != "" {
		return nil, errors.New("the key is under a password; write it without one, or use a PKCS #12 file")
	}
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return key, nil
	}
	if key, err := x509.ParseECPrivateKey(block.Bytes); err == nil {
		return key, nil
	}
	return x509.ParsePKCS8PrivateKey(block.Bytes)
}

func sealOf(key any) (*Seal, error) {
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("a key of type %T cannot sign", key)
	}
	if _, err := signatureAlgorithm(signer.Public()); err != nil {
		return nil, errors.New("the key is neither ECDSA on P-256 nor RSA")
	}
	const least = 2048
	if k, ok := signer.Public().(*rsa.PublicKey); ok && k.N.BitLen() < least {
		return nil, fmt.Errorf("the RSA key has %d bits; %d are needed", k.N.BitLen(), least)
	}
	return &Seal{Key: signer}, nil
}

func (s *Seal) checkLeaf(time.Time) error {
	if len(s.Chain) == 0 {
		return errors.New("there is no certificate")
	}
	leaf := s.Chain[0]
	public, ok := s.Key.Public().(interface{ Equal(crypto.PublicKey) bool })
	switch {
	case !ok || !public.Equal(leaf.PublicKey):
		return fmt.Errorf("the key does not belong to %s; the signing certificate has to come first", named(leaf))
	case leaf.IsCA:
		return fmt.Errorf("%s is an authority's; a certificate for signing documents is needed", named(leaf))
	case leaf.KeyUsage&forDocuments == 0:
		return fmt.Errorf("%s may not sign documents: its key usage lacks digital signature", named(leaf))
	}
	return nil
}

func (s *Seal) checkChain(time.Time) error {
	last := s.Chain[len(s.Chain)-1]
	for i, c := range s.Chain {
		issuer := s.Chain[min(i+1, len(s.Chain)-1)]
		switch err := c.CheckSignatureFrom(issuer); {
		case err == nil:
		case c == last:
			return fmt.Errorf("%s is no root: add the certificates above it, the root last", named(c))
		default:
			return fmt.Errorf("%s was not issued by %s, which follows it; put each certificate before its issuer", named(c), named(issuer))
		}
	}
	return nil
}

func (s *Seal) checkTimes(now time.Time) error {
	for _, c := range s.Chain {
		switch {
		case now.After(c.NotAfter):
			return fmt.Errorf("%s expired on %s", named(c), c.NotAfter.UTC().Format(time.DateOnly))
		case now.Before(c.NotBefore):
			return fmt.Errorf("%s is not valid before %s", named(c), c.NotBefore.UTC().Format(time.DateOnly))
		}
	}
	return nil
}

func named(c *x509.Certificate) string {
	return fmt.Sprintf("the certificate of %q", c.Subject.String())
}
