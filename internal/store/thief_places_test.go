package store_test

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/binary"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/testdb"
)

// A lock is what opens a column of bytes.
type lock int

const (
	nothing lock = iota // a MAC, a digest, a public key: there is nothing in it
	secret              // a key, or one derived from a bearer secret
	holder              // the pair of whoever it is sealed to
	label               // the index pair, or the list key once staff have read it
	ring                // the server key
)

// A place is a column of bytes and how it is sealed: the thief has read this
// source code. Fields are columns of the row: an id, or with # a number, or
// with $ bytes as they are.
type place struct {
	lock     lock
	kind     string
	fields   string
	document string // whose id the keys of bearer secrets are derived with
}

// places is every column of bytes. A test fails when the schema has another.
var places = map[string]place{
	"drafts.sealed":            {secret, "draft", "practice_id document_id id #revision", "document_id"},
	"wraps.sealed":             {secret, "wrap", "$kind practice_id document_id draft_id", "document_id"},
	"submissions.body":         {secret, "submission", "practice_id document_id", "document_id"},
	"papers.sealed":            {secret, "paper", "practice_id document_id", "document_id"},
	"attachment_chunks.sealed": {secret, "attachment", "practice_id document_id draft_id attachment_id #position $last", "document_id"},
	"staff_sessions.seed":      {secret, "session", "id member_id", "id"},
	"idempotency.sealed":       {secret, "answer", "actor_id $token", "actor_id"},
	"members.seed":             {lock: nothing}, // under the passphrase: see checkWithPassphrase

	"submissions.key": {lock: holder, kind: "document-key", fields: "practice_id document_id #key_version"},
	"refusals.reason": {lock: holder, kind: "reason", fields: "practice_id document_id #key_version"},
	"findings.sealed": {lock: holder, kind: "findings", fields: "practice_id document_id #key_version"},
	"grants.sealed":   {lock: holder, kind: "grant", fields: "$kind practice_id #version holder_id"},

	"clients.label":     {lock: label, kind: "client", fields: "practice_id id"},
	"snapshots.label":   {lock: label, kind: "client", fields: "practice_id id"},
	"documents.outcome": {lock: label, kind: "outcome", fields: "practice_id id"},
	"records.sealed":    {lock: label, kind: "record", fields: "practice_id id"},
	"imports.sealed":    {lock: label, kind: "import", fields: "practice_id id"},

	"clients.contact":       {lock: ring, kind: "contact", fields: "practice_id id"},
	"snapshots.contact":     {lock: ring, kind: "contact", fields: "practice_id id"},
	"members.profile":       {lock: ring, kind: "profile", fields: "practice_id id"},
	"members.totp":          {lock: ring, kind: "totp", fields: "practice_id id"},
	"documents.recipient":   {lock: ring, kind: "recipient", fields: "practice_id id"},
	"deliveries.language":   {lock: ring, kind: "language", fields: "id"},
	"messages.recipient":    {lock: ring, kind: "message-recipient", fields: "practice_id id"},
	"messages.code":         {lock: ring, kind: "message-code", fields: "practice_id id"},
	"consents.address":      {lock: ring, kind: "consent-address", fields: "practice_id id"},
	"events.detail":         {lock: ring, kind: "event", fields: "practice_id id"},
	"staff_sessions.origin": {lock: ring, kind: "origin", fields: "id"},
	"staff_devices.origin":  {lock: ring, kind: "origin", fields: "id"},
	"authorities.sealed":    {lock: ring, kind: "authority", fields: "id"},

	"client_sessions.row_mac": {}, "staff_sessions.row_mac": {},
	"server_keys.check_value": {}, "deliveries.code_mac": {}, "links.mac": {}, "client_sessions.mac": {}, "member_emails.mac": {},
	"invitations.mac": {}, "staff_sessions.mac": {}, "staff_devices.mac": {}, "sign_in_tries.mac": {}, "recovery_codes.mac": {},
	"api_keys.mac": {}, "api_keys.public_key": {}, "api_keys.public_pin": {}, "idempotency.token": {}, "idempotency.request": {},
	"members.public_key": {}, "members.public_pin": {}, "kits.public_key": {}, "kits.public_pin": {}, "practice_keys.public_key": {},
	"practice_keys.pin": {}, "pins.body": {}, "templates.body": {}, "logos.image": {}, "wraps.ref": {}, "submissions.row_mac": {},
	"submissions.body_digest": {}, "submissions.paper_digest": {}, "findings.mac": {}, "sealed_papers.mac": {}, "seal_roots.mac": {},
	"events.detail_hash": {}, "events.hash": {}, "chain_heads.hash": {}, "chain_heads.mac": {}, "opt_outs.mac": {}, "consents.mac": {},
}

// A row of the stolen database.
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

func (r row) number(column string) []byte {
	n, _ := r[column].(int64)
	return binary.BigEndian.AppendUint64(nil, uint64(n))
}

func (r row) id(column string) []byte {
	id, err := uuid.Parse(string(r.bytes(column)))
	if err != nil {
		return nil
	}
	return id[:]
}

// field reads a column as a place names it.
func (r row) field(name string) []byte {
	switch name[0] {
	case '#':
		return r.number(name[1:])
	case '$':
		return r.bytes(name[1:])
	}
	return r.id(name)
}

// A loot is what lies in a database: every row of every table, by table.
type loot struct {
	t      *testing.T
	conn   *sql.Conn
	engine db.Engine
	tables map[string][]row
}

