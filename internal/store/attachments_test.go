package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
	"github.com/sealform/sealform/internal/upload"
	"github.com/sealform/sealform/pdf"
)

const paperControl = "about.papers"

func (b *browser) upload(name, content string) forms.Attachment {
	b.c.t.Helper()
	v, st := b.visit()
	a, err := b.c.Attach(b.c.t.Context(), v, st, upload.File{Name: name, Type: upload.PDF, Bytes: []byte(content)})
	if err != nil {
		b.c.t.Fatal(err)
	}
	return a
}

// change saves what change makes of the answers.
func (b *browser) change(change func(*forms.Template, forms.Inputs) forms.Inputs) error {
	b.c.t.Helper()
	v, st := b.visit()
	t, err := b.c.Form(b.c.t.Context(), b.c.id, st.Pin)
	if err != nil {
		b.c.t.Fatal(err)
	}
	_, err = b.c.Save(b.c.t.Context(), v, st, store.Page{Change: func(in forms.Inputs) forms.Inputs { return change(t, in) }})
	return err
}

func (b *browser) name(a forms.Attachment) error {
	return b.change(func(t *forms.Template, in forms.Inputs) forms.Inputs {
		in, refusal := t.AddFile(in, paperControl, a)
		if refusal != "" {
			b.c.t.Error(refusal)
		}
		return in
	})
}

func (b *browser) attach(name, content string) forms.Attachment {
	b.c.t.Helper()
	a := b.upload(name, content)
	if err := b.name(a); err != nil {
		b.c.t.Fatal(err)
	}
	return a
}

// large is a file of three chunks, each different.
func large(mark string) string {
	var b strings.Builder
	for i := 0; b.Len() < 600<<10; i++ {
		fmt.Fprintf(&b, "%%PDF-1.4 %s %d\n", mark, i)
	}
	return b.String()
}

func (c *clinic) chunks(document uuid.UUID) int64 {
	return c.count(`SELECT count(*) FROM attachment_chunks c JOIN attachments a ON a.id = c.attachment_id WHERE a.document_id = $1`, document)
}

func TestAttachments(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		t.Run("of two devices are both kept", func(t *testing.T) { testTwoDevices(t, c) })
		t.Run("belong to one draft", func(t *testing.T) { testAttachmentOwner(t, c) })
		t.Run("open only with every chunk in its place", func(t *testing.T) { testChunkBinding(t, c) })
		t.Run("nobody names are erased", func(t *testing.T) { testBrokenUploads(t, c) })
		read := testAttachmentsRead(t, c)
		t.Run("go with their draft", func(t *testing.T) { testErasedAttachments(t, c) })
		director, err := c.Session(t.Context(), c.signIn())
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := c.Attachment(t.Context(), director, read.ID, 1); err != nil {
			t.Errorf("a file that was sent is gone with the client's copy: %v", err)
		}
	})
}

func testAttachmentsRead(t *testing.T, c *clinic) *store.Issued {
	t.Helper()
	issued := c.send("check-in")
	b := c.open(issued, "")
	b.save(forms.Inputs{"about.words": {"see the papers"}})
	first, second := large("first"), "%PDF-1.4 second"
	b.attach("first.pdf", first)
	gone := b.attach("gone.pdf", large("gone"))
	b.attach("Überweisung.pdf", second)
	if err := b.change(func(t *forms.Template, in forms.Inputs) forms.Inputs { return t.RemoveFile(in, paperControl, gone.ID) }); err != nil {
		t.Fatal(err)
	}
	if n := c.chunks(issued.ID); n != 4 {
		t.Errorf("%d chunks are left, want 3 and 1", n)
	}
	b.submit()

	sub, err := c.Answers(t.Context(), c.director, issued.ID)
	if err != nil || len(sub.Files) != 2 || sub.Files[1].Name != "Überweisung.pdf" {
		t.Fatalf("files %v, %v", sub.Files, err)
	}
	v, st := b.visit()
	for n, want := range []string{first, second} {
		a, file, err := c.Attachment(t.Context(), c.director, issued.ID, n+1)
		if err != nil || string(file) != want || a != sub.Files[n] {
			t.Errorf("file %d: %s, %d bytes, %v", n+1, a.Name, len(file), err)
		}
		if _, file, err = c.CopyAttachment(t.Context(), v, st, n+1); err != nil || string(file) != want {
			t.Errorf("copy of file %d: %d bytes, %v", n+1, len(file), err)
		}
	}
	for _, n := range []int{-1, 0, 3} {
		if _, _, err := c.Attachment(t.Context(), c.director, issued.ID, n); !errors.Is(err, fault.NotFound) {
			t.Errorf("file %d: %v", n, err)
		}
	}
	checkPaperHolds(t, c, issued, first, second)
	checkDownloadsAreRecorded(t, c, issued)
	return issued
}

