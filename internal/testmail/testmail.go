// Package testmail is a real SMTP server in the test's own process that keeps
// what it takes. Only tests import it.
package testmail

import (
	"io"
	"log"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// A Mail is one that was taken, with its text decoded.
type Mail struct {
	mail.Header
	To, Subject, Body string
}

// A Server takes every mail for every address, in the clear.
type Server struct {
	mu    sync.Mutex
	taken []Mail
	err   error // instead of taking a mail
}

// Listen serves until the test ends, and returns the host and port.
func (s *Server) Listen(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{server: s}, nil }))
	server.ErrorLog = log.New(io.Discard, "", 0)
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	return l.Addr().String()
}

// Refuse answers each mail with an error from now on; nil takes them again.
func (s *Server) Refuse(err *smtp.SMTPError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = nil
	if err != nil {
		s.err = err
	}
}

// Taken returns what was taken since it was last asked.
func (s *Server) Taken() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.taken
	s.taken = nil
	return list
}

// Wait returns what was taken once it is n mails or more.
func (s *Server) Wait(t testing.TB, n int) (list []Mail) {
	t.Helper()
	for range 2000 {
		if list = append(list, s.Taken()...); len(list) >= n {
			return list
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("%d mails came, not %d", len(list), n)
	return nil
}

type session struct {
	server *Server
	to     string
}

func (s *session) Mail(string, *smtp.MailOptions) error      { return nil }
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error { s.to = to; return nil }
func (s *session) Reset()                                    {}
func (s *session) Logout() error                             { return nil }

func (s *session) Data(r io.Reader) error {
	m, err := read(r)
	if err != nil {
		return err
	}
	m.To = s.to
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	if s.server.err != nil {
		return s.server.err
	}
	s.server.taken = append(s.server.taken, m)
	return nil
}

func read(r io.Reader) (m Mail, err error) {
	raw, err := mail.ReadMessage(r)
	if err != nil {
		return m, err
	}
	body := raw.Body
	if strings.EqualFold(raw.Header.Get("Content-Transfer-Encoding"), "quoted-printable") {
		body = quotedprintable.NewReader(body)
	}
	text, err := io.ReadAll(body)
	if err != nil {
		return m, err
	}
	m.Header, m.Body = raw.Header, string(text)
	m.Subject, err = new(mime.WordDecoder).DecodeHeader(raw.Header.Get("Subject"))
	return m, err
}
