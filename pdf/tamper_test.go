package pdf_test

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/sealform/sealform/pdf"
)

// TestTamperedFilesAreRefused holds Verify against what other readers let
// pass: bytes in the padding, bytes after the end, updates that swap a page.
func TestTamperedFilesAreRefused(t *testing.T) {
	a := newAuthority(t)
	good := render(t, sample(t, "overseas-storage-consent"), a.Seal())
	other := render(t, sample(t, "intake-adult"), a.Seal())
	from, to := gapOf(t, good)
	at := func(i int, b byte) []byte {
		c := bytes.Clone(good)
		c[i] = b
		return c
	}
	upper := bytes.Clone(good)
	copy(upper[from:], bytes.ToUpper(good[from:to]))
	moved := bytes.Clone(good)
	otherFrom, otherTo := gapOf(t, other)
	if to-from == otherTo-otherFrom {
		copy(moved[from:], other[otherFrom:otherTo])
	}
	for name, b := range map[string][]byte{
		"nothing":                   nil,
		"not a PDF":                 []byte("hello"),
		"a byte of a stream":        at(5000, good[5000]^1),
		"the time of the seal":      at(bytes.Index(good, []byte("/M(D:"))+8, '9'),
		"a byte in the padding":     at(to-40, '1'),
		"the last byte of padding":  at(to-2, '1'),
		"capitals in the signature": upper,
		"another file's signature":  moved,
		"junk after the end":        append(bytes.Clone(good), "junk"...),
		"a line end after the end":  append(bytes.Clone(good), '\n'),
		"an update":                 append(bytes.Clone(good), "1 0 obj\n<<>>\nendobj\nxref\n0 0\ntrailer\n<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"...),
		"two files":                 append(bytes.Clone(good), other...),
		"a byte before the start":   append([]byte{'\n'}, good...),
		"the end cut off":           good[:len(good)-1],
		"half of it":                good[:len(good)/2],
		"an unsealed file":          render(t, sample(t, "overseas-storage-consent"), nil),
		"no certification":          bytes.Replace(good, []byte("/P 1/V/1.2"), []byte("/P 2/V/1.2"), 1),
	} {
		r := pdf.Verify(b, a.Roots())
		if r.Intact || r.Genuine || len(r.Problems) == 0 {
			t.Errorf("%s: accepted", name)
		}
		if r.Attachments != nil {
			t.Errorf("%s: attachments were handed out", name)
		}
	}
}

func TestEveryChangedByteIsRefused(t *testing.T) {
	a := newAuthority(t)
	good := render(t, sample(t, "overseas-storage-consent"), a.Seal())
	from, to := gapOf(t, good)
	random := rand.New(rand.NewPCG(1, 2))
	padding := from + 1 + len(bytes.TrimRight(good[from+1:to-1], "0"))
	if to-1-padding < 100 {
		t.Fatalf("%d zeros after the signature", to-1-padding)
	}
	places := make([]int, 0, 1000)
	for range 500 {
		places = append(places, random.IntN(len(good)))
	}
	for range 250 { // the signature, which does not cover itself
		places = append(places, from+random.IntN(to-from))
	}
	for range 250 { // the zeros after it
		places = append(places, padding+random.IntN(to-1-padding))
	}
	for _, i := range places {
		b := bytes.Clone(good)
		b[i] ^= byte(1 + random.IntN(255))
		if r := pdf.Verify(b, a.Roots()); r.Intact || len(r.Problems) == 0 {
			t.Errorf("byte %d changed from %q to %q: accepted", i, good[i], b[i])
		}
	}
}

func TestSealOutsideItsCertificatesTimeIsRefused(t *testing.T) {
	a := newAuthority(t)
	for _, at := range []time.Time{signedAt.AddDate(-1, 0, 0), signedAt.AddDate(16, 0, 0)} {
		d := sample(t, "overseas-storage-consent")
		d.At = at
		if r := pdf.Verify(render(t, d, a.Seal()), a.Roots()); r.Intact {
			t.Errorf("sealed on %v: accepted", at)
		}
	}
}

func TestKeyOfAnotherCertificateIsRefused(t *testing.T) {
	a, other := newAuthority(t), newAuthority(t)
	seal := a.Seal()
	seal.Key = other.Seal().Key
	r := pdf.Verify(render(t, sample(t, "overseas-storage-consent"), seal), a.Roots())
	if r.Intact || !strings.Contains(strings.Join(r.Problems, ""), "key") {
		t.Errorf("accepted: %q", r.Problems)
	}
}

// A client chooses what a photo holds. Whatever it is, it must not make their
// own sealed document look forged.
func TestBytesOfAPhotoCannotPassForASeal(t *testing.T) {
	a := newAuthority(t)
	d := sample(t, "overseas-storage-consent")
	comment := "\nstartxref\n9\n%%EOF\n<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/ByteRange[0 1 2 3]/Contents<00>>> endobj\nendstream\nendobj\n"
	d.Photos = []pdf.Photo{{Caption: "Letter", JPEG: jpegWithComment(t, comment)}}
	if r := pdf.Verify(render(t, d, a.Seal()), a.Roots()); !r.Genuine {
		t.Error(r.Problems)
	}
}

func FuzzVerify(f *testing.F) {
	a := newAuthority(f)
	good := render(f, sample(f, "overseas-storage-consent"), a.Seal())
	f.Add(good)
	f.Add(good[len(good)/2:])
	f.Add([]byte("%PDF-1.7\n\nstartxref\n9\n%%EOF\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r := pdf.Verify(b, a.Roots())
		if r.Genuine != bytes.Equal(b, good) {
			t.Errorf("genuine is %v", r.Genuine)
		}
	})
}
