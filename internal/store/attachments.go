package store

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/upload"
	"github.com/sealform/sealform/internal/vault"
)

const (
	chunkSize = 256 << 10
	atOnce    = 4 // chunks of one transaction, so that others come between

	// keepLoose is how long what was uploaded waits for a save to name it.
	keepLoose = time.Hour
)

var errIncomplete = fault.New(fault.Unavailable, "Your file did not arrive whole. Choose it again.")

// Attach seals a file under the key of the visit's draft. It belongs to no
// answer until a [Page] whose Change names it is saved; until then Discard, or
// in the end the sweeper, erases it.
func (s *Store) Attach(ctx context.Context, v *Visit, st *Step, f upload.File) (a forms.Attachment, err error) {
	defer fault.Wrap(&err, "store.Attach(%s)", st.Document)
	d, err := s.Draft(ctx, v, st)
	if err != nil {
		return a, err
	}
	id := newID()
	place := attachmentPlace{v.Practice.ID, st.Document, d.ID, id}
	err = s.db.Write(ctx, v.Practice.ID, func(tx *db.Tx) error {
		if err := s.stillOpen(ctx, tx, st.Document); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO attachments (id, draft_id, document_id, practice_id, kept, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
			id, d.ID, st.Document, v.Practice.ID, false, s.at())
		return err
	})
	if err != nil {
		return a, err
	}
	a = forms.Attachment{ID: id.String(), Name: f.Name, Type: f.Type, Size: len(f.Bytes), SHA256: hex.EncodeToString(digest(f.Bytes))}
	if err = s.insertChunks(ctx, place, d.key, f.Bytes); err != nil {
		s.Discard(ctx, v, st, []forms.Attachment{a})
	}
	return a, err
}

// An attachmentPlace is what every chunk of an attachment is bound to.
type attachmentPlace struct{ practice, document, draft, id uuid.UUID }

// fields bind a chunk to its place in the file, too: a chunk left out, moved or
// put last does not open.
func (p attachmentPlace) fields(position int, last bool) [][]byte {
	end := []byte{0}
	if last {
		end[0] = 1
	}
	return [][]byte{p.practice[:], p.document[:], p.draft[:], p.id[:], be64(int64(position)), end}
}

