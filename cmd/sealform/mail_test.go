package main

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/sealform/sealform/internal/testmail"
)

// mail test hands a message to a real server, and says in a sentence what is
// wrong when it cannot.
func TestMailTest(t *testing.T) {
	good, refusing := &testmail.Server{}, &testmail.Server{}
	at, refusingAt := good.Listen(t), refusing.Listen(t)
	refusing.Refuse(&smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "no"})
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	for name, c := range map[string]struct {
		env     []string
		address string
		status  int
		says    string
	}{
		"taken":                {[]string{"SEALFORM_SMTP_URL=smtp://" + at + "?tls=opportunistic", "SEALFORM_MAIL_FROM=forms@example.org"}, "dana@example.org", 0, "The server took a test message to dana@example.org"},
		"refused":              {[]string{"SEALFORM_SMTP_URL=smtp://" + refusingAt + "?tls=opportunistic", "SEALFORM_MAIL_FROM=forms@example.org"}, "dana@example.org", 1, "the server refuses the message: check the sender's address"},
		"no encryption":        {[]string{"SEALFORM_SMTP_URL=smtp://" + at, "SEALFORM_MAIL_FROM=forms@example.org"}, "dana@example.org", 1, "the connection cannot be encrypted"},
		"nobody answers":       {[]string{"SEALFORM_SMTP_URL=smtp://" + closed.Addr().String(), "SEALFORM_MAIL_FROM=forms@example.org"}, "dana@example.org", 1, "nobody answers at the server's address: check host and port"},
		"nothing set up":       {nil, "dana@example.org", 1, "set SEALFORM_SMTP_URL for e-mail"},
		"none for a number":    {[]string{"SEALFORM_SMTP_URL=smtp://" + at, "SEALFORM_MAIL_FROM=forms@example.org"}, "+15035550142", 1, "SEALFORM_TWILIO_"},
		"no sender":            {[]string{"SEALFORM_SMTP_URL=smtp://" + at}, "dana@example.org", 1, "SEALFORM_MAIL_FROM"},
		"no mail server's URL": {[]string{"SEALFORM_SMTP_URL=mail.example.org", "SEALFORM_MAIL_FROM=forms@example.org"}, "dana@example.org", 1, "SEALFORM_SMTP_URL"},
	} {
		var stdout, stderr bytes.Buffer
		status := run(t.Context(), []string{"mail", "test", c.address}, c.env, strings.NewReader(""), &stdout, &stderr)
		if said := stdout.String() + stderr.String(); status != c.status || !strings.Contains(said, c.says) {
			t.Errorf("%s: status %d, %s", name, status, said)
		}
	}
	if mails := good.Taken(); len(mails) != 1 || mails[0].To != "dana@example.org" || mails[0].Subject != "A test message" {
		t.Errorf("the server took %+v", mails)
	}
}

// checkOutbox sends a form to a client of the demo, and finds the message where
// the demo shows it.
func checkOutbox(t *testing.T, d *demo) {
	t.Helper()
	body := `{"template":"npp-acknowledgement","client":{"first_name":"Robin","email":"robin@example.org"},"deliver":"send","consents":[{"channel":"email","purpose":"documents","how":"in person"}]}`
	r, err := http.NewRequest(http.MethodPost, d.BaseURL+"/api/v1/documents", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+d.APIKey)
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if text, err := io.ReadAll(answer.Body); err != nil || answer.StatusCode != http.StatusCreated {
		t.Fatalf("sending in the demo is %d %s, %v", answer.StatusCode, text, err)
	}
	for range 500 {
		status, page := get(t, d.BaseURL+"/dev/outbox")
		link := regexp.MustCompile(regexp.QuoteMeta(d.BaseURL) + `/d/[A-Za-z0-9_-]{43}`).FindString(page)
		if status == http.StatusOK && link != "" && strings.Contains(page, "robin@example.org") {
			if status, page := get(t, link); status != http.StatusOK || !strings.Contains(page, `name="code"`) {
				t.Errorf("the link in the outbox is %d", status)
			}
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Error("the message never shows on /dev/outbox")
}
