package portal

import (
	"encoding/hex"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/store"
)

type eventJSON struct {
	Seq     int64        `json:"seq"`
	ID      uuid.UUID    `json:"id"`
	At      *string      `json:"at"`
	Actor   partyJSON    `json:"actor"`
	Action  string       `json:"action"`
	Subject partyJSON    `json:"subject"`
	Outcome string       `json:"outcome"`
	Detail  audit.Detail `json:"detail,omitempty"`
	Hash    string       `json:"hash"` // SHA-256, hex
}

type partyJSON struct {
	Kind string    `json:"kind"`
	ID   uuid.UUID `json:"id"`
}

func (p *Portal) apiEvents(c *fiber.Ctx, h *store.Holder, _ []byte) (int, any, error) {
	events, next, err := p.Store.Events(c.UserContext(), h, audit.Filter{}, c.Query("cursor"), eventsOnPage)
	if err != nil {
		return 0, nil, err
	}
	out := make([]eventJSON, len(events))
	for i, e := range events {
		out[i] = eventJSON{
			Seq: e.Seq, ID: e.ID, At: timeJSON(e.At), Action: string(e.Action), Outcome: e.Outcome, Detail: e.Detail, Hash: hex.EncodeToString(e.Hash),
			Actor: partyJSON{string(e.Actor.Kind), e.Actor.ID}, Subject: partyJSON{e.Subject.Kind, e.Subject.ID},
		}
	}
	return fiber.StatusOK, listJSON(out, next), nil
}
