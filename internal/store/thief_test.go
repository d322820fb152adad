package store_test

import (
	"bytes"
	"database/sql"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
	"github.com/sealform/sealform/internal/vault"
)

// Words that stand for what must stay secret, long enough that no chance
// contains them however encoded. The practice's name follows each.
const (
	markContact   = "QuokkaUnderTheBridge" // first names: the server key opens these
	markName      = "WombatBehindTheFence" // full names
	markDraft     = "BandicootInTheGarden" // typed, not sent
	markAnswer    = "NumbatOnTheDryLogs"   // sent
	markSignature = "PotorooByTheWaterhole"
	markReason    = "DunnartAtTheDoorstep"
	markFile      = "LyrebirdInTheTreeFern" // in an attachment, and its name
)

var sealedMarks = []string{markName, markDraft, markAnswer, markSignature, markReason, markFile, "%PDF-"}

func (c *clinic) markedClient(i int) *store.NewClient {
	name := c.email[:5]
	return &store.NewClient{
		Contact: practice.Contact{FirstName: markContact + name, Email: fmt.Sprintf("%s%d@example.org", markContact, i)},
		Label:   practice.Label{FullName: markName + name, Reference: markName + name},
	}
}

// fillPractice leaves documents in every state a thief may come upon.
func (c *clinic) fillPractice(documents int) {
	c.t.Helper()
	ctx, name := c.t.Context(), c.email[:5]
	for i := range documents {
		issued, err := c.Send(ctx, c.director, store.NewDocument{Template: "check-in", Client: c.markedClient(i), ExpiresInDays: 1 + 13*(i%2)})
		if err != nil {
			c.t.Fatal(err)
		}
		state := i % 7
		if state == 0 { // sent
			continue
		}
		b := c.open(issued, "")
		if state == 1 { // unlocked
			continue
		}
		typed := markDraft
		if state == 3 || state == 4 {
			typed = markAnswer
		}
		b.save(forms.Inputs{"about.words": {typed + name}, "about.more": {strings.Repeat(typed+name+" ", 20)}})
		b.attach(markFile+name+".pdf", strings.Repeat(markFile+name+" ", 400))
		v, st := b.visit()
		switch state {
		case 3, 4:
			err = c.Submit(ctx, v, st, 2, signature(markSignature+name), home)
		case 5:
			err = c.Decline(ctx, v, st, markReason+name, home)
		case 6:
			_, err = c.Revoke(ctx, c.director, issued.ID)
		}
		if err != nil {
			c.t.Fatal(err)
		}
	}
	if _, err := c.MakeAPIKey(ctx, c.director, "Reader", true); err != nil {
		c.t.Fatal(err)
	}
}

// A row of the stolen file.
type row map[string]any

func (r row) bytes(column string) []byte {
	switch v := r[column].(type) {
	case []byte:
		return v
	case string:
		return []byte(v)
	}
	return nil
}

func (r row) id(column string) []byte {
	id, err := uuid.Parse(string(r.bytes(column)))
	if err != nil {
		return nil
	}
	return id[:]
}

func (r row) number(column string) []byte {
	n, _ := r[column].(int64)
	return binary.BigEndian.AppendUint64(nil, uint64(n))
}

func readTables(t *testing.T, path string) map[string][]row {
	t.Helper()
	pool, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	names := readRows(t, pool, `SELECT name FROM sqlite_master WHERE type = 'table'`)
	tables := map[string][]row{}
	for _, r := range names {
		name := string(r.bytes("name"))
		tables[name] = readRows(t, pool, `SELECT * FROM "`+name+`"`)
	}
	return tables
}

func readRows(t *testing.T, pool *sql.DB, query string) (list []row) {
	t.Helper()
	rows, err := pool.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		values, dest := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			dest[i] = &values[i]
		}
		if err := rows.Scan(dest...); err != nil {
			t.Fatal(err)
		}
		r := row{}
		for i, column := range columns {
			r[column] = values[i]
		}
		list = append(list, r)
	}
	return list
}

