package forms

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sealform/sealform/internal/words"
)

var months = map[string]time.Month{}

func init() {
	for _, lang := range words.Languages {
		for i, name := range words.Months(lang) {
			m := time.Month(i + 1)
			months[name], months[strings.ToLower(name)] = m, m
			for n := range min(3, len([]rune(name))-2) { // 3 to 5 letters: jan, juil, sept, févr
				months[strings.ToLower(string([]rune(name)[:n+3]))] = m
			}
		}
	}
	for short, m := range map[string]time.Month{"jui": 0, "mar": time.March, "set": time.September, "aout": time.August, "fevrier": time.February, "decembre": time.December} {
		if months[short] = m; m == 0 {
			delete(months, short) // juin or juillet
		}
	}
}

// partNames are the parts of a date as a sentence names those that are missing.
var partNames = map[string]string{"day": "a day", "month": "a month", "year": "a year", "hour": "a time"}

// parseMonth reads a month as a number, or its name in any of our languages.
func parseMonth(s string) (time.Month, bool) {
	if m, ok := months[strings.ToLower(strings.TrimSuffix(s, "."))]; ok {
		return m, true
	}
	n, err := strconv.Atoi(s)
	return time.Month(n), err == nil && n >= 1 && n <= 12
}

// readDate reads day, month and year, and for DateTime hour and minute.
func (r *reading) readDate(it *Item, path string) value {
	var typed [5]string
	parts := it.Controls()
	filled := 0
	for i, part := range parts {
		s := clean(r.first(path, part), false)
		if len(s) > maxPhone {
			s = shorten(s, 10)
		}
		if typed[i] = westernDigits(s); s != "" {
			filled++
		}
	}
	if filled == 0 {
		return value{}
	}
	raw := strings.Join(strings.Fields(strings.Join(typed[:len(parts)], " ")), " ")
	if problem, part := it.lacks(typed[:]); problem != "" {
		return it.bad(raw, part, problem)
	}
	if typed[0] == "" {
		return r.readPartly(it, raw, typed[1], typed[2])
	}
	d, part, ok := realDate(typed[0], typed[1], typed[2])
	if !ok {
		return it.bad(raw, part, it.notReal(typed[2], part))
	}
	if problem := r.outOfRange(it, d); problem != "" {
		return it.broken(raw, "day", problem)
	}
	iso := d.Format(time.DateOnly)
	if it.Kind != DateTime {
		return value{state: good, text: words.Day(it.lang, r.c.Country, d), answer: iso, key: iso}
	}
	return r.withTime(it, d, raw, typed[3], orElse(typed[4], "00"))
}

// lacks names the parts that are missing, and the first of them.
func (it *Item) lacks(typed []string) (problem, first string) {
	var names []string
	for i, part := range it.Controls() {
		if typed[i] != "" || part == "minute" || it.mayLack(part, typed) {
			continue
		}
		if first == "" {
			first = part
		}
		names = append(names, it.say.Word(partNames[part]))
	}
	if len(names) == 0 {
		return "", ""
	}
	list := names[len(names)-1]
	if len(names) > 1 {
		list = it.say.Say("%s and %s", strings.Join(names[:len(names)-1], ", "), list)
	}
	return it.say.Say("%s must include %s", it.subject(theDate), list), first
}

// What may be left out of a date, in [Item.Precision].
const (
	ByMonth = "month" // the day
	ByYear  = "year"  // the month as well
)

// mayLack reports whether a part of a date may be left out: no part before
// which one is given.
func (it *Item) mayLack(part string, typed []string) bool {
	switch part {
	case "day":
		return it.Precision != ""
	case "month":
		return it.Precision == ByYear && typed[0] == ""
	}
	return false
}

// readPartly reads a date without its day, and perhaps without its month. It
// counts as its first day; a limit holds when any of its days is within it.
func (r *reading) readPartly(it *Item, raw, month, year string) value {
	first, part, ok := realDate("1", orElse(month, "1"), year)
	if !ok {
		return it.bad(raw, part, it.notReal(year, part))
	}
	last, text, iso := first.AddDate(0, 1, -1), words.Month(it.lang, first), first.Format("2006-01")
	if month == "" {
		last, text, iso = first.AddDate(1, 0, -1), first.Format("2006"), first.Format("2006")
	}
	if problem := r.tooEarlyOrLate(it, first, last); problem != "" {
		return it.broken(raw, "year", problem)
	}
	return value{state: good, text: text, answer: iso, key: first.Format(time.DateOnly)}
}

// realDate returns the date, or the first part that cannot be right.
func realDate(day, month, year string) (d time.Time, part string, ok bool) {
	n, err := strconv.Atoi(day)
	if err != nil || n < 1 || n > 31 {
		return d, "day", false
	}
	m, ok := parseMonth(month)
	if !ok {
		return d, "month", false
	}
	y, err := strconv.Atoi(year)
	if err != nil || y < 1000 || y > 9999 || utf8.RuneCountInString(year) != 4 {
		return d, "year", false
	}
	d = time.Date(y, m, n, 0, 0, 0, 0, time.UTC)
	return d, "day", d.Day() == n
}

func (it *Item) notReal(year, part string) string {
	if part == "year" && allDigits(year) {
		return it.say.Say("%s must have a year with 4 digits, like 1980", it.subject(theDate))
	}
	return it.say.Say("%s must be a real date", it.subject(theDate))
}

// outOfRange says how a date breaks min or max.
func (r *reading) outOfRange(it *Item, d time.Time) string { return r.tooEarlyOrLate(it, d, d) }

// tooEarlyOrLate does so for one of the days from first to last.
func (r *reading) tooEarlyOrLate(it *Item, first, last time.Time) string {
	if high, ok := day(it.Max, r.c.Today); ok && first.After(high) {
		switch {
		case it.Kind == BirthDate && it.Max == "today":
			return it.say.Say("%s must be in the past", it.subject(theDate))
		case it.Max == "today":
			return it.say.Say("%s must be today or in the past", it.subject(theDate))
		}
		return it.say.Say("%s must be on or before %s", it.subject(theDate), words.Day(it.lang, r.c.Country, high))
	}
	if low, ok := day(it.Min, r.c.Today); ok && last.Before(low) {
		if it.Min == "today" {
			return it.say.Say("%s must be today or in the future", it.subject(theDate))
		}
		return it.say.Say("%s must be on or after %s", it.subject(theDate), words.Day(it.lang, r.c.Country, low))
	}
	return ""
}

func (r *reading) withTime(it *Item, d time.Time, raw, hour, minute string) value {
	h, err1 := strconv.Atoi(hour)
	m, err2 := strconv.Atoi(minute)
	if err1 != nil || h < 0 || h > 23 {
		return it.bad(raw, "hour", it.say.Say("%s must have an hour from 0 to 23", it.subject(theTime)))
	}
	if err2 != nil || m < 0 || m > 59 {
		return it.bad(raw, "minute", it.say.Say("%s must have minutes from 0 to 59", it.subject(theTime)))
	}
	d = d.Add(time.Duration(h)*time.Hour + time.Duration(m)*time.Minute)
	iso := d.Format("2006-01-02T15:04")
	return value{state: good, text: words.Day(it.lang, r.c.Country, d) + ", " + d.Format("15:04"), answer: iso, key: iso}
}
