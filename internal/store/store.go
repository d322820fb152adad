// Package store owns every read and write of practice data. Each method checks
// the actor's permission, changes rows, seals what must be sealed and appends
// the audit event in one transaction, so that nothing above it can change state
// unseen. It never speaks HTTP and never keeps a plaintext beyond a call.
package store

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"io/fs"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/outbox"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/vault"
	"github.com/sealform/sealform/pdf"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations returns the schema for db.Migrate.
func Migrations() fs.FS {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic("internal error: " + err.Error())
	}
	return sub
}

// Confined is a table that row-level security confines to one practice.
const Confined = "documents"

// Config is what a Store is made of. Every field is needed but Timestamp, Seal,
// Storage and, unless messages are sent, the last three.
type Config struct {
	DB       *db.DB
	Ring     *vault.Ring
	Renderer Renderer
	// Timestamp asks a timestamp authority about a seal (pdf.TSA); nil for none.
	Timestamp func(ctx context.Context, digest []byte) ([]byte, error)
	// Seal is of a certificate of the operator's own; nil for one of the
	// installation's authority.
	Seal     *pdf.Seal
	Operator string // who runs the installation, in texts and certificates
	Storage  string // country the data is stored in, ISO 3166-1 alpha-2; "" = each practice's own
	Now      func() time.Time
	Log      *slog.Logger
	Base     string          // what links in messages begin with: "https://forms.example.org"
	Channels outbox.Channels // how messages leave; none: they cannot be sent
	Receipts bool            // the channels to phones report what became of messages
}

// A Renderer draws and seals the PDF of a submission. [pdf.Renderer] does.
type Renderer interface {
	Render(ctx context.Context, d *pdf.Document, seal *pdf.Seal) ([]byte, error)
}

// A Store reads and writes the data of every practice of one installation. It
// may be used by many goroutines, and several instances may share a database:
// its memory holds only copies of rows that never change, or that say when
// they did.
type Store struct {
	db       *db.DB
	ring     atomic.Pointer[vault.Ring]
	renderer Renderer
	stamp    func(ctx context.Context, digest []byte) ([]byte, error)
	own      *pdf.Seal // nil for the authority's
	operator string
	storage  string
	now      func() time.Time
	log      *slog.Logger
	base     string
	channels outbox.Channels
	receipts bool

	practices sync.Map // uuid.UUID -> *practice.Practice
	forms     sync.Map // pinKey -> *forms.Template
	publics   sync.Map // string of the key's bytes -> *vault.PublicKey
	visits    visits
	sessions  sessionReads
	authority atomic.Pointer[authority]
	roots     atomic.Pointer[string] // PEM, of the operator's certificates, now and before
}

// New returns a Store over a migrated database. It compares the server key
// with the check values in the database, and refuses a key that is not this
// database's; on an empty database it stores them.
func New(ctx context.Context, c Config) (*Store, error) {
	s := &Store{db: c.DB, renderer: c.Renderer, stamp: c.Timestamp, own: c.Seal, operator: c.Operator, storage: c.Storage, now: c.Now, log: c.Log, base: c.Base, channels: c.Channels, receipts: c.Receipts}
	s.ring.Store(c.Ring)
	in, err := s.readInstalled(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.checkServerKey(ctx, in); err != nil {
		return nil, err
	}
	if err := s.loadAuthority(ctx, in); err != nil {
		return nil, fmt.Errorf("load signing authority: %w", err)
	}
	if err := s.keepOwnRoot(ctx); err != nil {
		return nil, fmt.Errorf("remember the operator's certificate: %w", err)
	}
	return s, nil
}

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return s.db.Ping(ctx) }

func (s *Store) keys() *vault.Ring { return s.ring.Load() }

// at returns the time of a change, as both engines store it.
func (s *Store) at() time.Time { return s.now().UTC().Truncate(time.Microsecond) }

// change runs fn in a transaction of the practice and appends the events it
// returns as the transaction's last work.
func (s *Store) change(ctx context.Context, practice uuid.UUID, fn func(*db.Tx) ([]audit.Event, error)) error {
	return s.db.Write(ctx, practice, func(tx *db.Tx) error {
		events, err := fn(tx)
		if err != nil || len(events) == 0 {
			return err
		}
		return audit.Append(ctx, tx, s.keys(), practice, events...)
	})
}

// require checks a permission. A refusal is recorded before it is returned.
func (s *Store) require(ctx context.Context, a access.Actor, p access.Permission, subject audit.Subject) error {
	err := a.Require(p)
	if err == nil || a.Practice == uuid.Nil {
		return err
	}
	return s.refuse(ctx, a, audit.Action("access."+string(p)), subject, err)
}

// refuse records that an action was refused and returns why.
func (s *Store) refuse(ctx context.Context, a access.Actor, action audit.Action, subject audit.Subject, why error) error {
	event := audit.Event{At: s.at(), Actor: a, Action: action, Subject: subject, Outcome: audit.Refused}
	if err := s.record(ctx, a.Practice, event); err != nil {
		s.log.Error("refusal not recorded", "practice", a.Practice, "error", err)
	}
	return why
}

