package store

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
)

func sortBySeq(events []audit.Event) {
	slices.SortFunc(events, func(a, b audit.Event) int { return cmp.Compare(a.Seq, b.Seq) })
}

// Events returns what the filter finds of the practice's record, newest first,
// and the cursor of the next page. The cursor takes the place of f.Before.
func (s *Store) Events(ctx context.Context, h *Holder, f audit.Filter, cursor string, limit int) (events []audit.Event, next string, err error) {
	defer fault.Wrap(&err, "store.Events(%s)", h.Practice)
	if err := s.require(ctx, h.Actor, access.ReadActivity, audit.Subject{Kind: "practice", ID: h.Practice}); err != nil {
		return nil, "", err
	}
	if cursor != "" {
		if f.Before, err = strconv.ParseInt(cursor, 10, 64); err != nil || f.Before < 1 {
			return nil, "", errCursor
		}
	}
	limit = pageSize(limit)
	err = s.db.Read(ctx, h.Practice, func(tx *db.Tx) error {
		events, err = audit.Find(ctx, tx, s.keys(), h.Practice, f, limit+1)
		return err
	})
	if len(events) > limit {
		events = events[:limit]
		next = strconv.FormatInt(events[limit-1].Seq, 10)
	}
	return events, next, err
}

// VerifyChain checks the practice's own record.
func (s *Store) VerifyChain(ctx context.Context, h *Holder) (n int64, err error) {
	if err := s.require(ctx, h.Actor, access.ReadActivity, audit.Subject{Kind: "practice", ID: h.Practice}); err != nil {
		return 0, err
	}
	return s.verifyChain(ctx, h.Practice)
}

func (s *Store) verifyChain(ctx context.Context, practice uuid.UUID) (n int64, err error) {
	err = s.db.Read(ctx, practice, func(tx *db.Tx) error {
		n, err = audit.Verify(ctx, tx, s.keys(), practice)
		return err
	})
	return n, err
}

// VerifyChains checks the record of every practice and of the installation,
// and returns how many events each holds.
func (s *Store) VerifyChains(ctx context.Context) (counts map[uuid.UUID]int64, err error) {
	counts = map[uuid.UUID]int64{}
	if counts[audit.Installation], err = s.verifyChain(ctx, audit.Installation); err != nil {
		return counts, err
	}
	return counts, s.eachPractice(ctx, func(id uuid.UUID) error {
		n, err := s.verifyChain(ctx, id)
		counts[id] = n
		return err
	})
}

// Exported records that a holder took a list away.
func (s *Store) Exported(ctx context.Context, h *Holder, action audit.Action) error {
	return s.record(ctx, h.Practice, audit.Event{At: s.at(), Actor: h.Actor, Action: action, Subject: audit.Subject{Kind: "practice", ID: h.Practice}})
}
