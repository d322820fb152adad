package pdf

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/words"
)

// A Renderer draws documents. One serves any number of goroutines.
type Renderer struct{ fonts *Fonts }

// New returns a renderer that draws with the fonts.
func New(f *Fonts) *Renderer { return &Renderer{fonts: f} }

// Render draws the document and seals it; a nil seal leaves it unsealed, for
// tests. It fails with fault.TooLarge for a document beyond maxText, and turns
// a panic of any library below into an error, so that one hostile answer costs
// one document and not the service. Ask for Plain then.
func (r *Renderer) Render(ctx context.Context, d *Document, s *Seal) (file []byte, err error) {
	return r.render(ctx, d, s, 3)
}

// render draws for a part of PDF/A. Part 1, without attachments, is for tests
// alone: it is the one that a free validator knows.
func (r *Renderer) render(ctx context.Context, d *Document, s *Seal, part int) (file []byte, err error) {
	defer fault.Wrap(&err, "pdf.Render(%s)", d.ID)
	defer func() {
		if p := recover(); p != nil {
			file, err = nil, fmt.Errorf("drawing failed: %v\n%s", p, debug.Stack())
		}
	}()
	if d.size() > maxText {
		return nil, fault.New(fault.TooLarge, "This document is too long to be drawn. Please shorten the longest answers.")
	}
	if s != nil && (s.Key == nil || len(s.Chain) == 0) {
		return nil, errors.New("the seal has no key or no certificate")
	}
	text := r.fonts.typesetter(d.language(), d.Plain)
	defer text.release()
	p := newPen(d, text)
	p.document(d)
	page := rooms.Get().(*bytes.Buffer)
	defer rooms.Put(page)
	drawn, err := p.output(page)
	if err != nil {
		return nil, err
	}
	f := finisher{drawn: drawn, text: text, document: p.root, meta: d.metadata(part), files: d.Attachments, seal: s}
	return f.finish(ctx)
}

// document draws everything.
func (p *pen) document(d *Document) {
	if d.Plain {
		p.plain(d)
	} else {
		p.letterhead(d)
		p.title(d)
		p.entries(d.Entries, d.Pages, p.signatureSpace(d))
		p.photos(d.Photos)
		p.signature(d)
		p.certificate(d)
	}
	p.running(d)
}

// output returns what was drawn, as gofpdf writes it into the buffer.
func (p *pen) output(b *bytes.Buffer) (*drawn, error) {
	b.Reset()
	if err := p.sheet.Output(b); err != nil {
		return nil, err
	}
	return readDrawn(b.Bytes())
}

func (d *Document) language() string { return cmp.Or(d.Language, "en") }

func (d *Document) metadata(part int) metadata {
	return metadata{
		title: clean(d.Title), author: clean(d.Practice.Name), id: clean(d.ID),
		language: clean(d.language()), created: d.At, part: part, subject: d.signedBy(),
	}
}

// signedBy says who signed, as Report.SignedBy has it; nothing when nobody did.
func (d *Document) signedBy() string {
	if d.Signature == nil {
		return ""
	}
	return clean(d.Signature.Name + ", as " + d.Signature.capacity(d.Client, words.Speaker{}))
}

// maxText is the most text one document may hold, in bytes: some thousand
// pages, many times what a form's own limits allow.
const maxText = 4 << 20

func (d *Document) size() int {
	n := 0
	for _, e := range d.Entries {
		n += len(e.Text)
		if e.Item != nil {
			n += len(e.Item.Ask) + len(e.Item.MD)
		}
		for _, c := range e.Choices {
			n += len(c.Text)
		}
	}
	return n
}
