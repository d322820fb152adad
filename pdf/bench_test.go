package pdf_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"testing"
	"time"

	"github.com/klauspost/compress/flate"

	"github.com/sealform/sealform/pdf"
)

// BenchmarkConsent renders and seals a consent, and reports as x-floor how many
// times longer that takes than what no implementation can leave out: deflate
// the same streams at level 6, hash them and sign once with the same key.
func BenchmarkConsent(b *testing.B) {
	benchmark(b, sample(b, "overseas-storage-consent"))
}

// BenchmarkIntake is the same for a form of fifty questions on nine pages.
func BenchmarkIntake(b *testing.B) { benchmark(b, sample(b, "intake-adult")) }

func benchmark(b *testing.B, d *pdf.Document) {
	seal := newAuthority(b).Seal()
	r := pdf.New(fonts)
	_, raw := takenApart(render(b, d, seal))
	b.ReportAllocs()
	var spent, floor time.Duration
	for b.Loop() {
		start := time.Now()
		file, err := r.Render(b.Context(), d, seal)
		spent += time.Since(start)
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(len(file)))
		b.StopTimer()
		start = time.Now()
		leastWork(b, raw, seal)
		floor += time.Since(start)
		b.StartTimer()
	}
	b.ReportMetric(float64(spent)/float64(floor), "x-floor")
}

var deflater, _ = flate.NewWriter(nil, 6)

func leastWork(b *testing.B, raw []byte, seal *pdf.Seal) {
	var out bytes.Buffer
	deflater.Reset(&out)
	deflater.Write(raw)
	deflater.Close()
	sum := sha256.Sum256(out.Bytes())
	if _, err := ecdsa.SignASN1(rand.Reader, seal.Key.(*ecdsa.PrivateKey), sum[:]); err != nil {
		b.Fatal(err)
	}
}

func BenchmarkVerify(b *testing.B) {
	a := newAuthority(b)
	file, roots := render(b, sample(b, "overseas-storage-consent"), a.Seal()), a.Roots()
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		if !pdf.Verify(file, roots).Genuine {
			b.Fatal("not genuine")
		}
	}
}
