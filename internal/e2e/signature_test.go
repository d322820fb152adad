package e2e_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sealform/sealform/internal/testbrowser"
)

const twoSign = `
form: two-sign
version: "1.0.0"
title: Who was there
kind: consent
sign: {role: consent, statement: We agree., witness: true}
items:
- {id: mother, type: file, field: signature, signer: guardian, required: true}
- {id: nurse, type: file, field: signature, signer: witness}
`

// What is drawn on a page of questions is saved like what is typed, each pad for
// itself, and so is what the witness draws at the end.
func TestSignaturesAreDrawn(t *testing.T) {
	d := start(t)
	doc := d.order(t, twoSign)
	tab := testbrowser.NewChromium(t).Tab(t, phone)
	tab.Open(doc.Link)
	tab.Type("code", doc.Code)
	tab.Continue()
	tab.Draw("[data-sign*=nurse] canvas")
	says(t, tab, "saved")
	tab.Open(tab.Address().String())
	form := tab.Page().Form()
	if got := strings.Join(form.Control("nurse@strokes").Values, ""); !strings.HasPrefix(got, "[[[") {
		t.Errorf("the drawing came back as %q", got)
	}
	if got := strings.Join(form.Control("mother@strokes").Values, ""); got != "" {
		t.Errorf("nobody drew %q", got)
	}
	for name, text := range map[string]string{"mother": "Maria Reed", "mother@relationship": "mother", "mother@authority": "parental responsibility", "nurse": "Kim Lee"} {
		tab.Type(name, text)
	}
	tab.Continue() // to the review
	tab.Continue()
	tab.Fill()
	tab.Type("witness", "Ines Paz")
	tab.Draw("[data-sign=f-witness-strokes] canvas")
	inspect(t, tab, "sign with a witness")
	tab.Continue()
	if p := tab.Page(); testbrowser.Link(p.Root, ".pdf") == "" {
		t.Fatalf("not sent: %s", testbrowser.Text(testbrowser.First(p.Root, "main")))
	}
	var bundle any
	d.api(t, "/documents/"+doc.ID+"/fhir", &bundle)
	if n := strings.Count(strings.ReplaceAll(fmt.Sprint(bundle), "image/svg+xml", "\x00"), "\x00"); n < 3 {
		t.Errorf("the Bundle has %d drawings", n)
	}
	for _, line := range tab.Noise() {
		t.Errorf("the console: %s", line)
	}
}
