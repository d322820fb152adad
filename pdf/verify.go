package pdf

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/hex"
	"regexp"
	"strconv"
	"time"

	"github.com/sealform/sealform/internal/lazyregexp"
)

// A Report says what Verify found, in words for a reader who knows nothing of
// certificates.
type Report struct {
	// Intact: every byte is as it was when the file was sealed, and the seal
	// is of the one kind that this package writes.
	Intact bool
	// Genuine: intact, and sealed by an authority among the roots.
	Genuine  bool
	Problems []string // plain sentences; empty when genuine

	SignedAt    time.Time // as claimed in the seal
	Signer      string    // of the seal: name in the signing certificate
	Issuer      string    // name of the authority above it
	SHA256      string    // of the file, hex
	Timestamped bool      // by an independent authority, over this very seal
	StampedAt   time.Time // its time

	Title, Practice, DocumentID string
	SignedBy                    string // the person, and in which role; of an intact file only

	Attachments []File // of an intact file only
}

// A problem is what is wrong, as a sentence for the reader.
type problem string

func (p problem) Error() string { return string(p) }

const (
	errUnsealed problem = "This file has no seal, or one that this service did not write."
	errChanged  problem = "This file was changed after it was sealed."
	errAppended problem = "Something was added to this file after it was sealed."
	errSeal     problem = "The seal itself was changed or is not complete."
	errSigner   problem = "The seal was not made with the key that it names."
	errIssuer   problem = "The seal's certificate was not issued by the authority that it names, or not for that time."
	errStamp    problem = "The seal carries a timestamp that does not belong to it."
	errUnknown  problem = "Nothing has changed since this file was sealed, but the authority that sealed it is not known here, so it is not certain who it is."
)

// Verify checks a file that Render sealed. It never fails: what is wrong is in
// the report. With nil roots an intact file is reported with its issuer, but
// not as genuine, because anyone can make an issuer of any name.
//
// It accepts exactly the files that Render writes. What other readers forgive,
// bytes after the end, bytes hidden behind the signature, a second signature,
// is refused: a file is either as it was sealed, to the byte, or it is not.
func Verify(b []byte, roots *x509.CertPool) *Report {
	r := &Report{SHA256: hex.EncodeToString(hash(b))}
	if err := r.verify(b, roots); err != nil {
		r.Problems = append(r.Problems, err.Error())
	}
	r.Genuine = r.Intact && len(r.Problems) == 0
	return r
}

func (r *Report) verify(b []byte, roots *x509.CertPool) error {
	f, err := readSealed(b)
	if err != nil {
		return unreadable(b)
	}
	s, err := f.findSeal()
	if err != nil {
		return err
	}
	cms, err := readCMS(s.hex)
	if err != nil {
		return err
	}
	r.SignedAt = s.at
	r.Signer, r.Issuer = cms.chain[0].Subject.CommonName, cms.chain[0].Issuer.CommonName
	if err := cms.check(outside(b, s.from, s.to)); err != nil {
		return err
	}
	if err := r.checkStamp(cms); err != nil {
		return err
	}
	if err := chained(cms.chain, s.at); err != nil {
		return err
	}
	r.Intact = true
	r.Title, r.Practice, r.DocumentID = f.text(titleEntry()), f.text(authorEntry()), f.text(keywordsEntry())
	r.SignedBy = f.text(subjectEntry())
	r.Attachments = f.attachments()
	return trusted(cms.chain, roots, s.at)
}

// unreadable tells a sealed file with something added from any other file.
func unreadable(b []byte) error {
	end := bytes.LastIndex(b, []byte("%%EOF\n"))
	if end < 0 || !bytes.Contains(b, []byte(signatureHead)) {
		return errUnsealed
	}
	return errAppended
}

// foundSeal is the seal in a file: the gap, what stands there, and when.
type foundSeal struct {
	from, to int
	hex      []byte
	at       time.Time
}

