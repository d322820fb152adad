package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/db"
)

// A newLink is about to be a delivery's; message is uuid.Nil when staff hand it
// over.
type newLink struct {
	delivery, message uuid.UUID
	token             []byte
}

// insertLinks commits the links' MACs.
func (s *Store) insertLinks(ctx context.Context, tx *db.Tx, practice uuid.UUID, links ...newLink) {
	if len(links) == 0 {
		return
	}
	var rows []string
	args := []any{practice, s.at()}
	for _, l := range links {
		message := any(nil)
		if l.message != uuid.Nil {
			message = l.message
		}
		at := len(args)
		args = append(args, s.keys().MAC("link", l.token), l.delivery, message)
		rows = append(rows, fmt.Sprintf("($%d, $%d, $1, $2, $%d)", at+1, at+2, at+3))
	}
	tx.Queue(ctx, `INSERT INTO links (mac, delivery_id, practice_id, created_at, message_id) VALUES `+strings.Join(rows, ", "), args...)
	marks, ids := anyOf(1, links)
	for i, l := range links {
		ids[i] = l.delivery
	}
	tx.Queue(ctx, `UPDATE deliveries SET forgotten_at = NULL WHERE id IN (`+marks+`) AND forgotten_at IS NOT NULL`, ids...)
}

// markSent moves prepared documents on: a link of theirs exists now.
func (s *Store) markSent(ctx context.Context, tx *db.Tx, deliveries ...uuid.UUID) {
	if len(deliveries) == 0 {
		return
	}
	marks, ids := anyOf(2, deliveries)
	tx.Queue(ctx, `UPDATE documents SET state = 'sent', sent_at = $1 WHERE delivery_id IN (`+marks+`) AND state = 'prepared'`, append([]any{s.at()}, ids...)...)
	tx.Queue(ctx, `UPDATE steps SET state = 'sent' WHERE delivery_id IN (`+places(1, len(ids))+`) AND state = 'prepared'`, ids...)
}
