package views

import (
	"bytes"
	"compress/gzip"
	"fmt"

	"github.com/sealform/sealform/forms"
)

// FormOptions are what the pages of a compiled form depend on besides the
// template. Addresses are relative, because one compiled page serves every link.
type FormOptions struct {
	Practice Practice
	Language string // BCP 47; "" takes the template's
	Country  string // ISO 3166-1 alpha-2 of the practice; dates begin with the month in the US
	Autosave string // POST by script, one field at a time; "" prints none
	Decline  string // GET; "" prints no link
	Overview string // GET, the packet this document is part of; "" prints no link

	Languages []string // others the form can be read in, each a button _language that saves first
}

// FormState is what one request splices into a page. The zero state is the
// page without answers.
type FormState struct {
	Inputs   forms.Inputs
	Problems []forms.Problem // of this page; shown in the summary and at the controls
	Hidden   []string        // Response.Hidden: leaves out what an earlier page's answers rule out
	Revision int64           // the draft's, as hidden field _rev
	Notice   string          // one sentence above the form, such as what another device did
	Changed  []string        // labels of answers another device changed; listed under the notice
	Alerts   []string        // Response.Alerts: on this page shown at the answer, from other pages above the form
	Focus    string          // control that takes the focus, such as the first of an added row
}

// A Form is one template made ready for one practice and language. It never
// changes, so any number of requests may print from it.
type Form struct{ pages []*FormPage }

// Pages returns how many pages the form has.
func (f *Form) Pages() int { return len(f.pages) }

// Page returns a page, from 0.
func (f *Form) Page(i int) *FormPage { return f.pages[i] }

// CompileForm prints each page of the template once with html/template, with
// marks where a state will be spliced in, and keeps what lies between. The
// template must be resolved already. An item of a kind without a view is an
// error.
//
// It costs about 10 ms and 70 KB a page and is meant to be done once per version,
// language and practice: printing forty fields anew for each request would take forty
// times a plain handler's time, splicing takes about as long again as the
// handler.
func CompileForm(v *Views, t *forms.Template, o FormOptions) (*Form, error) {
	if o.Language == "" {
		o.Language = t.Language
	}
	f := &Form{}
	for i := range t.Pages() {
		p, err := compilePage(v, t, o, i)
		if err != nil {
			return nil, fmt.Errorf("compile page %d of %s %s: %w", i+1, t.Name, t.Version, err)
		}
		f.pages = append(f.pages, p)
	}
	return f, nil
}

func compilePage(v *Views, t *forms.Template, o FormOptions, i int) (*FormPage, error) {
	marks := newMarks()
	s := &sheet{views: v, template: t, options: o, Index: i, ink: marks}
	marked, err := s.print("form/page", s)
	if err != nil {
		return nil, err
	}
	nodes, err := marks.cut(marked)
	if err != nil {
		return nil, err
	}
	p := &FormPage{template: t, index: i, nodes: nodes}
	p.blank = bytes.Clone(p.Append(nil, FormState{}))
	p.blankGzip = squeeze(p.blank)
	return p, nil
}

// A FormPage is one page of a Form, cut into what is always the same and what
// a state decides.
type FormPage struct {
	template         *forms.Template
	index            int
	nodes            []node
	blank, blankGzip []byte
}

// Blank returns the page of the zero state, raw and gzipped. The bytes are
// shared: never write to them.
func (p *FormPage) Blank() (raw, gz []byte) { return p.blank, p.blankGzip }

// Append appends the page of the state to dst.
func (p *FormPage) Append(dst []byte, s FormState) []byte {
	sp := splice{template: p.template, page: p.index, state: s, dst: dst}
	sp.nodes(p.nodes)
	return sp.dst
}

// AppendGzip appends the same page as a gzip file. What is always the same was
// compressed beforehand; what the state holds is stored as it is. So a request
// compresses nothing, and the length of the page tells nothing about a secret
// that somebody else's words were compressed with.
func (p *FormPage) AppendGzip(dst []byte, s FormState) []byte {
	sp := splice{template: p.template, page: p.index, state: s, dst: dst, gzip: true}
	sp.begin()
	sp.nodes(p.nodes)
	sp.end()
	return sp.dst
}

func squeeze(b []byte) []byte {
	var z bytes.Buffer
	// The level is valid and a Buffer never fails, so neither can this.
	w, _ := gzip.NewWriterLevel(&z, gzip.BestCompression)
	_, _ = w.Write(b)
	_ = w.Close()
	return z.Bytes()
}
