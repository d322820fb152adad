package portal_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
	"github.com/sealform/sealform/portal"
)

// sendTo is what a program sends to a client; extra follows its fields.
func sendTo(client, extra string) string {
	return `{"template":"npp-acknowledgement","client_id":"` + client + `","deliver":"send"` + extra + `}`
}

// A form asks about messages, says that the answer leaves it, and what was
// ticked there is what may be sent.
func TestAFormAgreesToMessages(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		s := startSending(t, d, nil)
		a := s.program(false)
		_, made := a.call("POST", "/documents", `{"template":"messaging-consent","client":{"first_name":"Robin","email":"robin@example.org","phone":"+13035550142"},"deliver":"none"}`)
		client := made["client_id"].(string)
		if status, v := a.call("POST", "/documents", sendTo(client, "")); status != 409 || v["code"] != "no-consent" {
			t.Fatalf("before the form: %d %v", status, v)
		}
		b := s.browser()
		p := b.unlock(strings.TrimPrefix(made["link"].(string), s.url), made["code"].(string))
		if !strings.HasSuffix(p.Request.URL.Path, "/1") {
			t.Errorf("the first page is %s", p.Request.URL.Path)
		}
		said := false
		for pdfLink.FindString(p.body) == "" {
			said = said || strings.Contains(p.body, "kept outside the sealed form")
			f := p.form()
			if f == nil {
				t.Fatalf("no way forward on %s", p.Request.URL)
			}
			f.answer()
			if _, asked := f.options["choose.email"]; asked {
				f.fields.Set("choose.email", "decline")
			}
			p = b.submit(f)
		}
		if !said {
			t.Error("no page says that the answer is kept outside the form")
		}
		if status, v := a.call("POST", "/documents", sendTo(client, `,"link_by":"email"`)); status != 409 || v["code"] != "no-consent" {
			t.Errorf("by e-mail, which was refused: %d %v", status, v)
		}
		if status, v := a.call("POST", "/documents", sendTo(client, "")); status != 201 || v["link_by"] != "sms" {
			t.Errorf("by text message, which was agreed to: %d %v", status, v)
		}
	})
}

// One click of a mail program, which posts without any header of a browser
// (RFC 8058), stops messages: also those that wait. One mail confirms it.
func TestOneClickUnsubscribes(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		s := startSending(t, d, nil)
		issued, _, about := s.mailed(func(in *store.NewDocument) {
			in.Consents = append(in.Consents, store.Consent{Channel: practice.Email, Purpose: practice.ForReminders, Given: true, How: "in person"})
		})
		click := func() *page {
			return s.do(t, "POST", about, strings.NewReader("List-Unsubscribe=One-Click"), "Content-Type", urlencoded)
		}
		if s.reminders(issued) != 1 {
			t.Fatal("no reminder waits")
		}
		if p := s.browser().get(about); p.StatusCode != 200 || !strings.Contains(p.body, "Stop messages?") || !strings.Contains(p.body, "r…@example.org") || strings.Contains(p.body, "robin@") {
			t.Errorf("the page is %d %s", p.StatusCode, p.body)
		}
		if p := click(); p.StatusCode != 200 || len(p.Cookies()) > 0 || s.reminders(issued) != 0 {
			t.Errorf("one click is %d, and %d reminders wait", p.StatusCode, s.reminders(issued))
		}
		if m := s.mail.Wait(t, 1)[0]; m.To != "robin@example.org" || strings.Contains(m.Body, s.url) || !strings.Contains(m.Body, "no more messages") || m.Get("List-Unsubscribe") != "" {
			t.Errorf("the confirmation is %v %s", m.Header, m.Body)
		}
		before := s.messagesOf(issued)
		if p := click(); p.StatusCode != 200 || s.messagesOf(issued) != before {
			t.Errorf("the second click is %d", p.StatusCode)
		}
		if status, v := s.program(false).call("POST", "/documents", sendTo(issued.ClientID.String(), "")); status != 409 || v["code"] != "no-consent" {
			t.Errorf("after one click: %d %v", status, v)
		}
		b := s.desk()
		if p := b.get("/staff/documents/" + issued.ID.String()); !strings.Contains(p.body, "stopped on") || !strings.Contains(p.body, "Call them, or hand link and code over yourself") || !strings.Contains(p.body, "wants no such messages") {
			t.Errorf("staff see %s", p.body)
		}
		again := s.browser()
		if p := again.post(about, url.Values{"answer": {"yes"}}); p.StatusCode != 200 || !strings.Contains(p.body, "may send you messages") {
			t.Errorf("allowing them again is %d", p.StatusCode)
		}
		if status, _ := s.program(false).call("POST", "/documents", sendTo(issued.ClientID.String(), "")); status != 201 {
			t.Errorf("after that, sending is %d", status)
		}
	})
}

// reminders counts a document's reminders that wait.
func (s *sending) reminders(issued *store.Issued) int {
	return s.countOf(issued, `kind = 'reminder' AND state = 'queued'`)
}

func (s *sending) messagesOf(issued *store.Issued) int { return s.countOf(issued, `kind <> ''`) }

func (s *sending) countOf(issued *store.Issued, which string) (n int) {
	s.t.Helper()
	fatal(s.t, s.db.ReadOne(s.t.Context(), s.director.Practice, `SELECT count(*) FROM messages WHERE delivery_id = $1 AND `+which, []any{issued.DeliveryID}, &n))
	return n
}

// Whoever was sent a form can stop messages from its own pages; a mother's stop
// is not her child's, and staff see whose it is.
func TestStoppingOnOnesOwnPage(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		s := startSending(t, d, func(*portal.Config) {})
		issued, code := s.sentTo("en")
		link := s.linkIn(s.mail.Wait(t, 1)[0].Body)
		b := s.browser()
		p := b.unlock(link, code.Code)
		if !strings.Contains(p.body, `href="../../messages"`) {
			t.Error("the form's pages do not lead to the page about messages")
		}
		if p := s.browser().get(link + "/messages"); strings.Contains(p.body, "example.org") {
			t.Error("without the code the page shows addresses")
		}
		if p := b.get(link + "/messages"); p.StatusCode != 200 || !strings.Contains(p.body, "a…@example.org") || !strings.Contains(p.body, "…142") {
			t.Errorf("the page is %d %s", p.StatusCode, p.body)
		}
		p = b.post(link+"/messages", url.Values{"channel": {"sms"}})
		if p.StatusCode != 200 || strings.Contains(p.body, "Stop messages by text message") || !strings.Contains(p.body, "stopped") || !strings.Contains(p.body, "Stop messages by email") {
			t.Errorf("after stopping text messages: %d %s", p.StatusCode, p.body)
		}
		if s.standing(issued, practice.SMS) || !s.standing(issued, practice.Email) {
			t.Error("the stop was not recorded for text messages alone")
		}
		if page := s.desk().get("/staff/documents/" + issued.ID.String()); !strings.Contains(page.body, "By text message to …142: stopped on") || !strings.Contains(page.body, "Use email.") {
			t.Errorf("staff see %s", page.body)
		}
		b.complete(b.get(link))
	})
}
