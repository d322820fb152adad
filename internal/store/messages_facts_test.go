package store_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/outbox"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
	"github.com/sealform/sealform/views"
)

// A person is a client of random facts, each a text that nothing else says.
type person struct {
	first, email, phone string   // of whoever is written to
	secrets             []string // all else that is known
	template            string
	issued              *store.Issued
	token, code         string
}

// A chance makes facts.
type chance struct{ *rand.Rand }

// word is a name that no wording holds.
func (c chance) word() string {
	parts := []string{"qua", "zy", "vró", "xé", "kwi", "jú", "ñog", "ßel", "wyx", "ödz"}
	var b strings.Builder
	for range 6 { // one length for all, so that no name begins another
		b.WriteString(parts[c.IntN(len(parts))])
	}
	return "Q" + b.String()
}

func (c chance) born() time.Time {
	return time.Date(1930+c.IntN(80), time.Month(1+c.IntN(12)), 1+c.IntN(28), 0, 0, 0, 0, time.UTC)
}

// kindsWanted are all kinds: each is sent at least once.
var kindsWanted = []practice.MessageKind{
	practice.LinkMessage, practice.CodeMessage, practice.Reminder, practice.Resume, practice.ExpiryNotice, practice.DoneNotice, practice.Question, practice.StopNotice, practice.StaffNotice,
}

// Whoever a client is, whatever they were sent and answered, and in whichever
// words: of all that is known about them a message says their first name alone.
func TestMessagesHoldNoOtherFact(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		seed := rand.Uint64()
		t.Logf("seed %d", seed)
		o, c := installOutbox(t, d), chance{rand.New(rand.NewPCG(seed, 1))}
		o.plan(func(p *store.MessagePlan) { p.QuietFrom, p.QuietTo, p.MostADay = 0, 0, 50 })
		must(t, o.SaveWording(t.Context(), o.director, practice.LinkMessage, practice.Email, "en", views.Wording{Subject: "{practice} for {first name}", Body: "{practice}, {first name}: {link} until {date}"}))
		var people []*person
		for i := range 18 {
			people = append(people, o.invite(c, i))
		}
		var all []*outbox.Message
		deliver := func() {
			left := o.deliver()
			for _, m := range left {
				o.learn(people, m)
			}
			all = append(all, left...)
		}
		deliver()
		for i, p := range people {
			o.live(c, i, p)
		}
		for _, wait := range []time.Duration{time.Minute, 2*day + time.Hour, 3 * day, 10 * day} {
			deliver()
			o.clock.forward(wait)
			_, err := o.Sweep(t.Context())
			must(t, err)
		}
		deliver()
		o.expectKinds()
		for _, m := range all {
			checkFacts(t, people, m)
		}
	})
}

// invite makes a person, and sends them a form of a title that tells all.
func (o *outboxed) invite(c chance, i int) *person {
	o.t.Helper()
	client, other, born := c.word(), c.word(), c.born()
	p := &person{first: client, email: fmt.Sprintf("%d.%d@example.org", i, c.IntN(1e9)), phone: fmt.Sprintf("+6125550%04d", 1000+i), template: fmt.Sprintf("form-%d", i)}
	last, reference, relation, title := c.word(), c.word(), c.word(), c.word()
	_, err := o.PublishTemplate(o.t.Context(), o.director, []byte(strings.NewReplacer("form: check-in", "form: "+p.template, "title: Check-in form", "title: "+title, "About you", title).Replace(checkIn)), false)
	must(o.t, err)
	p.secrets = []string{last, reference, title, p.template, born.Format("2006-01-02"), born.Format("2 January 2006"), born.Format("2006"), p.phone[5:], strings.TrimSuffix(p.email, "@example.org")}
	p.issued = o.sendOut(func(in *store.NewDocument) {
		in.Template = p.template
		contact := practice.Contact{FirstName: client, Email: p.email, Phone: p.phone}
		in.Client = &store.NewClient{Contact: contact, Label: practice.Label{FullName: client + " " + last, BirthDate: born.Format("2006-01-02"), Reference: reference}}
		if i%3 == 0 {
			contact.FirstName = other
			in.Client.Contact = practice.Contact{FirstName: client}
			in.Recipient = &practice.Recipient{Contact: contact, Relationship: relation, Language: []string{"en", "es", "fr"}[c.IntN(3)]}
			p.first, p.secrets = other, append(p.secrets, client, relation)
		}
		if way := waysToSend[i%len(waysToSend)]; way != nil {
			way(in)
		}
	})
	p.code = p.issued.Code
	return p
}

// learn takes link and code out of a message.
func (o *outboxed) learn(people []*person, m *outbox.Message) {
	for _, p := range people {
		if m.To != p.email && m.To != p.phone {
			continue
		}
		if m.Link != "" && p.token == "" {
			p.token = token(m)
		}
		if m.Code != "" {
			p.code = m.Code
		}
		if strings.Contains(m.Unsubscribe, "/m/") && m.Link == "" && m.Code == "" {
			n, err := o.Addressee(o.t.Context(), strings.TrimPrefix(m.Unsubscribe, base+"/m/"))
			must(o.t, err)
			if n.Asks {
				must(o.t, o.Agree(o.t.Context(), n))
			}
		}
	}
}

// live has the person do one of the things that people do.
func (o *outboxed) live(c chance, i int, p *person) {
	o.t.Helper()
	if p.token == "" || p.code == "" || i%6 == 0 {
		return // they never open it
	}
	if i%6 == 1 {
		_, err := o.StopNumber(o.t.Context(), p.phone, true)
		must(o.t, err)
		return
	}
	b := o.openWith(p.issued.ID, p.token, p.code, "")
	words := c.word()
	p.secrets = append(p.secrets, words)
	b.save(forms.Inputs{"about.words": {words}, "about.town": {c.word()}})
	switch i % 6 {
	case 2, 3:
		b.submit()
	case 4:
		v, st := b.visit()
		must(o.t, o.Decline(o.t.Context(), v, st, words, home))
	}
}

func (o *outboxed) expectKinds() {
	o.t.Helper()
	for _, kind := range kindsWanted {
		if o.count(`SELECT count(*) FROM messages WHERE kind = $1 AND sent_at IS NOT NULL`, string(kind)) == 0 {
			o.t.Errorf("no message of the kind %s was sent", kind)
		}
	}
}

// checkFacts looks for what the message must not say of anybody.
func checkFacts(t *testing.T, people []*person, m *outbox.Message) {
	t.Helper()
	text := m.Subject + "\n" + m.FromName + "\n" + m.ReplyTo + "\n" + m.Body
	for _, hidden := range []string{m.Link, m.Unsubscribe, strings.TrimPrefix(m.Unsubscribe, base)} { // chance alone is in them
		if hidden != "" {
			text = strings.ReplaceAll(text, hidden, "")
		}
	}
	if m.Code != "" {
		text = strings.NewReplacer(m.Code[:4]+" "+m.Code[4:], "", strings.Join(strings.Split(m.Code, ""), ", "), "").Replace(text)
	}
	for _, p := range people {
		mine := m.To == p.email || m.To == p.phone
		secrets := p.secrets
		if !mine {
			secrets = append(slices.Clone(secrets), p.first)
		}
		for _, fact := range secrets {
			if strings.Contains(strings.ToLower(text), strings.ToLower(fact)) {
				t.Errorf("a message by %s says %q:\n%s", m.Channel, fact, text)
			}
		}
	}
}
