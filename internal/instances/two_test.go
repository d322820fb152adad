package instances_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
	"github.com/sealform/sealform/internal/testprogram"
	"github.com/sealform/sealform/pdf"
)

func TestTwoInstances(t *testing.T) {
	s, redis := newSite(t, db.Postgres), "SEALFORM_REDIS_URL="+testdb.Redis(t)
	a, b := s.start(testprogram.FreeAddress(t), redis), s.start(testprogram.FreeAddress(t), redis)
	t.Run("staff", func(t *testing.T) { staffOnBoth(t, a, b) })
	t.Run("client", func(t *testing.T) {
		issued, d := s.send(), newDevice(t, "203.0.113.30")
		p := d.unlock(a.base+"/d/"+issued.Token, issued.Code)
		f := d.toSign(d.get(b.base + p.URL.Path))
		if p = d.submit(f); p.Status != 200 || !strings.HasSuffix(p.URL.Path, "/done") {
			t.Errorf("signing at the other instance led to %d at %s", p.Status, p.URL)
		}
		s.completed(issued)
	})
	t.Run("stopped", func(t *testing.T) { stoppedMidForm(t, s, a, b) })
}

func staffOnBoth(t *testing.T, a, b *instance) {
	d := newDevice(t, "203.0.113.31")
	f := d.get(a.base + "/staff/sign-in").Form()
	if !f.Set("email", email) || !f.Set("passphrase", passphrase) {
		t.Fatal("the page asks for no address and passphrase")
	}
	d.submit(f)
	p := d.get(b.base + "/staff/settings")
	if p.Status != 200 || p.URL.Path != "/staff/settings" || !strings.Contains(string(p.Body), "Dana North") {
		t.Errorf("signed in at one instance, the other gives %d at %s", p.Status, p.URL)
	}
}

// completed checks that the practice has the whole submission and its PDF.
func (s *site) completed(issued *store.Issued) *store.Submission {
	s.t.Helper()
	sub, err := s.store.Answers(s.t.Context(), s.director, issued.ID)
	s.must(err)
	s.genuine(issued)
	return sub
}

// genuine checks that the signed PDF opens for the practice and is whole.
func (s *site) genuine(issued *store.Issued) {
	s.t.Helper()
	file, _, err := s.store.PDF(s.t.Context(), s.director, issued.ID)
	if err != nil {
		s.t.Errorf("the PDF of %s: %v", issued.ID, err)
		return
	}
	if r := pdf.Verify(file, s.store.Roots()); !r.Genuine {
		s.t.Errorf("the PDF of %s is not genuine: %v", issued.ID, r.Problems)
	}
}

// An instance that is told to stop while a page is still arriving takes the
// rest of it; the other instance goes on from there.
func stoppedMidForm(t *testing.T, s *site, a, b *instance) {
	issued, d := s.send(), newDevice(t, "203.0.113.32")
	p := d.answer(d.unlock(a.base+"/d/"+issued.Token, issued.Code))
	f := p.Form()
	const typed = "typed while it stopped"
	if !f.Set("more.words", typed) {
		t.Fatalf("the second page is not at %s", p.URL)
	}
	send := d.slowly(f.Action, f.Values())
	a.terminate()
	a.refusesNew()
	if status := send(); status != http.StatusSeeOther {
		t.Errorf("the page that was arriving was answered with %d\n%s", status, a.logged())
	}
	a.ends()
	p = d.submit(d.toSign(d.get(b.base + "/d/" + issued.Token)))
	if p.Status != 200 {
		t.Fatalf("%d at %s", p.Status, p.URL)
	}
	if sub := s.completed(issued); sub.Answers["more.words"] != typed || sub.Answers["about.words"] == "" {
		t.Errorf("the answers are %v", sub.Answers)
	}
}

// refusesNew waits until the instance takes no new connection.
func (i *instance) refusesNew() {
	i.t.Helper()
	for range 200 {
		conn, err := net.Dial("tcp", strings.TrimPrefix(i.base, "http://"))
		if err != nil {
			return
		}
		conn.Close()
		time.Sleep(20 * time.Millisecond)
	}
	i.t.Error("an instance that was told to stop takes new connections")
}

