package store_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/db"
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
	markFile      = "LyrebirdInTheTreeFern"   // in an attachment, and its name
	markRecord    = "PademelonByTheFernGully" // written down by staff
)

var sealedMarks = []string{markName, markDraft, markAnswer, markSignature, markReason, markFile, markRecord, "%PDF-"}

func (c *clinic) markedClient(i int) *store.NewClient {
	name := c.email[:5]
	return &store.NewClient{
		Contact: practice.Contact{FirstName: markContact + name, Email: fmt.Sprintf("%s%d@example.org", markContact, i)},
		Label:   practice.Label{FullName: markName + name, Reference: markName + name},
	}
}

// fillPractice leaves documents in every state a thief may come upon, and
// returns one with a draft.
func (c *clinic) fillPractice(documents int) (left *store.Issued) {
	c.t.Helper()
	ctx, name := c.t.Context(), c.email[:5]
	for i := range documents {
		issued, err := c.Send(ctx, c.director, store.NewDocument{Template: "check-in", Client: c.markedClient(i), ExpiresInDays: 1 + 13*(i%2)})
		if err != nil {
			c.t.Fatal(err)
		}
		state := i % 7
		if state == 0 { // sent
			must(c.t, c.EditClient(ctx, c.director, issued.ClientID, 1, *c.markedClient(documents + i)))
			must(c.t, c.Refuse(ctx, c.director, issued.ClientID, store.Reasons[0].Code, "2026-11-01", markRecord+name))
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
		case 2:
			left = issued // with 14 days when i is odd
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
	return left
}

// copyFile steals the database as it lies on the disk, with its log.
func copyFile(t *testing.T, path string) string {
	t.Helper()
	stolen := filepath.Join(t.TempDir(), "stolen.db")
	for _, end := range []string{"", "-wal"} {
		b, err := os.ReadFile(path + end)
		must(t, err)
		must(t, os.WriteFile(stolen+end, b, 0o600))
	}
	return stolen
}

// A thief has the database, its log, a backup, the program's log, temporary
// files and the server's keys, and no passphrase, link or cookie.
func TestAThiefOfDatabaseAndServerKeyReadsNoAnswers(t *testing.T) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(engine), func(t *testing.T) { rob(t, engine) })
	}
}

func rob(t *testing.T, engine db.Engine) {
	url, temporary := testdb.URL(t, engine), t.TempDir()
	t.Setenv("TMPDIR", temporary)
	began := time.Now()
	var log logged
	i := installWith(t, testdb.OpenURL(t, url), "", slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	north, south := i.clinic("North"), i.clinic("South")
	left := north.fillPractice(100)
	south.fillPractice(100)
	i.clock.forward(25 * time.Hour)
	if swept, err := i.Sweep(t.Context()); err != nil || swept.Expired == 0 {
		t.Fatalf("swept %+v, %v", swept, err)
	}
	if _, _, err := i.SignIn(t.Context(), north.email, passphrase, home); err != nil {
		t.Fatal(err)
	}
	var backup bytes.Buffer
	must(t, i.db.Backup(t.Context(), &backup))
	everything := append([]string{markContact}, sealedMarks...)
	for name, raw := range map[string][]byte{"backup": backup.Bytes(), "log": log.bytes()} {
		for _, layer := range peel(raw) {
			if seen := marksIn(layer, everything); len(seen) > 0 {
				t.Errorf("the %s shows %v", name, seen)
			}
		}
	}
	if engine == db.SQLite {
		url = copyFile(t, url)
		checkFiles(t, filepath.Dir(url), began, everything)
	} else {
		checkFiles(t, postgresFiles(t), began, everything)
	}
	checkFiles(t, temporary, began, everything)

	l := steal(t, engine, url, north.id, south.id)
	checkWithoutKey(t, l, everything)
	checkWithServerKey(t, i, l)
	checkWithLink(t, i, l, left)
	checkWithPassphrase(t, i, l, north)
}

// postgresFiles is where the server of the test run keeps its data and its log.
func postgresFiles(t *testing.T) string {
	t.Helper()
	folder, err := os.Readlink("/proc/" + os.Getenv("SEALFORM_TEST_POSTGRES_PID") + "/cwd")
	if err != nil {
		t.Logf("the server's own files are not looked at: %v", err)
		return t.TempDir()
	}
	return folder
}

// checkFiles reads the bytes of the files that changed since, before any
// program has opened them.
func checkFiles(t *testing.T, folder string, since time.Time, words []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return nil // gone meanwhile
		}
		info, err := d.Info()
		if err != nil || info.ModTime().Before(since) {
			return nil
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return nil
		}
		if seen := marksIn(raw, slices.DeleteFunc(slices.Clone(words), func(w string) bool { return len(w) < 16 })); len(seen) > 0 {
			t.Errorf("the file %s shows %v", path, seen)
		}
		return nil
	})
	must(t, err)
}

func checkWithoutKey(t *testing.T, l *loot, words []string) {
	t.Helper()
	th := newTheft(l, vault.NewRing())
	if seen := th.stored(words); len(seen) > 0 {
		t.Errorf("without any key, the thief reads %v", seen)
	}
	th.run()
	if th.readable.Len() > 0 {
		t.Error("without any key, something opens")
	}
}

func checkWithServerKey(t *testing.T, i *installation, l *loot) {
	t.Helper()
	th := newTheft(l, i.ring)
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
}

// With one link the same program reads the draft that it opens, and nothing else.
func checkWithLink(t *testing.T, i *installation, l *loot, left *store.Issued) {
	t.Helper()
	th := newTheft(l, i.ring)
	token, err := base64.RawURLEncoding.DecodeString(left.Token)
	must(t, err)
	th.learn(token)
	th.run()
	text := th.readable.Bytes()
	for _, mark := range []string{markDraft, markFile} {
		if !bytes.Contains(text, []byte(mark+"North")) {
			t.Errorf("with the link, %s does not show", mark)
		}
	}
	for _, g := range th.sealed {
		if g.opened && !bytes.Equal(g.document, left.ID[:]) {
			t.Errorf("the link opened a %s of another document", g.kind)
		}
	}
}

// With one member's passphrase the same program reads that practice's names and
// what was sent to it, and neither drafts nor the other practice.
func checkWithPassphrase(t *testing.T, i *installation, l *loot, c *clinic) {
	t.Helper()
	th := newTheft(l, i.ring)
	wrapped := c.value("seed", "members", "id = $1", c.director.ID)
	seed, err := vault.UnwrapSeed(t.Context(), i.ring, passphrase, c.director.ID, wrapped)
	must(t, err)
	th.learn(seed[:])
	th.run()
	text := th.readable.Bytes()
	for _, mark := range []string{markName, markAnswer, markSignature, markReason, markFile, markRecord} {
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

// logged is a log in memory.
type logged struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logged) bytes() []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	return bytes.Clone(l.b.Bytes())
}
