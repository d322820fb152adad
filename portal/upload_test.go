package portal_test

import (
	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/upload"
)

// papers is a form that asks for files, alone and in a repeating group.
const papers = `
form: papers
version: "1.0.0"
title: Your papers
kind: intake
sign: {role: author, statement: These are my papers.}
items:
- id: page
  type: group
  control: page
  ask: Your papers
  items:
  - {id: words, type: text, ask: Your words}
  - {id: letter, type: file, ask: Your referral letter}
  - {id: photos, type: file, ask: Photos of the rash, max_times: 3}
  - {id: after, type: text, ask: Anything else}
  - id: meds
    type: group
    repeats: true
    ask: Medicine
    items:
    - {id: box, type: file, control: photo, ask: Photo of the box}
`

const smallPDF = "%PDF-1.4\n1 0 obj<</Marker (SmallReferralLetter)>>endobj\nstartxref\n9\n%%EOF\n"

func (s *site) publish(template string) {
	s.t.Helper()
	_, err := s.store.PublishTemplate(s.t.Context(), s.director, []byte(template), false)
	fatal(s.t, err)
}

// attach puts a PDF into the draft of an opened document.
func (s *site) attach(d *sent, control, name, file string) {
	s.t.Helper()
	ctx := s.t.Context()
	v, err := s.store.Visit(ctx, d.Token, d.session, "")
	fatal(s.t, err)
	st := v.Step(d.ID)
	a, err := s.store.Attach(ctx, v, st, upload.File{Name: name, Type: upload.PDF, Bytes: []byte(file)})
	fatal(s.t, err)
	t, err := s.store.Form(ctx, v.Practice.ID, st.Pin)
	fatal(s.t, err)
	_, err = s.store.Save(ctx, v, st, store.Page{Change: func(in forms.Inputs) forms.Inputs {
		in, refusal := t.AddFile(in, control, a)
		if refusal != "" {
			s.t.Fatal(refusal)
		}
		return in
	}})
	fatal(s.t, err)
}
