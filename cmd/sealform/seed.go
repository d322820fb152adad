package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

const (
	overseas  = "overseas-storage-consent"
	demoEmail = "director@harborstreet.example"
)

var demoOrigin = store.Origin{Address: "127.0.0.1", Browser: "sealform demo"}

// demoClients, each with the document left open for them. The practice keeps
// its records in another country, so everybody but those who are still asked
// has agreed to that before.
var demoClients = []struct {
	template  string
	contact   practice.Contact
	name      string
	birthDate string
}{
	{"intake-adult", practice.Contact{FirstName: "Maya", Email: "maya@example.org", Phone: "+15035550142"}, "Maya Ortiz", "1988-04-17"},
	{overseas, practice.Contact{FirstName: "Walter", Phone: "+15035550119"}, "Walter Lindqvist", "1949-11-02"},
	{"npp-acknowledgement", practice.Contact{FirstName: "Aisha", Email: "aisha@example.org"}, "Aisha Karim", "1995-08-30"},
	{"intake-adult", practice.Contact{FirstName: "Daniel", Email: "daniel@example.org"}, "Daniel Nakamura", "1976-01-23"},
	{overseas, practice.Contact{FirstName: "Rosa", Email: "rosa@example.org", Phone: "+15035550173"}, "Rosa Delgado", "2001-06-09"},
}

// A seeding fills the demo the way people would: through the store alone.
type seeding struct {
	ctx      context.Context
	store    *store.Store
	base     string
	director *store.Holder
}

// seed makes the demo's practice, staff, clients and documents.
func seed(ctx context.Context, st *store.Store, base string) (*demo, error) {
	s := &seeding{ctx: ctx, store: st, base: base}
	d := &demo{BaseURL: base, Staff: demoStaff{demoEmail, newPassphrase()}}
	if err := s.practice(demoPractice, d.Staff.Passphrase); err != nil {
		return nil, fmt.Errorf("demo practice: %w", err)
	}
	var err error
	if d.APIKey, err = st.MakeAPIKey(ctx, s.director, "Demo", true); err != nil {
		return nil, fmt.Errorf("demo API key: %w", err)
	}
	for i, client := range demoClients {
		in := store.NewDocument{Template: client.template, Deliver: "none", Client: &store.NewClient{
			Contact: client.contact,
			Label:   practice.Label{FullName: client.name, BirthDate: client.birthDate, Reference: fmt.Sprintf("H-%04d", 1001+i)},
		}, Consents: agreed(client.contact)}
		issued, err := s.send(in, client.name)
		if err != nil {
			return nil, fmt.Errorf("demo document %s: %w", client.template, err)
		}
		d.Documents = append(d.Documents, demoDocument{
			ID: issued.ID.String(), Template: client.template, Client: client.name,
			Link: base + "/d/" + issued.Token, Code: issued.Code,
		})
	}
	return d, nil
}

// agreed is what the demo's clients said about messages: yes, wherever they have
// an address.
func agreed(c practice.Contact) (list []store.Consent) {
	for channel, address := range map[practice.Channel]string{practice.Email: c.Email, practice.SMS: c.Phone} {
		for _, purpose := range practice.Purposes {
			if address != "" {
				list = append(list, store.Consent{Channel: channel, Purpose: purpose, Given: true, How: "in person"})
			}
		}
	}
	return list
}

func newPassphrase() string {
	text := strings.ToLower(rand.Text())
	return strings.Join([]string{"harbor", text[:5], text[5:10], text[10:15], text[15:20]}, "-")
}

var demoPractice = practice.Practice{
	Name: "Harbor Street Clinic", Phone: "+1 503 555 0100", Email: "hello@harborstreet.example",
	Address: "12 Harbor Street, Portland, OR 97204", Website: "https://harborstreet.example",
	Country: "US", Zone: "America/Los_Angeles", RecordsCountry: "CA", PrivacyContact: "Privacy Officer",
	EffectiveDate: "2026-01-01", CopyDays: 30, ExpiryDays: 14,
}

// practice makes the practice and signs its director in.
func (s *seeding) practice(details practice.Practice, passphrase string) error {
	_, token, err := s.store.CreatePractice(s.ctx, store.NewPractice{Practice: details, DirectorName: "Dana Whitfield", DirectorEmail: demoEmail})
	if err != nil {
		return err
	}
	_, kit, err := s.store.Accept(s.ctx, token, passphrase, demoOrigin)
	if err != nil {
		return err
	}
	if _, s.director, err = s.store.SignIn(s.ctx, demoEmail, passphrase, demoOrigin); err != nil {
		return err
	}
	return s.store.ConfirmKit(s.ctx, s.director, kit)
}

// send makes the document, after the client's consent to overseas storage
// unless that is the document itself.
func (s *seeding) send(in store.NewDocument, name string) (*store.Issued, error) {
	if in.Template == overseas {
		return s.store.Send(s.ctx, s.director, in)
	}
	consent := in
	in.Consents = nil // recorded with the first
	consent.Template = overseas
	issued, err := s.store.Send(s.ctx, s.director, consent)
	if err != nil {
		return nil, err
	}
	if err := s.agree(issued, name); err != nil {
		return nil, fmt.Errorf("consent to overseas storage: %w", err)
	}
	in.Client, in.ClientID = nil, issued.ClientID
	return s.store.Send(s.ctx, s.director, in)
}

// agree does what the client does on a phone: unlock, tick, type a name, send.
func (s *seeding) agree(issued *store.Issued, name string) error {
	unlocked, err := s.store.Unlock(s.ctx, issued.Token, issued.Code, "", demoOrigin)
	if err != nil {
		return err
	}
	visit, err := s.store.Visit(s.ctx, issued.Token, unlocked.Session, unlocked.Device)
	if err != nil {
		return err
	}
	step := visit.Step(issued.ID)
	form, err := s.store.Form(s.ctx, visit.Practice.ID, step.Pin)
	if err != nil {
		return err
	}
	revision, err := s.fill(visit, step, form, forms.Inputs{"choose.overseas": {"agree"}})
	if err != nil {
		return err
	}
	return s.store.Submit(s.ctx, visit, step, revision, practice.Signature{
		Name: name, Role: "self", Statement: form.Sign.Statement, Notice: views.CurrentSigningNotice("en", views.Practice{}, visit.Practice.CopyDays).Version,
	}, demoOrigin)
}

// fill saves the answers in one go and returns the draft's revision.
func (s *seeding) fill(visit *store.Visit, step *store.Step, form *forms.Template, in forms.Inputs) (int64, error) {
	draft, err := s.store.Draft(s.ctx, visit, step)
	if err != nil {
		return 0, err
	}
	var controls []string
	for page := range form.Pages() {
		controls = append(controls, form.PageControls(page, in)...)
	}
	saved, err := s.store.Save(s.ctx, visit, step, store.Page{Base: draft.Revision, Controls: controls, Inputs: in})
	if err != nil {
		return 0, err
	}
	return saved.Revision, nil
}