// steal reads the whole database, row-level security or not: whoever has it may
// take any practice's part.
func steal(t *testing.T, engine db.Engine, url string, practices ...uuid.UUID) *loot {
	t.Helper()
	driver := map[db.Engine]string{db.SQLite: "sqlite", db.Postgres: "pgx"}[engine]
	pool, err := sql.Open(driver, url)
	must(t, err)
	defer pool.Close()
	conn, err := pool.Conn(t.Context())
	must(t, err)
	defer conn.Close()
	l := &loot{t, conn, engine, map[string][]row{}}
	for _, of := range append([]uuid.UUID{uuid.Nil}, practices...) {
		if engine == db.Postgres {
			l.read(`SELECT set_config('sealform.practice', $1, false)`, of.String())
		}
		for _, table := range l.names() {
			if rows := l.read(`SELECT * FROM "` + table + `"`); len(rows) > 0 && (of == uuid.Nil || string(rows[0].bytes("practice_id")) == of.String()) && !l.has(table, rows[0]) {
				l.tables[table] = append(l.tables[table], rows...)
			}
		}
	}
	l.fileChunks()
	return l
}

// has reports whether rows like this one were taken before, which then all were.
func (l *loot) has(table string, r row) bool {
	taken := l.tables[table]
	return slices.ContainsFunc(taken, func(t row) bool { return bytes.Equal(t.bytes("practice_id"), r.bytes("practice_id")) })
}

func (l *loot) names() (names []string) {
	query := `SELECT name FROM sqlite_master WHERE type = 'table'`
	if l.engine == db.Postgres {
		query = `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema()`
	}
	for _, r := range l.read(query) {
		names = append(names, string(r.bytes("name")))
	}
	return names
}

// fileChunks writes beside each chunk of an attachment what it is bound to.
func (l *loot) fileChunks() {
	files, chunks := map[string]row{}, map[string]int64{}
	for _, r := range l.tables["attachments"] {
		files[string(r.bytes("id"))] = r
	}
	for _, r := range l.tables["attachment_chunks"] {
		chunks[string(r.bytes("attachment_id"))]++
	}
	for _, r := range l.tables["attachment_chunks"] {
		of, last := files[string(r.bytes("attachment_id"))], byte(0)
		if n, _ := r["position"].(int64); n == chunks[string(r.bytes("attachment_id"))]-1 {
			last = 1
		}
		r["document_id"], r["draft_id"], r["last"] = of["document_id"], of["draft_id"], []byte{last}
	}
}

func (l *loot) read(query string, args ...any) (list []row) {
	l.t.Helper()
	rows, err := l.conn.QueryContext(context.Background(), query, args...)
	must(l.t, err)
	defer rows.Close()
	columns, err := rows.Columns()
	must(l.t, err)
	for rows.Next() {
		values, dest := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			dest[i] = &values[i]
		}
		must(l.t, rows.Scan(dest...))
		r := row{}
		for i, column := range columns {
			r[column] = values[i]
		}
		list = append(list, r)
	}
	must(l.t, rows.Err())
	return list
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestEveryColumnOfBytesIsKnownToTheThief keeps places true.
func TestEveryColumnOfBytesIsKnownToTheThief(t *testing.T) {
	i := install(t, testdb.Open(t, db.SQLite), "")
	found := map[string]bool{}
	var name string
	must(t, i.db.ReadEach(t.Context(), uuid.Nil, `SELECT m.name || '.' || p.name FROM sqlite_master m, pragma_table_info(m.name) p WHERE m.type = 'table' AND p.type = 'BYTEA'`, nil, []any{&name}, func() error {
		found[name] = true
		return nil
	}))
	for name := range found {
		if _, ok := places[name]; !ok {
			t.Errorf("%s is a column of bytes that the thief does not know", name)
		}
	}
	for name := range places {
		if !found[name] {
			t.Errorf("there is no column %s", name)
		}
	}
}

// peel returns the value and all that can be had from it without a key: what
// was compressed, encoded, or lies in a PDF's streams.
func peel(value []byte) [][]byte {
	layers := [][]byte{value}
	for i := 0; i < len(layers) && i < 50; i++ {
		layers = append(layers, inner(layers[i])...)
	}
	return layers
}

var (
	pdfStream  = regexp.MustCompile(`(?s)stream\r?\n(.*?)\r?\nendstream`)
	base64Text = regexp.MustCompile(`[A-Za-z0-9+/_-]{40,}`)
)

func inner(value []byte) (found [][]byte) {
	keep := func(r io.Reader, err error) {
		if err != nil {
			return
		}
		if text, _ := io.ReadAll(io.LimitReader(r, 8<<20)); len(text) > 0 {
			found = append(found, text)
		}
	}
	switch {
	case bytes.HasPrefix(value, []byte("%PDF-")):
		for _, m := range pdfStream.FindAllSubmatch(value, -1) {
			r, err := zlib.NewReader(bytes.NewReader(m[1]))
			keep(r, err)
		}
		return found
	case bytes.HasPrefix(value, []byte{0x1f, 0x8b}):
		r, err := gzip.NewReader(bytes.NewReader(value))
		keep(r, err)
	case len(value) > 2 && value[0] == 0x78:
		r, err := zlib.NewReader(bytes.NewReader(value))
		keep(r, err)
	}
	for _, m := range base64Text.FindAll(value, 20) {
		text := strings.NewReplacer("-", "+", "_", "/").Replace(string(m))
		if b, err := base64.RawStdEncoding.DecodeString(text); err == nil {
			found = append(found, b)
		}
	}
	return found
}
