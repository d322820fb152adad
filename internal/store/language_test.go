package store_test

import (
	"errors"
	"testing"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
)

const bilingual = `
form: bilingual
version: "1.0.0"
title: Check-in
kind: intake
sign: {statement: What I wrote is true.}
items:
- {id: smoke, type: pick, ask: Do you smoke?, required: true, flag: "=now", options: [{code: never, text: Never}, {code: now, text: I do}]}
translations:
  es:
    title: Registro
    statement: Lo que escribí es verdad.
    items:
      smoke: {ask: "¿Fuma?", options: {never: Nunca, now: "Sí, fumo"}}
`

func TestLanguageOfADelivery(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		ctx, c := t.Context(), newClinic(t, d)
		if _, err := c.PublishTemplate(ctx, c.director, []byte(bilingual), false); err != nil {
			t.Fatal(err)
		}
		issued, err := c.Send(ctx, c.director, store.NewDocument{Template: "bilingual", Client: c.client("Robin"), Recipient: &practice.Recipient{
			Contact: practice.Contact{FirstName: "Ana"}, Relationship: "mother", Language: "fr-CA",
		}})
		if err != nil {
			t.Fatal(err)
		}
		b := c.open(issued, "")
		if v, _ := b.visit(); v.Language != "fr" {
			t.Errorf("the pages are in %q, not in the recipient's language", v.Language)
		}
		v, _ := b.visit()
		if err := c.ChooseLanguage(ctx, v, "tlh"); !errors.Is(err, fault.Invalid) {
			t.Errorf("a language that nobody speaks: %v", err)
		}
		if err := c.ChooseLanguage(ctx, v, "es"); err != nil {
			t.Fatal(err)
		}
		v, st := b.visit()
		if v.Language != "es" {
			t.Errorf("after choosing, the pages are in %q", v.Language)
		}
		saved, err := c.Save(ctx, v, st, store.Page{Controls: []string{"smoke"}, Inputs: forms.Inputs{"smoke": {"now"}}})
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Submit(ctx, v, st, saved.Revision, signature("Robin Example"), home); err != nil {
			t.Fatal(err)
		}
		sub, err := c.Answers(ctx, c.director, issued.ID)
		if err != nil {
			t.Fatal(err)
		}
		if sub.Language != "es" || sub.Signature.Statement != "Lo que escribí es verdad." || sub.Answers["smoke"] != "now" || sub.Form.Title != "Check-in" {
			t.Errorf("signed in %q: %q, answers %v of %q", sub.Language, sub.Signature.Statement, sub.Answers, sub.Form.Title)
		}
		found, err := c.Findings(ctx, c.director, issued.ID)
		if err != nil || len(found[issued.ID].Flags) != 1 || found[issued.ID].Flags[0].Answer != "I do" {
			t.Errorf("staff see %+v, %v", found, err)
		}
		english, spanish := c.value("language", "deliveries", "id = $1", c.send("check-in").DeliveryID), c.value("language", "deliveries", "id = $1", issued.DeliveryID)
		if len(english) != len(spanish) {
			t.Errorf("%d and %d bytes tell which language it is", len(english), len(spanish))
		}
	})
}
