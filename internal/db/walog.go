package db

import (
	"context"
	"log/slog"
	"time"

	"github.com/sealform/sealform/internal/fault"
)

// SQLite's write-ahead log is moved into the file by a connection of its own, so
// that no commit waits for it. Under constant load that never empties the log;
// past maxLogFrames the writer itself does, between two batches.
const (
	checkpointPause = 100 * time.Millisecond
	maxLogFrames    = 64 << 20 / 4096 // 64 MB of pages
	emptyPause      = 5 * time.Second // a long reader makes each attempt wait in vain
)

// checkpoints runs for as long as the writer does.
func (w *writer) checkpoints() {
	var last time.Time
	for w.pause() {
		frames, _, err := walCheckpoint(w.background, "PASSIVE")
		if err == nil && frames > maxLogFrames && time.Since(last) > emptyPause {
			last = time.Now()
			err = w.requestEmpty(context.Background())
		}
		if err != nil {
			w.log.Warn("the write-ahead log was not moved into the database file", slog.Any("error", err))
		}
	}
}

// pause waits until something was committed, and then a moment for company. It
// reports false when the writer stops.
func (w *writer) pause() bool {
	select {
	case <-w.dirty:
	case <-w.closed:
		return false
	}
	select {
	case <-time.After(checkpointPause):
		return true
	case <-w.closed:
		return false
	}
}

// requestEmpty has the writer empty the log between two batches.
func (w *writer) requestEmpty(ctx context.Context) error {
	answer := make(chan error, 1)
	select {
	case w.empty <- answer:
		return <-answer
	case <-ctx.Done():
		return classify(ctx.Err())
	case <-w.closed:
		return fault.Because(fault.Unavailable, errClosed, unavailable)
	}
}

// emptyLog moves the whole log into the file and cuts it to nothing. It waits
// for readers of older pages only briefly, because every writer waits with it.
func (w *writer) emptyLog() error {
	if err := w.session.run("PRAGMA busy_timeout(250)"); err != nil {
		return err
	}
	_, busy, err := walCheckpoint(w.session, "TRUNCATE")
	if reset := w.session.run("PRAGMA busy_timeout(10000)"); err == nil {
		err = reset
	}
	if err == nil && busy {
		err = fault.New(fault.Unavailable, "A long read keeps erased pages in the write-ahead log for now.")
	}
	return err
}

// walCheckpoint returns how many frames the log holds, and whether somebody
// stood in the way.
func walCheckpoint(s *session, mode string) (frames int64, busy bool, err error) {
	var moved int64
	tx := &Tx{q: s, engine: SQLite}
	err = tx.QueryRow(context.Background(), "PRAGMA wal_checkpoint("+mode+")").Scan(&busy, &frames, &moved)
	return frames, busy, err
}

func (s *sqliteDB) checkpoint(ctx context.Context) error { return s.writer.requestEmpty(ctx) }
