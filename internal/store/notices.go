package store

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
)

// BuiltInNotice asks for an acknowledgement of the Notice of Privacy Practices,
// in practices that have no template of their own that does.
const BuiltInNotice = "npp-acknowledgement"

// Where a client stands with the privacy notice. Each client is in exactly one.
const (
	NoticeAcknowledged = "acknowledged"
	NoticeRefused      = "refused" // documented by staff
	NoticePending      = "pending"
)

// A Notice is where one client stands with the privacy notice. Of several
// acknowledgements the newest counts; one outweighs a refusal.
type Notice struct {
	State    string
	Template string    // acknowledged
	Version  string    // acknowledged, or refused
	At       time.Time // of the acknowledgement
	Document uuid.UUID // the acknowledgement, or the one that is out; uuid.Nil for none
	Asked    practice.State
	Refusal  *Record
}

// A ClientNotice is a client with where they stand.
type ClientNotice struct {
	ClientRow
	Notice
}

// noticeScan bounds how many clients one page of a filtered list looks at.
const noticeScan = 1000

// Notices returns up to limit clients who are not archived, newest first, with
// where they stand; state "" is any. next is the cursor of the next page: with
// a filter a page may be short, or empty, and still have a next one.
func (s *Store) Notices(ctx context.Context, h *Holder, state, cursor string, limit int) (list []ClientNotice, next string, err error) {
	defer fault.Wrap(&err, "store.Notices(%s)", h.Practice)
	limit = pageSize(limit)
	for looked := 0; looked < noticeScan; {
		clients, after, err := s.Clients(ctx, h, cursor, maxPage)
		if err != nil {
			return nil, "", err
		}
		stands, err := s.noticesOf(ctx, h, rowIDs(clients))
		if err != nil {
			return nil, "", err
		}
		for _, c := range clients {
			if n := stands[c.ID]; state == "" || n.State == state {
				list = append(list, ClientNotice{c, n})
			}
			if len(list) == limit {
				return list, position{c.CreatedAt, c.ID}.cursor(), nil
			}
		}
		looked += len(clients)
		if cursor = after; cursor == "" {
			break
		}
	}
	return list, cursor, nil
}

func rowIDs(clients []ClientRow) (ids []uuid.UUID) {
	for _, c := range clients {
		ids = append(ids, c.ID)
	}
	return ids
}

// ClientNotice returns where one client stands.
func (s *Store) ClientNotice(ctx context.Context, h *Holder, client uuid.UUID) (_ Notice, err error) {
	defer fault.Wrap(&err, "store.ClientNotice(%s)", client)
	if err := s.require(ctx, h.Actor, access.ReadDocuments, audit.Subject{Kind: "client", ID: client}); err != nil {
		return Notice{}, err
	}
	if err := s.sees(ctx, h, client); err != nil {
		return Notice{}, err
	}
	stands, err := s.noticesOf(ctx, h, []uuid.UUID{client})
	return stands[client], err
}

// noticesOf returns where each of the clients stands.
func (s *Store) noticesOf(ctx context.Context, h *Holder, clients []uuid.UUID) (map[uuid.UUID]Notice, error) {
	stands := map[uuid.UUID]Notice{}
	if len(clients) == 0 {
		return stands, nil
	}
	records, err := s.recordsOf(ctx, h, clients)
	if err != nil {
		return nil, err
	}
	for _, id := range clients {
		stands[id] = Notice{State: NoticePending}
		for i, r := range records[id] {
			if r.Kind == Refusal {
				stands[id] = Notice{State: NoticeRefused, Version: r.Version, Refusal: &records[id][i]}
			}
		}
	}
	asked, err := s.noticesAsked(ctx, h, clients)
	if err != nil {
		return nil, err
	}
	for i := range asked {
		d := &asked[i]
		n := stands[d.ClientID]
		switch {
		case d.State == practice.Completed && d.Outcome.Result == forms.Acknowledged:
			n.State, n.Template, n.Version, n.At = NoticeAcknowledged, d.Template, d.Version, d.CompletedAt
			n.Document, n.Asked, n.Refusal = d.ID, d.State, nil
		case n.State != NoticeAcknowledged:
			n.Document, n.Asked = d.ID, d.State
		}
		stands[d.ClientID] = n
	}
	return stands, nil
}

// noticesAsked returns the privacy notices that were asked of the clients, oldest
// first. The forms say which they are: a practice's copy has a name of its own.
func (s *Store) noticesAsked(ctx context.Context, h *Holder, clients []uuid.UUID) ([]Document, error) {
	args := idArgs(h.Practice, clients)
	among := ` WHERE d.practice_id = $1 AND d.client_id IN (` + places(2, len(clients)) + `)`
	pins, err := s.pinsOf(ctx, h.Practice, `SELECT DISTINCT d.pin FROM documents d`+among, args)
	if err != nil {
		return nil, err
	}
	first := len(args) + 1
	for _, pin := range pins {
		t, err := s.Form(ctx, h.Practice, pin)
		if err != nil {
			return nil, err
		}
		if t.IsPrivacyNotice() {
			args = append(args, pin)
		}
	}
	if len(args) < first {
		return nil, nil
	}
	rows, err := s.documentRows(ctx, h, `SELECT `+documentColumns+documentTables+among+` AND d.pin IN (`+places(first, len(args)-first+1)+`) ORDER BY d.created_at, d.id`, args)
	if err != nil {
		return nil, err
	}
	return s.openDocuments(ctx, h, rows)
}

func (s *Store) pinsOf(ctx context.Context, practice uuid.UUID, query string, args []any) (pins []string, err error) {
	var pin string
	err = s.db.ReadEach(ctx, practice, query, args, []any{&pin}, func() error { pins = append(pins, pin); return nil })
	return pins, err
}

// NoticeTemplate returns the template that asks this practice's clients to
// acknowledge its privacy notice: the newest of its own that does, or else the
// built-in one.
func (s *Store) NoticeTemplate(ctx context.Context, h *Holder) (_ *forms.Template, err error) {
	defer fault.Wrap(&err, "store.NoticeTemplate(%s)", h.Practice)
	own, err := s.ownTemplates(ctx, h.Practice, "published", "")
	if err != nil {
		return nil, err
	}
	for _, t := range slices.Backward(own) {
		if t.IsPrivacyNotice() {
			return t, nil
		}
	}
	t, _ := forms.LibraryTemplate(BuiltInNotice)
	return t, nil
}
