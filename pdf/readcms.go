package pdf

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
)

// A sealCMS is what matters in a seal's signature; all the rest of it follows.
type sealCMS struct {
	bytes     []byte
	chain     []*x509.Certificate
	digest    []byte // of the file, as signed
	signature []byte
	token     []byte // timestamp, nil for none
}

// readCMS reads the hexadecimal string of a seal. Only zeros may follow the
// signature in it, and only as we write them: there is nowhere to hide a byte.
func readCMS(digits []byte) (*sealCMS, error) {
	padded := make([]byte, hex.DecodedLen(len(digits)))
	if _, err := hex.Decode(padded, digits); err != nil || hex.EncodeToString(padded) != string(digits) {
		return nil, errSeal
	}
	var outer contentInfo
	rest, err := asn1.Unmarshal(padded, &outer)
	if err != nil || !outer.Type.Equal(oidSignedData) || len(bytes.Trim(rest, "\x00")) != 0 {
		return nil, errSeal
	}
	var data signedData
	if rest, err := asn1.Unmarshal(outer.Content.Bytes, &data); err != nil || len(rest) != 0 || len(data.Signers) != 1 {
		return nil, errSeal
	}
	signer := data.Signers[0]
	c := &sealCMS{bytes: padded[:len(padded)-len(rest)], signature: signer.Signature}
	if c.chain, err = x509.ParseCertificates(data.Certificates.Bytes); err != nil || !reasonable(c.chain) {
		return nil, errSeal
	}
	value, ok := findAttribute(signer.Signed.Bytes, oidMessageDigest)
	if rest, err := asn1.Unmarshal(value, &c.digest); !ok || err != nil || len(rest) != 0 {
		return nil, errSeal
	}
	c.token, _ = findAttribute(signer.Unsigned.Bytes, oidTimestamp)
	if len(c.token) > timestampRoom {
		return nil, errSeal
	}
	return c, nil
}

// reasonable reports whether a chain can be checked in reasonable time: the
// file may come from anyone, and huge keys take minutes.
func reasonable(chain []*x509.Certificate) bool {
	const longest, largest = 6, 8192
	for _, c := range chain {
		if k, ok := c.PublicKey.(*rsa.PublicKey); ok && k.N.BitLen() > largest {
			return false
		}
	}
	return len(chain) > 0 && len(chain) <= longest
}

func findAttribute(set []byte, kind asn1.ObjectIdentifier) (value []byte, ok bool) {
	for len(set) > 0 {
		var a attribute
		rest, err := asn1.Unmarshal(set, &a)
		if err != nil {
			return nil, false
		}
		if a.Type.Equal(kind) {
			return a.Values.Bytes, true
		}
		set = rest
	}
	return nil, false
}

// check holds the seal against the digest of the file: the seal must be, to
// the byte, the one that the leaf's key would have made over it.
func (c *sealCMS) check(digest []byte) error {
	if !bytes.Equal(c.digest, digest) {
		return errChanged
	}
	again, err := encodeCMS(c.chain, digest, c.signature, c.token)
	if err != nil || !bytes.Equal(again, c.bytes) {
		return errSeal
	}
	if !signatureHolds(c.chain[0].PublicKey, toBeSigned(digest, c.chain[0]), c.signature) {
		return errSigner
	}
	return nil
}
