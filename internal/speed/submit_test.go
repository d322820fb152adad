package speed_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testpractice"
	"github.com/sealform/sealform/pdf"
)

const (
	submitsAtOnce = 16
	submitTurns   = 5
	submitsDrawn  = 96  // of a turn
	submitsBlank  = 480 // of a turn: long enough that checkpoints of the log fall into it
)

// BenchmarkSubmit judges: "A submit of a 40-field form (validate, seal, code and
// counter, event; durable across power loss) against a bare commit of the same
// rows on the same engine: at least 0.40 of its rate with PDF drawing left out,
// at least 0.15 with it". The code was counted when the link was unlocked.
func BenchmarkSubmit(b *testing.B) {
	collectAsServed(b)
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		b.Run(string(engine), func(b *testing.B) {
			s := newSite(b, engine)
			blank, other := s.undrawn(), s.neighbour()
			var drawn, undrawn, bare []float64
			for range submitTurns {
				drawn = append(drawn, s.submits(s.store, submitsDrawn))
				bare = append(bare, other.commits(submitsBlank))
				undrawn = append(undrawn, s.submits(blank, submitsBlank))
				bare = append(bare, other.commits(submitsBlank))
			}
			b.Logf("%.0f submits a second, %.0f without drawing; %.0f bare commits", median(drawn), median(undrawn), median(bare))
			judgeLeast(b, "of-bare-rate-undrawn", median(undrawn)/median(bare), 0.40)
			judgeLeast(b, "of-bare-rate-drawn", median(drawn)/median(bare), 0.15)
		})
	}
}

// collectAsServed lets the heap grow between collections as 'sealform serve' does.
func collectAsServed(b *testing.B) {
	before := debug.SetGCPercent(200)
	b.Cleanup(func() { debug.SetGCPercent(before) })
}

// undrawn stands for a renderer: it answers with as many bytes as a PDF has.
type undrawn struct{}

func (undrawn) Render(context.Context, *pdf.Document, *pdf.Seal) ([]byte, error) {
	paper := make([]byte, paperSize)
	rand.Read(paper[:16]) // no two are the same
	return paper, nil
}

const paperSize = 40 << 10

// undrawn is the site's store without drawing.
func (s *site) undrawn() *store.Store {
	s.b.Helper()
	return testpractice.Open(s.b, store.Config{DB: s.db, Ring: s.ring, Renderer: undrawn{}})
}

// at once runs n jobs, some at a time, and returns how many were done a second.
func atOnce(n int, job func(i int)) float64 {
	began, queue := time.Now(), make(chan int)
	var all sync.WaitGroup
	for range submitsAtOnce {
		all.Go(func() {
			for i := range queue {
				job(i)
			}
		})
	}
	for i := range n {
		queue <- i
	}
	close(queue)
	all.Wait()
	return float64(n) / time.Since(began).Seconds()
}

// A filledIn is a document whose answers the client has just read once more, on
// the page from which it is submitted.
type filledIn struct {
	id       uuid.UUID
	link     string
	unlocked *store.Unlocked
	revision int64
}

func (s *site) fillIn(by *store.Store, n int) []filledIn {
	s.b.Helper()
	ctx := s.b.Context()
	var page store.Page
	page.Inputs = forms.Inputs{}
	for i := range 40 {
		page.Controls = append(page.Controls, field(i))
		page.Inputs[field(i)] = []string{fieldAnswer(i)}
	}
	all := make([]filledIn, n)
	atOnce(n, func(i int) {
		issued := s.send()
		unlocked, err := by.Unlock(ctx, issued.Token, issued.Code, "", home)
		s.check(err)
		v, err := by.Visit(ctx, issued.Token, unlocked.Session, unlocked.Device)
		s.check(err)
		_, err = by.Save(ctx, v, v.Step(issued.ID), page)
		s.check(err)
		v, err = by.Visit(ctx, issued.Token, unlocked.Session, unlocked.Device)
		s.check(err)
		draft, err := by.Draft(ctx, v, v.Step(issued.ID))
		s.check(err)
		all[i] = filledIn{issued.ID, issued.Token, unlocked, draft.Revision}
	})
	return all
}

// submits returns how many documents are submitted a second.
func (s *site) submits(by *store.Store, n int) float64 {
	s.b.Helper()
	ctx, all := s.b.Context(), s.fillIn(by, n)
	return atOnce(n, func(i int) {
		d := all[i]
		v, err := by.Visit(ctx, d.link, d.unlocked.Session, d.unlocked.Device)
		s.check(err)
		s.check(by.Submit(ctx, v, v.Step(d.id), d.revision, practice.Signature{Name: "Robin Reed", Role: "self", Notice: "1"}, home))
	})
}

