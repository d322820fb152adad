package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/vault"
)

// Incomplete is a submission that some answer keeps from being made.
type Incomplete struct {
	Problems []forms.Problem
}

func (e *Incomplete) Error() string {
	return fmt.Sprintf("%d answers are missing or wrong", len(e.Problems))
}

// A submissionBody is what is sealed at submit: everything that was asked,
// answered and signed, in a form that can be read without Sealform.
type submissionBody struct {
	Template  string              `json:"template"`
	Version   string              `json:"version"`
	SHA256    string              `json:"sha256"`
	Answers   forms.Answers       `json:"items"`
	Inputs    forms.Inputs        `json:"inputs"`
	Signature practice.Signature  `json:"signature"`
	Language  string              `json:"language"` // read and signed in
	Outcome   string              `json:"outcome,omitempty"`
	Flags     []string            `json:"flags,omitempty"`
	Scores    []forms.ScoreResult `json:"scores,omitempty"`
	Files     []forms.Attachment  `json:"files,omitempty"` // file n of the answers is Files[n-1]
	At        time.Time           `json:"submitted_at"`
	OnPaper   string              `json:"on_paper,omitempty"` // ISO date; then nothing was answered or signed here
}

// Submit seals a draft: answers, signature and PDF, once, however often it is
// sent. The draft must still be at the revision that was reviewed, else it is
// ErrStale; missing answers are an *Incomplete. Nothing is stored unless all
// of it is.
func (s *Store) Submit(ctx context.Context, v *Visit, st *Step, revision int64, sig practice.Signature, from Origin) (err error) {
	ctx = context.WithoutCancel(ctx)
	defer fault.Wrap(&err, "store.Submit(%s)", st.Document)
	if st.State == practice.Completed {
		return nil
	}
	d, err := s.Draft(ctx, v, st)
	if errors.Is(err, errCompleted) {
		return nil
	}
	if err != nil {
		return err
	}
	if d.Revision != revision {
		return ErrStale
	}
	t, err := s.Form(ctx, v.Practice.ID, st.Pin)
	if err != nil {
		return err
	}
	read := t.In(v.Language)
	response := s.readForm(v.Practice, read, d.Inputs)
	if len(response.Problems) > 0 {
		return &Incomplete{response.Problems}
	}
	if err := checkSignature(read.Sign, &sig); err != nil {
		return err
	}
	sig.Statement, sig.At, sig.Address, sig.Browser = read.Sign.Statement, s.at(), from.Address, clip(from.Browser, 300)
	sub, err := s.sealSubmission(ctx, v, st, d, response, sig)
	if err != nil {
		return s.submitFailed(ctx, v, st, err)
	}
	err = s.commitSubmission(ctx, v, st, d, sub)
	s.visits.forget(v)
	if errors.Is(err, errCompleted) {
		return nil
	}
	return err
}

func checkSignature(asked *forms.Sign, sig *practice.Signature) error {
	sig.Name, sig.Witness = strings.TrimSpace(sig.Name), strings.TrimSpace(sig.Witness)
	switch {
	case sig.Name == "":
		return fault.New(fault.Invalid, "Enter your full name to sign.")
	case utf8.RuneCountInString(sig.Name) > 200:
		return fault.New(fault.Invalid, "Your name must be 200 characters or fewer.")
	case sig.Role != "self" && (strings.TrimSpace(sig.Relationship) == "" || strings.TrimSpace(sig.Authority) == ""):
		return fault.New(fault.Invalid, "Enter your relationship to the client and why you may sign for them.")
	case asked.Witness && (sig.Witness == "" || strings.EqualFold(sig.Witness, sig.Name)):
		return fault.New(fault.Invalid, "Somebody other than the signer must sign as a witness.")
	case utf8.RuneCountInString(sig.Witness) > 200:
		return fault.New(fault.Invalid, "The name of the witness must be 200 characters or fewer.")
	case utf8.RuneCountInString(sig.Relationship) > 200 || utf8.RuneCountInString(sig.Authority) > 500:
		return fault.New(fault.Invalid, "Shorten what you wrote about your relationship and authority.")
	}
	return nil
}

