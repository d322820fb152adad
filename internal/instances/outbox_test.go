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
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/google/uuid"

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
	(&outbox.Worker{DB: d, Writer: s.Writer(), Channels: channels, Now: time.Now, Log: quiet}).Run(ctx)
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
	// workerKills is how many kills fall at random points of sending. A worker has
	// outbox.AtOnce messages in hand, each at a point of its own between its claim
	// and the record of what came of it, so 200 kills cut some 1,600 sends.
	workerKills = 200
	letters     = 6 * outbox.AtOnce // at least, that wait at the start of a round
)

// Kill a worker at random points of sending. No message is lost; one is sent
// twice only when a kill came between, and never more than the workers had in
// hand; and every link that was delivered works.
func TestKillTheWorker(t *testing.T) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(engine), func(t *testing.T) { killingWorkers(t, newSite(t, engine)) })
	}
}

// A kill of a worker is over when the next one works: until then mail may arrive
// that the dead one had handed over.
type kill struct{ began, over time.Time }

func killingWorkers(t *testing.T, s *site) {
	box := &mailbox{}
	at := box.listen(t)
	queued, whole := 0, 40*time.Millisecond // of a round's sending, at first a guess
	var killed []kill
	for range workerKills {
		if waiting := s.queued(); waiting < letters {
			s.queueLetters(queued, letters)
			queued += letters
		}
		next := box.next()
		child := s.worker(at)
		began := time.Now()
		if n := len(killed); n > 0 {
			killed[n-1].over = began
		}
		select {
		case <-next:
			whole = (whole*7 + time.Since(began)) / 8
			time.Sleep(rand.N(whole))
		case <-time.After(rand.N(2 * whole)): // before anything arrived
		}
		killed = append(killed, kill{began: time.Now()})
		_ = child.Process.Kill()
		_ = child.Wait()
		s.endClaims()
	}
	time.Sleep(time.Second) // PostgreSQL may still be at a claim whose worker is gone
	s.endClaims()
	last := s.worker(at)
	killed[len(killed)-1].over = time.Now()
	for deadline := time.Now().Add(time.Minute); s.queued() > 0 && time.Now().Before(deadline); {
		time.Sleep(20 * time.Millisecond)
	}
	_ = last.Process.Kill()
	_ = last.Wait()
	s.check(box, queued, killed)
}

func (s *site) queued() int64 {
	s.t.Helper()
	return s.count(`SELECT count(*) FROM messages WHERE kind = 'link' AND state = 'queued'`)
}

// endClaims ends what a dead worker has claimed, as the time of its lease would.
func (s *site) endClaims() {
	s.t.Helper()
	now := time.Now().UTC()
	s.must(s.db.Write(s.t.Context(), uuid.Nil, func(tx *db.Tx) error {
		_, err := tx.Exec(s.t.Context(), `UPDATE outbox SET due_at = $1 WHERE due_at > $1 AND due_at <= $2`, now, now.Add(outbox.Lease))
		return err
	}))
}

// check compares what was queued with what arrived.
func (s *site) check(box *mailbox, queued int, killed []kill) {
	s.t.Helper()
	box.mu.Lock()
	defer box.mu.Unlock()
	arrived := map[string][]mail{}
	for _, m := range box.mails {
		arrived[m.id] = append(arrived[m.id], m)
	}
	// A message whose hand-over was cut eight times is given up, and staff are told.
	// How many are depends on the machine: what a kill cut is claimed first again.
	sent := s.count(`SELECT count(*) FROM messages WHERE kind = 'link' AND state = 'sent'`)
	givenUp := s.count(`SELECT count(*) FROM messages WHERE kind = 'link' AND state = 'failed' AND reason = 'broke-off'`)
	if sent+givenUp != int64(queued) || givenUp > int64(queued)/10 || len(arrived) < int(sent) {
		s.t.Errorf("of %d messages %d are sent, %d are given up and %d arrived", queued, sent, givenUp, len(arrived))
	}
	twice := make([]int, len(killed))
	for id, all := range arrived {
		for i := 1; i < len(all); i++ {
			between := slices.IndexFunc(killed, func(k kill) bool { return all[i-1].at.Before(k.over) })
			if between < 0 || killed[between].began.After(all[i].at) {
				s.t.Errorf("message %s came twice, and no kill between", id)
				continue
			}
			twice[between]++
		}
		for _, m := range all {
			if _, err := s.store.Visit(s.t.Context(), m.token, "", ""); err != nil {
				s.t.Errorf("a delivered link of %s does not work: %v", id, err)
			}
		}
	}
	if again := len(box.mails) - len(arrived); again > len(killed)*outbox.AtOnce {
		s.t.Errorf("%d mails came again after %d kills of a worker with %d in hand", again, len(killed), outbox.AtOnce)
	}
	if n := s.count(`SELECT count(*) FROM (SELECT delivery_id FROM links GROUP BY delivery_id HAVING count(*) > 8) AS many`); n != 0 {
		s.t.Errorf("%d deliveries have more than eight links", n)
	}
	if _, err := s.store.VerifyChains(s.t.Context()); err != nil {
		s.t.Error(err)
	}
	idle := len(killed) - len(slices.DeleteFunc(slices.Clone(twice), func(n int) bool { return n == 0 }))
	s.t.Logf("%d kills: %d messages, %d mails; %d kills made no message come again", len(killed), queued, len(box.mails), idle)
	if idle == len(killed) {
		s.t.Error("no kill fell between a mail's arrival and its record")
	}
}

// queueLetters makes documents whose links are to be sent, numbered from first.
func (s *site) queueLetters(first, letters int) {
	s.t.Helper()
	post, err := store.New(s.t.Context(), store.Config{DB: s.db, Ring: s.ring, Operator: "Test operator", Now: time.Now, Log: slog.New(slog.DiscardHandler),
		Base: mailBase, Channels: outbox.Channels{practice.Email: outbox.NewMemory(time.Now)}})
	s.must(err)
	var sending sync.WaitGroup
	for w := range 16 {
		sending.Go(func() {
			for n := first + w; n < first+letters; n += 16 {
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
