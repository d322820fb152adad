package pdf

import (
	"fmt"
	"time"

	"github.com/sealform/sealform/internal/words"
)

// when writes times as people at the practice read them.
type when struct {
	zone   *time.Location
	letter bool // US usage goes with US paper
	lang   string
}

func (d *Document) when() when {
	w := when{zone: d.Zone, letter: d.Letter, lang: d.language()}
	if w.zone == nil {
		w.zone = time.UTC
	}
	return w
}

func (w when) date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	if w.letter && words.Base(w.lang) == "en" {
		return t.In(w.zone).Format("January 2, 2006")
	}
	return words.Day(w.lang, t.In(w.zone))
}

// local is the time at the practice with its offset, since names of zones are
// ambiguous.
func (w when) local(t time.Time) string { return w.date(t) + ", " + w.clock(t) }

// clock is the time of day of local.
func (w when) clock(t time.Time) string {
	clock := "15:04:05"
	if w.letter {
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
