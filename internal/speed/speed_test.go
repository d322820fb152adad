// Package speed_test measures the built program against anchors: the least that
// anybody could do for the same answer on the same machine. Each figure is a
// ratio within one run, and a benchmark fails when its ratio misses the goal.
//
// What is measured runs as a process of its own, so that its processor time can
// be told from this one's. Subject and anchor take turns, and the median of
// their turns counts, because the machine may have other work.
package speed_test

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
	"github.com/sealform/sealform/internal/testpractice"
	"github.com/sealform/sealform/internal/testprogram"
	"github.com/sealform/sealform/internal/vault"
)

// TestMain runs an anchor when this program was started as one.
func TestMain(m *testing.M) {
	if run := anchors[os.Getenv(anchorVariable)]; run != nil {
		run()
		return
	}
	testprogram.Main(m)
}

// judge reports a figure and fails when it is above its goal.
func judge(b *testing.B, figure string, got, most float64) {
	b.Helper()
	b.ReportMetric(got, figure)
	if got > most {
		b.Errorf("%s is %.3g, above the goal of %.3g", figure, got, most)
	}
}

// judgeLeast reports a figure and fails when it is below its goal.
func judgeLeast(b *testing.B, figure string, got, least float64) {
	b.Helper()
	b.ReportMetric(got, figure)
	if got < least {
		b.Errorf("%s is %.3g, below the goal of %.3g", figure, got, least)
	}
}

func median[T float64 | time.Duration](of []T) T {
	sorted := slices.Sorted(slices.Values(of))
	return sorted[len(sorted)/2]
}

const (
	email      = "dana@example.org"
	passphrase = testpractice.Passphrase
)

var home = testpractice.Home

// A site is one database with its key file, and a practice whose director is
// signed in. It is seeded and changed through the store, in this process.
type site struct {
	b        *testing.B
	engine   db.Engine
	url, key string
	db       *db.DB
	ring     *vault.Ring
	store    *store.Store
	id       uuid.UUID
	director *store.Holder
}

func newSite(b *testing.B, engine db.Engine) *site {
	b.Helper()
	s := &site{b: b, engine: engine, url: testdb.URL(b, engine), key: filepath.Join(b.TempDir(), "server.key"), ring: vault.NewRing()}
	s.must(os.WriteFile(s.key, s.ring.Bytes(), 0o400))
	s.db = testdb.OpenURL(b, s.url)
	s.store = testpractice.Open(b, store.Config{DB: s.db, Ring: s.ring})
	s.found("North", email)
	return s
}

// found makes the practice that the site stands for, with the form.
func (s *site) found(name, email string) {
	s.b.Helper()
	founded := testpractice.Found(s.b, s.store, testpractice.Named(name, email))
	s.id, s.director = founded.ID, founded.Director
	_, err := s.store.PublishTemplate(s.b.Context(), s.director, fortyFields(), false)
	s.must(err)
}

func (s *site) must(err error) {
	s.b.Helper()
	if err != nil {
		s.b.Fatal(err)
	}
}

// fortyFields is one page of the size that a long intake has.
func fortyFields() []byte {
	var y strings.Builder
	y.WriteString("form: forty\nversion: \"1.0.0\"\ntitle: Forty questions\nkind: intake\nlanguage: en\nitems:\n")
	for i := range 40 {
		fmt.Fprintf(&y, "- {id: %s, ask: What about number %d, hint: A short hint., type: %s}\n", field(i), i, fieldKind(i))
	}
	return []byte(y.String())
}

func field(i int) string { return fmt.Sprintf("q%d", i) }

func fieldKind(i int) string {
	switch i % 4 {
	case 1:
		return "pick, options: [Never, Weekly, Daily]"
	case 2:
		return "yesno"
	case 3:
		return "long"
	}
	return "text"
}

func fieldAnswer(i int) string {
	switch i % 4 {
	case 1:
		return "Weekly"
	case 2:
		return "yes"
	}
	return "Once a day, after breakfast"
}

func (s *site) send() *store.Issued {
	s.b.Helper()
	issued, err := s.store.Send(s.b.Context(), s.director, store.NewDocument{Template: "forty", Deliver: "none", Client: &store.NewClient{
		Contact: practice.Contact{FirstName: "Robin", Email: "client@example.org"},
		Label:   practice.Label{FullName: "Robin Reed", BirthDate: "1980-03-04"},
	}})
	s.must(err)
	return issued
}

// A process serves HTTP until it is ended, or the benchmark is.
type process struct {
	b    *testing.B
	base string
	cmd  *exec.Cmd
}

// start runs sealform on the site's database with the settings it has by
// default, on the processor that is measured.
func (s *site) start() *process {
	s.b.Helper()
	return s.serve(onMeasured)
}

// startAnywhere runs it on every processor.
func (s *site) startAnywhere() *process {
	s.b.Helper()
	return s.serve((*exec.Cmd).Start)
}

func (s *site) serve(start func(*exec.Cmd) error) *process {
	s.b.Helper()
	address := testprogram.FreeAddress(s.b)
	return launch(s.b, start, address, exec.Command(testprogram.Path(s.b), "serve"),
		"SEALFORM_DATABASE_URL="+s.url, "SEALFORM_KEY_FILE="+s.key, "SEALFORM_DATA="+s.b.TempDir(), "SEALFORM_ADDR="+address,
		"SEALFORM_BASE_URL=http://"+address, "SEALFORM_TRUSTED_PROXIES=127.0.0.1")
}

// launch starts a program and returns when it answers. Its log goes to a file,
// as a service's does.
func launch(b *testing.B, start func(*exec.Cmd) error, address string, cmd *exec.Cmd, env ...string) *process {
	b.Helper()
	log, err := os.Create(filepath.Join(b.TempDir(), "log"))
	if err != nil {
		b.Fatal(err)
	}
	defer log.Close()
	p := &process{b: b, base: "http://" + address, cmd: cmd}
	cmd.Env, cmd.Stderr = append(os.Environ(), env...), log
	if err := start(cmd); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(p.end)
	p.waitUntilReady(log.Name())
	return p
}

// ready is how often a start is asked for; it is far below what is measured.
const ready = 500 * time.Microsecond

func (p *process) waitUntilReady(log string) {
	p.b.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(ready) {
		r, err := http.Get(p.base + "/healthz")
		if err != nil {
			continue
		}
		r.Body.Close()
		if r.StatusCode == http.StatusOK {
			return
		}
	}
	text, _ := os.ReadFile(log)
	p.b.Fatalf("%s was never ready:\n%s", p.base, text)
}

func (p *process) end() {
	if p.cmd.ProcessState == nil {
		_ = p.cmd.Process.Kill() // it may have ended before
		_ = p.cmd.Wait()
	}
}
