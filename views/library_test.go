package views_test

import (
	"testing"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/views"
)

var options = views.FormOptions{Practice: practice, Country: "AU", Autosave: "save", Decline: "decline", Overview: "../"}

// resolvedLibrary returns the library's templates that an Australian practice
// can use.
func resolvedLibrary(t testing.TB) []*forms.Template {
	var all []*forms.Template
	for _, f := range forms.Library() {
		if !f.ForCountry("AU") {
			continue
		}
		resolved, err := f.Resolve(forms.Vars{
			Practice: practice.Name, Phone: practice.Phone, Email: practice.Email, Address: practice.Address,
			Website: "https://harbour.example", Country: "AU", CountryName: "Australia", StorageCountry: "IE",
			StorageCountryName: "Ireland", Operator: "Sealform", PrivacyContact: "Robin Okafor", EffectiveDate: "2026-11-22",
		})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, resolved)
	}
	return all
}
