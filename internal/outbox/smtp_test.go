package outbox_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http/httptest"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/outbox"
	"github.com/sealform/sealform/internal/practice"
)

// A mailServer is a real SMTP server in this process. Its answers are as a test
// sets them.
type mailServer struct {
	mu       sync.Mutex
	mails    []string
	secured  []bool // whether each came encrypted
	rcpt     error
	data     error
	slow     time.Duration // before it answers that it has a mail
	hangUp   bool          // instead of that answer
	spool    func([]byte) error
	password string
}

func (s *mailServer) NewSession(c *smtp.Conn) (smtp.Session, error) {
	return &mailSession{s, c}, nil
}

type mailSession struct {
	*mailServer
	conn *smtp.Conn
}

func (s *mailSession) AuthMechanisms() []string {
	if s.password == "" {
		return nil
	}
	return []string{sasl.Plain}
}

func (s *mailSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, _, password string) error {
		if password != s.password {
			return smtp.ErrAuthFailed
		}
		return nil
	}), nil
}

func (s *mailSession) Mail(string, *smtp.MailOptions) error { return nil }
func (s *mailSession) Rcpt(string, *smtp.RcptOptions) error { return s.rcpt }
func (s *mailSession) Reset()                               {}
func (s *mailSession) Logout() error                        { return nil }

func (s *mailSession) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if s.spool != nil {
		if err := s.spool(text); err != nil {
			return err
		}
	}
	_, secured := s.conn.TLSConnectionState()
	s.mu.Lock()
	if s.data == nil {
		s.mails, s.secured = append(s.mails, string(text)), append(s.secured, secured)
	}
	s.mu.Unlock()
	if s.hangUp {
		s.conn.Close()
	}
	time.Sleep(s.slow)
	return s.data
}

func (s *mailServer) taken() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mails
}

// certificate is a good one for 127.0.0.1, and the authority that says so.
func certificate(t testing.TB) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	web := httptest.NewUnstartedServer(nil)
	web.StartTLS()
	defer web.Close()
	roots := x509.NewCertPool()
	roots.AddCert(web.Certificate())
	return web.TLS.Certificates[0], roots
}

// listen serves mail and returns the address. kind is "starttls", "tls" or
// "plain".
func (s *mailServer) listen(t testing.TB, kind string, cert tls.Certificate) string {
	t.Helper()
	server := smtp.NewServer(s)
	server.AllowInsecureAuth, server.ErrorLog = true, log.New(io.Discard, "", 0)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	secured := &tls.Config{Certificates: []tls.Certificate{cert}}
	switch kind {
	case "starttls":
		server.TLSConfig = secured
	case "tls":
		l = tls.NewListener(l, secured)
	}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	return address
}

func letter() *outbox.Message {
	return &outbox.Message{
		ID: uuid.New(), Try: 1, Channel: practice.Email, To: "maya@example.org", FromName: "Harbor Clinic", ReplyTo: "desk@harbor.example", Language: "es",
		Subject: "Un formulario", Body: "¿Cómo está?\nhttps://forms.example.org/d/" + strings.Repeat("x", 43) + "\n", Unsubscribe: "https://forms.example.org/m/" + strings.Repeat("y", 91),
	}
}

func failure(err error) outbox.Failure {
	if f := (*outbox.Failure)(nil); errors.As(err, &f) {
		return *f
	}
	if err != nil {
		return outbox.Failure{Reason: outbox.Reason(err.Error())}
	}
	return outbox.Failure{}
}

