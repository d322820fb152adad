package store_test

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
	"github.com/sealform/sealform/internal/vault"
)

func (c *clinic) completed(words string) *store.Issued {
	c.t.Helper()
	issued := c.send("check-in")
	b := c.open(issued, "")
	b.save(forms.Inputs{"about.words": {words}})
	b.submit()
	return issued
}

// rekey makes a new key and moves everything to it.
func (c *clinic) rekey() {
	c.t.Helper()
	if err := c.Rekey(c.t.Context(), c.director); err != nil {
		c.t.Fatal(err)
	}
	c.move()
}

func (c *clinic) move() {
	c.t.Helper()
	for range 1000 {
		moved, err := c.RekeyBatch(c.t.Context(), c.director)
		if err != nil {
			c.t.Fatal(err)
		}
		if moved == 0 {
			return
		}
	}
	c.t.Fatal("the new key never comes through")
}

func TestANewKeyOfThePractice(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c, ctx := newClinic(t, d), t.Context()
		before, half := c.completed("before"), c.send("check-in")
		declined := c.send("check-in")
		v, st := c.open(declined, "").visit()
		if err := c.Decline(ctx, v, st, "rather not", home); err != nil {
			t.Fatal(err)
		}
		b := c.open(half, "")
		b.save(forms.Inputs{"about.words": {"half"}})
		clerk, _ := c.member(access.Administrative, "Ada")
		leaver, _ := c.member(access.Supervisor, "Lee")
		key, err := c.MakeAPIKey(ctx, c.director, "Reader", true)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.RemoveMember(ctx, c.director, leaver.ID); err != nil {
			t.Fatal(err)
		}
		if err := c.Rekey(ctx, c.director); err != nil {
			t.Fatal(err)
		}
		if err := c.Rekey(ctx, c.director); !errors.Is(err, fault.Conflict) {
			t.Errorf("a second change before the first is through: %v", err)
		}
		b.submit()
		if n := c.count(`SELECT key_version FROM submissions WHERE document_id = $1`, half.ID); n != 2 {
			t.Errorf("a new submission is under version %d", n)
		}
		c.move()
		// Three documents, two of them completed, and the clients of all three.
		if r, err := c.Rekeyed(ctx, c.director); err != nil || r.Left != 0 || r.Total != 3+2+3 || r.Percent() != 100 {
			t.Errorf("%+v, %v", r, err)
		}
		c.alter(`DELETE FROM grants WHERE version = 1`) // nothing hangs on it any more
		reader, err := c.APIKey(ctx, key)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range []*store.Holder{c.session(c.cookie), reader} {
			for i, issued := range []*store.Issued{before, half} {
				if sub, err := c.Answers(ctx, h, issued.ID); err != nil || sub.Answers["about.words"] != []string{"before", "half"}[i] {
					t.Errorf("answers after the change: %v", err)
				}
				if _, _, err := c.PDF(ctx, h, issued.ID); err != nil {
					t.Errorf("PDF after the change: %v", err)
				}
			}
			if reason, err := c.Reason(ctx, h, declined.ID); err != nil || reason != "rather not" {
				t.Errorf("the reason after the change: %q, %v", reason, err)
			}
		}
		if n := c.count(`SELECT count(*) FROM grants WHERE kind = 'practice' AND holder_id IN ($1, $2) OR holder_id = $2`, clerk.ID, leaver.ID); n != 0 {
			t.Errorf("administrative staff and a leaver hold %d grants", n)
		}
		if _, err := c.Answers(ctx, clerk, before.ID); !errors.Is(err, fault.Forbidden) {
			t.Errorf("administrative staff read answers: %v", err)
		}
		if err := c.RedeemKit(ctx, c.waiting(), c.kit); err != nil {
			t.Errorf("the kit after the change: %v", err)
		}
	})
}

// waiting is a member whom nobody has approved.
func (c *clinic) waiting() *store.Holder {
	c.t.Helper()
	token, err := c.Invite(c.t.Context(), c.director, "Wren", "wren-"+c.email, access.Supervisor)
	if err != nil {
		c.t.Fatal(err)
	}
	cookie, _, err := c.Accept(c.t.Context(), token, passphrase, home)
	if err != nil {
		c.t.Fatal(err)
	}
	return c.session(cookie)
}

