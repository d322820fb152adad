package portal

import (
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
)

// A documentJSON is a document as the API tells of it. Without a grant of the
// index key, client and outcome are absent.
type documentJSON struct {
	ID          uuid.UUID       `json:"id"`
	ClientID    uuid.UUID       `json:"client_id"`
	Client      *practice.Label `json:"client,omitempty"`
	Template    string          `json:"template"`
	Version     string          `json:"version"`
	SHA256      string          `json:"sha256"`
	Title       string          `json:"title"`
	State       practice.State  `json:"state"`
	Locked      bool            `json:"locked"`
	Outcome     string          `json:"outcome,omitempty"`
	ExpiresAt   *string         `json:"expires_at"`
	CreatedAt   *string         `json:"created_at"`
	SentAt      *string         `json:"sent_at"`
	UnlockedAt  *string         `json:"unlocked_at"`
	CompletedAt *string         `json:"completed_at"`
	ReadAt      *string         `json:"read_at"`
}

func documentOut(d *store.Document) documentJSON {
	out := documentJSON{
		ID: d.ID, ClientID: d.ClientID, Template: d.Template, Version: d.Version, SHA256: d.Pin, Title: d.Title,
		State: d.State, Locked: d.Locked, Outcome: d.Outcome.Result,
		ExpiresAt: timeJSON(d.ExpiresAt), CreatedAt: timeJSON(d.CreatedAt), SentAt: timeJSON(d.SentAt),
		UnlockedAt: timeJSON(d.UnlockedAt), CompletedAt: timeJSON(d.CompletedAt), ReadAt: timeJSON(d.ReadAt),
	}
	if d.Client != (practice.Label{}) {
		out.Client = &d.Client
	}
	return out
}

func (p *Portal) apiDocuments(c *fiber.Ctx, h *store.Holder, _ []byte) (int, any, error) {
	state, err := queryState(c)
	if err != nil {
		return 0, nil, err
	}
	items, next, err := p.Store.Documents(c.UserContext(), h, store.DocumentFilter{State: state, Cursor: c.Query("cursor")})
	if err != nil {
		return 0, nil, err
	}
	out := make([]documentJSON, len(items))
	for i := range items {
		out[i] = documentOut(&items[i])
	}
	return fiber.StatusOK, listJSON(out, next), nil
}

func (p *Portal) apiDocument(c *fiber.Ctx, h *store.Holder, _ []byte) (int, any, error) {
	d, err := p.documentOf(c, h)
	if err != nil {
		return 0, nil, err
	}
	return fiber.StatusOK, documentOut(d), nil
}

// An orderJSON asks for a document.
type orderJSON struct {
	Template string     `json:"template"`
	ClientID *uuid.UUID `json:"client_id"`
	Client   *struct {
		FirstName string `json:"first_name"`
		FullName  string `json:"full_name"`
		BirthDate string `json:"date_of_birth"`
		Email     string `json:"email"`
		Phone     string `json:"phone"`
		Reference string `json:"reference"`
	} `json:"client"`
	Recipient *struct {
		FirstName    string `json:"first_name"`
		Relationship string `json:"relationship"`
		Email        string `json:"email"`
		Phone        string `json:"phone"`
		Language     string `json:"language"`
	} `json:"recipient"`
	ExpiresInDays *int          `json:"expires_in_days"`
	Deliver       string        `json:"deliver"`
	LinkBy        string        `json:"link_by"`
	CodeBy        string        `json:"code_by"`
	Consents      []consentJSON `json:"consents"`
	AskFirst      bool          `json:"ask_first"`
}

// A consentJSON is what a client agreed to, as the caller knows it.
type consentJSON struct {
	Channel practice.Channel `json:"channel"`
	Purpose practice.Purpose `json:"purpose"`
	Given   *bool            `json:"given"`
	How     string           `json:"how"`
	At      time.Time        `json:"at"`
}

// An issuedJSON hands over a link, a code or both, once.
type issuedJSON struct {
	ID        uuid.UUID        `json:"id"`
	ClientID  uuid.UUID        `json:"client_id"`
	Link      string           `json:"link,omitempty"`
	Code      string           `json:"code,omitempty"`
	State     practice.State   `json:"state"`
	ExpiresAt *string          `json:"expires_at"`
	LinkBy    practice.Channel `json:"link_by,omitempty"`
	CodeBy    practice.Channel `json:"code_by,omitempty"`
	Asked     bool             `json:"asked,omitempty"`
}

func (p *Portal) issuedOut(c *fiber.Ctx, i *store.Issued) issuedJSON {
	return issuedJSON{LinkBy: i.LinkBy, CodeBy: i.CodeBy, Asked: i.Asked, ID: i.ID, ClientID: i.ClientID, Link: p.linkURL(c, i.Token), Code: i.Code, State: i.State, ExpiresAt: timeJSON(i.ExpiresAt)}
}

