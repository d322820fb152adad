package portal_test

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
)

// A stage is a site with everybody who comes to it and a document in every
// state, for whoever wants to look at all of it.
type stage struct {
	*cast
	sending *sending
	holders map[string]*store.Holder // of the practice, by role

	open, locked, expired, declined, revoked, packet *store.Issued
	withdrawn, npp                                   *store.Issued
	paper                                            uuid.UUID
}

const oneQuestion = `
form: weekly
version: "1.0.0"
title: How the week was
kind: intake
items:
- {id: week, type: text, ask: How was the week?}
`

func newStage(sending *sending) *stage {
	s := &stage{cast: sending.cast(), sending: sending, holders: map[string]*store.Holder{}}
	ctx := s.t.Context()
	for i, role := range access.Roles {
		h, err := s.store.Session(ctx, strings.TrimPrefix(s.headers[5+i][1], "s="))
		fatal(s.t, err)
		s.holders[string(role)] = h
	}
	fatal(s.t, s.store.Assign(ctx, s.director, s.completed.ClientID, []uuid.UUID{s.holders["clinical"].ID}))
	s.publish(oneQuestion)
	s.publish(strings.NewReplacer("1.0.0", "1.1.0", "the week?", "your week?").Replace(oneQuestion))
	_, err := s.store.PublishTemplate(ctx, s.director, []byte(strings.NewReplacer("1.0.0", "1.2.0", "the week?", "it?").Replace(oneQuestion)), true)
	fatal(s.t, err)
	_, err = s.store.MakeAPIKey(ctx, s.director, "Booking system", false)
	fatal(s.t, err)
	s.documents()
	s.history()
	return s
}

// of sends documents to the client whom everybody sees.
func (s *stage) of(templates ...string) *store.Issued {
	s.t.Helper()
	issued, err := s.store.Send(s.t.Context(), s.director, store.NewDocument{Template: templates[0], Packet: templates[1:], ClientID: s.completed.ClientID, Deliver: "none"})
	fatal(s.t, err)
	return issued
}

func (s *stage) documents() {
	ctx := s.t.Context()
	s.open, s.locked, s.expired, s.declined, s.revoked = s.of("papers"), s.of("papers"), s.of("papers"), s.of("papers"), s.of("papers")
	s.packet, s.withdrawn, s.npp = s.of("weekly", "papers"), s.of("telehealth-consent"), s.of("npp-acknowledgement")
	for range 10 {
		_, err := s.store.Unlock(ctx, s.locked.Token, wrongFor(s.locked.Code), "", store.Origin{})
		if err == nil {
			s.t.Fatal("a wrong code unlocks")
		}
	}
	fatal(s.t, s.db.Write(ctx, s.director.Practice, func(tx *db.Tx) error {
		for _, q := range []string{`UPDATE documents SET expires_at = $2 WHERE id = $1`, `UPDATE deliveries SET expires_at = $2 WHERE id = (SELECT delivery_id FROM documents WHERE id = $1)`} {
			if _, err := tx.Exec(ctx, q, s.expired.ID, time.Now().Add(-time.Hour)); err != nil {
				return err
			}
		}
		return nil
	}))
	_, err := s.store.Sweep(ctx)
	fatal(s.t, err)
	_, err = s.store.Revoke(ctx, s.director, s.revoked.ID)
	fatal(s.t, err)
	b := s.browser()
	f := b.get(strings.TrimSuffix(b.unlock("/d/"+s.declined.Token, s.declined.Code).Request.URL.Path, "1") + "decline").form()
	f.fields.Set("reason", "I would rather talk first")
	b.submit(f)
	for _, signed := range []*store.Issued{s.withdrawn, s.npp} {
		b := s.browser()
		b.complete(b.unlock("/d/"+signed.Token, signed.Code))
	}
	fatal(s.t, s.store.Withdraw(ctx, s.director, s.withdrawn.ID, time.Now().UTC().Add(-24*time.Hour).Format(time.DateOnly), "by phone"))
	s.paper, err = s.store.RecordPaper(ctx, s.director, store.PaperResult{
		Client: s.completed.ClientID, Template: "weekly", On: "2026-03-04", Scan: []byte("%PDF-1.4 scanned"),
	})
	fatal(s.t, err)
}