func (s *site) check(err error) {
	if err != nil {
		panic(fmt.Sprint("submitting: ", err)) // in a goroutine of its own
	}
}

// neighbour is another practice of the site. What is written into it bare would
// break its record.
func (s *site) neighbour() *site {
	s.b.Helper()
	other := *s
	other.found("South", "lee@example.org")
	return &other
}

// What one submit writes, in bytes.
const (
	keySize     = 1200 // what is sealed to a public key
	answersSize = 6 << 10
	findingSize = 4 << 10
	detailSize  = 300
	digestSize  = 32
)

// commits returns how many transactions are committed a second that write what
// a submit writes, into the same tables, and do nothing else: the states, the
// emptied draft, the answers with their key, the PDF and its digest, the
// findings, the event and the head of the practice's record.
func (s *site) commits(n int) float64 {
	s.b.Helper()
	ctx, all, now := s.b.Context(), s.fillIn(s.store, n), time.Now()
	drafts := make([]uuid.UUID, n)
	for i, d := range all {
		s.must(s.db.ReadOne(ctx, s.id, `SELECT id FROM drafts WHERE document_id = $1`, []any{d.id}, &drafts[i]))
	}
	sealed := make([]byte, paperSize)
	rand.Read(sealed)
	key, mac := sealed[:keySize], sealed[:digestSize]
	rate := atOnce(n, func(i int) {
		d := all[i]
		s.check(s.db.Write(ctx, s.id, func(tx *db.Tx) error {
			tx.Queue(ctx, `UPDATE documents SET state = 'completed', completed_at = $2, outcome = $3 WHERE id = $1`, d.id, now, key)
			tx.Queue(ctx, `UPDATE drafts SET sealed = $2, revision = revision + 1 WHERE id = $1`, drafts[i], []byte{})
			tx.Queue(ctx, `UPDATE steps SET state = 'completed' WHERE document_id = $1`, d.id)
			tx.Queue(ctx, `INSERT INTO submissions (document_id, practice_id, draft_id, key_version, key, body, row_mac, body_digest, paper_digest, created_at) VALUES ($1, $2, $3, 1, $4, $5, $6, $6, $6, $7)`,
				d.id, s.id, drafts[i], key, sealed[:answersSize], mac, now)
			tx.Queue(ctx, `INSERT INTO papers (document_id, practice_id, sealed) VALUES ($1, $2, $3)`, d.id, s.id, sealed)
			tx.Queue(ctx, `INSERT INTO sealed_papers (sha256, mac) VALUES ($1, $2)`, d.id.String(), mac)
			tx.Queue(ctx, `INSERT INTO findings (document_id, practice_id, sealed, mac) VALUES ($1, $2, $3, $4)`, d.id, s.id, sealed[:findingSize], mac)
			tx.Queue(ctx, `UPDATE deliveries SET copy_until = $2 WHERE id = $1`, d.unlocked.Delivery, now)
			tx.Queue(ctx, `
				INSERT INTO events (practice_id, seq, id, at, actor_kind, actor_id, action, subject_kind, subject_id, outcome, detail, detail_hash, hash)
				VALUES ($1, $2, $3, $4, 'client', $3, 'document.submit', 'document', $3, 'ok', $5, $6, $6)`, s.id, farEvents+bareEvents.Add(1), d.id, now, sealed[:detailSize], mac)
			tx.Queue(ctx, `UPDATE chain_heads SET hash = $2, mac = $2 WHERE practice_id = $1`, s.id, mac)
			return nil
		}))
	})
	var left int64
	s.must(s.db.ReadOne(ctx, s.id, `
		SELECT count(*) FROM documents d JOIN drafts r ON r.document_id = d.id JOIN steps t ON t.document_id = d.id JOIN deliveries v ON v.id = d.delivery_id
		WHERE d.practice_id = $1 AND (d.state <> 'completed' OR t.state <> 'completed' OR length(r.sealed) > 0 OR v.copy_until IS NULL)`, []any{s.id}, &left))
	if left > 0 {
		s.b.Fatalf("%d documents were not changed", left)
	}
	return rate
}

// Bare events are numbered far from those of the store.
const farEvents = 1 << 40

var bareEvents atomic.Int64