func (s *Store) insertChunks(ctx context.Context, place attachmentPlace, key, file []byte) error {
	chunks := slices.Collect(slices.Chunk(file, chunkSize))
	for from := 0; from < len(chunks); from += atOnce {
		batch := chunks[from:min(from+atOnce, len(chunks))]
		sealed := make([][]byte, len(batch))
		for i, chunk := range batch {
			sealed[i] = vault.Seal(key, chunk, "attachment", place.fields(from+i, from+i == len(chunks)-1)...)
		}
		err := s.db.Write(ctx, place.practice, func(tx *db.Tx) error {
			for i, b := range sealed {
				if _, err := tx.Exec(ctx, `INSERT INTO attachment_chunks (attachment_id, practice_id, position, sealed) VALUES ($1, $2, $3, $4)`,
					place.id, place.practice, int64(from+i), b); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Discard erases those files of a draft that no save named. It is meant for
// after a save, whatever became of it, and a failure is only logged: the
// sweeper comes later.
func (s *Store) Discard(ctx context.Context, v *Visit, st *Step, files []forms.Attachment) {
	for _, a := range files {
		err := s.db.Write(context.WithoutCancel(ctx), v.Practice.ID, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `DELETE FROM attachments WHERE id = $1 AND document_id = $2 AND NOT kept`, a.ID, st.Document)
			return err
		})
		if err != nil {
			s.log.Error("upload not discarded", "document", st.Document, "error", err)
		}
	}
}

// fileChanges are the attachments that a save adds to a draft's answers and
// takes out of them.
type fileChanges struct{ added, removed []forms.Attachment }

func changesOf(before, after []forms.Attachment) (c fileChanges) {
	missing := func(from []forms.Attachment) func(forms.Attachment) bool {
		return func(a forms.Attachment) bool { return !slices.Contains(from, a) }
	}
	return fileChanges{added: keepOnly(after, missing(before)), removed: keepOnly(before, missing(after))}
}

func keepOnly(files []forms.Attachment, wanted func(forms.Attachment) bool) []forms.Attachment {
	return slices.DeleteFunc(slices.Clone(files), func(a forms.Attachment) bool { return !wanted(a) })
}

// apply makes the rows follow the answers. An attachment of any other draft, or
// none, refuses the save.
func (c fileChanges) apply(ctx context.Context, tx *db.Tx, draft uuid.UUID) error {
	for _, a := range c.added {
		n, err := tx.Exec(ctx, `UPDATE attachments SET kept = $3 WHERE id = $1 AND draft_id = $2`, a.ID, draft, true)
		if err != nil {
			return err
		}
		if n == 0 {
			return errIncomplete
		}
	}
	for _, a := range c.removed {
		if _, err := tx.Exec(ctx, `DELETE FROM attachments WHERE id = $1 AND draft_id = $2`, a.ID, draft); err != nil {
			return err
		}
	}
	return nil
}

// openAttachment returns the bytes of a file, which must be those that the
// answer names.
func (s *Store) openAttachment(ctx context.Context, practice, document, draft uuid.UUID, key []byte, a forms.Attachment) ([]byte, error) {
	id, err := uuid.Parse(a.ID)
	if err != nil {
		return nil, fmt.Errorf("attachment of %s: %w", document, vault.ErrOpen)
	}
	var chunks [][]byte
	var sealed []byte
	err = s.db.ReadEach(ctx, practice, `SELECT sealed FROM attachment_chunks WHERE attachment_id = $1 ORDER BY position`, []any{id}, []any{&sealed}, func() error {
		chunks = append(chunks, sealed)
		return nil
	})
	if err != nil {
		return nil, err
	}
	place := attachmentPlace{practice, document, draft, id}
	var file bytes.Buffer
	for i, sealed := range chunks {
		chunk, err := vault.Open(key, sealed, "attachment", place.fields(i, i == len(chunks)-1)...)
		if err != nil {
			return nil, fmt.Errorf("chunk %d of attachment %s: %w", i, id, err)
		}
		file.Write(chunk)
	}
	if file.Len() != a.Size || hex.EncodeToString(digest(file.Bytes())) != a.SHA256 {
		return nil, fmt.Errorf("attachment %s is not the file of the answer: %w", id, vault.ErrOpen)
	}
	return file.Bytes(), nil
}

// openAttachments opens all files of a submission that is being made.
func (s *Store) openAttachments(ctx context.Context, v *Visit, st *Step, d *Draft, files []forms.Attachment) ([][]byte, error) {
	var all [][]byte
	for _, a := range files {
		b, err := s.openAttachment(ctx, v.Practice.ID, st.Document, d.ID, d.key, a)
		if err != nil {
			return nil, err
		}
		all = append(all, b)
	}
	return all, nil
}

// eraseAttachmentsBut leaves of a document only the files that were submitted.
func eraseAttachmentsBut(ctx context.Context, tx *db.Tx, doc uuid.UUID, files []forms.Attachment) {
	args := []any{doc}
	query := `DELETE FROM attachments WHERE document_id = $1`
	if len(files) > 0 {
		ids := make([]string, len(files))
		for i, a := range files {
			ids[i] = a.ID
		}
		marks, more := anyOf(2, ids)
		query, args = query+` AND id NOT IN (`+marks+`)`, append(args, more...)
	}
	tx.Queue(ctx, query, args...)
}

// sweepLoose erases what broken uploads left behind.
func (s *Store) sweepLoose(ctx context.Context, practice uuid.UUID) error {
	return s.db.Write(ctx, practice, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM attachments WHERE practice_id = $1 AND NOT kept AND created_at <= $2`, practice, s.at().Add(-keepLoose))
		return err
	})
}
