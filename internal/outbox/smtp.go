package outbox

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	netmail "net/mail"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

const (
	smtpTimeout = 20 * time.Second
	idleSMTP    = 20 * time.Second // below what servers wait (RFC 5321 asks for five minutes; few give them)
	keptSMTP    = 8
)

// SMTP sends e-mail through one server. It keeps a few connections open.
type SMTP struct {
	client *mail.Client
	from   netmail.Address

	mu   sync.Mutex
	idle []*connection
}

type connection struct {
	*smtp.Client
	used time.Time
}

// NewSMTP returns the channel for a server's address:
//
//	smtp://name:password@host:587    STARTTLS, required
//	smtps://name:password@host:465   TLS from the first byte
//
// With ?tls=opportunistic an smtp:// server that offers no TLS gets messages in
// the clear. A server that offers it with a bad certificate never does. from is
// an address, or a name with one: "Forms <forms@example.org>". roots are the
// authorities to trust; nil trusts the system's.
func NewSMTP(server, from string, roots *x509.CertPool) (*SMTP, error) {
	u, err := url.Parse(server)
	if err != nil || u.Hostname() == "" || u.Path != "" && u.Path != "/" {
		return nil, errors.New("is not an address such as smtp://name:password@mail.example.org:587")
	}
	sender, err := netmail.ParseAddress(from)
	if err != nil {
		return nil, fmt.Errorf("%q is no e-mail address to send from", from)
	}
	options := []mail.Option{mail.WithTimeout(smtpTimeout), mail.WithoutNoop(), mail.WithoutRset(), mail.WithTLSConfig(&tls.Config{ServerName: u.Hostname(), MinVersion: tls.VersionTLS12, RootCAs: roots})}
	port := 587
	switch policy := u.Query().Get("tls"); {
	case u.Scheme == "smtps" && policy == "":
		options, port = append(options, mail.WithSSL()), 465
	case u.Scheme == "smtp" && policy == "":
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	case u.Scheme == "smtp" && policy == "opportunistic":
		options = append(options, mail.WithTLSPolicy(mail.TLSOpportunistic))
	default:
		return nil, errors.New("begins with smtp:// or smtps://; only smtp:// takes ?tls=opportunistic")
	}
	if text := u.Port(); text != "" {
		if port, err = strconv.Atoi(text); err != nil {
			return nil, fmt.Errorf("has the port %q", text)
		}
	}
	options = append(options, mail.WithPort(port))
	if name := u.User.Username(); name != "" {
		password, _ := u.User.Password()
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(name), mail.WithPassword(password))
	}
	if at := strings.LastIndexByte(sender.Address, '@'); at >= 0 {
		options = append(options, mail.WithHELO(sender.Address[at+1:]))
	}
	client, err := mail.NewClient(u.Hostname(), options...)
	if err != nil {
		return nil, fmt.Errorf("cannot be used: %w", err)
	}
	return &SMTP{client: client, from: *sender}, nil
}

// Send hands a message to the server. The one ambiguous moment is after the
// last line of the text, before the server says that it has it (RFC 5321,
// section 6.1).
func (s *SMTP) Send(ctx context.Context, m *Message) error {
	text, err := s.compose(m)
	if err != nil {
		return &Failure{Reason: BadAddress, Final: true}
	}
	c, reused, err := s.connect(ctx, false)
	if err != nil {
		return dialFailure(err)
	}
	err = s.client.SendWithSMTPClient(c.Client, text)
	if reused && hungUp(err) { // it closed while idle; nothing of this message was taken
		_ = c.Close()
		if c, _, err = s.connect(ctx, true); err != nil {
			return dialFailure(err)
		}
		err = s.client.SendWithSMTPClient(c.Client, text)
	}
	if err == nil || text.IsDelivered() {
		s.keep(c)
		return nil
	}
	failure := sendFailure(err)
	if failure.Status > 0 && c.Reset() == nil {
		s.keep(c)
	} else {
		_ = c.Close()
	}
	return failure
}

// Close ends the connections that are open.
func (s *SMTP) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.idle {
		_ = c.Close()
	}
	s.idle = nil
}

