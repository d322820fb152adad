package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/fault"
)

// A Board is what the practice's documents ask of its staff today. Each list
// holds the newest few; a delivery stands once in a list.
type Board struct {
	Unread   []Document // completed, and nobody has read it
	Locked   []Document // ten wrong codes
	Calls    []Document // the client has no code, or needs a new link
	Declined []Document // and not filed
	Expired  []Document // within the last week, and not filed
	Ending   []Document // the link stops working within three days
	Waiting  []Document // for the client
	Done     []Document // within the last seven days
	Findings map[uuid.UUID]Findings
}

const (
	boardList = 25
	endsSoon  = 3 * 24 * time.Hour
	aWeek     = 7 * 24 * time.Hour
)

// Board returns what the holder may see of it. Flags are opened with the
// holder's own grant, and left out for who has none.
func (s *Store) Board(ctx context.Context, h *Holder) (_ *Board, err error) {
	defer fault.Wrap(&err, "store.Board(%s)", h.Practice)
	if err := s.require(ctx, h.Actor, access.ReadDocuments, audit.Subject{Kind: "practice", ID: h.Practice}); err != nil {
		return nil, err
	}
	b, now := &Board{}, s.at()
	const open = `d.state IN ('sent', 'unlocked', 'started')`
	for _, l := range []struct {
		into         *[]Document
		where, order string
		args         []any
	}{
		{&b.Unread, `d.state = 'completed' AND d.read_at IS NULL AND d.filed_at IS NULL`, `d.completed_at DESC, d.id DESC`, nil},
		{&b.Locked, `v.practice_id = $1 AND v.attempts >= 10 AND ` + open, `d.created_at DESC, d.id`, nil},
		{&b.Calls, `v.practice_id = $1 AND (v.no_code_at IS NOT NULL OR v.asked_at IS NOT NULL)`, `d.created_at DESC, d.id`, nil},
		{&b.Declined, `d.state = 'declined' AND d.filed_at IS NULL`, `d.created_at DESC, d.id DESC`, nil},
		{&b.Expired, `d.state = 'expired' AND d.filed_at IS NULL AND d.expires_at > $2`, `d.created_at DESC, d.id DESC`, []any{now.Add(-aWeek)}},
		{&b.Ending, open + ` AND d.expires_at <= $2`, `d.expires_at, d.id`, []any{now.Add(endsSoon)}},
		{&b.Waiting, open, `d.created_at DESC, d.id DESC`, nil},
		{&b.Done, `d.completed_at > $2`, `d.completed_at DESC, d.id DESC`, []any{now.Add(-aWeek)}},
	} {
		if *l.into, err = s.boardList(ctx, h, l.where, l.order, l.args); err != nil {
			return nil, err
		}
	}
	b.Locked, b.Calls = oncePerDelivery(b.Locked), oncePerDelivery(b.Calls)
	if h.May(access.ReadAnswers) {
		b.Findings, err = s.Findings(ctx, h, idsOf(b.Unread)...)
	}
	return b, err
}

func (s *Store) boardList(ctx context.Context, h *Holder, where, order string, more []any) ([]Document, error) {
	seen, args := seenBy(h, "d.client_id", append([]any{h.Practice}, more...))
	args = append(args, boardList)
	rows, err := s.documentRows(ctx, h, `SELECT `+documentColumns+documentTables+`WHERE d.practice_id = $1 AND `+where+` AND `+seen+
		` ORDER BY `+order+fmt.Sprintf(` LIMIT $%d`, len(args)), args)
	if err != nil {
		return nil, err
	}
	return s.openDocuments(ctx, h, rows)
}

// oncePerDelivery keeps the first document of each delivery: a code locks, and
// a client calls about, all of them together.
func oncePerDelivery(docs []Document) (kept []Document) {
	had := map[uuid.UUID]bool{}
	for _, d := range docs {
		if !had[d.DeliveryID] {
			kept, had[d.DeliveryID] = append(kept, d), true
		}
	}
	return kept
}

func idsOf(docs []Document) (ids []uuid.UUID) {
	for _, d := range docs {
		ids = append(ids, d.ID)
	}
	return ids
}