// A target is one sealed value with the place it belongs to: the thief has read
// this source code.
type target struct {
	value    []byte
	kind     string
	fields   [][]byte
	document []byte // for keys that are derived per document
	opened   bool
}

type theft struct {
	tables   map[string][]row
	sealed   []*target // under a secret, or one derived from a bearer secret
	held     []*target // to a holder's public key
	ringed   []*target // under the server key
	publics  map[string]bool
	ring     *vault.Ring
	tried    map[string]bool
	secrets  [][]byte     // still to be tried
	readable bytes.Buffer // everything that opened
}

func newTheft(t *testing.T, path string, ring *vault.Ring) *theft {
	th := &theft{tables: readTables(t, path), ring: ring, publics: map[string]bool{}, tried: map[string]bool{}}
	add := func(list *[]*target, value []byte, kind string, document []byte, fields ...[]byte) {
		if len(value) > 0 {
			*list = append(*list, &target{value: value, kind: kind, fields: fields, document: document})
		}
	}
	for _, r := range th.tables["drafts"] {
		add(&th.sealed, r.bytes("sealed"), "draft", r.id("document_id"), r.id("practice_id"), r.id("document_id"), r.id("id"), r.number("revision"))
	}
	for _, r := range th.tables["wraps"] {
		add(&th.sealed, r.bytes("sealed"), "wrap", r.id("document_id"), r.bytes("kind"), r.id("practice_id"), r.id("document_id"), r.id("draft_id"))
	}
	for _, r := range th.tables["submissions"] {
		add(&th.sealed, r.bytes("body"), "submission", r.id("document_id"), r.id("practice_id"), r.id("document_id"))
		add(&th.held, r.bytes("key"), "document-key", nil, r.id("practice_id"), r.id("document_id"), r.number("key_version"))
	}
	for _, r := range th.tables["papers"] {
		add(&th.sealed, r.bytes("sealed"), "paper", r.id("document_id"), r.id("practice_id"), r.id("document_id"))
	}
	th.addChunks(add)
	for _, r := range th.tables["refusals"] {
		add(&th.held, r.bytes("reason"), "reason", nil, r.id("practice_id"), r.id("document_id"), r.number("key_version"))
	}
	for _, r := range th.tables["grants"] {
		add(&th.held, r.bytes("sealed"), "grant", nil, r.bytes("kind"), r.id("practice_id"), r.number("version"), r.id("holder_id"))
	}
	for _, r := range th.tables["staff_sessions"] {
		add(&th.sealed, r.bytes("seed"), "session", r.id("id"), r.id("id"), r.id("member_id"))
	}
	for _, r := range th.tables["clients"] {
		if label := r.bytes("label"); len(label) > 5 {
			version := binary.BigEndian.AppendUint64(nil, uint64(binary.BigEndian.Uint32(label[1:])))
			add(&th.held, label[5:], "client", nil, r.id("practice_id"), r.id("id"), version)
			add(&th.sealed, label[5:], "client", nil, r.id("practice_id"), r.id("id"), version)
		}
		add(&th.ringed, r.bytes("contact"), "contact", nil, r.id("practice_id"), r.id("id"))
	}
	for _, r := range th.tables["members"] {
		add(&th.ringed, r.bytes("profile"), "profile", nil, r.id("practice_id"), r.id("id"))
	}
	for _, r := range th.tables["events"] {
		add(&th.ringed, r.bytes("detail"), "event", nil, r.id("practice_id"), r.id("id"))
	}
	for _, table := range []string{"members", "kits", "practice_keys"} {
		for _, r := range th.tables[table] {
			th.publics[string(r.bytes("public_key"))] = true
		}
	}
	return th
}