func (s *Store) record(ctx context.Context, practice uuid.UUID, events ...audit.Event) error {
	return s.change(ctx, practice, func(*db.Tx) ([]audit.Event, error) { return events, nil })
}

// Practice returns what is public about a practice.
func (s *Store) Practice(ctx context.Context, id uuid.UUID) (*practice.Practice, error) {
	return s.practiceAt(ctx, id, -1)
}

// practiceAt returns the practice, from memory when the copy there has the
// version. Version -1 reads the row.
func (s *Store) practiceAt(ctx context.Context, id uuid.UUID, version int64) (*practice.Practice, error) {
	if p, ok := s.practices.Load(id); ok && p.(*practice.Practice).Version == version {
		return p.(*practice.Practice), nil
	}
	p := practice.Practice{ID: id}
	err := s.db.ReadOne(ctx, uuid.Nil, `
		SELECT name, phone, email, address, website, country, zone, records_country, privacy_contact, effective_date, copy_days, expiry_days, colour, logo, totp_required, kit_confirmed_at, suspended_at, version
		FROM practices WHERE id = $1`, []any{id}, &p.Name, &p.Phone, &p.Email, &p.Address, &p.Website, &p.Country, &p.Zone, &p.RecordsCountry,
		&p.PrivacyContact, &p.EffectiveDate, &p.CopyDays, &p.ExpiryDays, &p.Colour, &p.Logo, &p.TOTPRequired, &p.KitConfirmed, &p.Suspended, &p.Version)
	if err != nil {
		return nil, fmt.Errorf("practice %s: %w", id, err)
	}
	s.practices.Store(id, &p)
	return &p, nil
}

// storageCountry returns where this installation stores the practice's data.
func (s *Store) storageCountry(p *practice.Practice) string {
	if s.storage == "" {
		return p.Country
	}
	return s.storage
}

// vars returns what templates may say about a practice. A practice may keep its
// records elsewhere than here, and its texts then name that country.
func (s *Store) vars(p *practice.Practice) forms.Vars {
	if p.RecordsCountry != "" {
		return p.Vars(s.operator, p.RecordsCountry)
	}
	return p.Vars(s.operator, s.storageCountry(p))
}

type pinKey struct {
	practice uuid.UUID
	sha256   string
}

// Form returns the template that documents with this pin ask, exactly as it
// was when they were made.
func (s *Store) Form(ctx context.Context, practice uuid.UUID, pin string) (*forms.Template, error) {
	if t, ok := s.forms.Load(pinKey{practice, pin}); ok {
		return t.(*forms.Template), nil
	}
	var body []byte
	if err := s.db.ReadOne(ctx, practice, `SELECT body FROM pins WHERE practice_id = $1 AND sha256 = $2`, []any{practice, pin}, &body); err != nil {
		return nil, fmt.Errorf("form %s: %w", pin, err)
	}
	return s.parse(practice, pin, body)
}

// parse reads the stored text of the form with the pin, once per process.
func (s *Store) parse(practice uuid.UUID, pin string, body []byte) (*forms.Template, error) {
	key := pinKey{practice, pin}
	if t, ok := s.forms.Load(key); ok {
		return t.(*forms.Template), nil
	}
	t, err := forms.Parse("", body)
	if err != nil {
		return nil, fmt.Errorf("form %s: %w", pin, err)
	}
	if t.SHA256() != pin {
		return nil, fmt.Errorf("form %s: the stored text was altered", pin)
	}
	s.forms.Store(key, t)
	return t, nil
}

// parsePublic returns the key, parsed once per process.
func (s *Store) parsePublic(b []byte) (*vault.PublicKey, error) {
	if k, ok := s.publics.Load(string(b)); ok {
		return k.(*vault.PublicKey), nil
	}
	k, err := vault.ParsePublic(b)
	if err != nil {
		return nil, err
	}
	s.publics.Store(string(b), k)
	return k, nil
}

// A Secret in text form is base64url without padding: 32 bytes, 43 characters.
func encodeSecret(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

var secretText = base64.RawURLEncoding.Strict()

// decodeSecret returns nil and false for anything else.
func decodeSecret(text string) ([]byte, bool) {
	b, err := secretText.DecodeString(text)
	if err != nil || len(b) != 32 {
		return nil, false
	}
	return b, true
}

// anyOf returns "$from,$from+1,…" for as many values as there are, and the values.
func anyOf[T any](from int, list []T) (marks string, values []any) {
	for _, value := range list {
		values = append(values, value)
	}
	return places(from, len(list)), values
}

// places returns "$from,$from+1,…" for n arguments.
func places(from, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(from + i))
	}
	return b.String()
}

func digest(parts ...[]byte) []byte {
	h := sha256.New()
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

func newID() uuid.UUID { return uuid.Must(uuid.NewV7()) }
