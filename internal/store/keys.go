package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/vault"
)

// The two seeds of a practice. Whoever holds the practice seed opens answers;
// whoever holds the index seed opens names and outcomes.
const (
	practiceSeed = "practice"
	indexSeed    = "index"
)

var seeds = []string{practiceSeed, indexSeed}

func be64(n int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(n)) }

// A Holder is an actor with the secret that opens what was granted to it: a
// staff member in a session, or an API key in a request.
type Holder struct {
	access.Actor
	Name    string // as staff see it
	Session uuid.UUID
	Half    bool                        // signed in but for the second factor: may do nothing
	TOTP    bool                        // has a second factor
	TOTPDue bool                        // has none, and the practice asks for one
	Fresh   bool                        // the passphrase was typed within ten minutes
	since   time.Time                   // when the session began
	seed    func() (*vault.Pair, error) // nil for keys that read nothing
	own     func() (vault.Seed, error)  // of members
	memory  []byte                      // of an API key: seals remembered answers
	pair    *vault.Pair
	seeds   map[grantKey]*vault.Pair
	lists   map[int64][]byte
}

type grantKey struct {
	kind    string
	version int64
}

func (h *Holder) open() (*vault.Pair, error) {
	if h.pair != nil {
		return h.pair, nil
	}
	if h.seed == nil {
		return nil, fault.New(fault.Forbidden, "This key may create documents and read nothing.")
	}
	pair, err := h.seed()
	h.pair = pair
	return pair, err
}

// granted returns the pair of one of the practice's seeds, opened with the
// holder's own key, and for the index the symmetric list key beside it.
func (s *Store) granted(ctx context.Context, h *Holder, kind string, version int64) (*vault.Pair, error) {
	if pair, ok := h.seeds[grantKey{kind, version}]; ok {
		return pair, nil
	}
	seed, pair, err := s.openGrant(ctx, h, kind, version)
	if err != nil {
		return nil, err
	}
	h.keep(grantKey{kind, version}, pair)
	if kind == indexSeed {
		h.lists[version] = vault.Derive(seed[:], "list", h.Practice[:], be64(version))
	}
	return pair, nil
}

// openGrant opens one of the practice's seeds with the holder's own key. Anybody
// can seal something to a holder, so the seed counts only when it is the one of
// the pinned public key.
func (s *Store) openGrant(ctx context.Context, h *Holder, kind string, version int64) (seed vault.Seed, pair *vault.Pair, err error) {
	own, err := h.open()
	if err != nil {
		return seed, nil, err
	}
	var sealed, public, pin []byte
	err = s.db.ReadOne(ctx, h.Practice, `
		SELECT g.sealed, k.public_key, k.pin FROM grants g
		JOIN practice_keys k ON k.practice_id = g.practice_id AND k.kind = g.kind AND k.version = g.version
		WHERE g.practice_id = $1 AND g.kind = $2 AND g.version = $3 AND g.holder_id = $4`,
		[]any{h.Practice, kind, version, h.ID}, &sealed, &public, &pin)
	if fault.KindOf(err) == fault.NotFound {
		return seed, nil, fault.New(fault.Forbidden, "You are signed in, and hold no key to this. Ask a director of your practice.")
	}
	if err != nil {
		return seed, nil, err
	}
	if !s.pinned(h.Practice, kind, version, public, pin) {
		return seed, nil, errPin(h.Practice, kind)
	}
	text, err := own.Open(sealed, "grant", grantFields(kind, h.Practice, version, h.ID)...)
	if err != nil || len(text) != len(seed) {
		return seed, nil, fmt.Errorf("grant %s %d of %s: %w", kind, version, h.ID, vault.ErrOpen)
	}
	seed = vault.Seed(text)
	if pair, err = seed.Pair(); err != nil {
		return seed, nil, err
	}
	if !bytes.Equal(pair.Public(), public) {
		return seed, nil, fmt.Errorf("grant %s %d of %s is not of the practice's key: %w", kind, version, h.ID, vault.ErrOpen)
	}
	return seed, pair, nil
}

func (h *Holder) keep(k grantKey, pair *vault.Pair) {
	if h.seeds == nil {
		h.seeds, h.lists = map[grantKey]*vault.Pair{}, map[int64][]byte{}
	}
	h.seeds[k] = pair
}