func (c *clinic) signIn() string {
	c.t.Helper()
	cookie, _, err := c.SignIn(c.t.Context(), c.email, passphrase, home)
	if err != nil {
		c.t.Fatal(err)
	}
	return cookie
}

func checkPaperHolds(t *testing.T, c *clinic, issued *store.Issued, files ...string) {
	t.Helper()
	paper, _, err := c.PDF(t.Context(), c.director, issued.ID)
	if err != nil {
		t.Fatal(err)
	}
	report := pdf.Verify(paper, c.Roots())
	for _, want := range files {
		if !slices.ContainsFunc(report.Attachments, func(f pdf.File) bool { return string(f.Bytes) == want }) {
			t.Errorf("the sealed PDF lacks a file of %d bytes", len(want))
		}
	}
	names := make([]string, len(report.Attachments))
	for i, f := range report.Attachments {
		names[i] = f.Name
	}
	if !slices.IsSorted(names) {
		t.Errorf("the names of the files inside are no sorted tree: %v", names)
	}
}

func checkDownloadsAreRecorded(t *testing.T, c *clinic, issued *store.Issued) {
	t.Helper()
	events, err := c.Timeline(t.Context(), c.director, issued.ID)
	if err != nil {
		t.Fatal(err)
	}
	var downloads []string
	for _, e := range events {
		if e.Action == "attachment.download" {
			downloads = append(downloads, e.Detail["n"])
		}
	}
	if !slices.Equal(downloads, []string{"1", "2"}) {
		t.Errorf("recorded downloads: %v", downloads)
	}
}

// Two devices send a file each at the same revision; both are kept.
func testTwoDevices(t *testing.T, c *clinic) {
	issued := c.send("check-in")
	phone := c.open(issued, "")
	tablet := c.open(issued, "")
	a, b := phone.upload("a.pdf", "%PDF-a"), tablet.upload("b.pdf", "%PDF-b")
	failed := make(chan error, 2)
	go func() { failed <- phone.name(a) }()
	go func() { failed <- tablet.name(b) }()
	for range 2 {
		if err := <-failed; err != nil {
			t.Fatal(err)
		}
	}
	if got := phone.draft().Inputs.FilesAt(paperControl); len(got) != 2 {
		t.Errorf("files %v", got)
	}
}

func testAttachmentOwner(t *testing.T, c *clinic) {
	mine, theirs := c.open(c.send("check-in"), ""), c.open(c.send("check-in"), "")
	other := theirs.attach("other.pdf", "%PDF-other")
	if err := mine.name(other); fault.Sentence(err) == "" {
		t.Errorf("a file of another document: %v", err)
	}
	made := other
	made.ID = "0198a5b2-0000-7000-8000-000000000000"
	if err := mine.name(made); fault.Sentence(err) == "" {
		t.Errorf("a file that nobody sent: %v", err)
	}
	if got := mine.draft(); got.Revision != 0 || len(got.Inputs) != 0 {
		t.Errorf("the draft holds %v", got.Inputs)
	}
	v, st := mine.visit()
	c.Discard(t.Context(), v, st, []forms.Attachment{other})
	if c.chunks(theirs.document) != 1 {
		t.Error("one client erased the file of another")
	}
}

