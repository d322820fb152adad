package pdf

import (
	"context"
	"crypto"
	"crypto/x509"
)

// A Seal signs documents in the name of the installation (PAdES B-B, or B-T
// with a timestamp). It may be shared by goroutines if Key may.
type Seal struct {
	Key   crypto.Signer       // ECDSA P-256 or RSA
	Chain []*x509.Certificate // leaf first, root last
	CRL   []byte              // DER, put inside the sealed revision; may be nil

	// Timestamp asks an RFC 3161 authority to stamp a SHA-256 digest and
	// returns its token. Nil for none. It is waited on for three seconds at
	// most and a failure leaves the document without a timestamp, which
	// Verify reports.
	Timestamp func(ctx context.Context, digest []byte) ([]byte, error)
}
