package store_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/outbox"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
)

// needles find any of many secrets in one pass over a text: by their first
// eight bytes.
type needles map[uint64][][]byte

func (n needles) add(secret []byte) {
	n[binary.BigEndian.Uint64(secret)] = append(n[binary.BigEndian.Uint64(secret)], secret)
}

func (n needles) link(token string) {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		panic(err)
	}
	n.add([]byte(token))
	n.add(raw)
	n.add([]byte(hex.EncodeToString(raw)))
}

func (n needles) code(digits string) {
	n.add([]byte(digits))
	n.add([]byte(digits[:4] + " " + digits[4:]))
}

// in returns the first secret in a text. Digits inside a longer number or an id
// are no code.
func (n needles) in(text []byte) []byte {
	inID := func(at int) bool {
		return at >= 0 && at < len(text) && bytes.IndexByte([]byte("0123456789abcdef-"), text[at]) >= 0
	}
	for at := 0; at+8 <= len(text); at++ {
		for _, secret := range n[binary.BigEndian.Uint64(text[at:])] {
			if bytes.HasPrefix(text[at:], secret) && (len(secret) > 9 || !inID(at-1) && !inID(at+len(secret))) {
				return secret
			}
		}
	}
	return nil
}

func (n needles) check(t *testing.T, where string, text []byte) {
	t.Helper()
	for _, layer := range peel(text) {
		if secret := n.in(layer); secret != nil {
			t.Errorf("%s shows %q", where, secret)
		}
	}
}

func (n needles) checkFiles(t *testing.T, folder string, since time.Time) {
	t.Helper()
	must(t, filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return nil // gone meanwhile
		}
		if info, err := d.Info(); err != nil || info.ModTime().Before(since) {
			return nil
		}
		if raw, err := os.ReadFile(path); err == nil {
			n.check(t, path, raw)
		}
		return nil
	}))
}

// checkRows looks at every value of every table, and with the server's key at
// what it opens.
func (n needles) checkRows(t *testing.T, l *loot, o *outboxed, but string) {
	t.Helper()
	for table, rows := range l.tables {
		for _, r := range rows {
			for column := range r {
				n.check(t, table+"."+column, r.bytes(column))
			}
		}
	}
	opened := 0
	for _, g := range newTheft(l, o.ring).ringed {
		text, err := o.ring.Open(g.value, g.kind, g.fields...)
		if err != nil {
			continue
		}
		opened++
		if g.kind != but {
			n.check(t, "the server key opens a "+g.kind+", which", text)
		}
	}
	if opened == 0 {
		t.Error("the server key opened nothing: this test does not work")
	}
}

const sends = 500

// ways of sending, in turn.
var waysToSend = []func(*store.NewDocument){
	nil,
	func(in *store.NewDocument) { in.CodeBy = store.ByHand },
	func(in *store.NewDocument) { in.LinkBy, in.CodeBy = practice.SMS, practice.Email },
	func(in *store.NewDocument) { in.CodeBy = practice.Voice },
	func(in *store.NewDocument) { in.AskFirst, in.Consents = true, nil },
}

// After hundreds of sends no link is written anywhere, in whatever form, and no
// code that arrived; one under way lies under the server key alone.
func TestWhatWasSentIsWrittenNowhere(t *testing.T) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(engine), func(t *testing.T) { searchSends(t, engine) })
	}
}

func searchSends(t *testing.T, engine db.Engine) {
	url, temporary, began := testdb.URL(t, engine), t.TempDir(), time.Now()
	t.Setenv("TMPDIR", temporary)
	var log logged
	o := installOutboxWith(t, testdb.OpenURL(t, url), slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	o.post.fail = failSome()
	secrets := needles{}
	for i := range sends {
		issued := o.sendOut(func(in *store.NewDocument) {
			in.Client = o.markedClient(i)
			in.Client.Phone = "+61255500" + string([]byte{'1' + byte(i/100), '0' + byte(i/10%10), '0' + byte(i%10)})
			if way := waysToSend[i%len(waysToSend)]; way != nil {
				way(in)
			}
		})
		if issued.Code != "" {
			secrets.code(issued.Code)
		}
	}
	underWay := o.count(`SELECT count(*) FROM messages WHERE code IS NOT NULL`)
	var left []*outbox.Message
	left = append(left, o.deliver()...)
	o.clock.forward(2 * time.Hour)
	left = append(left, o.deliver()...)
	links := 0
	for _, m := range left {
		if m.Link != "" {
			links++
			secrets.link(token(m))
		}
		if m.Code != "" {
			secrets.code(m.Code)
		}
	}
	if links < sends*4/5 || underWay < sends/2 {
		t.Fatalf("%d links and %d codes went out", links, underWay)
	}
	if n := o.count(`SELECT count(*) FROM messages WHERE code IS NOT NULL`); n != 0 {
		t.Errorf("%d codes are still kept", n)
	}
	var backup bytes.Buffer
	must(t, o.db.Backup(t.Context(), &backup))
	secrets.check(t, "the backup", backup.Bytes())
	secrets.check(t, "the log", log.bytes())
	if engine == db.SQLite {
		url = copyFile(t, url)
		secrets.checkFiles(t, filepath.Dir(url), began)
	} else {
		secrets.checkFiles(t, postgresFiles(t), began)
	}
	secrets.checkFiles(t, temporary, began)
	secrets.checkRows(t, steal(t, engine, url, o.id), o, "")
	if !bytes.Contains(log.bytes(), []byte("message not sent")) {
		t.Error("the log says nothing of the tries that failed: this test does not work")
	}
}

// failSome fails the first try of each tenth message, in turn surely and not.
func failSome() func(*outbox.Message) error {
	n := 0
	return func(m *outbox.Message) error {
		if n++; m.Try > 1 || n%10 != 0 {
			return nil
		}
		return &outbox.Failure{Reason: outbox.Busy, Unsure: n%20 == 0}
	}
}

// While a code waits to be sent, a thief without the server key finds nothing,
// and one with it the code alone.
func TestACodeUnderWayLiesUnderTheServerKey(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		o := installOutbox(t, d)
		issued := o.sendOut(nil)
		code, err := o.PendingCode(t.Context(), o.director, issued.ID)
		if err != nil || len(code) != 8 {
			t.Fatalf("%q, %v", code, err)
		}
		sealed := o.value("code", "messages", "kind = 'code'")
		if bytes.Contains(sealed, []byte(code)) {
			t.Error("the code is in the clear")
		}
		o.deliver()
		if _, err := o.PendingCode(t.Context(), o.director, issued.ID); err == nil {
			t.Error("a code that was sent can be read")
		}
		if events, err := o.Timeline(t.Context(), o.director, issued.ID); err != nil || !slices.ContainsFunc(events, func(e audit.Event) bool { return e.Action == "code.show" }) {
			t.Errorf("no event says who looked: %v", err)
		}
	})
}