func (s *SMTP) compose(m *Message) (*mail.Msg, error) {
	text := mail.NewMsg(mail.WithNoDefaultUserAgent())
	name := m.FromName
	if name == "" {
		name = s.from.Name
	}
	if err := text.FromFormat(name, s.from.Address); err != nil {
		return nil, err
	}
	if err := text.To(m.To); err != nil {
		return nil, err
	}
	if m.ReplyTo != "" {
		if err := text.ReplyTo(m.ReplyTo); err != nil {
			return nil, err
		}
	}
	domain := s.from.Address[strings.LastIndexByte(s.from.Address, '@')+1:]
	// The id is the same at every try, so that a mailbox may drop the second.
	text.SetMessageIDWithValue(m.ID.String() + "@" + domain)
	text.SetDate()
	text.Subject(m.Subject)
	text.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no out-of-office answers
	if m.Language != "" {
		text.SetGenHeader("Content-Language", m.Language)
	}
	if m.Unsubscribe != "" { // RFC 8058
		text.SetGenHeaderPreformatted("List-Unsubscribe", "<"+m.Unsubscribe+">")
		text.SetGenHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	text.SetBodyString(mail.TypeTextPlain, m.Body)
	return text, nil
}

func (s *SMTP) connect(ctx context.Context, fresh bool) (c *connection, reused bool, err error) {
	for !fresh {
		s.mu.Lock()
		n := len(s.idle)
		if n > 0 {
			c, s.idle = s.idle[n-1], s.idle[:n-1]
		}
		s.mu.Unlock()
		if n == 0 {
			break
		}
		if time.Since(c.used) < idleSMTP {
			return c, true, nil
		}
		_ = c.Close()
	}
	client, err := s.client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return nil, false, err
	}
	return &connection{Client: client}, false, nil
}

func (s *SMTP) keep(c *connection) {
	c.used = time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.idle) < keptSMTP {
		s.idle = append(s.idle, c)
		return
	}
	_ = c.Close()
}

// hungUp reports whether the server closed before it heard of a recipient.
func hungUp(err error) bool {
	var e *mail.SendError
	return errors.As(err, &e) && e.ErrorCode() == 0 && (e.Reason == mail.ErrSMTPMailFrom || e.Reason == mail.ErrConnCheck)
}

// dialFailure sorts what went wrong before any message was offered.
func dialFailure(err error) *Failure {
	f := &Failure{Reason: Unreachable, Status: replyCode(err)}
	var unknown *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	switch text := err.Error(); {
	case errors.As(err, &unknown), errors.As(err, &record), strings.Contains(text, "STARTTLS"), strings.Contains(text, "x509:"):
		f.Reason = Insecure
	case f.Status == 530 || f.Status == 534 || f.Status == 535 || f.Status == 538, strings.Contains(strings.ToLower(text), "auth"):
		f.Reason = SignIn
	case f.Status == 421 || f.Status >= 400 && f.Status < 500:
		f.Reason = Busy
	}
	return f
}

func replyCode(err error) int {
	if reply := (*textproto.Error)(nil); errors.As(err, &reply) {
		return reply.Code
	}
	return 0
}

// sendFailure sorts what the server said to the message.
func sendFailure(err error) *Failure {
	var e *mail.SendError
	if !errors.As(err, &e) {
		return &Failure{Reason: BrokeOff, Unsure: true}
	}
	f := &Failure{Status: e.ErrorCode(), Final: e.ErrorCode() >= 500}
	switch code := f.Status; {
	case code == 0:
		f.Reason, f.Unsure = BrokeOff, e.Reason == mail.ErrSMTPDataClose
	case code == 552 || code == 452 && e.Reason == mail.ErrSMTPRcptTo || strings.HasPrefix(e.EnhancedStatusCode(), "5.2.2") || strings.HasPrefix(e.EnhancedStatusCode(), "4.2.2"):
		f.Reason = Full
	case code == 530 || code == 535:
		f.Reason, f.Final = SignIn, false
	case code < 500:
		f.Reason = Busy
	case e.Reason == mail.ErrSMTPRcptTo:
		f.Reason = BadAddress
	default:
		f.Reason = Refused
	}
	return f
}
