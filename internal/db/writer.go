package db

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"sync"

	"github.com/sealform/sealform/internal/fault"
)

// maxBatch bounds how long the first of a batch waits for the last.
const maxBatch = 64

var (
	errClosed = errors.New("db: the database is closed")
	errBroken = errors.New("db: the function did not return")
)

// A writer is the only one of this process that changes a SQLite file. Those who
// come before its commit begins share it, and so one fsync; that is worth
// six times the commits on a slow disk, and several writers would only stall on
// each other's locks.
type writer struct {
	pool       *sql.DB
	session    *session // of the writing goroutine
	background *session // of checkpoints
	log        *slog.Logger
	queue      chan *job
	empty      chan chan error
	dirty      chan struct{} // holds one token when something was committed since the last checkpoint
	closed     chan struct{}
	running    sync.WaitGroup
}

// A job is one Write waiting. Its function runs in the caller's goroutine, where
// a panic belongs, while the writer waits for it.
type job struct {
	turn chan *Tx
	ran  chan error
	done chan error // buffered: the caller of a function that panicked is gone
	err  error
}

func openWriter(ctx context.Context, path string, log *slog.Logger) (*writer, error) {
	pool, err := sql.Open("sqlite", dsn(path))
	if err != nil {
		return nil, classify(err)
	}
	w := &writer{
		pool: pool, log: log, queue: make(chan *job), empty: make(chan chan error),
		dirty: make(chan struct{}, 1), closed: make(chan struct{}),
	}
	for _, s := range []**session{&w.session, &w.background} {
		conn, err := pool.Conn(ctx)
		if err != nil {
			pool.Close()
			return nil, classify(err)
		}
		*s = newSession(conn)
	}
	w.running.Go(w.loop)
	w.running.Go(w.checkpoints)
	return w, nil
}

// stop refuses further jobs and lets the batch in hand end.
func (w *writer) stop() {
	close(w.closed)
	w.running.Wait()
}

func (w *writer) close() error {
	w.background.conn.Close()
	w.session.conn.Close()
	return w.pool.Close()
}

// do hands fn to the writer and returns when it is committed or refused.
func (w *writer) do(ctx context.Context, fn func(*Tx) error) error {
	j := &job{turn: make(chan *Tx), ran: make(chan error), done: make(chan error, 1)}
	select {
	case w.queue <- j:
	case <-ctx.Done():
		return classify(ctx.Err())
	case <-w.closed:
		return fault.Because(fault.Unavailable, errClosed, unavailable)
	}
	for {
		select {
		case tx := <-j.turn:
			tx.ctx = ctx
			j.run(tx, fn)
		case err := <-j.done:
			return err
		}
	}
}

func (j *job) run(tx *Tx, fn func(*Tx) error) {
	err := errBroken // stands when fn panics or ends its goroutine
	defer func() { j.ran <- err }()
	err = tx.finish(fn(tx))
}

func (w *writer) loop() {
	for {
		select {
		case j := <-w.queue:
			w.serve(j)
		case answer := <-w.empty:
			answer <- w.emptyLog()
		case <-w.closed:
			return
		}
	}
}

// serve commits a job together with whoever comes before its commit begins.
// When the shared transaction is lost (a full disk can end it in the middle)
// each job is tried alone, so that one too large to save takes no other with it.
func (w *writer) serve(first *job) {
	batch, kept := w.commit(first, w.waiting)
	if !kept && len(batch) > 1 {
		for _, j := range batch {
			if j.err != errBroken {
				w.commit(j, nobody)
			}
		}
	}
	for _, j := range batch {
		j.done <- j.err
	}
	select {
	case w.dirty <- struct{}{}:
	default:
	}
}

// waiting returns a job that waits already, or nil.
func (w *writer) waiting() *job {
	select {
	case j := <-w.queue:
		return j
	default:
		return nil
	}
}

func nobody() *job { return nil }

// commit runs first, and whoever next returns until that is nil, in one
// transaction, and leaves each with its outcome. It reports false when the
// transaction was lost; without its lock nothing was tried, and trying again
// would only wait for the same lock.
func (w *writer) commit(first *job, next func() *job) (batch []*job, kept bool) {
	if first.err = w.session.run("BEGIN IMMEDIATE"); first.err != nil {
		return []*job{first}, true
	}
	end, err := "ROLLBACK", error(nil) // when nothing is to be kept: a commit would still write
	for j := first; j != nil; j = next() {
		batch = append(batch, j)
		if err = w.step(j); err != nil {
			break
		}
		if j.err == nil {
			end = "COMMIT"
		}
		if len(batch) == maxBatch {
			break
		}
	}
	if err == nil {
		err = w.session.run(end)
	}
	if err != nil {
		w.session.run("ROLLBACK") // fails when SQLite did it already
		for _, j := range batch {
			if j.err == nil {
				j.err = err
			}
		}
	}
	return batch, err == nil
}

// step gives a job its turn behind a savepoint. It fails when the transaction is
// lost.
func (w *writer) step(j *job) error {
	if err := w.session.run("SAVEPOINT job"); err != nil {
		return err
	}
	if w.turn(j) != nil {
		if err := w.session.run("ROLLBACK TO job"); err != nil {
			return err
		}
	}
	return w.session.run("RELEASE job")
}

func (w *writer) turn(j *job) error {
	j.turn <- &Tx{q: w.session, engine: SQLite}
	j.err = <-j.ran
	return j.err
}
