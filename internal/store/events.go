package store

import (
	"cmp"
	"context"
	"fmt"
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
	head, err := s.verifyChain(ctx, h.Practice)
	return head.Seq, err
}

func (s *Store) verifyChain(ctx context.Context, practice uuid.UUID) (head audit.Head, err error) {
	err = s.db.Read(ctx, practice, func(tx *db.Tx) error {
		head, err = audit.Verify(ctx, tx, s.keys(), practice)
		return err
	})
	return head, err
}

// VerifyChains checks the record of the installation and of every practice up to
// the first that is not whole, and returns the heads. They vouch for each other:
// the installation's tells of the making of every practice, and every practice
// that it tells of has a record.
func (s *Store) VerifyChains(ctx context.Context) (heads map[uuid.UUID]audit.Head, err error) {
	defer fault.Wrap(&err, "store.VerifyChains")
	present, err := s.PracticeIDs(ctx) // first: one that is made meanwhile is then told of
	if err != nil {
		return nil, err
	}
	heads = map[uuid.UUID]audit.Head{}
	verify := func(chain uuid.UUID) error {
		head, err := s.verifyChain(ctx, chain)
		if err == nil {
			heads[chain] = head
		}
		return err
	}
	if err := verify(audit.Installation); err != nil {
		return heads, err
	}
	made, err := s.ids(ctx, audit.Installation, `SELECT subject_id FROM events WHERE practice_id = $1 AND action = 'practice.create' ORDER BY seq`, audit.Installation)
	if err != nil {
		return heads, err
	}
	for _, id := range made {
		if err := verify(id); err != nil {
			return heads, err
		}
	}
	for _, id := range present {
		if !slices.Contains(made, id) {
			return heads, fmt.Errorf("the record of the installation does not tell of the making of practice %s", id)
		}
	}
	return heads, nil
}

// Exported records that a holder took a list away.
func (s *Store) Exported(ctx context.Context, h *Holder, action audit.Action) error {
	return s.record(ctx, h.Practice, audit.Event{At: s.at(), Actor: h.Actor, Action: action, Subject: audit.Subject{Kind: "practice", ID: h.Practice}})
}
