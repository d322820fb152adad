package speed_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/db"
)

// BenchmarkGroupCommit judges: "with fsync slowed to 2 ms, SQLite's group commit
// gives at least 5 times one commit each at 32 in flight." strace slows it, and
// stops the program at nothing else.
func BenchmarkGroupCommit(b *testing.B) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		b.Skip("strace is not here; .ci/tools installs it")
	}
	var together, apart []float64
	for range 3 {
		together = append(together, slowCommits(b, strace, ""))
		apart = append(apart, slowCommits(b, strace, "yes"))
	}
	b.Logf("%.0f commits a second together, %.0f one by one", median(together), median(apart))
	judgeLeast(b, "times-one-by-one", median(together)/median(apart), 5)
}

// slowCommits returns commits a second of a process whose fsync takes 2 ms more.
func slowCommits(b *testing.B, strace, oneByOne string) (rate float64) {
	b.Helper()
	program, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command(strace, "-f", "-qq", "--seccomp-bpf", "-o", "/dev/null",
		"-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:delay_exit=2000", program)
	cmd.Env = append(os.Environ(), anchorVariable+"=commits", "DATABASE="+filepath.Join(b.TempDir(), "slow.db"), "ONE_BY_ONE="+oneByOne)
	out, err := cmd.CombinedOutput()
	if err != nil {
		b.Skipf("strace may not watch a program here: %v\n%s", err, out)
	}
	if _, err := fmt.Sscan(string(out), &rate); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	return rate
}

const commitFor = 2 * time.Second

// commit commits the rows of a submission for a while, 32 in flight, and prints
// how many a second.
func commit() {
	ctx := context.Background()
	d, err := db.Open(ctx, os.Getenv("DATABASE"), slog.New(slog.DiscardHandler))
	if err != nil {
		panic(err)
	}
	write := func(query string, args ...any) {
		err := d.Write(ctx, uuid.Nil, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, query, args...)
			return err
		})
		if err != nil {
			panic(err)
		}
	}
	write(`CREATE TABLE bare (id TEXT PRIMARY KEY NOT NULL, body BYTEA NOT NULL)`)
	body := make([]byte, 10<<10)
	rand.Read(body)
	var all sync.WaitGroup
	var one, counting sync.Mutex
	n, began := 0, time.Now()
	for range 32 {
		all.Go(func() {
			for time.Since(began) < commitFor {
				if os.Getenv("ONE_BY_ONE") != "" {
					one.Lock()
				}
				write(`INSERT INTO bare VALUES ($1, $2)`, uuid.Must(uuid.NewV7()), body)
				if os.Getenv("ONE_BY_ONE") != "" {
					one.Unlock()
				}
				counting.Lock()
				n++
				counting.Unlock()
			}
		})
	}
	all.Wait()
	fmt.Println(float64(n) / time.Since(began).Seconds())
}
