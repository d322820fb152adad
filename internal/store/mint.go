package store

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/outbox"
	"github.com/sealform/sealform/internal/practice"
)

// handOver commits the MACs of the links in what was written, and counts the
// tries. A delivery that has all its links already takes part alone: one of them
// goes, or this message does not.
func (w *writer) handOver(ctx context.Context, b *batch, all []outbox.Written) {
	var roomy []*outbox.Written
	for i := range all {
		one := &all[i]
		if one.Err != nil {
			continue
		}
		if m := b.messages[one.Message]; m.token != nil && m.links >= maxLinks {
			w.mint(ctx, b, []*outbox.Written{one}, true)
			continue
		}
		roomy = append(roomy, one)
	}
	if len(roomy) > 0 {
		w.mint(ctx, b, roomy, false)
	}
}

// mint commits the MACs of new links, with the tries. From here on the links
// exist, so their documents count as sent.
func (w *writer) mint(ctx context.Context, b *batch, list []*outbox.Written, evict bool) {
	entries := make([]outbox.Entry, len(list))
	for i, one := range list {
		entries[i] = one.Entry
	}
	var held map[uuid.UUID]bool
	err := b.s.db.Write(ctx, b.practice, func(tx *db.Tx) (err error) {
		if held, err = outbox.HandOver(ctx, tx, entries); err != nil {
			return err
		}
		var links []newLink
		var deliveries []uuid.UUID
		for _, e := range entries {
			if m := b.messages[e.Message]; held[m.id] && m.token != nil {
				links, deliveries = append(links, newLink{m.delivery, m.id, m.token}), append(deliveries, m.delivery)
			}
		}
		b.s.insertLinks(ctx, tx, b.practice, links...)
		if evict && len(links) > 0 {
			if err := evictLinks(ctx, tx, deliveries[0]); err != nil {
				return err
			}
		}
		b.s.markSent(ctx, tx, deliveries...)
		return nil
	})
	for _, one := range list {
		m := b.messages[one.Message]
		switch {
		case errors.Is(err, errTooManyLinks):
			one.Err = b.s.putAside(ctx, one.Entry, m, practice.MessageFailed, outbox.TooOften)
		case err != nil:
			one.Err = err
		case !held[m.id]:
			one.Err = outbox.ErrNothing
		default:
			w.going.Store(m.id, m)
		}
	}
}
