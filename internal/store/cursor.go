package store

import (
	"encoding/base64"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/fault"
)

const (
	defaultPage = 50
	maxPage     = 200
)

func pageSize(limit int) int {
	if limit <= 0 {
		return defaultPage
	}
	return min(limit, maxPage)
}

// A position is where a page of a list, newest first, begins.
type position struct {
	at time.Time
	id uuid.UUID
}

func (p position) cursor() string {
	return base64.RawURLEncoding.EncodeToString([]byte(p.at.UTC().Format(time.RFC3339Nano) + " " + p.id.String()))
}

var errCursor = fault.New(fault.Invalid, "This cursor is not one that a list gave. Start again without it.")

// parseCursor reads what cursor wrote. The empty cursor is the newest end.
func parseCursor(cursor string) (position, error) {
	if cursor == "" {
		return position{time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), uuid.Max}, nil
	}
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return position{}, errCursor
	}
	at, id, _ := strings.Cut(string(text), " ")
	var p position
	if p.at, err = time.Parse(time.RFC3339Nano, at); err != nil {
		return p, errCursor
	}
	if p.id, err = uuid.Parse(id); err != nil {
		return p, errCursor
	}
	return p, nil
}
