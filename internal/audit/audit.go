// Package audit owns the record of who did what: events in append-only chains,
// one per practice and one for the installation. It never updates or deletes,
// and it takes ids and plain words only: never names, answers, tokens or codes.
//
// Each event's hash covers the event before it, so changing, removing or
// swapping any event changes every hash after it. The newest hash is
// authenticated under the server key, which a thief of the database lacks. A
// detail (an address, a browser) is sealed and enters the hash only as a salted
// digest: erasing it removes the detail and not the event.
package audit

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/vault"
)

// Installation is the chain of what belongs to no practice. Pass it to db.Write
// as the practice when appending to it.
var Installation = db.Installation

// An Action names what was done, as "noun.verb".
type Action string

// Outcomes of an event.
const (
	OK      = "ok"
	Refused = "refused"
	Failed  = "failed"
)

// A Subject is what an event is about.
type Subject struct {
	Kind string // document, delivery, member, client, template, practice, key
	ID   uuid.UUID
}

// A Detail says more about an event in plain words, sealed under the server key.
type Detail map[string]string

// An Event is one entry of a chain.
type Event struct {
	Seq     int64
	ID      uuid.UUID
	At      time.Time // to the microsecond
	Actor   access.Actor
	Action  Action
	Subject Subject
	Outcome string // OK when empty
	Detail  Detail // nil when there was none, or when it was erased
	Hash    []byte // set by Append and on reading
}

// A Head is the newest entry of a chain. Whoever keeps a copy of it can tell
// later whether the chain still holds it.
type Head struct {
	Seq  int64
	Hash []byte
}

// Found begins the chain of a practice that is made in the same transaction.
func Found(ctx context.Context, tx *db.Tx, ring *vault.Ring, practice uuid.UUID, first Event) (err error) {
	defer fault.Wrap(&err, "audit.Found(%s)", practice)
	return extend(ctx, tx, ring, practice, true, first)
}

// Append adds events, all of the same practice, as the last work of a
// transaction: the head row is locked until the commit, and one lock order for
// everybody is what keeps writers from waiting on each other in circles. Only the
// installation's chain may begin with it: any other that has no head has lost it.
func Append(ctx context.Context, tx *db.Tx, ring *vault.Ring, practice uuid.UUID, events ...Event) (err error) {
	defer fault.Wrap(&err, "audit.Append(%s)", practice)
	return extend(ctx, tx, ring, practice, practice == Installation, events...)
}

func extend(ctx context.Context, tx *db.Tx, ring *vault.Ring, practice uuid.UUID, mayBegin bool, events ...Event) error {
	head, genuine, err := lockHead(ctx, tx, ring, practice, len(events))
	if err != nil {
		return err
	}
	genuine = genuine || mayBegin && head.Seq == 0
	for _, e := range events {
		head.Seq++
		e.Seq = head.Seq
		if e.ID, err = uuid.NewV7(); err != nil {
			return err
		}
		e.At = e.At.UTC().Truncate(time.Microsecond)
		if e.Outcome == "" {
			e.Outcome = OK
		}
		sealed, digest := sealDetail(ring, practice, e)
		head.Hash = hash(head.Hash, practice, e, digest)
		tx.Queue(ctx, `
			INSERT INTO events (practice_id, seq, id, at, actor_kind, actor_id, action, subject_kind, subject_id, outcome, detail, detail_hash, hash)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
			practice, e.Seq, e.ID, e.At, string(e.Actor.Kind), e.Actor.ID, string(e.Action), e.Subject.Kind, e.Subject.ID, e.Outcome, sealed, digest, head.Hash)
	}
	mac := []byte{} // a forged head stays forged: Verify goes on saying so
	if genuine {
		mac = headMAC(ring, practice, head)
	}
	tx.Queue(ctx, `UPDATE chain_heads SET hash = $2, mac = $3 WHERE practice_id = $1`, practice, head.Hash, mac)
	return nil
}

// lockHead reserves n sequence numbers and returns the head before them, and
// whether this installation wrote it. A head under a key that the ring lacks
// cannot be judged, so nothing is appended to it.
func lockHead(ctx context.Context, tx *db.Tx, ring *vault.Ring, practice uuid.UUID, n int) (head Head, genuine bool, err error) {
	var mac []byte
	err = tx.QueryRow(ctx, `
		INSERT INTO chain_heads (practice_id, seq, hash, mac) VALUES ($1, $2, $3, $3)
		ON CONFLICT (practice_id) DO UPDATE SET seq = chain_heads.seq + $2
		RETURNING seq, hash, mac`, practice, n, []byte{}).Scan(&head.Seq, &head.Hash, &mac)
	if err != nil {
		return head, false, err
	}
	head.Seq -= int64(n)
	if id := vault.KeyID(mac); id != "" && !slices.Contains(ring.IDs(), id) {
		return head, false, fmt.Errorf("the head of the chain is under server key %s, which this instance lacks", id)
	}
	return head, verifyHead(ring, practice, head, mac), nil
}

func headMAC(ring *vault.Ring, practice uuid.UUID, h Head) []byte {
	return ring.MAC("chain", practice[:], seqBytes(h.Seq), h.Hash)
}

func verifyHead(ring *vault.Ring, practice uuid.UUID, h Head, mac []byte) bool {
	return ring.Verify(mac, "chain", practice[:], seqBytes(h.Seq), h.Hash)
}

func seqBytes(seq int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(seq)) }

const saltSize = 16

// sealDetail returns the detail under the server key and the digest that
// enters the chain. Without a detail both stand for the empty text.
func sealDetail(ring *vault.Ring, practice uuid.UUID, e Event) (sealed, digest []byte) {
	if len(e.Detail) == 0 {
		return nil, digestOf(nil)
	}
	text, err := json.Marshal(e.Detail)
	if err != nil {
		panic("internal error: a map of strings is always JSON: " + err.Error())
	}
	salted := make([]byte, saltSize, saltSize+len(text))
	rand.Read(salted)
	salted = append(salted, text...)
	return ring.Seal(salted, "event", practice[:], e.ID[:]), digestOf(salted)
}

func digestOf(salted []byte) []byte {
	sum := sha256.Sum256(salted)
	return sum[:]
}

func openDetail(ring *vault.Ring, practice, id uuid.UUID, sealed, digest []byte) (Detail, error) {
	if sealed == nil {
		return nil, nil
	}
	salted, err := ring.Open(sealed, "event", practice[:], id[:])
	if err != nil {
		return nil, err
	}
	if len(salted) < saltSize || string(digestOf(salted)) != string(digest) {
		return nil, fmt.Errorf("detail of event %s does not match its chain", id)
	}
	var d Detail
	return d, json.Unmarshal(salted[saltSize:], &d)
}

// hash is SHA-256 over the fields, each with its length, so that no two events
// share an encoding.
func hash(prev []byte, practice uuid.UUID, e Event, digest []byte) []byte {
	h := sha256.New()
	for _, field := range [][]byte{
		[]byte("sealform/v1/event"), prev, practice[:], seqBytes(e.Seq), e.ID[:], []byte(e.At.Format(time.RFC3339Nano)),
		[]byte(e.Actor.Kind), e.Actor.ID[:], []byte(e.Action), []byte(e.Subject.Kind), e.Subject.ID[:], []byte(e.Outcome), digest,
	} {
		h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(field))))
		h.Write(field)
	}
	return h.Sum(nil)
}
