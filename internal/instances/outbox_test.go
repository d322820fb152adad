package instances_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log"
	"log/slog"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/outbox"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/vault"
)

// What a child process of this test is told: the database, its key, the mail
// server.
const (
	workerOf   = "SEALFORM_TEST_WORKER"
	workerKey  = "SEALFORM_TEST_WORKER_KEY"
	workerMail = "SEALFORM_TEST_WORKER_MAIL"
)

// workerLease is short, so that the test need not wait for messages that a dead
// worker held.
const workerLease = 400 * time.Millisecond

// work is the child: one worker, as serve runs it.
func work() {
	fail := func(err error) {
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	ctx, quiet := context.Background(), slog.New(slog.DiscardHandler)
	d, err := db.Open(ctx, os.Getenv(workerOf), quiet)
	fail(err)
	text, err := os.ReadFile(os.Getenv(workerKey))
	fail(err)
	ring, err := vault.ParseRing(text)
	fail(err)
	mail, err := outbox.NewSMTP("smtp://"+os.Getenv(workerMail)+"?tls=opportunistic", "forms@example.org", nil)
	fail(err)
	channels := outbox.Channels{practice.Email: mail}
	s, err := store.New(ctx, store.Config{DB: d, Ring: ring, Operator: "Test operator", Now: time.Now, Log: quiet, Base: mailBase, Channels: channels})
	fail(err)
	fmt.Println("works")
	(&outbox.Worker{DB: d, Writer: s.Writer(), Channels: channels, Now: time.Now, Log: quiet, Lease: workerLease}).Run(ctx)
}

const mailBase = "https://forms.example.org"

// A mailbox is an SMTP server that keeps what it took, with when.
type mailbox struct {
	mu    sync.Mutex
	mails []mail
	first chan struct{} // closed at the next mail
}

type mail struct {
	at        time.Time
	id, token string
}

var (
	mailID   = regexp.MustCompile(`(?m)^Message-I[Dd]: <([^@>]+)@`)
	mailLink = regexp.MustCompile(`/d/([A-Za-z0-9_-]{43})`)
)

func (b *mailbox) NewSession(*smtp.Conn) (smtp.Session, error) { return b, nil }
func (b *mailbox) Mail(string, *smtp.MailOptions) error        { return nil }
func (b *mailbox) Rcpt(string, *smtp.RcptOptions) error        { return nil }
func (b *mailbox) Reset()                                      {}
func (b *mailbox) Logout() error                               { return nil }

func (b *mailbox) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	text := strings.ReplaceAll(strings.ReplaceAll(string(raw), "=\r\n", ""), "=3D", "=")
	id, link := mailID.FindStringSubmatch(text), mailLink.FindStringSubmatch(text)
	if id == nil || link == nil {
		return fmt.Errorf("a mail without id or link")
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.mails = append(b.mails, mail{time.Now(), id[1], link[1]})
	if b.first != nil {
		close(b.first)
		b.first = nil
	}
	return nil
}

func (b *mailbox) listen(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := smtp.NewServer(b)
	server.ErrorLog = log.New(io.Discard, "", 0)
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	return l.Addr().String()
}

// next returns a channel that is closed at the next mail.
func (b *mailbox) next() chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.first = make(chan struct{})
	return b.first
}

const (
	workerKills = 40
	letters     = 400
)

// Kill a worker at random points of sending. No message is lost; one is sent
// twice only when a kill came between; and every link that was delivered works.
func TestKillTheWorker(t *testing.T) { killingWorkers(t, newSite(t, db.SQLite)) }

