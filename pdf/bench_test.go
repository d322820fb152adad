package pdf_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/klauspost/compress/flate"

	"github.com/sealform/sealform/pdf"
)

// What a sealed document may cost.
const (
	mostOfFloor = 2.5 // times the least work
	leastFaster = 5.0 // times gofpdf's own text
	mostMemory  = 60  // MB, of a process that does nothing but render on every core
	rounds      = 5   // of each contestant
)

// BenchmarkConsent renders and seals a consent of three pages. x-floor is how
// many times longer that takes than what no implementation can leave out:
// deflate the same streams at level 6, hash them and sign once with the same
// key. x-gofpdf is how many times longer gofpdf takes to draw the same words.
// All take turns in one run. It fails when a bound does not hold.
func BenchmarkConsent(b *testing.B) {
	d := threePages(b)
	r := benchmark(b, d)
	b.ReportMetric(r.overFloor(), "x-floor")
	b.ReportMetric(r.underGofpdf(), "x-gofpdf")
	if r.overFloor() > mostOfFloor || r.underGofpdf() < leastFaster {
		b.Errorf("%.2f times the least work and %.2f times as fast as gofpdf, want at most %.1f and at least %.1f", r.overFloor(), r.underGofpdf(), mostOfFloor, leastFaster)
	}
}

// BenchmarkIntake is a form of fifty questions on nine pages.
func BenchmarkIntake(b *testing.B) {
	b.ReportMetric(benchmark(b, sample(b, "intake-adult")).overFloor(), "x-floor")
}

// A race is the processor time of each of the contestants for a document: a
// round's, by turns, with the garbage collection that it causes. The median of
// the rounds counts, because what else the machine does slows some of them.
type race struct{ ours, floor, gofpdf []time.Duration }

func (r race) overFloor() float64   { return float64(middle(r.ours)) / float64(middle(r.floor)) }
func (r race) underGofpdf() float64 { return float64(middle(r.gofpdf)) / float64(middle(r.ours)) }

func middle(of []time.Duration) time.Duration {
	return slices.Sorted(slices.Values(of))[len(of)/2]
}

// perRound is how many documents a round has: enough for what a contestant
// leaves behind to be collected in it, several times over.
const perRound = 50

func benchmark(b *testing.B, d *pdf.Document) race {
	seal := newAuthority(b).Seal()
	renderer := pdf.New(fonts)
	_, raw := takenApart(render(b, d, seal))
	b.ReportAllocs()
	var r race
	round := func(of *[]time.Duration, work func()) {
		runtime.GC()
		before := spent(b)
		for range perRound {
			work()
		}
		*of = append(*of, (spent(b)-before)/perRound)
	}
	draw := func() {
		file, err := renderer.Render(b.Context(), d, seal)
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(len(file)))
	}
	for range rounds {
		round(&r.ours, draw)
		round(&r.floor, func() { leastWork(b, raw, seal) })
		round(&r.gofpdf, func() { byGofpdf(b, d) })
	}
	b.Logf("%v a document, %v the least work, %v by gofpdf", middle(r.ours), middle(r.floor), middle(r.gofpdf))
	for b.Loop() {
		draw()
	}
	return r
}

// spent returns the processor time of this process so far.
func spent(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
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

// BenchmarkMemory runs a process that renders on every core for a second, and
// fails when the most memory it ever held is too much.
func BenchmarkMemory(b *testing.B) {
	for b.Loop() {
		child := exec.CommandContext(b.Context(), os.Args[0], "-test.run=^TestFullRate$", "-test.count=1")
		child.Env = append(os.Environ(), fullRate+"=1")
		out, err := child.CombinedOutput()
		var pages, peak int
		if _, scanErr := fmt.Sscanf(string(out), "%d documents, %d kB", &pages, &peak); err != nil || scanErr != nil {
			b.Fatalf("%v %v: %s", err, scanErr, out)
		}
		b.ReportMetric(float64(pages), "documents/s")
		b.ReportMetric(float64(peak)/1024, "MB")
		if peak > mostMemory<<10 {
			b.Errorf("%d kB at most, want %d MB", peak, mostMemory)
		}
	}
}

const fullRate = "SEALFORM_TEST_FULL_RATE"

// TestFullRate is the process of BenchmarkMemory.
func TestFullRate(t *testing.T) {
	if os.Getenv(fullRate) == "" {
		t.Skip("runs in a process of its own, for BenchmarkMemory")
	}
	d, seal, r := threePages(t), newAuthority(t).Seal(), pdf.New(fonts)
	var done atomic.Int64
	var wait sync.WaitGroup
	end := time.Now().Add(time.Second)
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for time.Now().Before(end) {
				if _, err := r.Render(t.Context(), d, seal); err != nil {
					t.Error(err)
					return
				}
				done.Add(1)
			}
		})
	}
	wait.Wait()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	line, _, _ := strings.Cut(after, "\n")
	fmt.Printf("%d documents, %s\n", done.Load(), strings.TrimSpace(line))
}
