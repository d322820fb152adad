package portal_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
	"github.com/sealform/sealform/portal"
)

// marker is in every text that a client or a colleague types in the canary
// test. Robin, the client, and Dana, the director, come from its site.
const marker = "Zanzibarquill"

const canaryTemplate = `form: canary
version: "1.0.0"
title: Canary
kind: intake
language: en
items:
- {id: word, ask: A word, type: text}
- {id: story, ask: A story, type: long}
- {id: choice, ask: A choice, type: pick_or_type, options: [One, Two]}
- {id: called, ask: A name, type: group, field: name}
- {id: email, ask: An e-mail address, type: text, field: email}
- {id: phone, ask: A phone, type: text, field: phone}
- {id: born, ask: A birthday, type: date, field: dob}
`

// A journal keeps what is logged from every goroutine.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(b)
}

func (j *journal) bytes() []byte {
	j.mu.Lock()
	defer j.mu.Unlock()
	return bytes.Clone(j.text.Bytes())
}

// A canary is a site with what must be neither in its log nor, in the clear,
// in its files.
type canary struct {
	*site
	secrets map[string]string // what it is, by the secret
}

func (c *canary) hide(what string, secrets ...string) {
	for _, secret := range secrets {
		if secret != "" {
			c.secrets[secret] = what
		}
	}
}

// search reports every secret that is in the text, in any case of its letters,
// and every token's raw bytes.
func (c *canary) search(where string, text []byte) {
	c.t.Helper()
	lower := bytes.ToLower(text)
	for secret, what := range c.secrets {
		raw, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(secret, "sealform_"))
		if bytes.Contains(lower, []byte(strings.ToLower(secret))) || err == nil && len(raw) >= 16 && bytes.Contains(text, raw) {
			c.t.Errorf("%s (%s) is in the %s", what, secret, where)
		}
	}
}

// cookies hides all that a browser keeps.
func (c *canary) cookies(b *browser) {
	home, err := url.Parse(c.url)
	fatal(c.t, err)
	for _, cookie := range b.client.Jar.Cookies(home) {
		c.hide("the cookie "+cookie.Name, cookie.Value)
	}
}

// mark answers a form with the marker wherever free text is taken.
func (f *filled) mark() {
	f.answer()
	for name, values := range f.fields {
		if len(values) == 1 && values[0] == "Robin Reed" {
			f.fields.Set(name, marker)
		}
	}
}

func TestNothingSecretIsLoggedOrStoredInTheClear(t *testing.T) {
	j := &journal{}
	log.SetOutput(j)
	t.Cleanup(func() { log.SetOutput(os.Stderr) })
	logger := slog.New(slog.NewTextHandler(j, &slog.HandlerOptions{Level: slog.LevelDebug}))
	file := testdb.URL(t, db.SQLite)
	d, err := db.Open(t.Context(), file, logger)
	fatal(t, err)
	t.Cleanup(func() { d.Close() })
	site := startOn(t, d, "US", func(c *store.Config) { c.Log = logger }, func(c *portal.Config) { c.Log = logger })
	c := &canary{site, map[string]string{}}
	c.hide("a typed text", marker)
	c.hide("a name", "Robin", "Dana")
	c.hide("an address", "robin@example.org", email, "303 555 0142", "3035550142", "303 555 0143", "3035550143")
	c.hide("a passphrase", passphrase, "not the passphrase at all")

	c.clients()
	desk := c.desk()
	c.atTheDesk(desk)
	c.programs()
	c.mistakes(desk)
	c.cookies(desk)
	if !bytes.Contains(j.bytes(), []byte("/d/:token")) {
		t.Error("nothing was logged")
	}
	for _, suffix := range []string{"", "-wal"} {
		stored, err := os.ReadFile(file + suffix)
		fatal(t, err)
		if !bytes.Contains(stored, []byte("Harbour Psychology")) && suffix == "-wal" {
			t.Error("the write-ahead log is not where the rows are")
		}
		c.search("database file"+suffix, stored)
	}
	c.faults()
	if !bytes.Contains(j.bytes(), []byte("level=ERROR")) {
		t.Error("no failure was logged")
	}
	c.search("log", j.bytes())
}

