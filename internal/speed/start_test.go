package speed_test

import (
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/testprogram"
)

// settled is how long after its last answer a service is idle.
const settled = 500 * time.Millisecond

// BenchmarkStart judges: "Start-up on an existing database at most 3 times a
// bare program that opens the same database and listens. Idle memory at most
// 60 MB."
func BenchmarkStart(b *testing.B) {
	bare := filepath.Join(b.TempDir(), "bare")
	if out, err := exec.Command("go", "build", "-o", bare, "./testdata/bare").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		b.Run(string(engine), func(b *testing.B) {
			s := newSite(b, engine)
			issued := s.send()
			s.startAnywhere().end() // which builds the program and reads it from the disk once
			var ours, theirs []time.Duration
			var held []float64
			for range 21 {
				began := time.Now()
				p := s.startAnywhere()
				ours = append(ours, time.Since(began))
				for _, path := range []string{"/", "/d/" + issued.Token, "/staff/sign-in", "/robots.txt"} {
					fetch(b, p.base+path)
				}
				time.Sleep(settled)
				held = append(held, resident(b, p.cmd.Process.Pid))
				p.end()
				address := testprogram.FreeAddress(b)
				began = time.Now()
				p = launch(b, (*exec.Cmd).Start, address, exec.Command(bare), "DATABASE="+s.url, "ADDRESS="+address)
				theirs = append(theirs, time.Since(began))
				p.end()
			}
			b.Logf("starts in %v, bare in %v; holds %.1f MiB", median(ours), median(theirs), median(held))
			judge(b, "times-bare", float64(median(ours))/float64(median(theirs)), 3)
			judge(b, "MiB", median(held), 60)
		})
	}
}

func fetch(b *testing.B, address string) {
	b.Helper()
	r, err := http.Get(address)
	if err != nil {
		b.Fatal(err)
	}
	defer r.Body.Close()
	if _, err := io.Copy(io.Discard, r.Body); err != nil || r.StatusCode != http.StatusOK {
		b.Fatalf("%s is %d, %v", address[strings.LastIndexByte(address, '/'):], r.StatusCode, err)
	}
}
