package portal_test

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

const signing = `
form: signing
version: "1.0.0"
title: Who signs
kind: consent
sign: {role: consent, statement: We agree to this., witness: true}
items:
- id: page
  type: group
  control: page
  ask: Signatures
  items:
  - {id: mum, type: file, field: signature, signer: guardian, required: true}
  - {id: nurse, type: file, field: signature, signer: witness, required: true}
`

// Signatures among the questions and the witness at the end, typed and drawn,
// reach the staff, the PDF and FHIR.
func TestSignaturesOnAPage(t *testing.T) {
	s := start(t, nil)
	s.publish(signing)
	issued, link := s.send("signing")
	b := s.browser()
	p := b.unlock(link, issued.Code)
	const drawn = "[[[100,100],[400,200]]]"
	f := p.form()
	f.fields.Set("mum", "Maria Reed")
	f.fields.Set("mum@strokes", drawn)
	f.fields.Set("nurse", "maria reed")
	p = b.submit(f)
	if p.StatusCode != 422 || !strings.Contains(p.body, "Enter the relationship") || p.form().fields.Get("mum@strokes") != drawn {
		t.Fatalf("a guardian without a relationship is %d:\n%s", p.StatusCode, p.body)
	}
	f = p.form()
	f.fields.Set("mum@relationship", "mother")
	f.fields.Set("mum@authority", "parental responsibility")
	p = b.submit(f)
	if p.StatusCode != 422 || !strings.Contains(p.body, "somebody who has not signed already") {
		t.Errorf("a guardian is their own witness: %d", p.StatusCode)
	}
	f = p.form()
	f.fields.Set("nurse", "Kim Lee")
	for p = b.submit(f); !strings.HasSuffix(p.Request.URL.Path, "/sign"); p = b.submit(p.form()) {
		if p.StatusCode != 200 {
			t.Fatalf("%s is %d", p.Request.URL.Path, p.StatusCode)
		}
	}
	f = p.form()
	for name, value := range map[string]string{"signer": "self", "name": "Robin Reed", "agree": "yes", "witness": "Ines Paz", "witness_strokes": "scribble"} {
		f.fields.Set(name, value)
	}
	if p = b.submit(f); p.StatusCode != 422 || !strings.Contains(p.body, "Draw the signature of the witness again") {
		t.Errorf("a scribble of the witness is %d", p.StatusCode)
	}
	f = p.form()
	f.fields.Set("witness_strokes", drawn)
	p = b.submit(f)
	m := pdfLink.FindStringSubmatch(p.body)
	if m == nil {
		t.Fatalf("not sent: %d\n%s", p.StatusCode, p.body)
	}
	name := filepath.Join(t.TempDir(), "copy.pdf")
	fatal(t, os.WriteFile(name, []byte(b.get(html.UnescapeString(m[1])).body), 0o600))
	text, err := exec.Command("pdftotext", "-layout", name, "-").Output()
	fatal(t, err)
	for _, want := range []string{"Maria Reed, mother (parental responsibility)", "Kim Lee", "Witness: Ines Paz", "Signature of the parent or guardian"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the PDF does not say %q:\n%s", want, text)
		}
	}
	desk := s.desk()
	answers := desk.get("/staff/documents/" + issued.ID.String() + "/answers")
	if n := strings.Count(answers.body, `class="strokes"`); n != 2 || !strings.Contains(answers.body, "Ines Paz") {
		t.Errorf("staff see %d drawings", n)
	}
	bundle, err := s.store.Bundle(t.Context(), s.director, issued.ID)
	fatal(t, err)
	if !json.Valid(bundle) {
		t.Fatal("no JSON")
	}
	for _, want := range []string{`"title":"Maria Reed, mother (parental responsibility)"`, "questionnaireresponse-signature", "1.2.840.10065.1.12.1.8", base64.StdEncoding.EncodeToString([]byte("Kim Lee")), `"display":"Ines Paz"`} {
		if !strings.Contains(string(bundle), want) {
			t.Errorf("the Bundle lacks %s", want)
		}
	}
}
