package practice

import (
	"strings"
	"time"
)

// dayLayouts are how people write a day, month names in English. Those of
// digits alone stand in both orders, since nobody can tell 3/4 from 4/3.
var dayLayouts = []string{
	"2006-1-2", "2006/1/2", "2006.1.2", "20060102",
	"2/1/2006", "2-1-2006", "2.1.2006", "1/2/2006", "1-2-2006",
	"2 Jan 2006", "2 January 2006", "Jan 2 2006", "January 2 2006", "2-Jan-2006",
}

// Dates returns the ISO dates that a text can mean, or nil when it is no date.
func Dates(text string) (iso []string) {
	text = strings.Join(strings.Fields(strings.ReplaceAll(text, ",", " ")), " ")
	if len(text) < 8 || len(text) > 20 {
		return nil
	}
	for _, layout := range dayLayouts {
		day, err := time.Parse(layout, text)
		if err != nil || day.Year() < 1880 {
			continue
		}
		if date := day.Format(time.DateOnly); len(iso) == 0 || iso[0] != date {
			iso = append(iso, date)
		}
	}
	return iso
}
