package portal_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/outbox"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
	"github.com/sealform/sealform/portal"
)

// sentTo makes a document whose code goes to a phone.
func (s *sending) sentTo(language string) (issued *store.Issued, code outbox.Kept) {
	s.t.Helper()
	before := len(s.text.Messages())
	issued, err := s.store.Send(s.t.Context(), s.director, store.NewDocument{
		Template: "npp-acknowledgement", Deliver: "send", Client: &store.NewClient{Contact: practice.Contact{FirstName: "Robin"}},
		Recipient: &practice.Recipient{Contact: practice.Contact{FirstName: "Ana", Email: "ana@example.org", Phone: "+13035550142"}, Relationship: "mother", Language: language},
		Consents: []store.Consent{
			{Channel: practice.Email, Purpose: practice.ForDocuments, Given: true, How: "in person"}, {Channel: practice.SMS, Purpose: practice.ForDocuments, Given: true, How: "in person"},
		},
	})
	fatal(s.t, err)
	return issued, s.waitText(before + 1)
}

// twilioSign signs as Twilio's documentation says.
func twilioSign(address string, form url.Values, token string) string {
	text := address
	for _, name := range slices.Sorted(func(yield func(string) bool) {
		for name := range form {
			if !yield(name) {
				return
			}
		}
	}) {
		text += name + form.Get(name)
	}
	mac := hmac.New(sha1.New, []byte(token))
	mac.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func (s *sending) twilio(path string, form url.Values, token string) *page {
	return s.do(s.t, "POST", path, strings.NewReader(form.Encode()), "Content-Type", urlencoded, "X-Twilio-Signature", twilioSign(s.url+path, form, token))
}

func (s *sending) standing(client *store.Issued, channel practice.Channel) (given bool) {
	s.t.Helper()
	about := 0
	fatal(s.t, s.db.ReadOne(s.t.Context(), s.director.Practice, `SELECT count(*) FROM consents WHERE client_id = $1 AND channel = $2 AND purpose = 'documents' AND given = (1 = 1)
		AND id = (SELECT id FROM consents WHERE client_id = $1 AND channel = $2 AND purpose = 'documents' ORDER BY at DESC, id DESC LIMIT 1)`, []any{client.ClientID, string(channel)}, &about))
	return about == 1
}

func TestTwilioTellsOfStopAndReceipts(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		twilio, err := outbox.NewTwilio("AC"+strings.Repeat("0", 32), twilioToken, "+15005550006")
		fatal(t, err)
		s := startSending(t, d, func(c *portal.Config) { c.Twilio = twilio })
		issued, code := s.sentTo("es")
		receipt := strings.TrimPrefix(code.Receipt, s.url)
		if p := s.twilio(receipt, url.Values{"MessageStatus": {"delivered"}}, "another token"); p.StatusCode != 403 || s.messageState(issued, practice.CodeMessage) == practice.MessageDelivered {
			t.Errorf("a receipt that is not signed is %d", p.StatusCode)
		}
		if p := s.twilio(receipt, url.Values{"MessageStatus": {"delivered"}}, twilioToken); p.StatusCode != 204 || s.messageState(issued, practice.CodeMessage) != practice.MessageDelivered {
			t.Errorf("a receipt is %d", p.StatusCode)
		}
		if _, err := s.store.PendingCode(t.Context(), s.director, issued.ID); err == nil {
			t.Error("the code is kept after it arrived")
		}
		stop := url.Values{"From": {"+13035550142"}, "Body": {" Stop. "}}
		if p := s.twilio("/hooks/twilio", stop, "another token"); p.StatusCode != 403 || !s.standing(issued, practice.SMS) {
			t.Errorf("STOP with a wrong signature is %d", p.StatusCode)
		}
		p := s.twilio("/hooks/twilio", stop, twilioToken)
		if p.StatusCode != 200 || !strings.Contains(p.body, "<Message>") && !strings.Contains(p.body, "<message>") || !strings.Contains(p.body, "Harbour Psychology") || !strings.Contains(p.body, "mensajes") || s.standing(issued, practice.SMS) || s.standing(issued, practice.Voice) {
			t.Errorf("STOP is %d %s", p.StatusCode, p.body)
		}
		if p := s.twilio("/hooks/twilio", stop, twilioToken); p.StatusCode != 200 || strings.Contains(strings.ToLower(p.body), "<message>") {
			t.Errorf("a second STOP is %d %s", p.StatusCode, p.body)
		}
		if p := s.twilio("/hooks/twilio", url.Values{"From": {"+13035550142"}, "Body": {"START"}}, twilioToken); p.StatusCode != 200 || !s.standing(issued, practice.SMS) {
			t.Errorf("START is %d", p.StatusCode)
		}
	})
}

// retried presses the button that sends a message again, and returns it.
func (s *sending) retried(b *browser, issued *store.Issued) outbox.Kept {
	s.t.Helper()
	before := len(s.text.Messages())
	p := b.get("/staff/documents/" + issued.ID.String())
	button := find(p.root, func(n *html.Node) bool { return n.Data == "form" && strings.HasSuffix(attr(n, "action"), "/retry") })
	if p := b.post(attr(button, "action"), nil); p.StatusCode != 200 {
		s.t.Errorf("trying again is %d", p.StatusCode)
	}
	return s.waitText(before + 1)
}

