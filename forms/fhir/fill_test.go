package fhir_test

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/forms/fhir"
)

var at = time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC)

// resolved is a template as a practice of one of its countries asks it.
func resolved(t testing.TB, tpl *forms.Template) *forms.Template {
	t.Helper()
	country := "US"
	if len(tpl.Countries) > 0 {
		if country = tpl.Countries[0]; country == forms.EU {
			country = "IE"
		}
	}
	out, err := tpl.Resolve(forms.Vars{
		Practice: "Harbour Dietetics", Phone: "555 0100", Email: "office@example.org", Address: "1 Quay Street", Website: "https://example.org",
		Country: country, CountryName: country, StorageCountry: "IE", StorageCountryName: "Ireland",
		Operator: "An Operator", PrivacyContact: "The Director", EffectiveDate: "1 May 2026",
	})
	if err != nil {
		t.Fatalf("%s: %v", tpl.Name, err)
	}
	return out
}

// fill answers some questions of a template, at random.
func fill(tpl *forms.Template, r *rand.Rand) forms.Inputs {
	in := forms.Inputs{}
	for page := range tpl.Pages() {
		for _, name := range tpl.PageControls(page, in) {
			path, part, _ := strings.Cut(name, "@")
			it := tpl.Item(path[strings.LastIndexByte(path, ':')+1:])
			if r.IntN(6) > 0 {
				in[name] = []string{typed(it, part, r)}
			}
		}
	}
	return in
}

func typed(it *forms.Item, part string, r *rand.Rand) string {
	switch part {
	case "day":
		return strconv.Itoa(1 + r.IntN(28))
	case "month":
		return strconv.Itoa(1 + r.IntN(12))
	case "year":
		return strconv.Itoa(1950 + r.IntN(60))
	case "hour", "minute":
		return strconv.Itoa(r.IntN(24))
	case "unit":
		return it.Units[r.IntN(len(it.Units))].Code
	case "value":
		return "70.5"
	case "strokes":
		return []string{"", "[[[1,2],[3,4]],[[5,6]]]"}[r.IntN(2)]
	case "other":
		return "Something of my own"
	}
	if n := len(it.Options); n > 0 {
		if it.Kind == forms.PickOrType && r.IntN(3) == 0 {
			return forms.Other
		}
		return it.Options[r.IntN(n)].Code
	}
	switch it.Kind {
	case forms.YesNo:
		return []string{"yes", "no"}[r.IntN(2)]
	case forms.Acknowledge:
		return "true"
	case forms.Number, forms.Integer:
		return strconv.Itoa(20 + r.IntN(50))
	case forms.Time:
		return "14:30"
	case forms.URL:
		return "https://example.org/a"
	case forms.Email:
		return "robin@example.org"
	case forms.Signature:
		return "Signer " + strconv.Itoa(r.IntN(1000))
	case forms.Phone:
		return "+61 2 9374 4000"
	}
	return "Zoë & <Robin>"
}

// completed is a document as it was filled in.
func completed(tpl *forms.Template, in forms.Inputs) *fhir.Document {
	return &fhir.Document{
		ID: uuid.MustParse("0190f1de-0000-7000-8000-000000000001"), Client: uuid.MustParse("0190f1de-0000-7000-8000-000000000002"),
		ClientName: "Robin Reed", Practice: "Harbour Dietetics", At: at, Zone: time.FixedZone("", 36000),
		Response: tpl.Read(in, forms.Context{Today: at, Country: "AU"}),
		Signer:   fhir.Signer{Name: "Robin Reed", Role: "self", Statement: "I agree.", Strokes: [][][2]int{{{1, 2}, {30, 40}}, {{5, 5}}}, Witness: "Kim Lee", WitnessStrokes: [][][2]int{{{7, 8}, {9, 10}}}},
		PDF:      []byte("%PDF-1.7"),
	}
}
