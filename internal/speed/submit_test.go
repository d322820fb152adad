package speed_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"sync"
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
	submitTurns   = 3
	submitsDrawn  = 48  // of a turn
	submitsBlank  = 160 // of a turn
	commitsTurn   = 400
)

// BenchmarkSubmit judges: "A submit of a 40-field form (validate, seal, code and
// counter, event; durable across power loss) against a bare commit of the same
// rows on the same engine: at least 0.40 of its rate with PDF drawing left out,
// at least 0.15 with it". The code was counted when the link was unlocked.
func BenchmarkSubmit(b *testing.B) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		b.Run(string(engine), func(b *testing.B) {
			s := newSite(b, engine)
			blank := s.undrawn()
			rows := s.sameRows()
			var drawn, undrawn, bare []float64
			for range submitTurns {
				drawn = append(drawn, s.submits(s.store, submitsDrawn))
				bare = append(bare, rows(commitsTurn))
				undrawn = append(undrawn, s.submits(blank, submitsBlank))
				bare = append(bare, rows(commitsTurn))
			}
			b.Logf("%.0f submits a second, %.0f without drawing; %.0f bare commits", median(drawn), median(undrawn), median(bare))
			judgeLeast(b, "of-bare-rate-undrawn", median(undrawn)/median(bare), 0.40)
			judgeLeast(b, "of-bare-rate-drawn", median(drawn)/median(bare), 0.15)
		})
	}
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

// submits fills in n documents and returns how many of them were submitted a
// second.
func (s *site) submits(by *store.Store, n int) float64 {
	s.b.Helper()
	ctx := s.b.Context()
	var page store.Page
	page.Inputs = forms.Inputs{}
	for i := range 40 {
		page.Controls = append(page.Controls, field(i))
		page.Inputs[field(i)] = []string{fieldAnswer(i)}
	}
	type ready struct {
		issued   *store.Issued
		unlocked *store.Unlocked
		revision int64
	}
	all := make([]ready, n)
	atOnce(n, func(i int) {
		issued := s.send()
		unlocked, err := by.Unlock(ctx, issued.Token, issued.Code, "", home)
		s.check(err)
		v, err := by.Visit(ctx, issued.Token, unlocked.Session, unlocked.Device)
		s.check(err)
		saved, err := by.Save(ctx, v, v.Step(issued.ID), page)
		s.check(err)
		all[i] = ready{issued, unlocked, saved.Revision}
	})
	return atOnce(n, func(i int) {
		r := all[i]
		v, err := by.Visit(ctx, r.issued.Token, r.unlocked.Session, r.unlocked.Device)
		s.check(err)
		s.check(by.Submit(ctx, v, v.Step(r.issued.ID), r.revision, practice.Signature{Name: "Robin Reed", Role: "self", Notice: "1"}, home))
	})
}

func (s *site) check(err error) {
	if err != nil {
		panic(fmt.Sprint("submitting: ", err)) // in a goroutine of its own
	}
}

// A sameRow is a row as a submit leaves it: new, or changed by its key.
type sameRow struct {
	table   string
	changed bool
	size    int // of what is written, in bytes
}

// theRows are all that one submit writes: answers with their key, PDF and its
// digest, findings, event; the states of document, step and delivery, the
// emptied draft, the session's version. The head of the practice's chain is one
// row for all of them.
var theRows = []sameRow{
	{"answers", false, 7 << 10}, {"papers", false, paperSize}, {"digests", false, 100}, {"findings", false, 200}, {"events", false, 400},
	{"documents", true, 1200}, {"steps", true, 10}, {"deliveries", true, 10}, {"drafts", true, 0}, {"sessions", true, 10},
}

const draftSize = 6 << 10 // before a submit empties it

// sameRows commits what a submit writes, as many rows of the same size, and
// nothing else. It returns commits a second.
func (s *site) sameRows() func(n int) float64 {
	s.b.Helper()
	ctx := s.b.Context()
	head, body := uuid.Must(uuid.NewV7()), make([]byte, paperSize)
	rand.Read(body)
	s.must(s.db.Write(ctx, uuid.Nil, func(tx *db.Tx) error {
		for _, r := range append(theRows, sameRow{table: "heads"}) {
			if _, err := tx.Exec(ctx, `CREATE TABLE bare_`+r.table+` (id TEXT PRIMARY KEY NOT NULL, body BYTEA NOT NULL)`); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, `INSERT INTO bare_heads VALUES ($1, $2)`, head, body[:64])
		return err
	}))
	return func(n int) float64 {
		ids := make([]uuid.UUID, n)
		s.must(s.db.Write(ctx, uuid.Nil, func(tx *db.Tx) error {
			for i := range ids {
				ids[i] = uuid.Must(uuid.NewV7())
				for _, r := range theRows {
					if r.changed {
						tx.Queue(ctx, `INSERT INTO bare_`+r.table+` VALUES ($1, $2)`, ids[i], body[:draftSize])
					}
				}
			}
			return nil
		}))
		return atOnce(n, func(i int) {
			s.check(s.db.Write(ctx, s.id, func(tx *db.Tx) error {
				for _, r := range theRows {
					statement := `INSERT INTO bare_` + r.table + ` VALUES ($1, $2)`
					if r.changed {
						statement = `UPDATE bare_` + r.table + ` SET body = $2 WHERE id = $1`
					}
					tx.Queue(ctx, statement, ids[i], body[:r.size])
				}
				tx.Queue(ctx, `UPDATE bare_heads SET body = $2 WHERE id = $1`, head, body[:64])
				return nil
			}))
		})
	}
}