func wrongFor(code string) string {
	if code == "00000000" {
		return "11111111"
	}
	return "00000000"
}

// history changes the client, so that there is a former version; and adds one
// who is archived, and one who refused the notice.
func (s *stage) history() {
	ctx := s.t.Context()
	r, err := s.store.Client(ctx, s.director, s.completed.ClientID)
	fatal(s.t, err)
	edited := store.NewClient{Contact: r.Contact, Label: r.Label}
	edited.Label.BirthDate = "1984-03-27"
	fatal(s.t, s.store.EditClient(ctx, s.director, r.ID, r.Version, edited))
	for _, name := range []string{"Aisha", "Rosa"} {
		id, err := s.store.AddClient(ctx, s.director, store.NewClient{Contact: practice.Contact{FirstName: name}, Label: practice.Label{FullName: name + " Delgado"}})
		fatal(s.t, err)
		if name == "Aisha" {
			fatal(s.t, s.store.ArchiveClient(ctx, s.director, id, true))
		} else {
			fatal(s.t, s.store.Refuse(ctx, s.director, id, "refused", "2026-03-04", "offered twice"))
		}
	}
}

// pathFor fills in the parameters of a row of the staff's, for a role.
func (s *stage) pathFor(path, role string) string {
	s.t.Helper()
	switch {
	case path == "/staff/clients/import/:id":
		in, err := s.store.PrepareImport(s.t.Context(), s.holders[role], store.Import{Rows: []store.ImportRow{
			{Line: 2, Client: store.NewClient{Contact: practice.Contact{FirstName: "Ines"}, Label: practice.Label{FullName: "Ines Okafor"}}},
			{Line: 3, Client: store.NewClient{Contact: practice.Contact{FirstName: "Robin"}, Label: practice.Label{FullName: "Robin Reed"}}},
		}})
		fatal(s.t, err)
		return strings.Replace(path, ":id", in.ID.String(), 1)
	case strings.HasPrefix(path, "/staff/templates/:name"):
		return strings.NewReplacer(":name", "weekly", ":version", "1.1.0", "/changes", "/changes?since=1.0.0").Replace(path)
	case strings.HasPrefix(path, "/staff/team/:id"):
		return strings.Replace(path, ":id", s.holders["clinical"].ID.String(), 1)
	}
	return strings.NewReplacer(":kind", "link", ":channel", "email", ":language", "en", "/blank/:name", "/blank/papers").Replace(s.address(path, "", s.completed))
}

var messagePage = regexp.MustCompile(`/m/[A-Za-z0-9_-]+`)

// messagePath is the page behind the address that stops messages.
func (s *stage) messagePath() string {
	s.t.Helper()
	_, err := s.store.Send(s.t.Context(), s.director, store.NewDocument{
		Template: "papers", Deliver: "send", LinkBy: practice.Email, CodeBy: store.ByHand,
		Client:   &store.NewClient{Contact: practice.Contact{FirstName: "Mia", Email: "mia@example.org"}},
		Consents: []store.Consent{{Channel: practice.Email, Purpose: practice.ForDocuments, Given: true, How: "in person"}},
	})
	fatal(s.t, err)
	for { // staff are told of documents in between
		for _, mail := range s.sending.mail.Wait(s.t, 1) {
			if path := messagePage.FindString(mail.Header.Get("List-Unsubscribe")); path != "" {
				return path
			}
		}
	}
}

func staffPath(id uuid.UUID) string { return "/staff/documents/" + id.String() }

var allRoles = slices.Collect(func(yield func(string) bool) {
	for _, r := range access.Roles {
		if !yield(string(r)) {
			return
		}
	}
})