func testChunkBinding(t *testing.T, c *clinic) {
	issued := c.send("check-in")
	b := c.open(issued, "")
	b.save(forms.Inputs{"about.words": {"two files"}})
	one, two := b.attach("one.pdf", large("one")), b.attach("two.pdf", large("two"))
	b.submit()
	read := func() error {
		_, _, err := c.Attachment(t.Context(), c.director, issued.ID, 1)
		return err
	}
	at := func(id string, n int) []any { return []any{id, n} }
	const where = "attachment_id = $1 AND position = $2"
	c.attack(t, sealedColumn{"sealed", "attachment_chunks", where, at(one.ID, 1), at(two.ID, 1), read})
	for n := range 3 {
		own := c.value("sealed", "attachment_chunks", where, one.ID, n)
		c.alter(`UPDATE attachment_chunks SET sealed = $3 WHERE `+where, one.ID, n, c.value("sealed", "attachment_chunks", where, one.ID, (n+1)%3))
		if read() == nil {
			t.Errorf("another chunk opened as chunk %d", n)
		}
		c.alter(`UPDATE attachment_chunks SET sealed = $3 WHERE `+where, one.ID, n, own)
	}
	move := func(from, to int) {
		c.alter(`UPDATE attachment_chunks SET position = $3 WHERE `+where, one.ID, from, to)
	}
	move(0, 9) // reordered
	if read() == nil {
		t.Error("chunks in another order opened")
	}
	move(9, 0)
	last := c.value("sealed", "attachment_chunks", where, one.ID, 2)
	c.alter(`DELETE FROM attachment_chunks WHERE `+where, one.ID, 2)
	if read() == nil {
		t.Error("a file without its end opened")
	}
	c.alter(`INSERT INTO attachment_chunks (attachment_id, practice_id, position, sealed) VALUES ($1, $2, 2, $3), ($1, $2, 3, $3)`, one.ID, c.id, last)
	if read() == nil {
		t.Error("a file with its end twice opened")
	}
	c.alter(`DELETE FROM attachment_chunks WHERE `+where, one.ID, 3)
	if err := read(); err != nil {
		t.Errorf("put right: %v", err)
	}
}

// What a broken upload leaves is no part of any answer, and goes.
func testBrokenUploads(t *testing.T, c *clinic) {
	b := c.open(c.send("check-in"), "")
	kept := b.attach("kept.pdf", "%PDF-kept")
	b.upload("cut off.pdf", large("cut off"))
	if got := b.draft().Inputs.FilesAt(paperControl); !slices.Equal(got, []forms.Attachment{kept}) {
		t.Errorf("files %v", got)
	}
	thrown := b.upload("refused.pdf", "%PDF-refused")
	v, st := b.visit()
	c.Discard(t.Context(), v, st, []forms.Attachment{thrown, kept})
	if n := c.chunks(b.document); n != 4 {
		t.Errorf("%d chunks after Discard, want one that is kept and three of the broken one", n)
	}
	c.clock.forward(59 * time.Minute)
	for want := range []int64{4, 1} {
		if _, err := c.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := c.chunks(b.document); n != []int64{4, 1}[want] {
			t.Errorf("sweep %d leaves %d chunks", want+1, n)
		}
		c.clock.forward(time.Minute)
	}
}

func testErasedAttachments(t *testing.T, c *clinic) {
	issued := c.send("check-in")
	b := c.open(issued, "")
	b.attach("a.pdf", large("declined"))
	v, st := b.visit()
	if err := c.Decline(t.Context(), v, st, "", home); err != nil {
		t.Fatal(err)
	}
	revoked := c.send("check-in")
	c.open(revoked, "").attach("b.pdf", large("revoked"))
	if _, err := c.Revoke(t.Context(), c.director, revoked.ID); err != nil {
		t.Fatal(err)
	}
	expired := c.send("check-in")
	c.open(expired, "").attach("c.pdf", large("expired"))
	c.clock.forward(60 * 24 * time.Hour)
	for range 2 { // expires, then erases
		if _, err := c.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for what, doc := range map[string]uuid.UUID{"declined": issued.ID, "revoked": revoked.ID, "expired": expired.ID} {
		if n := c.chunks(doc); n != 0 {
			t.Errorf("%s: %d chunks are left", what, n)
		}
	}
}

// No part of a file lies in clear in the database, beside it or in the folder
// of temporary files while it is uploaded, kept and read.
func TestFilesAreNeverInClearOnTheDisk(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	path := testdb.URL(t, "sqlite")
	c := install(t, testdb.OpenURL(t, path), "").clinic("North")
	issued := c.send("check-in")
	b := c.open(issued, "")
	b.save(forms.Inputs{"about.words": {"one file"}})
	b.attach(markFile+".pdf", large(markFile))
	b.submit()
	if _, _, err := c.Attachment(t.Context(), c.director, issued.ID, 1); err != nil {
		t.Fatal(err)
	}
	for _, end := range []string{"", "-wal"} {
		raw, err := os.ReadFile(path + end)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(raw, []byte(markFile)) {
			t.Errorf("the file%s shows the upload", end)
		}
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("temporary files: %v, %v", left, err)
	}
}