func killingWorkers(t *testing.T, s *site) {
	box := &mailbox{}
	at := box.listen(t)
	s.queueLetters()
	var killed []time.Time
	for range workerKills {
		next := box.next()
		child := s.worker(at)
		select {
		case <-next:
			time.Sleep(rand.N(15 * time.Millisecond))
		case <-time.After(3 * time.Second): // all is sent, or held by a dead worker's lease
		}
		killed = append(killed, time.Now())
		_ = child.Process.Kill()
		_ = child.Wait()
		if s.count(`SELECT count(*) FROM messages WHERE kind = 'link' AND state = 'queued'`) == 0 {
			break
		}
	}
	last := s.worker(at)
	for range 600 {
		if s.count(`SELECT count(*) FROM messages WHERE kind = 'link' AND state = 'queued'`) == 0 {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	_ = last.Process.Kill()
	_ = last.Wait()
	s.check(box, killed)
}

// check compares what was queued with what arrived.
func (s *site) check(box *mailbox, killed []time.Time) {
	s.t.Helper()
	box.mu.Lock()
	defer box.mu.Unlock()
	arrived := map[string][]mail{}
	for _, m := range box.mails {
		arrived[m.id] = append(arrived[m.id], m)
	}
	sent := s.count(`SELECT count(*) FROM messages WHERE kind = 'link' AND state = 'sent'`)
	// A message that eight kills caught is given up, shown to staff, and not lost.
	given := s.count(`SELECT count(*) FROM messages WHERE kind = 'link' AND state = 'failed' AND reason = 'broke-off'`)
	if sent+given != letters || int64(len(arrived)) < sent {
		s.t.Errorf("of %d messages %d are sent, %d given up and %d arrived", letters, sent, given, len(arrived))
	}
	twice := 0
	for id, all := range arrived {
		for i := 1; i < len(all); i++ {
			twice++
			if !between(killed, all[i-1].at, all[i].at) {
				s.t.Errorf("message %s came twice, and no kill between", id)
			}
		}
		for _, m := range all {
			if _, err := s.store.Visit(s.t.Context(), m.token, "", ""); err != nil {
				s.t.Errorf("a delivered link of %s does not work: %v", id, err)
			}
		}
	}
	if n := s.count(`SELECT count(*) FROM (SELECT delivery_id FROM links GROUP BY delivery_id HAVING count(*) > 8) AS many`); n != 0 {
		s.t.Errorf("%d deliveries have more than eight links", n)
	}
	if _, err := s.store.VerifyChains(s.t.Context()); err != nil {
		s.t.Error(err)
	}
	s.t.Logf("%d kills: %d messages, %d mails, %d of them a second time, %d given up", len(killed), letters, len(box.mails), twice, given)
	if len(killed) < workerKills/2 {
		s.t.Error("the worker was killed too rarely while it sent")
	}
}

func between(times []time.Time, from, to time.Time) bool {
	for _, t := range times {
		if t.After(from) && t.Before(to) {
			return true
		}
	}
	return false
}

// queueLetters makes documents whose link a message takes.
func (s *site) queueLetters() {
	s.t.Helper()
	post, err := store.New(s.t.Context(), store.Config{DB: s.db, Ring: s.ring, Operator: "Test operator", Now: time.Now, Log: slog.New(slog.DiscardHandler),
		Base: mailBase, Channels: outbox.Channels{practice.Email: outbox.NewMemory(time.Now)}})
	s.must(err)
	var sending sync.WaitGroup
	for w := range 16 {
		sending.Go(func() {
			for n := w; n < letters; n += 16 {
				_, err := post.Send(s.t.Context(), s.director, store.NewDocument{
					Template: "visit", Deliver: "send", CodeBy: store.ByHand,
					Client:   &store.NewClient{Contact: practice.Contact{FirstName: "Robin", Email: fmt.Sprintf("robin%d@example.org", n)}},
					Consents: []store.Consent{{Channel: practice.Email, Purpose: practice.ForDocuments, Given: true, How: "in person"}},
				})
				if err != nil {
					s.t.Error(err)
					return
				}
			}
		})
	}
	sending.Wait()
}

// worker starts a child that sends, and waits until it does.
func (s *site) worker(mailServer string) *exec.Cmd {
	s.t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), workerOf+"="+s.url, workerKey+"="+s.key, workerMail+"="+mailServer)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	s.must(err)
	s.must(child.Start())
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "works\n" {
		s.t.Fatalf("the worker says %q, %v", line, err)
	}
	return child
}
