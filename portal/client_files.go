package portal

import (
	"context"
	"errors"
	"mime/multipart"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/upload"
)

// uploadTimeout is the most that the files of one page may take on their way.
const uploadTimeout = 15 * time.Minute

// A received page is what one post of it holds: its fields, and the files that
// came with them, sealed already but part of no answer yet.
type received struct {
	d      *document
	fields url.Values
	files  []sentFile
	failed error // a file could not be kept, by no fault of the client
}

type sentFile struct {
	control    string
	attachment forms.Attachment // without an ID when it was refused
	refusal    string
}

// receive reads a post of a page. A file that is refused costs no field: it is
// read to its end, and its item says why. The caller closes what it gets.
func (d *document) receive(page int) (*received, error) {
	got := &received{d: d}
	ctx, cancel := context.WithTimeout(context.Background(), uploadTimeout)
	defer cancel()
	var err error
	got.fields, err = formWithFiles(d.c, func(_ *fiber.Ctx, part *multipart.Part) error {
		if !d.form.AsksFiles(page) {
			return errNoFiles
		}
		item := d.item(part.FormName())
		if item.Kind == forms.File && item.Page() == page && got.failed == nil {
			got.failed = got.take(ctx, part, item)
		}
		return nil
	})
	d.begin()
	if err != nil {
		got.close()
		return nil, err
	}
	return got, nil
}

// begin gives the work of a request its time from now: reading took its own.
func (d *document) begin() { d.c.SetUserContext(d.p.deadlines.from(time.Now())) }

// close erases what no answer names in the end.
func (r *received) close() {
	var sealed []forms.Attachment
	for _, f := range r.files {
		if f.attachment.ID != "" {
			sealed = append(sealed, f.attachment)
		}
	}
	r.d.p.Store.Discard(r.d.c.UserContext(), r.d.Visit, r.d.step, sealed)
}

// take reads one file and seals it. A refusal is noted; the error is ours.
func (r *received) take(ctx context.Context, part *multipart.Part, item *forms.Item) error {
	file, release, err := upload.Receive(ctx, part, item.MaxBytes, r.d.c.Request().Header.ContentLength())
	defer release()
	if err == nil && len(file) == 0 || err != nil && fault.KindOf(err) == nil {
		return nil // nothing was chosen, or the line broke, which the next part tells
	}
	sent := sentFile{control: part.FormName()}
	var clean upload.File
	if err == nil {
		clean, err = upload.Clean(ctx, part.FileName(), file, item.Accepts)
	}
	switch {
	case errors.Is(err, upload.ErrTooLarge):
		sent.refusal = item.FileTooLarge()
	case err != nil && fault.Sentence(err) == "":
		return err
	case err != nil:
		sent.refusal = item.FileRefused(fault.Sentence(err))
	default:
		if sent.attachment, err = r.seal(clean); err != nil {
			return err
		}
	}
	r.files = append(r.files, sent)
	return nil
}

func (r *received) seal(f upload.File) (a forms.Attachment, err error) {
	r.d.begin()
	err = r.d.inReach(func() (err error) {
		a, err = r.d.p.Store.Attach(r.d.c.UserContext(), r.d.Visit, r.d.step, f)
		return err
	})
	return a, err
}

// change adds the files to the answers, after what a button does. It may run
// more than once, when another device saves at the same time.
func (r *received) change(button func(forms.Inputs) forms.Inputs) func(forms.Inputs) forms.Inputs {
	if len(r.files) == 0 {
		return button
	}
	return func(in forms.Inputs) forms.Inputs {
		if button != nil {
			in = button(in)
		}
		for i := range r.files {
			if f := &r.files[i]; f.attachment.ID != "" {
				in, f.refusal = r.d.form.AddFile(in, f.control, f.attachment)
			}
		}
		return in
	}
}

// problems are the refused files, each at its item.
func (r *received) problems(page int) (list []forms.Problem) {
	for _, f := range r.files {
		if item := r.d.item(f.control); f.refusal != "" {
			list = append(list, forms.Problem{Page: page, Item: item.ID, Control: f.control, Label: item.Label(), Text: f.refusal})
		}
	}
	return list
}

// told answers the page's script: 204 when all is kept.
func (r *received) told() error {
	for _, f := range r.files {
		if f.refusal != "" {
			return told(r.d.c, fault.New(fault.Invalid, f.refusal))
		}
	}
	return r.d.c.SendStatus(fiber.StatusNoContent)
}

func asksJSON(c *fiber.Ctx) bool {
	return strings.HasPrefix(c.Get(fiber.HeaderAccept), fiber.MIMEApplicationJSON)
}

// fileAt returns the file item that a button was pressed at.
func fileAt(fields url.Values) string {
	if path := fields.Get(buttonUpload); path != "" {
		return path
	}
	path := fields.Get(buttonDrop)
	return path[:max(strings.LastIndexByte(path, ':'), 0)]
}
