package instances_test

import (
	"math/rand/v2"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testbrowser"
	"github.com/sealform/sealform/internal/testprogram"
)

const (
	kills   = 200
	within  = 20 // of them at least, between the commit of a submission and its answer
	clients = 8  // at once
)

// A signing is a document that only has to be sent, and what came of that.
type signing struct {
	*store.Issued
	device   *device
	words    string
	form     *testbrowser.Form
	sent     bool
	answered bool
}

func TestKill(t *testing.T) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(engine), func(t *testing.T) { killing(t, newSite(t, engine)) })
	}
}

// killing kills an instance again and again while clients send what they
// signed. Before each next kill every document is open with its draft, or
// completed with its PDF. What was under way is then sent again without harm,
// and what was never sent is sent in the next round.
func killing(t *testing.T, s *site) {
	at := testprogram.FreeAddress(t)
	i := s.start(at)
	waiting := s.prepare(i, clients)
	began := time.Now()
	wait := signAll(waiting)
	wait()
	whole := time.Since(began) // of a load that nothing ends
	tally := map[string]int{}
	waiting = nil
	round := 0
	for ; round < kills || tally[committed] < within && round < 3*kills; round++ {
		waiting = append(waiting, s.prepare(i, clients-len(waiting))...)
		if s.db.Engine() == db.SQLite {
			s.close() // the next instance has to recover the database by itself
		}
		wait := signAll(waiting)
		if round%4 == 0 {
			time.Sleep(rand.N(whole))
		} else {
			s.aim(whole)
		}
		i.kill()
		wait()
		i = s.start(at)
		if s.db == nil {
			s.open()
		}
		waiting = s.afterKill(waiting, tally)
	}
	for _, doc := range waiting {
		s.intact(doc)
	}
	if _, err := s.store.VerifyChains(t.Context()); err != nil {
		t.Error(err)
	}
	t.Logf("%d kills within loads of %v: %v", round, whole.Round(time.Millisecond), tally)
	if tally[committed] < within {
		t.Error("too few kills fell between the commit of a submission and its answer")
	}
	if tally[open] < within {
		t.Error("too few kills fell before the commit of a submission under way")
	}
}

// aim waits for a moment at which submissions are being committed: PostgreSQL
// tells of one, and SQLite writes to its log then.
func (s *site) aim(whole time.Duration) {
	s.t.Helper()
	committing := s.written(rand.N(clients))
	if s.db != nil {
		committing = func() bool {
			return s.count(`SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND lower(query) = 'commit'`) > 0
		}
	}
	for deadline := time.Now().Add(2 * whole); time.Now().Before(deadline) && !committing(); {
	}
}

// written reports whether SQLite's log was written to once more after skip times.
func (s *site) written(skip int) func() bool {
	var last time.Time
	return func() bool {
		info, err := os.Stat(s.url + "-wal")
		if err != nil || info.ModTime().Equal(last) {
			return false
		}
		if last.IsZero() {
			skip++ // how it was found
		}
		last = info.ModTime()
		skip--
		return skip < 0
	}
}

// afterKill checks every document that was sent, sends it again, and returns
// those that were not.
func (s *site) afterKill(all []*signing, tally map[string]int) (waiting []*signing) {
	s.t.Helper()
	for _, doc := range all {
		if !doc.sent {
			waiting = append(waiting, doc)
			continue
		}
		tally[s.intact(doc)]++
		s.sendAgain(doc)
	}
	return waiting
}

// prepare walks clients up to the signature.
func (s *site) prepare(i *instance, documents int) []*signing {
	s.t.Helper()
	all := make([]*signing, documents)
	for n := range all {
		s.prepared++
		doc := &signing{Issued: s.send(), device: newDevice(s.t, address(s.prepared))}
		doc.words = "Words of " + doc.ID.String()
		first := doc.device.unlock(i.base+"/d/"+doc.Token, doc.Code).Form()
		if !first.Set("about.words", doc.words) {
			s.t.Fatal("the code does not lead to the first page")
		}
		doc.form = doc.device.toSign(doc.device.submit(first))
		all[n] = doc
	}
	return all
}

// signAll sends the signatures of all clients at once. wait returns when none is
// under way.
func signAll(all []*signing) (wait func()) {
	var sending sync.WaitGroup
	for n := range clients {
		sending.Go(func() {
			doc := all[n]
			doc.sent = true
			status, err := doc.device.post(doc.form.Action, doc.form.Values())
			doc.answered = err == nil && status == http.StatusSeeOther
		})
	}
	return sending.Wait
}

// When a crash caught a document that was being sent.
const (
	open      = "before its commit"
	committed = "between commit and answer"
	answered  = "after its answer"
)

// intact checks one document after a crash and says when the crash caught it.
func (s *site) intact(doc *signing) string {
	s.t.Helper()
	d, err := s.store.Document(s.t.Context(), s.director, doc.ID)
	s.must(err)
	drafts := s.count(`SELECT count(*) FROM drafts WHERE document_id = $1 AND length(sealed) > 0`, doc.ID)
	rows := s.rows(doc)
	completed := d.State == practice.Completed
	switch {
	case completed && rows == [3]int64{1, 1, 1} && drafts == 0:
		s.completed(doc.Issued)
	case !completed && d.State.Open() && rows == [3]int64{} && drafts == 1 && !doc.answered:
	default:
		s.t.Errorf("%s is %s with submissions, papers and events %v and %d filled drafts; answered: %v", doc.ID, d.State, rows, drafts, doc.answered)
	}
	switch {
	case doc.answered:
		return answered
	case completed:
		return committed
	}
	return open
}

// rows counts what a submission leaves: itself, its paper and its event.
func (s *site) rows(doc *signing) [3]int64 {
	s.t.Helper()
	return [3]int64{
		s.count(`SELECT count(*) FROM submissions WHERE document_id = $1`, doc.ID),
		s.count(`SELECT count(*) FROM papers WHERE document_id = $1`, doc.ID),
		s.count(`SELECT count(*) FROM events WHERE practice_id = $1 AND subject_id = $2 AND action = 'document.submit'`, s.id, doc.ID),
	}
}

// sendAgain does what people do who got no answer. What was typed before the crash is
// what is then signed, and nothing is stored twice.
func (s *site) sendAgain(doc *signing) {
	s.t.Helper()
	p := doc.device.submit(doc.form)
	if p.Status != http.StatusOK || !strings.HasSuffix(p.URL.Path, "/done") {
		s.t.Errorf("sent again, %s leads to %d at %s", doc.ID, p.Status, p.URL)
	}
	if rows := s.rows(doc); rows != [3]int64{1, 1, 1} {
		s.t.Errorf("sent again, %s has submissions, papers and events %v", doc.ID, rows)
	}
	if words := s.completed(doc.Issued).Answers["about.words"]; words != doc.words {
		s.t.Errorf("%s holds %q", doc.ID, words)
	}
}
