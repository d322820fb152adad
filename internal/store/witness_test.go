package store_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
)

const witnessed = `
form: witnessed
version: "1.0.0"
title: Consent
kind: consent
sign: {role: consent, statement: I agree., witness: true}
items:
- {id: agree, type: pick, field: consent, ask: Do you agree?, required: true}
`

func TestAWitnessSignsToo(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		ctx, c := t.Context(), newClinic(t, d)
		if _, err := c.PublishTemplate(ctx, c.director, []byte(witnessed), false); err != nil {
			t.Fatal(err)
		}
		issued := c.send("witnessed")
		b := c.open(issued, "")
		v, st := b.visit()
		saved, err := c.Save(ctx, v, st, store.Page{Controls: []string{"agree"}, Inputs: forms.Inputs{"agree": {"agree"}}})
		if err != nil {
			t.Fatal(err)
		}
		signed := signature("Robin Example")
		for _, witness := range []string{"", "  ", "robin example "} {
			signed.Witness = witness
			if err := c.Submit(ctx, v, st, saved.Revision, signed, home); !errors.Is(err, fault.Invalid) {
				t.Errorf("with the witness %q: %v", witness, err)
			}
		}
		signed.Witness, signed.WitnessStrokes = "Kim Lee", [][][2]int{{{1, 2}, {300, 200}}}
		if err := c.Submit(ctx, v, st, saved.Revision, signed, home); err != nil {
			t.Fatal(err)
		}
		if sub, err := c.Answers(ctx, c.director, issued.ID); err != nil || sub.Signature.Witness != "Kim Lee" || !reflect.DeepEqual(sub.Signature.WitnessStrokes, signed.WitnessStrokes) {
			t.Errorf("the witness is lost: %v", err)
		}
	})
}