var (
	fieldsEntry  = lazyregexp.New(`/AcroForm<</Fields\[(\d{1,7}) 0 R\]/SigFlags 3>>/Perms<</DocMDP (\d{1,7}) 0 R>>`)
	valueEntry   = lazyregexp.New(`^<</Type/Annot/Subtype/Widget/FT/Sig/T\(Seal\).*/V (\d{1,7}) 0 R/F 132`)
	signedObject = lazyregexp.New(`^` + regexp.QuoteMeta(signatureHead) + `\[0 (\d{1,10}) (\d{1,10}) (\d{1,10})\] *$`)
	afterGap     = lazyregexp.New(`^/M\(D:(\d{14})\+00'00'\)/Name(?:\([^)]*\)|<[0-9A-F]*>)/Reason\([^)]*\)` + regexp.QuoteMeta(certified) + `>>$`)
)

// findSeal follows the catalog to the one signature, as readers do.
func (f *sealedFile) findSeal() (*foundSeal, error) {
	fields := fieldsEntry().FindSubmatch(f.root)
	if fields == nil {
		return nil, errUnsealed
	}
	field, _ := strconv.Atoi(string(fields[1]))
	value := valueEntry().FindSubmatch(f.object(field))
	if value == nil || !bytes.Equal(value[1], fields[2]) {
		return nil, errUnsealed
	}
	n, _ := strconv.Atoi(string(value[1]))
	body := f.object(n)
	head, rest, ok := bytes.Cut(body, []byte("/Contents<"))
	contents, tail, closed := bytes.Cut(rest, []byte(">"))
	m, after := signedObject().FindSubmatch(head), afterGap().FindSubmatch(tail)
	if !ok || !closed || m == nil || after == nil {
		return nil, errSeal
	}
	s := &foundSeal{hex: contents}
	s.from = f.offsets[n] + len(strconv.Itoa(n)+" 0 obj\n") + len(head) + len("/Contents")
	s.to = s.from + len(contents) + len("<>")
	if !covers(m[1:], s.from, s.to, len(f.bytes)) {
		return nil, errAppended
	}
	s.at, _ = time.Parse("20060102150405", string(after[1]))
	return s, nil
}

// covers reports whether the ranges are the whole file but for the gap.
func covers(ranges [][]byte, from, to, size int) bool {
	for i, want := range []int{from, to, size - to} {
		if n, err := strconv.Atoi(string(ranges[i])); err != nil || n != want {
			return false
		}
	}
	return true
}

func (r *Report) checkStamp(c *sealCMS) error {
	if c.token == nil {
		return nil
	}
	at, err := stampedAt(c.token, c.signature)
	if err != nil {
		return errStamp
	}
	r.Timestamped, r.StampedAt = true, at
	return nil
}

// forDocuments are the key usages of which a signing certificate has one.
const forDocuments = x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment

// chained checks that each certificate was issued by the next, the last one by
// itself, and that all were valid at the time.
func chained(chain []*x509.Certificate, at time.Time) error {
	for i, c := range chain {
		issuer := chain[min(i+1, len(chain)-1)]
		if c.CheckSignatureFrom(issuer) != nil || at.Before(c.NotBefore) || at.After(c.NotAfter) {
			return errIssuer
		}
	}
	if len(chain) < 2 || chain[0].KeyUsage&forDocuments == 0 {
		return errIssuer
	}
	return nil
}

func trusted(chain []*x509.Certificate, roots *x509.CertPool, at time.Time) error {
	if roots == nil {
		return errUnknown
	}
	between := x509.NewCertPool()
	for _, c := range chain[1:] {
		between.AddCert(c)
	}
	_, err := chain[0].Verify(x509.VerifyOptions{
		Roots: roots, Intermediates: between, CurrentTime: at,
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	if err != nil {
		return errUnknown
	}
	return nil
}

func signatureHolds(public any, signed, signature []byte) bool {
	switch k := public.(type) {
	case *ecdsa.PublicKey:
		return ecdsa.VerifyASN1(k, hash(signed), signature)
	case *rsa.PublicKey:
		return rsa.VerifyPKCS1v15(k, crypto.SHA256, hash(signed), signature) == nil
	}
	return false
}
