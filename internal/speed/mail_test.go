package speed_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/wneessen/go-mail"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/outbox"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testpractice"
)

const (
	mailTurns = 3
	mailsTurn = 400
)

// BenchmarkMail judges: "Throughput: at least 0.6 of what the SMTP server takes
// from a bare go-mail loop in the same run". The server writes each mail to the
// disk before it says that it has it, as RFC 5321 (section 6.1) wants. Ours
// mints each mail's link, and records what came of it.
func BenchmarkMail(b *testing.B) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		b.Run(string(engine), func(b *testing.B) {
			s := newSite(b, engine)
			server := listenSMTP(b)
			var bare, ours []float64
			for turn := range mailTurns {
				bare = append(bare, server.bare(b, mailsTurn))
				ours = append(ours, s.mails(server, turn, mailsTurn))
			}
			b.Logf("%.0f mails a second, %.0f by a bare loop", median(ours), median(bare))
			judgeLeast(b, "of-bare-mail-rate", median(ours)/median(bare), 0.6)
		})
	}
}

// A mailServer takes mails, and spools each.
type mailServer struct {
	address, spool string
	taken          atomic.Int64
}

func listenSMTP(b *testing.B) *mailServer {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	s := &mailServer{address: l.Addr().String(), spool: b.TempDir()}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return s, nil }))
	server.ErrorLog = log.New(io.Discard, "", 0)
	go server.Serve(l)
	b.Cleanup(func() { server.Close() })
	return s
}

func (s *mailServer) Mail(string, *smtp.MailOptions) error { return nil }
func (s *mailServer) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (s *mailServer) Reset()                               {}
func (s *mailServer) Logout() error                        { return nil }

func (s *mailServer) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	f, err := os.Create(filepath.Join(s.spool, strconv.FormatInt(s.taken.Add(1), 10)))
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.Write(text); err != nil {
		return err
	}
	return f.Sync()
}

// bare sends n mails over one connection, and returns how many a second.
func (s *mailServer) bare(b *testing.B, n int) float64 {
	b.Helper()
	at, err := net.ResolveTCPAddr("tcp", s.address)
	if err != nil {
		b.Fatal(err)
	}
	client, err := mail.NewClient(at.IP.String(), mail.WithPort(at.Port), mail.WithTLSPolicy(mail.NoTLS), mail.WithHELO("example.org"))
	if err != nil {
		b.Fatal(err)
	}
	letter := mail.NewMsg()
	for _, err := range []error{letter.From("forms@example.org"), letter.To("client@example.org")} {
		if err != nil {
			b.Fatal(err)
		}
	}
	letter.Subject("A form from North practice")
	letter.SetBodyString(mail.TypeTextPlain, strings.Repeat("Please fill in a form. ", 20))
	letters := make([]*mail.Msg, n)
	for i := range letters {
		letters[i] = letter
	}
	began := time.Now()
	if err := client.DialAndSend(letters...); err != nil {
		b.Fatal(err)
	}
	return float64(n) / time.Since(began).Seconds()
}

// mails queues n documents, and returns how many of their mails a worker sends a
// second.
func (s *site) mails(server *mailServer, turn, n int) float64 {
	s.b.Helper()
	channel, err := outbox.NewSMTP("smtp://"+server.address+"?tls=opportunistic", "forms@example.org", nil)
	s.must(err)
	defer channel.Close()
	channels := outbox.Channels{practice.Email: channel}
	post := testpractice.Open(s.b, store.Config{DB: s.db, Ring: s.ring, Base: "https://forms.example.org", Channels: channels})
	atOnce(n, func(i int) {
		_, err := post.Send(s.b.Context(), s.director, store.NewDocument{Template: "forty", Deliver: "send", CodeBy: store.ByHand,
			Client:   &store.NewClient{Contact: practice.Contact{FirstName: "Robin", Email: fmt.Sprintf("client%d.%d@example.org", turn, i)}},
			Consents: []store.Consent{{Channel: practice.Email, Purpose: practice.ForDocuments, Given: true, How: "in person"}},
		})
		s.check(err)
	})
	ctx, stop := context.WithCancel(s.b.Context())
	defer stop()
	w := &outbox.Worker{DB: s.db, Writer: post.Writer(), Channels: channels, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
	began, ended := time.Now(), make(chan struct{})
	go func() { defer close(ended); w.Run(ctx) }()
	for {
		var waiting bool
		s.must(s.db.ReadOne(ctx, s.id, `SELECT EXISTS (SELECT 1 FROM messages WHERE state = 'queued')`, nil, &waiting))
		if !waiting {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	rate := float64(n) / time.Since(began).Seconds()
	stop()
	<-ended
	return rate
}
