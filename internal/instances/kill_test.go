package instances_test

import (
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testbrowser"
)

const (
	kills     = 20
	clients   = 8
	eachSigns = 2 // documents, one after the other
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
// completed with its PDF, and can then be sent again without harm.
func killing(t *testing.T, s *site) {
	at := freeAddress(t)
	i := s.start(at)
	all := s.prepare(i, 0)
	began := time.Now()
	_, wait := signAll(all)
	wait()
	whole := time.Since(began) // of a load that nothing ends
	tally := map[string]int{}
	for round := range kills {
		all = s.prepare(i, round+1)
		s.close()
		first, wait := signAll(all)
		if round%2 == 0 {
			time.Sleep(rand.N(whole))
		} else { // others are about to be committed or answered then
			<-first
			time.Sleep(rand.N(whole / 8))
		}
		i.kill()
		wait()
		i = s.start(at)
		s.open()
		for _, doc := range all {
			tally[s.intact(doc)]++
		}
		s.sendAgain(all)
		if _, err := s.store.VerifyChains(t.Context()); err != nil {
			t.Fatalf("after kill %d: %v", round+1, err)
		}
	}
	t.Logf("%d kills within loads of %v: %v", kills, whole.Round(time.Millisecond), tally)
	if tally["under way, open"]+tally["under way, completed"] < kills {
		t.Error("too few submissions were under way when the instance was killed")
	}
}

// prepare walks every client up to the signature.
func (s *site) prepare(i *instance, round int) []*signing {
	s.t.Helper()
	all := make([]*signing, clients*eachSigns)
	for n := range all {
		doc := &signing{Issued: s.send(), device: newDevice(s.t, address(round*len(all)+n))}
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

// signAll sends the signatures of all clients at once. First is closed at the
// first answer; wait returns when none is under way.
func signAll(all []*signing) (first chan struct{}, wait func()) {
	var sending sync.WaitGroup
	first = make(chan struct{})
	answered := sync.OnceFunc(func() { close(first) })
	for n := range clients {
		sending.Go(func() {
			for _, doc := range all[n*eachSigns : (n+1)*eachSigns] {
				doc.sent = true
				status, err := doc.device.post(doc.form.Action, doc.form.Values())
				if err != nil {
					return
				}
				answered()
				doc.answered = status == http.StatusSeeOther
			}
		})
	}
	return first, sending.Wait
}

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
	when := "never sent"
	switch {
	case doc.answered:
		return "answered"
	case doc.sent:
		when = "under way"
	}
	if completed {
		return when + ", completed"
	}
	return when + ", open"
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
func (s *site) sendAgain(all []*signing) {
	s.t.Helper()
	for _, doc := range all {
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
}