func (p *Portal) apiCreate(c *fiber.Ctx, h *store.Holder, body []byte) (int, any, error) {
	var in orderJSON
	if err := readJSON(c, body, &in); err != nil {
		return 0, nil, err
	}
	order, err := in.order()
	if err != nil {
		return 0, nil, err
	}
	issued, err := p.Store.Send(c.UserContext(), h, order)
	if err != nil {
		return 0, nil, err
	}
	return fiber.StatusCreated, p.issuedOut(c, issued), nil
}

// order checks what the store cannot tell apart: a field that is missing from
// one that is empty.
func (in *orderJSON) order() (out store.NewDocument, err error) {
	switch {
	case in.Template == "":
		return out, fault.Code(fault.Invalid, "template", "Name a \"template\", such as \"adult-intake\".")
	case (in.Client == nil) == (in.ClientID == nil):
		return out, fault.Code(fault.Invalid, "client", "Give either a \"client\" or a \"client_id\".")
	case in.ExpiresInDays != nil && *in.ExpiresInDays < 1:
		return out, fault.Code(fault.Invalid, "expires-in-days", "\"expires_in_days\" is 1 or more.")
	case in.Deliver != "" && in.Deliver != "none" && in.Deliver != "send":
		return out, fault.Code(fault.Invalid, "deliver", "\"deliver\" is \"none\" or \"send\".")
	}
	out = store.NewDocument{Template: in.Template, Deliver: in.Deliver, LinkBy: practice.Channel(in.LinkBy), CodeBy: practice.Channel(in.CodeBy), AskFirst: in.AskFirst}
	for _, c := range in.Consents {
		out.Consents = append(out.Consents, store.Consent{Channel: c.Channel, Purpose: c.Purpose, Given: c.Given == nil || *c.Given, How: c.How, At: c.At})
	}
	if in.ExpiresInDays != nil {
		out.ExpiresInDays = *in.ExpiresInDays
	}
	if in.ClientID != nil {
		out.ClientID = *in.ClientID
	}
	if cl := in.Client; cl != nil {
		if cl.FirstName == "" {
			return out, fault.Code(fault.Invalid, "first-name", "A client has a \"first_name\".")
		}
		out.Client = &store.NewClient{
			Contact: practice.Contact{FirstName: cl.FirstName, Email: cl.Email, Phone: cl.Phone},
			Label:   practice.Label{FullName: cl.FullName, BirthDate: cl.BirthDate, Reference: cl.Reference},
		}
	}
	if r := in.Recipient; r != nil {
		out.Recipient = &practice.Recipient{
			Contact:      practice.Contact{FirstName: r.FirstName, Email: r.Email, Phone: r.Phone},
			Relationship: r.Relationship, Language: r.Language,
		}
	}
	return out, nil
}

// apiReissue makes both anew unless told otherwise: a program that asks has
// nobody to ask which of the two was lost.
func (p *Portal) apiReissue(c *fiber.Ctx, h *store.Holder, body []byte) (int, any, error) {
	id, err := pathID(c, "id")
	if err != nil {
		return 0, nil, err
	}
	in := struct {
		What string `json:"what"`
	}{What: "both"}
	if err := readJSON(c, body, &in); err != nil {
		return 0, nil, err
	}
	if in.What != "code" && in.What != "link" && in.What != "both" {
		return 0, nil, fault.Code(fault.Invalid, "what", "\"what\" is \"code\", \"link\" or \"both\".")
	}
	issued, err := p.Store.Reissue(c.UserContext(), h, id, in.What)
	if err != nil {
		return 0, nil, err
	}
	return fiber.StatusCreated, p.issuedOut(c, issued), nil
}

func (p *Portal) apiRevoke(c *fiber.Ctx, h *store.Holder, body []byte) (int, any, error) {
	id, err := pathID(c, "id")
	if err != nil {
		return 0, nil, err
	}
	if err := readJSON(c, body, &struct{}{}); err != nil {
		return 0, nil, err
	}
	d, err := p.Store.Revoke(c.UserContext(), h, id)
	if err != nil {
		return 0, nil, err
	}
	return fiber.StatusOK, documentOut(d), nil
}

func (p *Portal) apiExtend(c *fiber.Ctx, h *store.Holder, body []byte) (int, any, error) {
	id, err := pathID(c, "id")
	if err != nil {
		return 0, nil, err
	}
	var in struct {
		Days int `json:"days"`
	}
	if err := readJSON(c, body, &in); err != nil {
		return 0, nil, err
	}
	if in.Days < 1 {
		return 0, nil, fault.Code(fault.Invalid, "days", "\"days\" is the number of days from today, 1 or more.")
	}
	d, err := p.Store.Extend(c.UserContext(), h, id, in.Days)
	if err != nil {
		return 0, nil, err
	}
	return fiber.StatusOK, documentOut(d), nil
}
