package pdf

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"slices"
)

// The signature is CMS SignedData (RFC 5652) with the attributes of CAdES
// baseline B (EN 319 122-1). It is written here because the libraries at hand
// force a signing-time attribute, which PAdES leaves to the file's own /M.

var (
	oidData               = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	oidSignedData         = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidContentType        = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	oidMessageDigest      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	oidSigningCertificate = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47} // version 2
	oidTimestamp          = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 14}
	oidSHA256             = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
	oidECDSAWithSHA256    = asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}
	oidRSA                = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
)

type algorithm struct {
	ID         asn1.ObjectIdentifier
	Parameters asn1.RawValue `asn1:"optional"`
}

type attribute struct {
	Type   asn1.ObjectIdentifier
	Values asn1.RawValue // SET
}

type issuerAndSerial struct{ Issuer, Serial asn1.RawValue }

type signerInfo struct {
	Version   int
	Signer    issuerAndSerial
	Digest    algorithm
	Signed    asn1.RawValue `asn1:"optional"` // [0] IMPLICIT
	Algorithm algorithm
	Signature []byte
	Unsigned  asn1.RawValue `asn1:"optional"` // [1] IMPLICIT
}

type contentType struct{ Type asn1.ObjectIdentifier }

type signedData struct {
	Version      int
	Digests      []algorithm `asn1:"set"`
	Content      contentType
	Certificates asn1.RawValue // [0] IMPLICIT
	Signers      []signerInfo  `asn1:"set"`
}

type contentInfo struct {
	Type    asn1.ObjectIdentifier
	Content asn1.RawValue // [0] EXPLICIT
}

// sign signs the digest of a file, with a timestamp when one can be had.
func (s *Seal) sign(ctx context.Context, digest []byte) ([]byte, error) {
	if len(s.Chain) == 0 {
		return nil, errors.New("no certificate")
	}
	signature, err := s.Key.Sign(rand.Reader, hash(toBeSigned(digest, s.Chain[0])), crypto.SHA256)
	if err != nil {
		return nil, err
	}
	return encodeCMS(s.Chain, digest, signature, s.stamp(ctx, signature))
}

// stamp returns a timestamp token over the signature, nil when there is none
// or it is too long for its place.
func (s *Seal) stamp(ctx context.Context, signature []byte) []byte {
	if s.Timestamp == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, timestampWait)
	defer cancel()
	token, err := s.Timestamp(ctx, hash(signature))
	if err != nil || len(token) > timestampRoom-64 {
		return nil
	}
	return token
}

// encodeCMS is the one way a seal is written. Verify encodes what it read once
// more and compares, so that not a byte of the seal can differ unseen.
func encodeCMS(chain []*x509.Certificate, digest, signature, token []byte) ([]byte, error) {
	leaf := chain[0]
	kind, err := signatureAlgorithm(leaf.PublicKey)
	if err != nil {
		return nil, err
	}
	info := signerInfo{
		Version:   1,
		Signer:    issuerAndSerial{raw(leaf.RawIssuer), raw(der(leaf.SerialNumber))},
		Digest:    algorithm{ID: oidSHA256},
		Signed:    compound(asn1.ClassContextSpecific, 0, signedAttributes(digest, leaf)),
		Algorithm: kind,
		Signature: signature,
	}
	if token != nil {
		info.Unsigned = compound(asn1.ClassContextSpecific, 1, encodeAttribute(oidTimestamp, token))
	}
	var certificates []byte
	for _, c := range chain {
		certificates = append(certificates, c.Raw...)
	}
	body := der(signedData{
		Version: 1, Digests: []algorithm{{ID: oidSHA256}}, Content: contentType{oidData},
		Certificates: compound(asn1.ClassContextSpecific, 0, certificates), Signers: []signerInfo{info},
	})
	return der(contentInfo{oidSignedData, compound(asn1.ClassContextSpecific, 0, body)}), nil
}

// signatureAlgorithm names the algorithm by the key. RSA takes an explicit
// NULL parameter, ECDSA none (RFC 5754).
func signatureAlgorithm(public any) (algorithm, error) {
	switch k := public.(type) {
	case *ecdsa.PublicKey:
		if k.Curve == elliptic.P256() {
			return algorithm{ID: oidECDSAWithSHA256}, nil
		}
	case *rsa.PublicKey:
		return algorithm{ID: oidRSA, Parameters: raw([]byte{asn1.TagNull, 0})}, nil
	}
	return algorithm{}, fmt.Errorf("a seal cannot use a key of type %T", public)
}

// signedAttributes are the sorted members of the set that is signed. The
// signing certificate is bound by its SHA-256, the default that is left out of
// ESSCertIDv2 (RFC 5035).
func signedAttributes(digest []byte, leaf *x509.Certificate) []byte {
	type certID struct{ Hash []byte }
	bound := struct{ IDs []certID }{[]certID{{hash(leaf.Raw)}}}
	set := [][]byte{
		encodeAttribute(oidContentType, der(oidData)),
		encodeAttribute(oidMessageDigest, der(digest)),
		encodeAttribute(oidSigningCertificate, der(bound)),
	}
	slices.SortFunc(set, bytes.Compare)
	return bytes.Join(set, nil)
}

// toBeSigned is the attributes under the tag of a SET, not the one they are
// stored with (RFC 5652, 5.4).
func toBeSigned(digest []byte, leaf *x509.Certificate) []byte {
	return der(compound(asn1.ClassUniversal, asn1.TagSet, signedAttributes(digest, leaf)))
}

func encodeAttribute(kind asn1.ObjectIdentifier, value []byte) []byte {
	return der(attribute{kind, compound(asn1.ClassUniversal, asn1.TagSet, value)})
}

func raw(b []byte) asn1.RawValue { return asn1.RawValue{FullBytes: b} }

func compound(class, tag int, content []byte) asn1.RawValue {
	return asn1.RawValue{Class: class, Tag: tag, IsCompound: true, Bytes: content}
}

func der(v any) []byte {
	b, err := asn1.Marshal(v)
	if err != nil {
		panic("internal error: " + err.Error()) // only types of this file come here
	}
	return b
}
