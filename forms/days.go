package forms

import (
	"strconv"
	"time"

	"github.com/sealform/sealform/internal/lazyregexp"
)

// epoch stands in for today where only the shape of a limit matters.
var epoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

var relative = lazyregexp.New(`^today(?:([+-]\d{1,4})([dmy]))?$`)

// day returns the day a limit names: 2006-01-02, or today with so many days,
// months or years added.
func day(limit string, today time.Time) (time.Time, bool) {
	if d, err := time.Parse(time.DateOnly, limit); err == nil {
		return d, true
	}
	m := relative().FindStringSubmatch(limit)
	if m == nil {
		return time.Time{}, false
	}
	today = time.Date(today.Year(), today.Month(), today.Day(), 0, 0, 0, 0, time.UTC)
	n, _ := strconv.Atoi(m[1])
	switch m[2] {
	case "y":
		return today.AddDate(n, 0, 0), true
	case "m":
		return today.AddDate(0, n, 0), true
	default:
		return today.AddDate(0, 0, n), true
	}
}

// written is how templates write numbers: as JSON does, so that they can leave
// as they are.
var written = lazyregexp.New(`^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d{1,2})?$`)

// number returns the value of a checked number.
func number(s string) float64 {
	f, _ := strconv.ParseFloat(s, 64)
	return f
}