// clients walk every way through a link.
func (c *canary) clients() {
	c.t.Helper()
	_, err := c.store.PublishTemplate(c.t.Context(), c.director, []byte(canaryTemplate), false)
	fatal(c.t, err)
	issued, link := c.send("canary")
	c.hide("a link", issued.Token)
	c.hide("a code", issued.Code, issued.Code[:4]+" "+issued.Code[4:])
	b := c.browser()
	wrong := "90210734"
	c.hide("a wrong code", wrong)
	b.unlock(link, wrong)
	b.unlock(link, marker)
	b.post(link+"/no-code", url.Values{"why": {"lost"}, "note": {marker}})
	b.post(link, url.Values{"note": {marker}})
	p := b.unlock(link, issued.Code)
	c.cookies(b)
	at := p.Request.URL.Path
	b.post(at[:strings.LastIndexByte(at, '/')]+"/autosave", url.Values{"_rev": {"0"}, "_field": {"story"}, "story": {marker}})
	b.post(link+"/leave", nil)
	f := p.form()
	f.mark()
	kept := b.submit(f).form()
	kept.fields.Set("code", issued.Code)
	p = b.submit(kept)
	c.cookies(b)
	for range 6 {
		if pdfLink.MatchString(p.body) {
			break
		}
		f := p.form()
		f.mark()
		if f.fields.Has("strokes") {
			f.fields.Set("strokes", `[[[0,0],[900,299]]]`)
		}
		p = b.submit(f)
	}
	answers, err := c.store.Answers(c.t.Context(), c.director, issued.ID)
	if err != nil || answers.Answers["story"] != marker {
		c.t.Fatalf("the marker was not submitted: %v, %v", answers, err)
	}
	b.get(pdfLink.FindStringSubmatch(p.body)[1])

	declined, link := c.send("npp-acknowledgement")
	c.hide("a link", declined.Token)
	c.hide("a code", declined.Code)
	other := c.browser()
	p = other.unlock(link, declined.Code)
	other.post(strings.TrimSuffix(p.Request.URL.Path, "1")+"decline", url.Values{"reason": {marker}})
	c.cookies(other)
}

// atTheDesk reads everything, and sends one more.
func (c *canary) atTheDesk(b *browser) {
	c.t.Helper()
	c.browser().post("/staff/sign-in", url.Values{"email": {email}, "passphrase": {"not the passphrase at all"}})
	c.browser().post("/staff/sign-in", url.Values{"email": {marker + "@example.org"}, "passphrase": {passphrase}})
	for _, path := range []string{"/staff", "/staff/documents", "/staff/clients", "/staff/activity", "/staff/settings", "/staff/documents?cursor=" + marker} {
		b.get(path)
	}
	read := false
	for _, at := range slices.Compact(regexp.MustCompile(`/staff/documents/[0-9a-f-]{36}`).FindAllString(b.get("/staff/documents").body, -1)) {
		page := b.get(at)
		read = strings.Contains(b.get(at+"/answers").body, marker) || read
		if paper := regexp.MustCompile(at + `/[\w-]+\.pdf`).FindString(page.body); paper != "" {
			c.upload(c.t, "file", b.get(paper).body)
		}
	}
	if !read {
		c.t.Error("the desk read no answers")
	}
	f := b.get("/staff/documents/new").form()
	for name, value := range map[string]string{"first_name": marker, "full_name": marker + " Reed", "date_of_birth": "1984-03-27", "reference": marker, "email": marker + "@example.org", "template": "intake-adult"} {
		f.fields.Set(name, value)
	}
	sent := b.submit(f)
	link := regexp.MustCompile(`/d/([\w-]+)`).FindStringSubmatch(sent.body)
	if link == nil {
		c.t.Fatalf("nothing was sent: %d", sent.StatusCode)
	}
	code := eightDigits.FindString(sent.body)
	c.hide("a link", link[1])
	c.hide("a code", code, strings.ReplaceAll(code, " ", ""))
	invited := b.post("/staff/team", url.Values{"member_name": {marker}, "member_email": {marker + "@harbour.example"}, "role": {"clinical"}})
	invitation := regexp.MustCompile(`/staff/invitation/([\w-]+)`).FindStringSubmatch(invited.body)
	c.hide("an invitation", invitation[1])
	c.browser().get("/staff/invitation/" + invitation[1])
}