// submitFailed tells the practice that a submit could not be sealed. The draft
// is untouched.
func (s *Store) submitFailed(ctx context.Context, v *Visit, st *Step, why error) error {
	s.log.Error("submission refused", "document", st.Document, "error", why)
	event := audit.Event{At: s.at(), Actor: v.actor(), Action: "document.submit", Subject: audit.Subject{Kind: "document", ID: st.Document}, Outcome: audit.Failed,
		Detail: audit.Detail{"reason": reasonCode(why)}}
	if err := s.record(ctx, v.Practice.ID, event); err != nil {
		s.log.Error("refused submission not recorded", "document", st.Document, "error", err)
	}
	return why
}

func reasonCode(err error) string {
	if errors.Is(err, fault.Unavailable) {
		return "key-pin"
	}
	return "drawing"
}

// bodySize is what the text of a submission is filled up to a multiple of, so
// that the length of a short one does not tell its outcome.
const bodySize = 1 << 10

// A sealedSubmission is every row of a submit, ready to be written.
type sealedSubmission struct {
	keyVersion              int64
	key, body, paper        []byte
	bodyDigest, paperDigest []byte // of the two as they are stored
	paperHash               []byte // of the PDF in clear
	outcome, rowMAC         []byte
	findings                *sealedFindings
	files                   []forms.Attachment
	detail                  audit.Detail // of the event
	consents                []Consent    // to messages
	at                      time.Time
}

func (s *Store) sealSubmission(ctx context.Context, v *Visit, st *Step, d *Draft, r *forms.Response, sig practice.Signature) (*sealedSubmission, error) {
	to, index, err := s.newestKeys(ctx, v.Practice.ID)
	if err != nil {
		return nil, err
	}
	body := submissionBody{
		Template: r.Template.Name, Version: r.Template.Version, SHA256: st.Pin, Answers: r.Answers, Inputs: d.Inputs, Language: r.Template.Language,
		Signature: sig, Outcome: r.Outcome, Flags: r.Flags, Scores: r.Scores, Files: r.Files, At: sig.At,
	}
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	files, err := s.openAttachments(ctx, v, st, d, r.Files)
	if err != nil {
		return nil, err
	}
	paper, err := s.draw(ctx, v, st, r, &body, files)
	if err != nil {
		return nil, err
	}
	p, doc := v.Practice.ID, st.Document
	sub := &sealedSubmission{keyVersion: to.version, at: sig.At, paperHash: digest(paper), files: r.Files, consents: formConsents(r)}
	sub.detail = s.paperDetail(paper, sub.paperHash)
	if sub.key, err = to.Seal(d.key, "document-key", documentKeyFields(p, doc, to.version)...); err != nil {
		return nil, err
	}
	sub.body = vault.Seal(d.key, filled(text, bodySize), "submission", p[:], doc[:])
	sub.paper = vault.Seal(d.key, paper, "paper", p[:], doc[:])
	if sub.findings, err = s.sealFindings(d.key, p, doc, findingsOf(s.inOwnLanguage(v.Practice, d, r))); err != nil {
		return nil, err
	}
	sub.outcome, err = sealLabel(index, p, doc, "outcome", practice.Outcome{Result: outcomeOf(r), Version: r.Template.Version})
	sub.bodyDigest, sub.paperDigest = digest(sub.body), digest(sub.paper)
	sub.rowMAC = s.keys().MAC("submission", digestFields(p, doc, sub.keyVersion, sub.key, sub.bodyDigest, sub.paperDigest)...)
	return sub, err
}

// outcomeOf is what lists show of a completed document. An intake that asks for
// an agreement along the way is completed and no more.
func outcomeOf(r *forms.Response) string {
	if r.Template.Type == "consent" || r.Template.Type == "acknowledgement" {
		return r.Outcome
	}
	return ""
}

func documentKeyFields(practice, document uuid.UUID, version int64) [][]byte {
	return [][]byte{practice[:], document[:], be64(version)}
}

