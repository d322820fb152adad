package portal_test

import (
	"context"
	"log/slog"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"golang.org/x/net/html"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/outbox"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
	"github.com/sealform/sealform/internal/testmail"
	"github.com/sealform/sealform/portal"
)

// A sending site hands mails to a real SMTP server, and texts and calls to
// memory.
type sending struct {
	*site
	mail *testmail.Server
	text *outbox.Memory
}

const (
	gatewaySecret = "a secret of the gateway"
	twilioToken   = "a token of Twilio"
)

// startSending also runs the worker, until the test ends.
func startSending(t *testing.T, d *db.DB, change func(*portal.Config)) *sending {
	t.Helper()
	s := &sending{mail: &testmail.Server{}, text: outbox.NewMemory(time.Now)}
	mail, err := outbox.NewSMTP("smtp://"+s.mail.Listen(t)+"?tls=opportunistic", "forms@example.org", nil)
	fatal(t, err)
	channels := outbox.Channels{practice.Email: mail, practice.SMS: s.text, practice.Voice: s.text}
	s.site = startOn(t, d, "US", func(c *store.Config) { c.Channels, c.Receipts = channels, true }, change)
	plan := store.DefaultMessagePlan
	plan.QuietFrom, plan.QuietTo, plan.MostADay = 0, 0, 50
	fatal(t, s.store.SaveMessagePlan(t.Context(), s.director, plan))
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	w := &outbox.Worker{DB: d, Writer: s.store.Writer(), Channels: channels, Now: time.Now, Log: slog.New(slog.NewTextHandler(s, nil))}
	go func() { defer close(ended); w.Run(ctx) }()
	t.Cleanup(func() { stop(); <-ended; mail.Close() })
	return s
}

// waitText returns the newest text message or call once there are n in all.
func (s *sending) waitText(n int) outbox.Kept {
	s.t.Helper()
	for range 2000 {
		if all := s.text.Messages(); len(all) >= n {
			return all[0]
		}
		time.Sleep(10 * time.Millisecond)
	}
	s.t.Fatalf("%d text messages came, not %d", len(s.text.Messages()), n)
	return outbox.Kept{}
}

func (s *sending) linkIn(text string) string {
	s.t.Helper()
	link := regexp.MustCompile(regexp.QuoteMeta(s.url) + `(/d/[A-Za-z0-9_-]{43})`).FindStringSubmatch(text)
	if link == nil {
		s.t.Fatalf("no link in %q", text)
	}
	return link[1]
}

const consented = `"consents":[{"channel":"email","purpose":"documents","how":"in person"}]`

func TestAProgramSends(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		s := startSending(t, d, nil)
		a := s.program(true)
		status, made := a.call("POST", "/documents", `{"template":"npp-acknowledgement","client":{"first_name":"Robin","email":"robin@example.org"},"deliver":"send",`+consented+`}`)
		code, _ := made["code"].(string)
		if status != 201 || len(code) != 8 || made["link"] != nil || made["state"] != "prepared" || made["link_by"] != "email" || made["code_by"] != nil {
			t.Fatalf("sending over one channel is %d %v", status, made)
		}
		mail := s.mail.Wait(t, 1)[0]
		if mail.To != "robin@example.org" || strings.Contains(mail.Body, code) {
			t.Errorf("the mail to %s is %q", mail.To, mail.Body)
		}
		link := s.linkIn(mail.Body)
		b := s.browser()
		b.complete(b.unlock(link, code))
		if _, done := a.call("GET", "/documents/"+made["id"].(string), ""); done["state"] != "completed" {
			t.Errorf("the document is %v", done)
		}
		status, both := a.call("POST", "/documents", `{"template":"npp-acknowledgement","client":{"first_name":"Robin","email":"robin@example.org","phone":"+13035550142"},"deliver":"send","consents":[{"channel":"sms","purpose":"documents","how":"in person"}]}`)
		if status != 201 || both["link"] != nil || both["code"] != nil || both["link_by"] != "email" || both["code_by"] != "sms" {
			t.Errorf("sending over two channels is %d %v", status, both)
		}
		if text := s.waitText(1); text.To != "+13035550142" || text.Code == "" || text.Link != "" {
			t.Errorf("the text message is %+v", text)
		}
		for body, want := range map[string]string{
			`"client":{"first_name":"Robin","email":"other@example.org"}`: "no-consent",
			`"client":{"first_name":"Robin"}`:                             "no-channel",
			`"client":{"first_name":"Robin","email":"o@example.org"},"consents":[{"channel":"email","purpose":"documents","given":false,"how":"by phone"}]`: "no-consent",
			`"client":{"first_name":"Robin","phone":"+13035550142"},"link_by":"sms","code_by":"voice"`:                                                      "one-address",
		} {
			if status, v := a.call("POST", "/documents", `{"template":"npp-acknowledgement","deliver":"send",`+body+`}`); status < 400 || v["code"] != want || want != "one-address" && status != 409 {
				t.Errorf("%s is %d %v, want %s", body, status, v, want)
			}
		}
		none := startOn(t, testdb.Open(t, db.SQLite), "US", nil, nil).program(false)
		if status, v := none.call("POST", "/documents", `{"template":"npp-acknowledgement","client":{"first_name":"Robin","email":"robin@example.org"},"deliver":"send",`+consented+`}`); status != 409 || v["code"] != "no-channel" || !strings.Contains(v["detail"].(string), "Show link and code instead") {
			t.Errorf("without any channel: %d %v", status, v)
		}
	})
}

