package practice_test

import (
	"slices"
	"testing"

	"github.com/sealform/sealform/internal/practice"
)

func TestCountriesAreISOCodes(t *testing.T) {
	for _, code := range []string{"", "UK", "EU", "USA", "us", "XX", "AN", "SU", "UN", "EZ", "001"} {
		if practice.IsCountry(code) {
			t.Errorf("%q is taken for a country", code)
		}
	}
	codes := practice.Countries()
	for _, code := range []string{"AU", "NZ", "CA", "US", "GB", "IE", "FR", "ES"} {
		if !practice.IsCountry(code) || !slices.Contains(codes, code) {
			t.Errorf("%s is missing", code)
		}
	}
	if len(codes) < 245 || len(codes) > 255 {
		t.Errorf("%d countries", len(codes))
	}
}