func grantFields(kind string, practice uuid.UUID, version int64, holder uuid.UUID) [][]byte {
	return [][]byte{[]byte(kind), practice[:], be64(version), holder[:]}
}

func errPin(practice uuid.UUID, kind string) error {
	return fault.Because(fault.Unavailable, fmt.Errorf("the %s key of practice %s does not match its pin", kind, practice),
		"Something is wrong with this practice's keys, so nothing can be sent right now. What you typed is kept. Call the practice.")
}

// A publicKey is the newest public half of one of a practice's seeds.
type publicKey struct {
	version int64
	*vault.PublicKey
}

// newestKeys returns the keys that new values are sealed to, answers to the
// first and names and outcomes to the second. Both are checked against their
// pins: whoever can write the database cannot have anything sealed to a key of
// their own.
func (s *Store) newestKeys(ctx context.Context, practice uuid.UUID) (answers, index publicKey, err error) {
	var kind string
	var version int64
	var public, pin []byte
	newest := map[string]publicKey{}
	err = s.db.ReadEach(ctx, practice, `
		SELECT kind, version, public_key, pin FROM practice_keys k
		WHERE practice_id = $1 AND version = (SELECT max(version) FROM practice_keys WHERE practice_id = $1 AND kind = k.kind)`,
		[]any{practice}, []any{&kind, &version, &public, &pin}, func() error {
			if !s.pinned(practice, kind, version, public, pin) {
				return errPin(practice, kind)
			}
			key, err := s.parsePublic(public)
			newest[kind] = publicKey{version, key}
			return err
		})
	answers, index = newest[practiceSeed], newest[indexSeed]
	if err == nil && (answers.PublicKey == nil || index.PublicKey == nil) {
		err = fault.Code(fault.Conflict, "no-keys", "This practice has no keys yet: its director has to accept the invitation first.")
	}
	return answers, index, err
}

func (s *Store) pinned(practice uuid.UUID, kind string, version int64, public, pin []byte) bool {
	return s.keys().Verify(pin, "pin", []byte(kind), practice[:], be64(version), public)
}

// holderPin authenticates a holder's public key, so that whoever can write the
// database cannot have a seed granted to a key of their own.
func (s *Store) holderPin(practice, holder uuid.UUID, public []byte) []byte {
	return s.keys().MAC("holder", practice[:], holder[:], public)
}

func (s *Store) holderPinned(practice, holder uuid.UUID, public, pin []byte) bool {
	return s.keys().Verify(pin, "holder", practice[:], holder[:], public)
}

func errHolderPin(holder uuid.UUID) error {
	return fault.Because(fault.Conflict, fmt.Errorf("the public key of %s does not match its pin", holder),
		"The key of this member was changed in the database, so nothing was granted to it. Tell the operator.")
}

// addSeed makes a version of one of the practice's seeds and grants it to the
// holders, by id.
func (s *Store) addSeed(ctx context.Context, tx *db.Tx, practice uuid.UUID, kind string, version int64, holders map[uuid.UUID][]byte) error {
	seed := vault.NewSeed()
	pair, err := seed.Pair()
	if err != nil {
		return err
	}
	pin := s.keys().MAC("pin", []byte(kind), practice[:], be64(version), pair.Public())
	if _, err := tx.Exec(ctx, `INSERT INTO practice_keys (practice_id, kind, version, public_key, pin, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		practice, kind, version, pair.Public(), pin, s.at()); err != nil {
		return err
	}
	for holder, public := range holders {
		if err := s.grant(ctx, tx, practice, kind, version, seed, holder, public); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) grant(ctx context.Context, tx *db.Tx, practice uuid.UUID, kind string, version int64, seed vault.Seed, holder uuid.UUID, public []byte) error {
	key, err := s.parsePublic(public)
	if err != nil {
		return err
	}
	sealed, err := key.Seal(seed[:], "grant", grantFields(kind, practice, version, holder)...)
	if err != nil {
		return err
	}
	return insertGrants(ctx, tx, practice, holder, []sealedGrant{{kind, version, sealed}})
}