func TestStaffSendAndTryAgain(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		s := startSending(t, d, nil)
		b := s.desk()
		order := url.Values{
			"template": {"npp-acknowledgement"}, "first_name": {"Robin"}, "full_name": {"Robin Reed"}, "email": {"robin@example.org"}, "phone": {"+1 303 555 0142"},
			"deliver": {"send"}, "link_by": {""}, "code_by": {""},
		}
		p := b.post("/staff/documents/new", order)
		if p.StatusCode != 422 || !strings.Contains(p.body, "has not agreed to messages by email") || !strings.Contains(p.body, `value="send" checked`) {
			t.Errorf("without consent it is %d", p.StatusCode)
		}
		order["consent"] = []string{"email.documents", "sms.documents"}
		if p := b.post("/staff/documents/new", order); p.StatusCode != 422 || !strings.Contains(p.body, "Enter how the client agreed") {
			t.Errorf("without how, it is %d", p.StatusCode)
		}
		s.mail.Refuse(&smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "no"})
		order.Set("consent_how", "in person")
		p = b.post("/staff/documents/new", order)
		if p.StatusCode != 200 || strings.Contains(p.body, "/d/") || !strings.Contains(p.body, "by email to r…@example.org") || !strings.Contains(p.body, "by text message to …142") {
			t.Fatalf("sent: %d %s", p.StatusCode, p.body)
		}
		document := regexp.MustCompile(`/staff/documents/[0-9a-f-]{36}`).FindString(p.body)
		code := s.waitText(1).Code
		p = b.until(document, "Not sent: it was refused")
		if !strings.Contains(p.body, "agreed (in person, ") {
			t.Error("the page does not say how the client agreed")
		}
		s.mail.Refuse(nil)
		retry := attr(find(p.root, func(n *html.Node) bool { return n.Data == "form" && strings.HasSuffix(attr(n, "action"), "/retry") }), "action")
		if p := b.post(retry, nil); p.StatusCode != 200 {
			t.Errorf("trying again is %d", p.StatusCode)
		}
		link := s.linkIn(s.mail.Wait(t, 1)[0].Body)
		if p := b.until(document, "Sent "); strings.Contains(p.body, "/retry") {
			t.Error("a message that was sent can be tried again")
		}
		c := s.browser()
		c.complete(c.unlock(link, code))
	})
}

// until loads a page until it says so.
func (b *browser) until(path, says string) (p *page) {
	b.t.Helper()
	for range 500 {
		if p = b.get(path); strings.Contains(p.body, says) {
			return p
		}
		time.Sleep(20 * time.Millisecond)
	}
	b.t.Fatalf("%s never says %q:\n%s", path, says, p.body)
	return p
}
