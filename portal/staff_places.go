package portal

import (
	"context"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

// placeRows lists where a member is signed in; current is the session that asks.
func (p *Portal) placeRows(places []store.Place, where place, at string, current uuid.UUID) []views.PlaceRow {
	var rows []views.PlaceRow
	for _, place := range places {
		row := views.PlaceRow{
			Browser: browserWords(place.Browser), Address: place.Address, Seen: where.when(place.Seen, p.Now()),
			Here: place.ID == current, End: account + at + place.ID.String() + "/end",
		}
		if row.Here {
			row.End = ""
		}
		rows = append(rows, row)
	}
	return rows
}

func (p *Portal) endPlace(c *fiber.Ctx, h *store.Holder, end func(context.Context, *store.Holder, uuid.UUID) error) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	if err := end(c.UserContext(), h, id); err != nil {
		return err
	}
	return see(c, account+"?done=ended")
}

// signIns are a member's sign-ins and refusals in words, latest first.
func (p *Portal) signIns(c *fiber.Ctx, h *store.Holder, member uuid.UUID) ([]views.SignInRow, error) {
	events, err := p.Store.SignIns(c.UserContext(), h, member, signInsShown)
	if err != nil {
		return nil, err
	}
	about, err := p.Store.Practice(c.UserContext(), h.Practice)
	if err != nil {
		return nil, err
	}
	var rows []views.SignInRow
	for _, e := range events {
		row := views.SignInRow{At: placeOf(about).when(e.At, p.Now()), Text: "Signed in", Tone: views.Good, Where: whereWords(e.Detail)}
		switch {
		case e.Action == "member.confirm" && e.Outcome == audit.OK:
			row.Text = "Passphrase typed again"
		case e.Outcome != audit.OK:
			row.Text, row.Tone = "Refused", views.Warn
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// whereWords says where something was done from: "Firefox on Windows, 203.0.113.7".
func whereWords(d audit.Detail) string {
	var words []string
	if d["browser"] != "" {
		words = append(words, browserWords(d["browser"]))
	}
	if d["address"] != "" {
		words = append(words, d["address"])
	}
	return strings.Join(words, ", ")
}
