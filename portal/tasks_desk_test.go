package portal_test

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/sealform/sealform/internal/testbrowser"
)

// What the front desk does: clients, sending, documents.

func (s *seat) home() {
	s.open("/staff")
	s.says("Needs you now", "Waiting for the client", "Done this week", "Ten wrong codes were entered", "The client said no", "Its time ran out")
}

func (s *seat) addClient() {
	s.open("/staff/clients")
	s.tab.Follow("Add a client")
	s.submit("Add the client", "first_name", "Mia", "full_name", s.word("Mia"), "date_of_birth", "27 March 1984", "reference", s.word("M"),
		"email", "mia@example.org", "phone", "+1 303 555 0142")
	s.says("The client is added.", "March 27, 1984")
	s.client = s.tab.Address().Path
}

func (s *seat) findClient() {
	for _, query := range []string{s.word("mia"), "1984-03-27", s.word("M")} {
		s.open("/staff/clients")
		s.submit("Search", "q", query)
		s.says(s.word("Mia"))
	}
}

func (s *seat) changeClient() {
	s.open(s.client)
	s.tab.Follow("Change")
	s.submit("Save", "full_name", s.word("Mia Reed"))
	s.says(s.word("Mia Reed"), "changed the record")
	s.submit("Put everything back as it was before this change")
	s.says("put the record back as it was")
	s.open("/staff/clients?q=" + url.QueryEscape(s.word("M")))
	s.says(s.word("Mia"))
}

func (s *seat) archiveClient() {
	s.open(s.client)
	s.submit("Archive the client")
	s.says("Archived")
	s.open("/staff/clients?archived=1")
	s.tab.Follow(s.word("Mia"))
	s.submit("Restore the client")
	s.says("New document")
}

func (s *seat) importClients() {
	list := filepath.Join(s.t.TempDir(), "list.csv")
	fatal(s.t, os.WriteFile(list, []byte("Name,Date of birth\n"+s.word("Ines")+",1984-03-28\n,1990-01-01\n"), 0o600))
	s.open("/staff/clients")
	s.tab.Follow("Import a list")
	s.tab.Upload("file", list)
	s.submit("Look at it first")
	s.says("Ready to be added1", "Cannot be added1")
	s.submit("Import 1 client")
	s.says("Added1")
	s.tab.Follow("See the clients")
	s.says(s.word("Ines"))
}

func (s *seat) assign() {
	s.open(s.client)
	s.tab.Follow("Who sees this client")
	s.submit("Save", "member", s.holders["clinical"].ID.String())
	s.says("changed who sees the client")
}

// sendTo opens the form for a new document for the member's client.
func (s *seat) sendTo() {
	s.open(s.client)
	s.tab.Follow("New document")
	s.says(s.word("Mia"))
}

func (s *seat) handOver() {
	s.sendTo()
	s.submit("Make the document", "template", "weekly@1.1.0", "template", "papers@1.0.0", "expires_in_days", "7", "deliver", "none")
	shown := s.secrets()
	if shown["big"] == "" || shown["url"] == "" {
		s.t.Fatalf("there is no link and code to hand over: %s", s.shown())
	}
	page := s.tab.Page().Root
	for section := range testbrowser.Elements(page, "section") {
		if testbrowser.Attr(section, "class") == "slip" && (!strings.Contains(testbrowser.Text(section), shown["url"]) || strings.Contains(testbrowser.Text(section), shown["big"])) {
			s.t.Errorf("the slip is %s", testbrowser.Text(section))
		}
	}
	if testbrowser.First(page, "svg") == nil {
		s.t.Error("there is no QR code")
	}
	if p := s.browser().unlock(strings.TrimPrefix(shown["url"], s.url), shown["big"]); !strings.Contains(p.body, "2 documents") {
		s.t.Errorf("the link opens %s", text(p.root))
	}
	s.tab.Follow("See the document")
	s.says("Under the same link", "Opened")
	s.document = s.tab.Address().Path
}

func (s *seat) reissue() {
	for _, c := range []struct{ what, shows, hides string }{{"code", "big", "url"}, {"link", "url", "big"}, {"both", "big", "none"}} {
		s.open(s.document)
		s.submit("Make it", "what", c.what)
		if shown := s.secrets(); shown[c.shows] == "" || shown[c.hides] != "" {
			s.t.Errorf("making %s shows %q", c.what, shown)
		}
	}
}

func (s *seat) extend() {
	s.open(s.document)
	s.submit("Extend", "days", "40")
	s.says("Given more time")
}

func (s *seat) sendBoth() {
	s.sending.mail.Taken()
	texts := len(s.sending.text.Messages())
	s.sendTo()
	s.submit("Make the document", "template", "weekly@1.1.0", "deliver", "send", "consent", "email.documents", "consent", "sms.documents", "consent_how", "in person", "link_by", "email", "code_by", "sms")
	s.says("by email to m…@example.org", "by text message to …142")
	link := s.sending.linkIn(s.sending.mail.Wait(s.t, 1)[0].Body)
	code := s.sending.waitText(texts + 1).Code
	s.tab.Follow("See the document")
	s.submit("Show the code")
	if got := s.secrets()["big"]; strings.ReplaceAll(got, " ", "") != code {
		s.t.Errorf("the code that is shown is %q, not that of the message", got)
	}
	if p := s.browser().unlock(link, code); p.StatusCode != 200 {
		s.t.Errorf("what was sent opens nothing: %d", p.StatusCode)
	}
	s.open(s.client)
	s.says("By email to m…@example.org: agreed (in person, ", "By text message to …142: agreed (in person, ")
}

func (s *seat) sendAgain() {
	s.sending.mail.Refuse(&smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "no"})
	s.sendTo()
	s.submit("Make the document", "template", "weekly@1.1.0", "deliver", "send", "link_by", "email", "code_by", "")
	s.tab.Follow("See the document")
	at := s.tab.Address().Path
	for range 200 {
		if s.open(at); strings.Contains(s.shown(), "Not sent: it was refused") {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	s.sending.mail.Refuse(nil)
	s.sending.mail.Taken()
	s.submit("Try again")
	s.sending.linkIn(s.sending.mail.Wait(s.t, 1)[0].Body)
}

func (s *seat) revoke() {
	s.openDocument(s.of("weekly").ID)
	s.submit("Revoke…")
	s.says("cannot be undone")
	s.submit("Revoke it")
	s.says("The document is revoked")
}

func (s *seat) settle() {
	issued := s.of("weekly")
	s.browser().post("/d/"+issued.Token+"/no-code", url.Values{"why": {"lost"}})
	s.openDocument(issued.ID)
	s.says("The client has no code.")
	s.submit("Dealt with")
	if strings.Contains(s.shown(), "The client has no code.") {
		s.t.Error("the call is still there")
	}
}

func (s *seat) reopen() {
	issued := s.of("weekly")
	b := s.browser()
	f := b.get(strings.TrimSuffix(b.unlock("/d/"+issued.Token, issued.Code).Request.URL.Path, "1") + "decline").form()
	f.fields.Set("reason", "I would rather talk first")
	b.submit(f)
	s.openDocument(issued.ID)
	s.says("Declined")
	if says := strings.Contains(s.shown(), "I would rather talk first"); says != s.role.ReadsAnswers() {
		s.t.Errorf("the reason shows: %t", says)
	}
	s.submit("Open it again")
	s.says("Opened again after it was declined")
}

func (s *seat) paperAndAgain() {
	scan := filepath.Join(s.t.TempDir(), "scan.pdf")
	fatal(s.t, os.WriteFile(scan, []byte(smallPDF), 0o600))
	s.open(s.client)
	s.tab.Follow("Record a paper form")
	s.tab.Follow("How the week was") // the blank one
	s.says("How was your week?", "Signature")
	s.open(s.client + "/paper")
	s.tab.Upload("file", scan)
	s.submit("Keep it", "template", "weekly@1.1.0", "on", "2026-03-04")
	s.says("Kept from paper", "signed March 4, 2026")
	s.tab.Follow("Ask again")
	s.says("asks How the week was again")
	s.submit("Make the document", "deliver", "none")
	s.tab.Follow("See the document")
	s.says("Supersedes an earlier one")
}

func (s *seat) withdraw() {
	signed := s.of("telehealth-consent")
	b := s.browser()
	b.complete(b.unlock("/d/"+signed.Token, signed.Code))
	s.openDocument(signed.ID)
	s.submit("Record the withdrawal", "on", time.Now().UTC().Add(-24*time.Hour).Format(time.DateOnly), "words", "by phone")
	s.says("Consent taken back", "by phone")
}

func (s *seat) file() {
	s.openDocument(s.completed.ID)
	s.submit("Mark as filed")
	s.says("Filed")
	s.submit("Take back from filed")
	s.says("Mark as filed")
}

func (s *seat) refuseNotice() {
	s.open(s.client)
	s.tab.Follow("Record why not")
	s.submit("Record it", "reason", "refused", "words", "read the first page aloud")
	s.says("Not acknowledged, documented", "read the first page aloud", s.holders[string(s.role)].Name)
	s.open("/staff/notices?state=refused")
	s.says(s.word("Mia"))
}

func (s *seat) read() {
	s.openDocument(s.completed.ID)
	s.tab.Follow("Read the answers")
	s.says("Robin Reed", "Signature")
	page := s.tab.Page().Root
	for _, file := range []string{".pdf", "answers.json", "bundle.json", "attachments/1"} {
		if kind, _ := s.tab.Fetch(testbrowser.Link(page, file)); strings.HasPrefix(kind, "text/html") {
			s.t.Errorf("%s is %s", file, kind)
		}
	}
	if kind, _ := s.tab.Fetch(testbrowser.Link(page, "answers.csv")); !strings.HasPrefix(kind, "text/csv") {
		s.t.Errorf("the answers as a table are %s", kind)
	}
	s.open(testbrowser.Link(page, "page?page=1"))
	s.openDocument(s.completed.ID)
	s.says("Answers read", "Signed PDF downloaded")
}

func (s *seat) zip() {
	s.open("/staff/clients/" + s.completed.ClientID.String())
	if got := s.fetched("Download the chosen as a zip", "document", s.completed.ID.String(), "document", s.npp.ID.String()); got != "application/zip PK" {
		s.t.Errorf("the zip is %q", got)
	}
}
