package portal_test

import (
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/outbox"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
)

// Staff look at their own words before they keep them, are told what is wrong
// with them, and clients get what was kept.
func TestStaffChooseTheWords(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		s := startSending(t, d, nil)
		b := s.desk()
		const path = "/staff/settings/messages/link/sms/en"
		words := func(body, press string) *page { return b.post(path, url.Values{"body": {body}, "go": {press}}) }
		if p := b.get("/staff/settings/messages"); p.StatusCode != 200 || !strings.Contains(p.body, path) {
			t.Fatalf("the settings are %d", p.StatusCode)
		}
		if p := words("{practice} has a form for {first name}: {link} "+strings.Repeat("Bring your glasses. ", 6), "preview"); p.StatusCode != 200 || !strings.Contains(p.body, "Harbour Psychology has a form for Maya: https://forms.example.org/d/") || !strings.Contains(p.body, "2 text messages") {
			t.Errorf("the preview is %d %s", p.StatusCode, text(find(p.root, func(n *html.Node) bool { return n.Data == "main" })))
		}
		for body, problem := range map[string]string{
			"{practice} {link} {code}":                          "{code} does not belong in this message",
			"{practice}":                                        "The text has to hold {link}",
			"{practice} {link} {full name}":                     "{full name} is not filled in",
			"{practice} {link} https://example.org":             "Leave web addresses out",
			"{practice} {link}" + strings.Repeat(" a form", 90): "more than three text messages",
		} {
			if p := words(body, "save"); p.StatusCode != 422 || !strings.Contains(p.body, problem) {
				t.Errorf("%q is %d", body, p.StatusCode)
			}
		}
		if p := words("{first name}, {practice} waits for you: {link}", "save"); p.StatusCode != 200 || !strings.Contains(p.body, ">your own<") {
			t.Errorf("keeping them is %d", p.StatusCode)
		}
		_, err := s.store.Send(t.Context(), s.director, store.NewDocument{
			Template: "npp-acknowledgement", Deliver: "send", LinkBy: practice.SMS, CodeBy: store.ByHand, Client: &store.NewClient{Contact: practice.Contact{FirstName: "Robin", Phone: "+13035550142"}},
			Consents: []store.Consent{{Channel: practice.SMS, Purpose: practice.ForDocuments, Given: true, How: "in person"}},
		})
		fatal(t, err)
		if m := s.waitText(1); !strings.HasPrefix(m.Body, "Robin, Harbour Psychology waits for you: "+s.url+"/d/") || !strings.HasSuffix(m.Body, "Reply STOP to stop.") {
			t.Errorf("the client got %q", m.Body)
		}
		if p := words("", "reset"); p.StatusCode != 200 || strings.Contains(p.body, ">your own<") {
			t.Errorf("going back to ours is %d", p.StatusCode)
		}
	})
}

// Staff read why a message was given up in words, whatever the reason.
func TestEveryReasonHasWords(t *testing.T) {
	s := startSending(t, testdb.Open(t, db.SQLite), nil)
	issued, _, _ := s.mailed(nil)
	b := s.desk()
	seen := map[string]outbox.Reason{}
	for _, reason := range []outbox.Reason{
		outbox.Unreachable, outbox.Insecure, outbox.SignIn, outbox.Refused, outbox.Full, outbox.Busy, outbox.BrokeOff, outbox.BadAddress, outbox.Guarded, outbox.NoChannel, outbox.TooOften, outbox.Bounced,
	} {
		fatal(t, s.db.Write(t.Context(), s.director.Practice, func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `UPDATE messages SET state = 'failed', reason = $1`, string(reason))
			return err
		}))
		_, after, found := strings.Cut(b.get("/staff/documents/"+issued.ID.String()).body, "Not sent: ")
		words, _, _ := strings.Cut(after, "<")
		if !found || len(words) < 15 || seen[words] != "" || strings.Contains(words, "-") {
			t.Errorf("%s reads %q, as does %q", reason, words, seen[words])
		}
		seen[words] = reason
	}
}
