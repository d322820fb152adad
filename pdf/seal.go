package pdf

import (
	"context"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

// A Seal signs documents in the name of the installation (PAdES B-B, or B-T
// with a timestamp). It may be shared by goroutines if Key may.
type Seal struct {
	Key   crypto.Signer       // ECDSA P-256 or RSA
	Chain []*x509.Certificate // leaf first, root last
	CRL   []byte              // DER, put inside the sealed revision; may be nil

	// Timestamp asks an RFC 3161 authority to stamp a SHA-256 digest and
	// returns its token. Nil for none. It is waited on for three seconds at
	// most, and a failure leaves the document without a timestamp, which
	// Verify reports.
	Timestamp func(ctx context.Context, digest []byte) ([]byte, error)
}

const (
	timestampWait = 3 * time.Second
	timestampRoom = 8 << 10 // bytes kept for a token
)

// A gap is where the signature goes: the only bytes that it does not cover.
type gap struct {
	byteRange int // where to write the ranges that are covered
	from, to  int // the hexadecimal string, angle brackets included
}

// byteRangeRoom holds four numbers of ten digits, spaces and brackets.
const byteRangeRoom = 40

const (
	signatureHead = "<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/ByteRange"
	// certified forbids every later change (DocMDP, P 1).
	certified = "/Reference[<</Type/SigRef/TransformMethod/DocMDP/TransformParams<</Type/TransformParams/P 1/V/1.2>>>>]"
)

// putSignature writes the signature dictionary with zeros for the signature.
func (f *finisher) putSignature() gap {
	out := f.w.out
	f.w.offsets[f.signature] = out.Len()
	fmt.Fprintf(out, "%d 0 obj\n%s", f.signature, signatureHead)
	g := gap{byteRange: out.Len()}
	fmt.Fprintf(out, "%*s/Contents", byteRangeRoom, "")
	g.from = out.Len()
	fmt.Fprintf(out, "<%0*d>", 2*f.seal.room(), 0)
	g.to = out.Len()
	fmt.Fprintf(out, "/M%s/Name%s/Reason(Sealed on completion; no later change is allowed)%s>>\nendobj\n",
		dateString(f.meta.created), textString(f.seal.Chain[0].Subject.CommonName), certified)
	return g
}

// putField writes the invisible form field that holds the signature. Its empty
// appearance and the print flag are what archives and readers ask for.
func (f *finisher) putField() {
	first := f.drawn.pages[0]
	blank := f.w.next()
	f.w.putRawStream(blank, "/Type/XObject/Subtype/Form/BBox[0 0 0 0]/Resources<<>>", nil)
	f.w.put(f.form, fmt.Appendf(nil, "<</Type/StructElem/S/Form/P %d 0 R/Pg %d 0 R/Alt(Digital seal)/K<</Type/OBJR/Obj %d 0 R/Pg %d 0 R>>>>",
		f.top, first, f.field, first))
	f.w.putPlain(f.field, fmt.Appendf(nil, "<</Type/Annot/Subtype/Widget/FT/Sig/T(Seal)/TU(Digital seal)/Contents(Digital seal)/V %d 0 R/F 132/Rect[0 0 0 0]/AP<</N %d 0 R>>/P %d 0 R/StructParent %d>>",
		f.signature, blank, first, len(f.drawn.pages)))
}

// appendSealEntries adds the catalog's entries for the seal. The certificates
// and the revocation list lie inside the sealed revision: appended later, as
// is usual, they would make readers warn of changes after signing.
func (f *finisher) appendSealEntries(b []byte) []byte {
	b = fmt.Appendf(b, "/AcroForm<</Fields[%d 0 R]/SigFlags 3>>/Perms<</DocMDP %d 0 R>>", f.field, f.signature)
	if f.seal.CRL == nil || f.meta.part == 1 {
		return b
	}
	var certificates []byte
	for _, c := range f.seal.Chain {
		n := f.w.next()
		f.w.putRawStream(n, "", c.Raw) // keys and signatures do not compress
		certificates = fmt.Appendf(certificates, "%d 0 R ", n)
	}
	list := f.w.next()
	f.w.putRawStream(list, "", f.seal.CRL)
	return fmt.Appendf(b, "/DSS<</Type/DSS/Certs[%s]/CRLs[%d 0 R]>>/Extensions<</ESIC<</BaseVersion/1.7/ExtensionLevel 5>>>>", certificates, list)
}

// room is how many bytes to keep for the signature.
func (s *Seal) room() int {
	n := 1024 // signature value, attributes, structure
	for _, c := range s.Chain {
		n += len(c.Raw)
	}
	if s.Timestamp != nil {
		n += timestampRoom
	}
	return n
}

// close signs the file in place.
func (s *Seal) close(ctx context.Context, file []byte, g gap) error {
	copy(file[g.byteRange:], fmt.Sprintf("[0 %d %d %d]", g.from, g.to, len(file)-g.to))
	cms, err := s.sign(ctx, outside(file, g.from, g.to))
	if err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	if len(cms) > s.room() {
		return errors.New("seal: the signature does not fit the room kept for it")
	}
	hex.Encode(file[g.from+1:], cms)
	return nil
}

// outside is the SHA-256 of the file without the bytes of the gap.
func outside(file []byte, from, to int) []byte {
	h := sha256.New()
	h.Write(file[:from])
	h.Write(file[to:])
	return h.Sum(nil)
}

func hash(b []byte) []byte {
	h := sha256.Sum256(b)
	return h[:]
}
