package pdf

import (
	"fmt"
	"time"

	"github.com/sealform/sealform/internal/words"
)

// when writes times as people at the practice read them.
type when struct {
	zone          *time.Location
	lang, country string
}

func (d *Document) when() when {
	w := when{zone: d.Zone, lang: d.language(), country: d.Country}
	if w.zone == nil {
		w.zone = time.UTC
	}
	return w
}

func (w when) date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return words.Day(w.lang, w.country, t.In(w.zone))
}

// local is the time at the practice with its offset, since names of zones are
// ambiguous.
func (w when) local(t time.Time) string { return w.date(t) + ", " + w.clock(t) }

// clock is the time of day of local.
func (w when) clock(t time.Time) string {
	clock := "15:04:05"
	if words.MonthFirst(w.lang, w.country) {
		clock = "3:04:05 PM"
	}
	t = t.In(w.zone)
	_, offset := t.Zone()
	sign := '+'
	if offset < 0 {
		sign, offset = '−', -offset
	}
	return fmt.Sprintf("%s (UTC%c%02d:%02d)", t.Format(clock), sign, offset/3600, offset/60%60)
}

func (w when) utc(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }
