package views

import (
	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/words"
)

// A datePart is one of the inputs of a date or time.
type datePart struct {
	field
	Part, Label  string
	Long         bool // takes four digits
	Autocomplete string
}

// DateParts are the inputs of a date in the order of the practice's country.
func (f field) DateParts() []datePart {
	parts := []datePart{
		{Part: "day", Label: f.Say("Day")},
		{Part: "month", Label: f.Say("Month")},
		{Part: "year", Label: f.Say("Year"), Long: true},
	}
	if words.MonthFirst(f.sheet.options.Language, f.sheet.options.Country) {
		parts[0], parts[1] = parts[1], parts[0]
	}
	if f.Item.Kind == forms.DateTime {
		parts = append(parts, datePart{Part: "hour", Label: f.Say("Hour")}, datePart{Part: "minute", Label: f.Say("Minute")})
	}
	for i := range parts {
		parts[i].field = f
		if f.Item.Autocomplete == "bday" {
			parts[i].Autocomplete = "bday-" + parts[i].Part
		}
	}
	return parts
}
