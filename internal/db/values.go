package db

import (
	"errors"
	"time"

	"github.com/google/uuid"
)

// timeLayout has a fixed width, so that on SQLite the order of text is the order
// of time.
const timeLayout = "2006-01-02T15:04:05.000000Z"

// bind turns arguments into what the driver stores.
func bind(engine Engine, args []any) []any {
	if len(args) == 0 {
		return nil
	}
	out := make([]any, len(args))
	for i, arg := range args {
		switch v := arg.(type) {
		case time.Time:
			arg = bindTime(engine, v)
		case uuid.UUID:
			arg = v.String()
		}
		out[i] = arg
	}
	return out
}

func bindTime(engine Engine, t time.Time) any {
	t = t.UTC().Truncate(time.Microsecond)
	switch {
	case t.IsZero():
		return nil
	case engine == SQLite:
		return t.Format(timeLayout)
	default:
		return t
	}
}

// scanners wraps the destinations that need it. It goes by the destination and
// not by the column, because max(at) and RETURNING at have no column type on
// SQLite.
func scanners(dest []any) []any {
	out := make([]any, len(dest))
	for i, d := range dest {
		switch v := d.(type) {
		case *time.Time:
			d = (*timeScanner)(v)
		case *[]byte:
			d = (*bytesScanner)(v)
		}
		out[i] = d
	}
	return out
}

// parseTime reads timeLayout. It is time.Parse at a tenth of the cost; what it
// does not understand, time.Parse says what is wrong with.
func parseTime(text string) (time.Time, error) {
	if len(text) != len(timeLayout) || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':' || text[19] != '.' || text[26] != 'Z' {
		return time.Parse(timeLayout, text)
	}
	var n [7]int
	for i, at := range [...]struct{ from, to int }{{0, 4}, {5, 7}, {8, 10}, {11, 13}, {14, 16}, {17, 19}, {20, 26}} {
		for _, digit := range []byte(text[at.from:at.to]) {
			if digit < '0' || digit > '9' {
				return time.Parse(timeLayout, text)
			}
			n[i] = n[i]*10 + int(digit-'0')
		}
	}
	t := time.Date(n[0], time.Month(n[1]), n[2], n[3], n[4], n[5], n[6]*1000, time.UTC)
	if t.Month() != time.Month(n[1]) || t.Day() != n[2] || t.Hour() != n[3] || t.Minute() != n[4] {
		return time.Parse(timeLayout, text) // such as 30 February
	}
	return t, nil
}

type timeScanner time.Time

func (s *timeScanner) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*s = timeScanner{}
		return nil
	case time.Time:
		*s = timeScanner(v.UTC())
		return nil
	case string:
		t, err := parseTime(v)
		*s = timeScanner(t)
		return err
	default:
		return errors.New("not a time")
	}
}

// A bytesScanner keeps empty bytes apart from NULL, which the SQLite driver
// answers with two kinds of nil.
type bytesScanner []byte

func (s *bytesScanner) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*s = nil
		return nil
	case []byte:
		*s = append(make([]byte, 0, len(v)), v...)
		return nil
	default:
		return errors.New("not bytes")
	}
}