// programs make a document twice under one key, and read.
func (c *canary) programs() {
	c.t.Helper()
	a := c.program(true)
	c.hide("an API key", a.key)
	for range 2 {
		_, made := a.call("POST", "/documents", order, "Idempotency-Key", "once")
		c.hide("a link", made["link"].(string), made["link"].(string)[strings.LastIndexByte(made["link"].(string), '/')+1:])
		c.hide("a code", made["code"].(string))
	}
	_, list := a.call("GET", "/documents?state=completed", "")
	id := list["items"].([]any)[0].(object)["id"].(string)
	a.call("GET", "/documents/"+id+"/answers", "")
	a.call("GET", "/events", "")
	c.do(c.t, "GET", "/api/v1/documents/"+id+"/pdf", nil, "Authorization", "Bearer "+a.key)
	for _, body := range []string{`{"template":"` + marker, `{"` + marker + `":1}`, `{"template":{"a":"` + marker + `"}}`, `{"template":"` + marker + `"}`, strings.Repeat(marker, 1<<15)} {
		c.do(c.t, "POST", "/api/v1/documents", strings.NewReader(body), "Authorization", "Bearer "+a.key, "Content-Type", "application/json")
	}
	a.call("POST", "/templates", "form: ["+marker, "Content-Type", "application/yaml")
	a.call("GET", "/documents?cursor="+marker, "")
}

// mistakes are requests that do not fit.
func (c *canary) mistakes(b *browser) {
	c.t.Helper()
	_, link := c.send("npp-acknowledgement")
	c.hide("a link", strings.TrimPrefix(link, "/d/"))
	for _, kind := range []string{urlencoded, "multipart/form-data; boundary=x", "multipart/form-data", "application/json", "text/" + marker} {
		for _, path := range []string{link, link + "/unlock", link + "/f/x/1", "/staff/sign-in", "/verify"} {
			c.do(c.t, "POST", path, strings.NewReader("--x\r\nContent-Disposition: form-data; name=\"code\r\n\r\n%zz="+marker+"&code=%"), "Content-Type", kind)
		}
	}
	c.do(c.t, "GET", link+"?code="+marker, nil, "Cookie", "s="+marker+"; c=\""+marker, "User-Agent", "\xff"+marker, "Host", marker)
	b.post("/staff/documents/new", url.Values{"template": {marker}, "full_name": {marker}, "date_of_birth": {marker}})
	for _, bad := range []string{"GET " + link + " HTTP/1.1\r\nCookie " + marker + "\r\n\r\n", marker + link + "\r\n\r\n", "POST " + link + " HTTP/1.1\r\nHost: x\r\nContent-Length: x" + marker + "\r\n\r\n"} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(c.url, "http://"))
		fatal(c.t, err)
		fmt.Fprint(conn, bad)
		io.Copy(io.Discard, conn)
		conn.Close()
	}
}

// faults break what is below the portal: a draft that no longer opens, a column
// that is gone, a database that is closed.
func (c *canary) faults() {
	c.t.Helper()
	issued, link := c.send("canary")
	c.hide("a link", issued.Token)
	c.hide("a code", issued.Code)
	b := c.browser()
	f := b.unlock(link, issued.Code).form()
	f.mark()
	c.cookies(b)
	for _, broken := range []func() error{
		func() error { return c.exec("UPDATE drafts SET sealed = x'00'") },
		func() error { return c.exec("ALTER TABLE drafts RENAME COLUMN sealed TO gone") },
		c.db.Close,
	} {
		fatal(c.t, broken())
		if p := b.submit(f); p.StatusCode < 500 {
			c.t.Errorf("a save on a broken store is %d", p.StatusCode)
		}
		b.get(f.action)
	}
}

func (c *canary) exec(statement string) error {
	return c.db.Write(c.t.Context(), uuid.Nil, func(tx *db.Tx) error {
		_, err := tx.Exec(c.t.Context(), statement)
		return err
	})
}