// slowly sends half of a form and returns what sends the rest and gives the
// status of the answer.
func (d *device) slowly(address string, fields url.Values) func() int {
	d.t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		d.t.Fatal(err)
	}
	conn, err := net.Dial("tcp", u.Host)
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { conn.Close() })
	var cookies []string
	for _, c := range d.http.Jar.Cookies(u) {
		cookies = append(cookies, c.String())
	}
	body := fields.Encode()
	fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\nX-Forwarded-For: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s",
		u.Path, u.Host, strings.Join(cookies, "; "), d.address, len(body), body[:len(body)/2])
	time.Sleep(100 * time.Millisecond) // so that it is being read when the process is told to stop
	return func() int {
		if _, err := io.WriteString(conn, body[len(body)/2:]); err != nil {
			d.t.Error(err)
			return 0
		}
		response, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			d.t.Error(err)
			return 0
		}
		response.Body.Close()
		return response.StatusCode
	}
}

// Without Redis the limits hold in each instance, and the lock everywhere.
func TestRedisGoesAway(t *testing.T) {
	s, between := newSite(t, db.Postgres), relayTo(t, testdb.Redis(t))
	i := s.start(testprogram.FreeAddress(t), "SEALFORM_REDIS_URL=redis://"+between.address())
	locked, issued := s.send(), s.send()
	guessAll(t, locked, 20, []*instance{i})
	if between.used() == 0 {
		t.Error("Redis was not asked")
	}
	between.close()
	d := newDevice(t, "203.0.113.40")
	if status, err := d.post(i.base+"/d/"+locked.Token+"/unlock", url.Values{"code": {locked.Code}}); status != http.StatusLocked || err != nil {
		t.Errorf("the right code of a locked link: %d %v", status, err)
	}
	if p := d.submit(d.toSign(d.unlock(i.base+"/d/"+issued.Token, issued.Code))); p.Status != 200 {
		t.Errorf("without Redis: %d at %s", p.Status, p.URL)
	}
	s.completed(issued)
	if !strings.Contains(i.logged(), "rate limits are counted in memory") {
		t.Error("the log does not tell that Redis is away")
	}
	patience := hurry(t, i.base+"/d/"+issued.Token+"/unlock", 35)
	if patience[http.StatusUnprocessableEntity] != 30 || patience[http.StatusTooManyRequests] != 5 {
		t.Errorf("35 tries from one address were answered with %v", patience)
	}
}

// A Redis that is not there yet when an instance starts is asked when it comes.
func TestRedisComesLater(t *testing.T) {
	s, address := newSite(t, db.SQLite), testprogram.FreeAddress(t)
	i, issued := s.start(testprogram.FreeAddress(t), "SEALFORM_REDIS_URL=redis://"+address), s.send()
	hurry(t, i.base+"/d/"+issued.Token+"/unlock", 1)
	between := relayAt(t, address, testdb.Redis(t))
	for range 100 {
		time.Sleep(50 * time.Millisecond)
		if hurry(t, i.base+"/d/"+issued.Token+"/unlock", 1); between.used() > 0 {
			return
		}
	}
	t.Error("Redis came and was never asked")
}

// hurry asks for something malformed, many times at once from one address, and
// counts the answers by status.
func hurry(t *testing.T, address string, times int) map[int]int {
	t.Helper()
	statuses := make([]int, times)
	var all sync.WaitGroup
	for n := range times {
		d := newDevice(t, "203.0.113.41")
		all.Go(func() {
			var err error
			if statuses[n], err = d.post(address, url.Values{"code": {"1"}}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	counts := map[int]int{}
	for _, status := range statuses {
		counts[status]++
	}
	return counts
}

// A relay passes connections on to Redis until it is closed.
type relay struct {
	listener net.Listener
	mu       sync.Mutex
	conns    []net.Conn
}

func relayTo(t *testing.T, redis string) *relay {
	t.Helper()
	return relayAt(t, "127.0.0.1:0", redis)
}

func relayAt(t *testing.T, address, redis string) *relay {
	t.Helper()
	to, err := url.Parse(redis)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{listener: listener}
	t.Cleanup(r.close)
	go func() {
		for {
			in, err := listener.Accept()
			if err != nil {
				return
			}
			r.pass(in, to.Host)
		}
	}()
	return r
}

func (r *relay) pass(in net.Conn, to string) {
	out, err := net.Dial("tcp", to)
	if err != nil {
		in.Close()
		return
	}
	r.mu.Lock()
	r.conns = append(r.conns, in, out)
	r.mu.Unlock()
	go func() { _, _ = io.Copy(out, in) }()
	go func() { _, _ = io.Copy(in, out) }()
}

func (r *relay) address() string { return r.listener.Addr().String() }

func (r *relay) used() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.conns)
}

func (r *relay) close() {
	r.listener.Close()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.conns {
		c.Close()
	}
}