// addChunks adds the pieces of attachments.
func (th *theft) addChunks(add func(list *[]*target, value []byte, kind string, document []byte, fields ...[]byte)) {
	files, chunks := map[string]row{}, map[string]int64{}
	for _, r := range th.tables["attachments"] {
		files[string(r.bytes("id"))] = r
	}
	for _, r := range th.tables["attachment_chunks"] {
		chunks[string(r.bytes("attachment_id"))]++
	}
	for _, r := range th.tables["attachment_chunks"] {
		of, last := files[string(r.bytes("attachment_id"))], []byte{0}
		if n, _ := r["position"].(int64); n == chunks[string(r.bytes("attachment_id"))]-1 {
			last = []byte{1}
		}
		add(&th.sealed, r.bytes("sealed"), "attachment", of.id("document_id"), of.id("practice_id"), of.id("document_id"), of.id("draft_id"), of.id("id"), r.number("position"), last)
	}
}

// learn adds every 32 bytes that a value may hide to the secrets to try.
func (th *theft) learn(value []byte) {
	for _, text := range [][]byte{value, decoded(value)} {
		if n := len(text); n >= 32 {
			for _, from := range []int{0, 4, 5, n - 32} {
				if from+32 <= n && !th.tried[string(text[from:from+32])] {
					th.tried[string(text[from:from+32])] = true
					th.secrets = append(th.secrets, text[from:from+32])
				}
			}
		}
	}
}

func decoded(text []byte) []byte {
	if b, err := hex.DecodeString(string(text)); err == nil {
		return b
	}
	b, _ := base64.RawURLEncoding.DecodeString(string(text))
	return b
}

// learnStored starts from every value of the file and every key that comes of
// the server's.
func (th *theft) learnStored() {
	for _, rows := range th.tables {
		for _, r := range rows {
			for column := range r {
				th.learn(r.bytes(column))
			}
		}
	}
	for line := range strings.Lines(string(th.ring.Bytes())) {
		if parts := strings.Fields(line); len(parts) == 2 {
			secret, _ := base64.RawURLEncoding.DecodeString(parts[1])
			th.learn(secret)
			for _, label := range []string{"op", "outer", "mac", "check", "id"} {
				if len(secret) == 32 {
					th.learn(vault.Derive(secret, label))
				}
			}
		}
	}
}

// run opens whatever opens, and goes on with what it finds.
func (th *theft) run() {
	for _, list := range [][]*target{th.ringed, th.sealed, th.held} {
		for _, g := range list {
			if text, err := th.ring.Open(g.value, g.kind, g.fields...); err == nil {
				th.found(g, text)
			}
		}
	}
	for len(th.secrets) > 0 {
		secret := th.secrets[0]
		th.secrets = th.secrets[1:]
		th.tryPairs(secret)
		for _, g := range th.sealed {
			th.trySecret(secret, g)
		}
	}
}

func (th *theft) trySecret(secret []byte, g *target) {
	if g.opened {
		return
	}
	keys := [][]byte{secret}
	if g.document != nil {
		for _, label := range []string{"link-kek", "device-kek", "session-kek"} {
			keys = append(keys, vault.Derive(secret, label, g.document))
		}
	} else {
		keys = append(keys, vault.Derive(secret, "list", g.fields[0], g.fields[2]))
	}
	for _, key := range keys {
		if text, err := vault.Open(key, g.value, g.kind, g.fields...); err == nil {
			th.found(g, text)
			return
		}
	}
}

// tryPairs opens what is sealed to a stored public key whose seed is the secret.
func (th *theft) tryPairs(secret []byte) {
	pair, err := vault.Seed(secret).Pair()
	if err != nil || !th.publics[string(pair.Public())] {
		return
	}
	for _, g := range th.held {
		if text, err := pair.Open(g.value, g.kind, g.fields...); err == nil {
			th.found(g, text)
		}
	}
}

func (th *theft) found(g *target, text []byte) {
	g.opened = true
	th.readable.Write(text)
	th.readable.WriteByte('\n')
	th.learn(text)
}

// marksIn returns the words that show in text, as they are or encoded.
func marksIn(text []byte, words []string) (seen []string) {
	for _, word := range words {
		for _, form := range encodings(word) {
			if bytes.Contains(text, form) {
				seen = append(seen, word)
				break
			}
		}
	}
	return seen
}

