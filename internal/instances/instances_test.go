// Package instances_test runs the built program as several processes on one
// database, and ends them in every way a process ends. What it seeds and
// checks in the database it does through the store, in its own process.
package instances_test

import (
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
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

const (
	email      = "dana@example.org"
	passphrase = testpractice.Passphrase
)

const visitForm = `
form: visit
version: "1.0.0"
title: Consent to a visit
status: active
kind: intake
language: en
who: [client]
minutes: 2
sign:
  role: author
  statement: "The answers I have given are true, as far as I know."
reviewed: "2026-11-22"
items:
- id: about
  type: group
  control: page
  ask: About you
  items:
  - {id: about.words, type: text, ask: "Your words", required: true, max_len: 200}
- id: more
  type: group
  control: page
  ask: More about you
  items:
  - {id: more.words, type: text, ask: "More words", required: true, max_len: 200}
`

var home = testpractice.Home

func TestMain(m *testing.M) {
	if os.Getenv(workerOf) != "" {
		work() // until it is killed
		return
	}
	testprogram.Main(m)
}

// A site is one database with its key file, and a practice whose director is
// signed in. Its instances are processes; db and store are this process's own.
type site struct {
	t        *testing.T
	url, key string
	ring     *vault.Ring
	db       *db.DB
	store    *store.Store
	id       uuid.UUID
	director *store.Holder
	prepared int // clients so far, each at an address of its own
}

func newSite(t *testing.T, engine db.Engine) *site {
	t.Helper()
	s := &site{t: t, url: testdb.URL(t, engine), key: filepath.Join(t.TempDir(), "server.key"), ring: vault.NewRing()}
	s.must(os.WriteFile(s.key, s.ring.Bytes(), 0o400))
	s.open()
	t.Cleanup(s.close)
	founded := testpractice.Found(t, s.store, testpractice.Named("North", email))
	s.id, s.director = founded.ID, founded.Director
	_, err := s.store.PublishTemplate(t.Context(), s.director, []byte(visitForm), false)
	s.must(err)
	return s
}

func (s *site) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) open() {
	s.t.Helper()
	var err error
	s.db, err = db.Open(s.t.Context(), s.url, slog.New(slog.DiscardHandler))
	s.must(err)
	s.store = testpractice.Open(s.t, store.Config{DB: s.db, Ring: s.ring})
}

// close leaves the database to the instances alone, so that the one started
// after a crash has to recover it.
func (s *site) close() {
	if s.db == nil {
		return
	}
	if err := s.db.Close(); err != nil {
		s.t.Error(err)
	}
	s.db = nil
}

func (s *site) send() *store.Issued {
	s.t.Helper()
	issued, err := s.store.Send(s.t.Context(), s.director, store.NewDocument{Template: "visit", Client: &store.NewClient{
		Contact: practice.Contact{FirstName: "Robin", Email: "client@example.org"},
		Label:   practice.Label{FullName: "Robin Reed", BirthDate: "1980-03-04"},
	}})
	s.must(err)
	return issued
}

func (s *site) count(query string, args ...any) (n int64) {
	s.t.Helper()
	s.must(s.db.ReadOne(s.t.Context(), s.id, query, args, &n))
	return n
}

func (s *site) attempts(i *store.Issued) int64 {
	s.t.Helper()
	return s.count(`SELECT attempts FROM deliveries WHERE id = $1`, i.DeliveryID)
}

// An instance is one running process of the service.
type instance struct {
	t     *testing.T
	base  string
	cmd   *exec.Cmd
	log   string // path
	ended chan error
}

// start runs an instance at address until it is ended, or the test is. It
// takes requests when start returns. Its proxy is this test, so X-Forwarded-For
// says where a request is from.
func (s *site) start(address string, settings ...string) *instance {
	s.t.Helper()
	folder := s.t.TempDir()
	i := &instance{t: s.t, base: "http://" + address, log: filepath.Join(folder, "log"), ended: make(chan error, 1)}
	log, err := os.Create(i.log)
	s.must(err)
	defer log.Close()
	i.cmd = exec.Command(testprogram.Path(s.t), "serve")
	i.cmd.Stderr = log
	i.cmd.Env = append(os.Environ(), "SEALFORM_DATABASE_URL="+s.url, "SEALFORM_KEY_FILE="+s.key, "SEALFORM_DATA="+folder,
		"SEALFORM_ADDR="+address, "SEALFORM_BASE_URL="+i.base, "SEALFORM_TRUSTED_PROXIES=127.0.0.1")
	i.cmd.Env = append(i.cmd.Env, settings...)
	s.must(i.cmd.Start())
	go func() { i.ended <- i.cmd.Wait(); close(i.ended) }()
	s.t.Cleanup(i.kill)
	i.waitUntilReady()
	return i
}

func (i *instance) waitUntilReady() {
	i.t.Helper()
	for range 600 {
		select {
		case err := <-i.ended:
			i.t.Fatalf("the instance ended: %v\n%s", err, i.logged())
		case <-time.After(50 * time.Millisecond):
		}
		response, err := http.Get(i.base + "/readyz")
		if err != nil {
			continue
		}
		response.Body.Close()
		if response.StatusCode == http.StatusOK {
			return
		}
	}
	i.t.Fatalf("the instance was never ready:\n%s", i.logged())
}

func (i *instance) logged() string {
	i.t.Helper()
	text, err := os.ReadFile(i.log)
	if err != nil {
		i.t.Error(err)
	}
	return string(text)
}

// kill ends the process as a power cut would. It may have ended before.
func (i *instance) kill() {
	_ = i.cmd.Process.Kill()
	<-i.ended
}

// terminate asks the process to end.
func (i *instance) terminate() {
	i.t.Helper()
	if err := i.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		i.t.Fatal(err)
	}
}

// ends waits for the end of an instance that was asked to.
func (i *instance) ends() {
	i.t.Helper()
	select {
	case err := <-i.ended:
		if err != nil {
			i.t.Errorf("the instance ended with %v\n%s", err, i.logged())
		}
	case <-time.After(40 * time.Second):
		i.t.Fatalf("the instance does not end:\n%s", i.logged())
	}
}