func rowFields(practice, document uuid.UUID, version int64, key, body, paper []byte) [][]byte {
	return digestFields(practice, document, version, key, digest(body), digest(paper))
}

func digestFields(practice, document uuid.UUID, version int64, key, body, paper []byte) [][]byte {
	return [][]byte{practice[:], document[:], be64(version), digest(key), body, paper}
}

var errCompleted = fault.Code(fault.Conflict, "completed", "This form was signed and sent already.")

// commitSubmission writes a submission in one transaction: the state moves on
// by compare-and-swap, so that of fifty equal submits one is stored.
func (s *Store) commitSubmission(ctx context.Context, v *Visit, st *Step, d *Draft, sub *sealedSubmission) error {
	doc, p := st.Document, v.Practice.ID
	return s.change(ctx, p, func(tx *db.Tx) ([]audit.Event, error) {
		if err := s.complete(ctx, tx, doc, d, sub); err != nil {
			return nil, err
		}
		tx.Queue(ctx, `INSERT INTO submissions (document_id, practice_id, draft_id, key_version, key, body, row_mac, body_digest, paper_digest, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			doc, p, d.ID, sub.keyVersion, sub.key, sub.body, sub.rowMAC, sub.bodyDigest, sub.paperDigest, sub.at)
		tx.Queue(ctx, `INSERT INTO papers (document_id, practice_id, sealed) VALUES ($1, $2, $3)`, doc, p, sub.paper)
		s.recordPaper(ctx, tx, sub.paperHash)
		sub.findings.insert(ctx, tx, p, doc)
		eraseAttachmentsBut(ctx, tx, doc, sub.files)
		eraseOtherDrafts(ctx, tx, doc, d.ID)
		copyUntil := sub.at.AddDate(0, 0, v.Practice.CopyDays)
		tx.Queue(ctx, `
			UPDATE deliveries SET copy_until = $2
			WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM steps WHERE delivery_id = $1 AND state IN ('prepared', 'sent', 'unlocked', 'started'))`, v.Delivery, copyUntil)
		if err := s.announceDone(ctx, tx, v.Practice, v.Delivery, sub.at); err != nil {
			return nil, err
		}
		events, err := s.copyConsents(ctx, tx, v, st, sub.consents)
		if err != nil {
			return nil, err
		}
		return append(events, audit.Event{At: sub.at, Actor: v.actor(), Action: "document.submit", Subject: audit.Subject{Kind: "document", ID: doc}, Detail: sub.detail}), nil
	})
}

// complete moves the document on and empties its draft, or says why it cannot:
// completed already, or changed since it was reviewed. The draft's revision
// moves too, so that a save waiting for its row fails instead of being lost.
func (s *Store) complete(ctx context.Context, tx *db.Tx, doc uuid.UUID, d *Draft, sub *sealedSubmission) error {
	n, err := tx.Exec(ctx, `
		UPDATE documents SET state = 'completed', completed_at = $2, outcome = $3
		WHERE id = $1 AND state IN ('unlocked', 'started')`, doc, sub.at, sub.outcome)
	if err != nil {
		return err
	}
	if n == 1 {
		n, err = tx.Exec(ctx, `UPDATE drafts SET sealed = $3, revision = revision + 1 WHERE id = $1 AND revision = $2`, d.ID, d.Revision, []byte{})
		if err == nil && n == 0 {
			err = ErrStale
		}
		if err != nil {
			return err
		}
		tx.Queue(ctx, `UPDATE steps SET state = 'completed' WHERE document_id = $1`, doc)
		return nil
	}
	var state string
	if err := tx.QueryRow(ctx, `SELECT state FROM documents WHERE id = $1`, doc).Scan(&state); err != nil {
		return err
	}
	if state == string(practice.Completed) {
		return errCompleted
	}
	return errClosed
}

// eraseOtherDrafts leaves only the draft that was submitted, emptied, with the
// wraps that open the client's copy. Files of the others must be gone before.
func eraseOtherDrafts(ctx context.Context, tx *db.Tx, doc, kept uuid.UUID) {
	tx.Queue(ctx, `DELETE FROM wraps WHERE draft_id IN (SELECT id FROM drafts WHERE document_id = $1 AND id <> $2)`, doc, kept)
	tx.Queue(ctx, `DELETE FROM drafts WHERE document_id = $1 AND id <> $2`, doc, kept)
}

// Decline records that the client will not fill the document in. The reason,
// which may be empty, is sealed to the practice; the draft is erased.
func (s *Store) Decline(ctx context.Context, v *Visit, st *Step, reason string, from Origin) (err error) {
	defer fault.Wrap(&err, "store.Decline(%s)", st.Document)
	if !v.Unlocked {
		return errNoCode
	}
	if st.State == practice.Declined {
		return nil
	}
	if utf8.RuneCountInString(reason) > 2000 {
		return fault.New(fault.Invalid, "Your reason must be 2,000 characters or fewer.")
	}
	to, _, err := s.newestKeys(ctx, v.Practice.ID)
	if err != nil {
		return err
	}
	p, doc, now := v.Practice.ID, st.Document, s.at()
	sealed, err := to.Seal([]byte(reason), "reason", documentKeyFields(p, doc, to.version)...)
	if err != nil {
		return err
	}
	return s.change(ctx, p, func(tx *db.Tx) ([]audit.Event, error) {
		n, err := tx.Exec(ctx, `UPDATE documents SET state = 'declined' WHERE id = $1 AND state IN ('unlocked', 'started')`, doc)
		if err != nil {
			return nil, err
		}
		if n == 0 {
			return nil, errClosed
		}
		tx.Queue(ctx, `UPDATE steps SET state = 'declined', filled = $2 WHERE document_id = $1`, doc, false)
		eraseDrafts(ctx, tx, doc)
		if _, err := tx.Exec(ctx, `INSERT INTO refusals (document_id, practice_id, key_version, reason, created_at) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (document_id) DO UPDATE SET key_version = excluded.key_version, reason = excluded.reason, created_at = excluded.created_at`, doc, p, to.version, sealed, now); err != nil {
			return nil, err
		}
		return []audit.Event{{At: now, Actor: v.actor(), Action: "document.decline", Subject: audit.Subject{Kind: "document", ID: doc}, Detail: from.detail()}}, nil
	})
}

// eraseDrafts removes everything typed into a document, and every key to it.
func eraseDrafts(ctx context.Context, tx *db.Tx, doc uuid.UUID) {
	eraseWraps(ctx, tx, doc)
	tx.Queue(ctx, `DELETE FROM attachments WHERE document_id = $1`, doc)
	tx.Queue(ctx, `DELETE FROM drafts WHERE document_id = $1`, doc)
}

func eraseWraps(ctx context.Context, tx *db.Tx, doc uuid.UUID) {
	tx.Queue(ctx, `DELETE FROM wraps WHERE draft_id IN (SELECT id FROM drafts WHERE document_id = $1)`, doc)
}

// Copy returns the sealed PDF of a completed document to the client, and a
// name to save it under.
func (s *Store) Copy(ctx context.Context, v *Visit, st *Step) (file []byte, name string, err error) {
	defer fault.Wrap(&err, "store.Copy(%s)", st.Document)
	d, _, err := s.openKey(ctx, v, st.Document)
	if err != nil {
		return nil, "", err
	}
	var sealed []byte
	var template string
	err = s.db.ReadOne(ctx, v.Practice.ID, `SELECT p.sealed, d.template FROM papers p JOIN documents d ON d.id = p.document_id WHERE p.document_id = $1`,
		[]any{st.Document}, &sealed, &template)
	if err != nil {
		return nil, "", err
	}
	file, err = vault.Open(d.key, sealed, "paper", v.Practice.ID[:], st.Document[:])
	return file, paperName(template, st.Document), err
}

// paperName holds no client's name: it shows in download lists.
func paperName(template string, doc uuid.UUID) string {
	return template + "-" + shortID(doc) + ".pdf"
}

// shortID is the end of an id, which is its random part.
func shortID(id uuid.UUID) string { return id.String()[28:] }