func (s *sending) messageState(issued *store.Issued, kind practice.MessageKind) practice.MessageState {
	s.t.Helper()
	for range 200 { // it may be settled just after it came
		all, err := s.store.Messages(s.t.Context(), s.director, issued.ID)
		fatal(s.t, err)
		for _, m := range all {
			if m.Kind == kind && m.State != practice.MessageQueued {
				return m.State
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
	return practice.MessageQueued
}

func TestTheGatewayTellsOfStopAndReceipts(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		gateway, err := outbox.NewGateway("http://127.0.0.1:1/", gatewaySecret, time.Now)
		fatal(t, err)
		s := startSending(t, d, func(c *portal.Config) { c.Gateway = gateway })
		issued, code := s.sentTo("fr")
		post := func(path, body string, change func(stamp, sign string) (string, string)) *page {
			stamp := fmt.Sprint(time.Now().Unix())
			sign := gateway.Sign(stamp, []byte(body))
			if change != nil {
				stamp, sign = change(stamp, sign)
			}
			return s.do(t, "POST", path, strings.NewReader(body), "Content-Type", "application/json", "X-Sealform-Timestamp", stamp, "X-Sealform-Signature", sign)
		}
		receipt, stop := strings.TrimPrefix(code.Receipt, s.url), `{"from":"+1 303 555 0142","text":"STOP"}`
		for name, change := range map[string]func(stamp, sign string) (string, string){
			"no signature": func(stamp, _ string) (string, string) { return stamp, "" },
			"another's":    func(stamp, sign string) (string, string) { return stamp, sign[:len(sign)-1] + "x" },
			"another time": func(_, sign string) (string, string) { return fmt.Sprint(time.Now().Unix() - 1), sign },
			"an old one": func(string, string) (string, string) {
				old := fmt.Sprint(time.Now().Add(-time.Hour).Unix())
				return old, gateway.Sign(old, []byte(stop))
			},
		} {
			if p := post("/hooks/gateway", stop, change); p.StatusCode != 403 || !s.standing(issued, practice.SMS) {
				t.Errorf("%s is %d", name, p.StatusCode)
			}
		}
		if s.messageState(issued, practice.CodeMessage) != practice.MessageSent {
			t.Error("the code was not sent")
		}
		bounce := fmt.Sprintf(`{"id":%q,"status":"bounced"}`, code.ID)
		for body, status := range map[string]int{`{"status":"bounced"}`: 422, strings.Replace(bounce, code.ID.String(), issued.ID.String(), 1): 404} {
			if p := post(receipt, body, nil); p.StatusCode != status || s.messageState(issued, practice.CodeMessage) != practice.MessageSent {
				t.Errorf("%s is %d", body, p.StatusCode)
			}
		}
		var stamp, sign string
		again := func(at, by string) (string, string) {
			if stamp == "" {
				stamp, sign = at, by
			}
			return stamp, sign
		}
		if p := post(receipt, bounce, again); p.StatusCode != 204 || s.messageState(issued, practice.CodeMessage) != practice.MessageFailed {
			t.Errorf("a bounce is %d", p.StatusCode)
		}
		b := s.desk()
		b.until("/staff/documents/"+issued.ID.String(), "Not sent: it could not be delivered")
		code = s.retried(b, issued)
		if p := post(receipt, bounce, again); p.StatusCode != 204 || s.messageState(issued, practice.CodeMessage) != practice.MessageSent {
			t.Errorf("the same bounce again is %d, and the message %s", p.StatusCode, s.messageState(issued, practice.CodeMessage))
		}
		if p := post(receipt, fmt.Sprintf(`{"id":%q,"status":"delivered"}`, code.ID), nil); p.StatusCode != 204 || s.messageState(issued, practice.CodeMessage) != practice.MessageDelivered {
			t.Errorf("a delivery is %d", p.StatusCode)
		}
		before := len(s.text.Messages())
		if p := post("/hooks/gateway", stop, nil); p.StatusCode != 204 || s.standing(issued, practice.SMS) {
			t.Errorf("STOP is %d", p.StatusCode)
		}
		if told := s.waitText(before + 1); !strings.Contains(told.Body, "Harbour Psychology") || told.Language != "fr" || told.Link+told.Code != "" {
			t.Errorf("the confirmation is %+v", told.Message)
		}
		mail := s.mail.Wait(t, 1)[0]
		name, _, _ := strings.Cut(strings.TrimPrefix(mail.Get("Message-Id"), "<"), "@")
		returned := fmt.Sprintf(`{"id":%q,"status":"bounced"}`, name)
		if p := post("/hooks/mail", returned, func(stamp, _ string) (string, string) { return stamp, "" }); p.StatusCode != 403 || s.messageState(issued, practice.LinkMessage) != practice.MessageSent {
			t.Errorf("a returned mail, unsigned, is %d", p.StatusCode)
		}
		if p := post("/hooks/mail", `{"id":"nobody's","status":"bounced"}`, nil); p.StatusCode != 404 {
			t.Errorf("a returned mail that nobody sent is %d", p.StatusCode)
		}
		if p := post("/hooks/mail", returned, nil); p.StatusCode != 204 || s.messageState(issued, practice.LinkMessage) != practice.MessageFailed {
			t.Errorf("a returned mail is %d", p.StatusCode)
		}
		stamp = ""
		oui := `{"from":"+13035550142","text":"oui"}`
		if p := post("/hooks/gateway", oui, again); p.StatusCode != 204 || !s.standing(issued, practice.SMS) {
			t.Errorf("START is %d", p.StatusCode)
		}
		if p := post("/hooks/gateway", strings.Replace(stop, "STOP", "Stop", 1), nil); p.StatusCode != 204 || s.standing(issued, practice.SMS) {
			t.Errorf("another STOP is %d", p.StatusCode)
		}
		if p := post("/hooks/gateway", oui, again); p.StatusCode != 204 || s.standing(issued, practice.SMS) {
			t.Errorf("the same START again is %d, and starts messages", p.StatusCode)
		}
	})
}
