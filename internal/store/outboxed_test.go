package store_test

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/outbox"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testpractice"
	"github.com/sealform/sealform/internal/vault"
)

const base = "https://forms.example.org"

// A post is a channel that keeps what it takes, and fails as a test says.
type post struct {
	mu   sync.Mutex
	took []*outbox.Message
	fail func(*outbox.Message) error
}

func (p *post) Send(_ context.Context, m *outbox.Message) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.took = append(p.took, m)
	if p.fail != nil {
		return p.fail(m)
	}
	return nil
}

// taken returns what was taken since it was last asked.
func (p *post) taken() []*outbox.Message {
	p.mu.Lock()
	defer p.mu.Unlock()
	list := p.took
	p.took = nil
	return list
}

// An outboxed clinic sends by e-mail, text message and call.
type outboxed struct {
	*clinic
	post *post
	log  *slog.Logger
}

func installOutbox(t *testing.T, d *db.DB) *outboxed {
	t.Helper()
	return installOutboxWith(t, d, slog.New(slog.DiscardHandler))
}

func installOutboxWith(t *testing.T, d *db.DB, log *slog.Logger) *outboxed {
	t.Helper()
	p := &post{}
	i := &installation{t: t, db: d, ring: vault.NewRing(), clock: &clock{}}
	i.Store = testpractice.Open(t, store.Config{
		DB: d, Ring: i.ring, Now: i.clock.now, Log: log, Base: base, Channels: outbox.Channels{practice.Email: p, practice.SMS: p, practice.Voice: p},
	})
	o := &outboxed{i.clinic("North"), p, log}
	plan := store.DefaultMessagePlan
	plan.QuietFrom, plan.QuietTo = 0, 0 // tests run at night too
	if err := o.SaveMessagePlan(t.Context(), o.director, plan); err != nil {
		t.Fatal(err)
	}
	return o
}

// deliver runs the worker until nothing is due, and returns what left.
func (o *outboxed) deliver() []*outbox.Message {
	o.t.Helper()
	return o.deliverBy(o.Writer())
}

func (o *outboxed) deliverBy(writer outbox.Writer) []*outbox.Message {
	o.t.Helper()
	ctx, stop := context.WithCancel(o.t.Context())
	defer stop()
	w := &outbox.Worker{DB: o.db, Writer: writer, Channels: outbox.Channels{practice.Email: o.post, practice.SMS: o.post, practice.Voice: o.post}, Now: o.clock.now, Log: o.log}
	ended := make(chan struct{})
	go func() { w.Run(ctx); close(ended) }()
	for range 12000 {
		if o.count(`SELECT count(*) FROM outbox WHERE due_at <= $1`, o.clock.now()) == 0 {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	stop()
	<-ended
	return o.post.taken()
}

var agreedToAll = []store.Consent{
	{Channel: practice.Email, Purpose: practice.ForDocuments, Given: true, How: "in person"}, {Channel: practice.Email, Purpose: practice.ForReminders, Given: true, How: "in person"},
	{Channel: practice.SMS, Purpose: practice.ForDocuments, Given: true, How: "in person"}, {Channel: practice.SMS, Purpose: practice.ForReminders, Given: true, How: "in person"},
	{Channel: practice.Voice, Purpose: practice.ForDocuments, Given: true, How: "in person"},
}

func (o *outboxed) order(change func(*store.NewDocument)) (*store.Issued, error) {
	in := store.NewDocument{Template: "check-in", Client: o.client("Robin"), Deliver: "send", Consents: agreedToAll}
	if change != nil {
		change(&in)
	}
	return o.Send(o.t.Context(), o.director, in)
}

func (o *outboxed) sendOut(change func(*store.NewDocument)) *store.Issued {
	o.t.Helper()
	issued, err := o.order(change)
	if err != nil {
		o.t.Fatal(err)
	}
	return issued
}

func token(m *outbox.Message) string { return strings.TrimPrefix(m.Link, base+"/d/") }
