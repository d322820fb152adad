package forms_test

import (
	"testing"

	"github.com/sealform/sealform/forms"
)

func TestPartialDates(t *testing.T) {
	for _, tt := range []struct {
		item, day, month, year, answer, text, problem string
	}{
		{"precision: year", "", "", "1998", "1998", "1998", ""},
		{"precision: year", "", "May", "1998", "1998-05", "May 1998", ""},
		{"precision: year", "3", "5", "1998", "1998-05-03", "3 May 1998", ""},
		{"precision: year", "3", "", "1998", "", "", "When must include a month"},
		{"precision: year", "", "5", "", "", "", "When must include a year"},
		{"precision: year", "", "13", "1998", "", "", "When must be a real date"},
		{"precision: year", "", "", "98", "", "", "When must have a year with 4 digits, like 1980"},
		{"precision: month", "", "", "1998", "", "", "When must include a month"},
		{"precision: month", "", "2", "1998", "1998-02", "February 1998", ""},
		{"precision: month, max: today", "", "11", "2026", "2026-11", "November 2026", ""},
		{"precision: month, max: today", "", "12", "2026", "", "", "When must be today or in the past"},
		{"precision: year, min: today", "", "", "2026", "2026", "2026", ""},
		{"precision: year, min: today", "", "", "2025", "", "", "When must be today or in the future"},
		{"min: today-9y", "", "5", "2020", "", "", "When must include a day"},
	} {
		r := answer(t, "type: date, ask: When, "+tt.item, forms.Inputs{"q@day": {tt.day}, "q@month": {tt.month}, "q@year": {tt.year}})
		got, problem, text := r.Answers["q"], "", r.Entries[0].Text
		if len(r.Problems) > 0 {
			problem, text = r.Problems[0].Text, ""
		}
		if got == nil {
			got = ""
		}
		if got != tt.answer || problem != tt.problem || text != tt.text {
			t.Errorf("%s: %s/%s/%s is %q, %q, %q; want %q, %q, %q", tt.item, tt.day, tt.month, tt.year, got, text, problem, tt.answer, tt.text, tt.problem)
		}
	}
}