// encodings returns the word plain, in hexadecimal and in Base64 wherever it
// may begin.
func encodings(word string) [][]byte {
	forms := [][]byte{[]byte(word), []byte(hex.EncodeToString([]byte(word)))}
	if len(word) < 16 {
		return forms
	}
	for shift := range 3 {
		text := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", shift) + word))
		forms = append(forms, []byte(text[4*((shift+2)/3):len(text)-4]))
	}
	return forms
}

// copyFile steals the database as it lies on the disk, with its log.
func copyFile(t *testing.T, path string) string {
	t.Helper()
	stolen := filepath.Join(t.TempDir(), "stolen.db")
	for _, end := range []string{"", "-wal"} {
		b, err := os.ReadFile(path + end)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(stolen+end, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return stolen
}

// A thief has the database file, its log and the server's keys, and no
// passphrase, link or cookie.
func TestAThiefOfFileAndServerKeyReadsNoAnswers(t *testing.T) {
	path := testdb.URL(t, "sqlite")
	i := install(t, testdb.OpenURL(t, path), "")
	north, south := i.clinic("North"), i.clinic("South")
	for _, c := range []*clinic{north, south} {
		c.fillPractice(21)
	}
	i.clock.forward(25 * time.Hour)
	if swept, err := i.Sweep(t.Context()); err != nil || swept.Expired == 0 {
		t.Fatalf("swept %+v, %v", swept, err)
	}
	if _, _, err := i.SignIn(t.Context(), north.email, passphrase, home); err != nil {
		t.Fatal(err)
	}
	stolen := copyFile(t, path)
	checkRawFile(t, stolen)

	th := newTheft(t, stolen, i.ring)
	th.learnStored()
	t.Logf("%d secrets, %d sealed values, %d sealed to holders", len(th.secrets), len(th.sealed), len(th.held))
	th.run()
	if len(marksIn(th.readable.Bytes(), []string{markContact})) == 0 {
		t.Error("the server key opened no contact: the thief's program does not work")
	}
	if seen := marksIn(th.readable.Bytes(), sealedMarks); len(seen) > 0 {
		t.Errorf("with the server key alone, the thief reads %v", seen)
	}
	for _, g := range append(th.sealed, th.held...) {
		if g.opened {
			t.Errorf("a %s opened", g.kind)
		}
	}

	checkWithPassphrase(t, i, stolen, north)
}

// checkRawFile reads the bytes before any program has opened the copy.
func checkRawFile(t *testing.T, stolen string) {
	t.Helper()
	for _, end := range []string{"", "-wal"} {
		raw, err := os.ReadFile(stolen + end)
		if err != nil {
			t.Fatal(err)
		}
		if seen := marksIn(raw, append([]string{markContact}, sealedMarks...)); len(seen) > 0 {
			t.Errorf("the file%s shows %v", end, seen)
		}
	}
}

// With one member's passphrase the same program reads that practice's names and
// what was sent to it, and neither drafts nor the other practice.
func checkWithPassphrase(t *testing.T, i *installation, stolen string, c *clinic) {
	t.Helper()
	th := newTheft(t, stolen, i.ring)
	wrapped := c.value("seed", "members", "id = $1", c.director.ID)
	seed, err := vault.UnwrapSeed(t.Context(), i.ring, passphrase, c.director.ID, wrapped)
	if err != nil {
		t.Fatal(err)
	}
	th.learn(seed[:])
	th.run()
	text := th.readable.Bytes()
	for _, mark := range []string{markName, markAnswer, markSignature, markReason, markFile} {
		if !bytes.Contains(text, []byte(mark+"North")) {
			t.Errorf("with the passphrase, %s of the practice does not show", mark)
		}
		if bytes.Contains(text, []byte(mark+"South")) {
			t.Errorf("with the passphrase, %s of the other practice shows", mark)
		}
	}
	if !bytes.Contains(text, []byte("%PDF-")) || bytes.Contains(text, []byte(markDraft)) {
		t.Error("with the passphrase, no PDF shows or a draft does")
	}
}
