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

// sameRows commits what a submit stores, in as many rows of the same size, and
// nothing else: answers and key, PDF, event. It returns commits a second.
func (s *site) sameRows() func(n int) float64 {
	s.b.Helper()
	ctx := s.b.Context()
	s.must(s.db.Write(ctx, uuid.Nil, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `CREATE TABLE bare_answers (id TEXT PRIMARY KEY NOT NULL, body BYTEA NOT NULL, wrap BYTEA NOT NULL);
			CREATE TABLE bare_papers (id TEXT PRIMARY KEY NOT NULL, body BYTEA NOT NULL);
			CREATE TABLE bare_events (id TEXT PRIMARY KEY NOT NULL, detail BYTEA NOT NULL)`)
		return err
	}))
	body, wrap, drawing, detail := make([]byte, 6<<10), make([]byte, 1168), make([]byte, paperSize), make([]byte, 400)
	for _, bytes := range [][]byte{body, wrap, drawing, detail} {
		rand.Read(bytes)
	}
	return func(n int) float64 {
		return atOnce(n, func(int) {
			id := uuid.Must(uuid.NewV7())
			s.check(s.db.Write(ctx, s.id, func(tx *db.Tx) error {
				if _, err := tx.Exec(ctx, `INSERT INTO bare_answers VALUES ($1, $2, $3)`, id, body, wrap); err != nil {
					return err
				}
				if _, err := tx.Exec(ctx, `INSERT INTO bare_papers VALUES ($1, $2)`, id, drawing); err != nil {
					return err
				}
				_, err := tx.Exec(ctx, `INSERT INTO bare_events VALUES ($1, $2)`, id, detail)
				return err
			}))
		})
	}
}
