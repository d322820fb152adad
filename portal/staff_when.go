package portal

import (
	"time"

	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/words"
)

// staffLanguage is what staff pages are written in.
const staffLanguage = "en"

// A place is where a practice is: its time zone, and the country whose way of
// writing days and times its staff read.
type place struct {
	*time.Location
	country string
}

func placeOf(about *practice.Practice) place { return place{about.Location(), about.Country} }

// when says a time as staff say it; "" for none.
func (w place) when(at, now time.Time) string {
	if at.IsZero() {
		return ""
	}
	at, now = at.In(w.Location), now.In(w.Location)
	clock := words.Clock(staffLanguage, w.country, at)
	switch at.Format(time.DateOnly) {
	case now.Format(time.DateOnly):
		return "today, " + clock
	case now.AddDate(0, 0, -1).Format(time.DateOnly):
		return "yesterday, " + clock
	}
	return w.day(at) + ", " + clock
}

// exactly says a time with its zone, as it stands beside a signature.
func (w place) exactly(at time.Time) string {
	at = at.In(w.Location)
	return w.day(at) + ", " + words.Clock(staffLanguage, w.country, at) + " " + at.Format("MST")
}

// day says the day of a time; "" for none.
func (w place) day(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return words.Day(staffLanguage, w.country, at.In(w.Location))
}

// isoDay says an ISO date; anything else stays as it is.
func (w place) isoDay(iso string) string {
	day, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return iso
	}
	return words.Day(staffLanguage, w.country, day)
}