// A thief who can write the database has a key of their own granted nothing.
func TestANewKeyIsNotGrantedToAForeignHolder(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		thief, err := vault.NewSeed().Pair()
		if err != nil {
			t.Fatal(err)
		}
		waiting := c.waiting()
		for _, h := range []*store.Holder{waiting, c.director} {
			own := c.value("public_key", "members", "id = $1", h.ID)
			c.alter(`UPDATE members SET public_key = $2 WHERE id = $1`, h.ID, thief.Public())
			err := c.Approve(t.Context(), c.director, waiting.ID)
			if h == c.director {
				err = c.Rekey(t.Context(), c.director)
			}
			if !errors.Is(err, fault.Conflict) {
				t.Errorf("granting to a foreign key: %v", err)
			}
			c.alter(`UPDATE members SET public_key = $2 WHERE id = $1`, h.ID, own)
		}
	})
}

// multiply copies a completed document n times, each sealed on its own.
func (c *clinic) multiply(of *store.Issued, n int) (ids []uuid.UUID) {
	c.t.Helper()
	public, err := vault.ParsePublic(c.value("public_key", "practice_keys", "kind = 'practice' AND version = 1"))
	if err != nil {
		c.t.Fatal(err)
	}
	pair := c.practicePair()
	docKey, err := pair.Open(c.value("key", "submissions", "document_id = $1", of.ID), "document-key", c.id[:], of.ID[:], be64(1))
	if err != nil {
		c.t.Fatal(err)
	}
	text, err := vault.Open(docKey, c.value("body", "submissions", "document_id = $1", of.ID), "submission", c.id[:], of.ID[:])
	if err != nil {
		c.t.Fatal(err)
	}
	for range n {
		ids = append(ids, uuid.New())
	}
	const batch = 200
	for at := 0; at < n; at += batch {
		err := c.db.Write(c.t.Context(), c.id, func(tx *db.Tx) error {
			for _, id := range ids[at:min(at+batch, n)] {
				if err := c.copyDocument(tx, of.ID, id, public, text); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			c.t.Fatal(err)
		}
	}
	return ids
}

func (c *clinic) copyDocument(tx *db.Tx, from, id uuid.UUID, to *vault.PublicKey, text []byte) error {
	key := vault.NewSecret()
	sealed, err := to.Seal(key, "document-key", c.id[:], id[:], be64(1))
	if err != nil {
		return err
	}
	body, paper := vault.Seal(key, text, "submission", c.id[:], id[:]), vault.Seal(key, []byte("%PDF-"), "paper", c.id[:], id[:])
	mac := c.ring.MAC("submission", c.id[:], id[:], be64(1), sum(sealed), sum(body), sum(paper))
	for _, q := range []struct {
		query string
		args  []any
	}{
		{`INSERT INTO documents (id, practice_id, client_id, delivery_id, pin, template, version, title, state, former, expires_at, created_at)
			SELECT $1, practice_id, client_id, delivery_id, pin, template, version, title, state, former, expires_at, created_at FROM documents WHERE id = $2`, []any{id, from}},
		{`INSERT INTO submissions (document_id, practice_id, draft_id, key_version, key, body, row_mac, body_digest, paper_digest, created_at)
			SELECT $1, practice_id, draft_id, 1, $3, $4, $5, $6, $7, created_at FROM submissions WHERE document_id = $2`, []any{id, from, sealed, body, mac, sum(body), sum(paper)}},
		{`INSERT INTO papers (document_id, practice_id, sealed) VALUES ($1, $2, $3)`, []any{id, c.id, paper}},
	} {
		tx.Queue(c.t.Context(), q.query, q.args...)
	}
	return nil
}

// giveOutcomes gives documents an outcome each, sealed to the first index key.
func (c *clinic) giveOutcomes(ids []uuid.UUID) {
	c.t.Helper()
	public, err := vault.ParsePublic(c.value("public_key", "practice_keys", "kind = 'index' AND version = 1"))
	if err != nil {
		c.t.Fatal(err)
	}
	err = c.db.Write(c.t.Context(), c.id, func(tx *db.Tx) error {
		for _, id := range ids {
			sealed, err := public.Seal([]byte(`{"result":"agreed"}`), "outcome", c.id[:], id[:], be64(1))
			if err != nil {
				return err
			}
			if _, err := tx.Exec(c.t.Context(), `UPDATE documents SET outcome = $2 WHERE id = $1`, id, append([]byte{1, 0, 0, 0, 1}, sealed...)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		c.t.Fatal(err)
	}
}

// practicePair opens the practice's first key as its director does.
func (c *clinic) practicePair() *vault.Pair {
	c.t.Helper()
	own, err := vault.UnwrapSeed(c.t.Context(), c.ring, passphrase, c.director.ID, c.value("seed", "members", "id = $1", c.director.ID))
	if err != nil {
		c.t.Fatal(err)
	}
	member, err := own.Pair()
	if err != nil {
		c.t.Fatal(err)
	}
	seed, err := member.Open(c.value("sealed", "grants", "holder_id = $1 AND kind = 'practice' AND version = 1", c.director.ID), "grant", []byte("practice"), c.id[:], be64(1), c.director.ID[:])
	if err != nil {
		c.t.Fatal(err)
	}
	pair, err := vault.Seed(seed).Pair()
	if err != nil {
		c.t.Fatal(err)
	}
	return pair
}

func be64(n int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(n)) }

const (
	rekeyURL    = "SEALFORM_TEST_REKEY_URL"
	rekeyRing   = "SEALFORM_TEST_REKEY_RING"
	rekeyCookie = "SEALFORM_TEST_REKEY_COOKIE"
)

// TestRekeyingProcess is the process that TestRekeyingSurvivesKills kills: it
// moves documents, batch after batch, until there are none left.
func TestRekeyingProcess(t *testing.T) {
	url := os.Getenv(rekeyURL)
	if url == "" {
		t.Skip("runs as a process of its own")
	}
	file, err := os.ReadFile(os.Getenv(rekeyRing))
	if err != nil {
		t.Fatal(err)
	}
	ring, err := vault.ParseRing(file)
	if err != nil {
		t.Fatal(err)
	}
	d, err := db.Open(t.Context(), url, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.New(t.Context(), store.Config{DB: d, Ring: ring, Operator: "Test operator", Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	h, err := s.Session(t.Context(), os.Getenv(rekeyCookie))
	if err != nil {
		t.Fatal(err)
	}
	for {
		fmt.Println("batch")
		if moved, err := s.RekeyBatch(t.Context(), h); err != nil || moved == 0 {
			fmt.Println("through", err)
			return
		}
	}
}

func TestRekeyingSurvivesKills(t *testing.T) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(engine), func(t *testing.T) { rekeyUnderKills(t, engine, 100) })
	}
}

func rekeyUnderKills(t *testing.T, engine db.Engine, kills int) {
	url := testdb.URL(t, engine)
	c := newClinic(t, testdb.OpenURL(t, url))
	first := c.completed("kept")
	ids := append(c.multiply(first, 600), first.ID)
	c.giveOutcomes(ids[:600])
	ring := filepath.Join(t.TempDir(), "ring")
	if err := os.WriteFile(ring, c.ring.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	through := false
	for killed := range kills {
		if through || killed == 0 {
			if err := c.Rekey(t.Context(), c.director); err != nil {
				t.Fatal(err)
			}
		}
		through = c.killWhileRekeying(url, ring)
	}
	for !through {
		moved, err := c.RekeyBatch(t.Context(), c.director)
		if err != nil {
			t.Fatal(err)
		}
		through = moved == 0
	}
	r, err := c.Rekeyed(t.Context(), c.director)
	if err != nil || r.Left != 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	t.Logf("%d kills during %d changes of the key", kills, r.Version-1)
	for i := 0; i < len(ids); i += 13 { // every document's MAC is checked below; these are opened too
		if sub, err := c.Answers(t.Context(), c.director, ids[i]); err != nil || sub.Answers["about.words"] != "kept" {
			t.Fatalf("document %d of %d: %v", i, len(ids), err)
		}
	}
	c.rekey() // which opens every document and label, and checks every MAC
}

// killWhileRekeying kills a process at a random moment of its work, and reports
// whether it was through before.
func (c *clinic) killWhileRekeying(url, ring string) (through bool) {
	c.t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestRekeyingProcess$", "-test.v")
	cmd.Env = append(os.Environ(), rekeyURL+"="+url, rekeyRing+"="+ring, rekeyCookie+"="+c.cookie)
	out, err := cmd.StdoutPipe()
	if err != nil {
		c.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	batches, upTo := 0, 1+rand.IntN(3)
	for batches < upTo && lines.Scan() {
		if lines.Text() == "batch" {
			batches++
		}
	}
	if batches == 0 {
		c.t.Fatal("the process moved nothing")
	}
	time.Sleep(time.Duration(rand.IntN(40)) * time.Millisecond)
	_ = cmd.Process.Kill() // it may have ended
	_ = cmd.Wait()
	r, err := c.Rekeyed(c.t.Context(), c.director)
	if err != nil {
		c.t.Fatal(err)
	}
	return r.Left == 0
}

func sum(b []byte) []byte {
	s := sha256.Sum256(b)
	return s[:]
}
