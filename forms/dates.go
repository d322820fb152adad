package forms

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

var months = map[string]time.Month{}

func init() {
	for m := time.January; m <= time.December; m++ {
		name := strings.ToLower(m.String())
		months[name], months[name[:3]] = m, m
	}
	months["sept"] = time.September
}

// parseMonth reads a month as a number or an English name.
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
	d, part, ok := realDate(typed[0], typed[1], typed[2])
	if !ok {
		return it.bad(raw, part, it.notReal(typed[2], part))
	}
	if problem := r.outOfRange(it, d); problem != "" {
		return it.broken(raw, "day", problem)
	}
	iso := d.Format(time.DateOnly)
	if it.Kind != DateTime {
		return value{state: good, text: sayDay(d), answer: iso, key: iso}
	}
	return it.withTime(d, raw, typed[3], orElse(typed[4], "00"))
}

// lacks names the parts that are missing, and the first of them.
func (it *Item) lacks(typed []string) (problem, first string) {
	var names []string
	for i, part := range it.Controls() {
		if typed[i] != "" || part == "minute" {
			continue
		}
		if first == "" {
			first = part
		}
		if part == "hour" {
			part = "time"
		}
		names = append(names, "a "+part)
	}
	if len(names) == 0 {
		return "", ""
	}
	if len(names) > 1 {
		names = []string{strings.Join(names[:len(names)-1], ", "), names[len(names)-1]}
	}
	return subject(it, "The date") + " must include " + strings.Join(names, " and "), first
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
		return subject(it, "The date") + " must have a year with 4 digits, like 1980"
	}
	return subject(it, "The date") + " must be a real date"
}

// outOfRange says how a date breaks min or max.
func (r *reading) outOfRange(it *Item, d time.Time) string {
	if high, ok := day(it.Max, r.c.Today); ok && d.After(high) {
		switch {
		case it.Kind == BirthDate && it.Max == "today":
			return subject(it, "The date") + " must be in the past"
		case it.Max == "today":
			return subject(it, "The date") + " must be today or in the past"
		}
		return subject(it, "The date") + " must be on or before " + sayDay(high)
	}
	if low, ok := day(it.Min, r.c.Today); ok && d.Before(low) {
		if it.Min == "today" {
			return subject(it, "The date") + " must be today or in the future"
		}
		return subject(it, "The date") + " must be on or after " + sayDay(low)
	}
	return ""
}

func (it *Item) withTime(d time.Time, raw, hour, minute string) value {
	h, err1 := strconv.Atoi(hour)
	m, err2 := strconv.Atoi(minute)
	if err1 != nil || h < 0 || h > 23 {
		return it.bad(raw, "hour", subject(it, "The time")+" must have an hour from 0 to 23")
	}
	if err2 != nil || m < 0 || m > 59 {
		return it.bad(raw, "minute", subject(it, "The time")+" must have minutes from 0 to 59")
	}
	d = d.Add(time.Duration(h)*time.Hour + time.Duration(m)*time.Minute)
	iso := d.Format("2006-01-02T15:04")
	return value{state: good, text: sayDay(d) + ", " + d.Format("15:04"), answer: iso, key: iso}
}