func TestMailServers(t *testing.T) {
	cert, roots := certificate(t)
	refused := func(code int, enhanced smtp.EnhancedCode) error {
		return &smtp.SMTPError{Code: code, EnhancedCode: enhanced, Message: "no"}
	}
	for name, c := range map[string]struct {
		server *mailServer
		kind   string
		url    string // %s is the address
		roots  *x509.CertPool
		want   outbox.Failure
		mails  int
	}{
		"TLS by command":                   {kind: "starttls", url: "smtp://%s", roots: roots, mails: 1},
		"TLS from the start":               {kind: "tls", url: "smtps://%s", roots: roots, mails: 1},
		"with a password":                  {server: &mailServer{password: "right"}, kind: "starttls", url: "smtp://forms:right@%s", roots: roots, mails: 1},
		"a wrong password":                 {server: &mailServer{password: "right"}, kind: "starttls", url: "smtp://forms:wrong@%s", roots: roots, want: outbox.Failure{Reason: outbox.SignIn, Status: 535}},
		"no TLS":                           {kind: "plain", url: "smtp://%s", want: outbox.Failure{Reason: outbox.Insecure}},
		"no TLS, and that is allowed":      {kind: "plain", url: "smtp://%s?tls=opportunistic", mails: 1},
		"a bad certificate":                {kind: "starttls", url: "smtp://%s", want: outbox.Failure{Reason: outbox.Insecure}},
		"a bad certificate from the start": {kind: "tls", url: "smtps://%s", want: outbox.Failure{Reason: outbox.Insecure}},
		"a bad one, opportunistic":         {kind: "starttls", url: "smtp://%s?tls=opportunistic", want: outbox.Failure{Reason: outbox.Insecure}},
		"a full mailbox":                   {server: &mailServer{rcpt: refused(452, smtp.EnhancedCode{4, 2, 2})}, kind: "starttls", url: "smtp://%s", roots: roots, want: outbox.Failure{Reason: outbox.Full, Status: 452}},
		"no room for the text":             {server: &mailServer{data: refused(552, smtp.EnhancedCode{5, 2, 2})}, kind: "starttls", url: "smtp://%s", roots: roots, want: outbox.Failure{Reason: outbox.Full, Status: 552, Final: true}},
		"no such mailbox":                  {server: &mailServer{rcpt: refused(550, smtp.EnhancedCode{5, 1, 1})}, kind: "starttls", url: "smtp://%s", roots: roots, want: outbox.Failure{Reason: outbox.BadAddress, Status: 550, Final: true}},
		"the text is refused":              {server: &mailServer{data: refused(554, smtp.EnhancedCode{5, 7, 1})}, kind: "starttls", url: "smtp://%s", roots: roots, want: outbox.Failure{Reason: outbox.Refused, Status: 554, Final: true}},
		"busy":                             {server: &mailServer{data: refused(451, smtp.EnhancedCode{4, 3, 0})}, kind: "starttls", url: "smtp://%s", roots: roots, want: outbox.Failure{Reason: outbox.Busy, Status: 451}},
		"it hangs up before it answers":    {server: &mailServer{hangUp: true}, kind: "starttls", url: "smtp://%s", roots: roots, want: outbox.Failure{Reason: outbox.BrokeOff, Unsure: true}, mails: 1},
	} {
		t.Run(name, func(t *testing.T) {
			server := c.server
			if server == nil {
				server = &mailServer{}
			}
			channel, err := outbox.NewSMTP(fmt.Sprintf(c.url, server.listen(t, c.kind, cert)), "Forms <forms@example.org>", c.roots)
			if err != nil {
				t.Fatal(err)
			}
			defer channel.Close()
			if got := failure(channel.Send(t.Context(), letter())); got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
			if got := server.taken(); len(got) != c.mails {
				t.Errorf("the server has %d mails, want %d", len(got), c.mails)
			}
			for _, secured := range server.secured {
				if secured != (c.kind != "plain") && c.kind != "tls" {
					t.Error("a mail came in the clear")
				}
			}
		})
	}
}

func TestMailServerDown(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	channel, err := outbox.NewSMTP("smtp://"+l.Addr().String(), "forms@example.org", nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := failure(channel.Send(t.Context(), letter())); got != (outbox.Failure{Reason: outbox.Unreachable}) {
		t.Errorf("got %+v", got)
	}
}

// A slow server gets its time; the next message goes over the same connection,
// and one that closed meanwhile is opened again.
func TestSlowServerAndClosedConnection(t *testing.T) {
	cert, roots := certificate(t)
	s := &mailServer{slow: 300 * time.Millisecond}
	channel, err := outbox.NewSMTP("smtp://"+s.listen(t, "starttls", cert), "forms@example.org", roots)
	if err != nil {
		t.Fatal(err)
	}
	defer channel.Close()
	for range 2 {
		if err := channel.Send(t.Context(), letter()); err != nil {
			t.Fatal(err)
		}
	}
	s.slow, s.hangUp = 0, true
	if got := failure(channel.Send(t.Context(), letter())); !got.Unsure {
		t.Errorf("cut off: %+v", got)
	}
	s.hangUp = false
	if err := channel.Send(t.Context(), letter()); err != nil || len(s.taken()) != 4 {
		t.Errorf("after that: %v, %d mails", err, len(s.taken()))
	}
}

func TestMailHasWhatItNeeds(t *testing.T) {
	cert, roots := certificate(t)
	s := &mailServer{}
	channel, err := outbox.NewSMTP("smtp://"+s.listen(t, "starttls", cert), "Forms <forms@example.org>", roots)
	if err != nil {
		t.Fatal(err)
	}
	defer channel.Close()
	m := letter()
	if err := channel.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	text, err := netmail.ReadMessage(strings.NewReader(s.taken()[0]))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"From": `"Harbor Clinic" <forms@example.org>`, "To": "<maya@example.org>", "Reply-To": "<desk@harbor.example>", "Message-Id": "<" + m.ID.String() + "@example.org>",
		"List-Unsubscribe": "<" + m.Unsubscribe + ">", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click", "Auto-Submitted": "auto-generated", "Content-Language": "es", "User-Agent": "",
	} {
		if got := text.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if _, err := outbox.NewSMTP("http://mail.example.org", "forms@example.org", nil); err == nil {
		t.Error("a web address was taken for a mail server")
	}
	if err := channel.Send(context.Background(), &outbox.Message{ID: uuid.New(), To: "maya@example.org\r\nBcc: x@example.org", Subject: "x", Body: "x"}); err == nil {
		t.Error("an address with a line in it was taken")
	}
}
