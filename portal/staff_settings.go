package portal

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

func (p *Portal) staffSettings(c *fiber.Ctx, h *store.Holder) error {
	return p.showSettings(c, h, "", nil)
}

// showSettings shows what the member may see and change. newKey is an API key
// made just now.
func (p *Portal) showSettings(c *fiber.Ctx, h *store.Holder, newKey string, problems views.Problems) error {
	base, err := p.staffPage(c, h)
	if err != nil {
		return err
	}
	base.Problems = problems
	about, err := p.Store.Practice(c.UserContext(), h.Practice)
	if err != nil {
		return err
	}
	page := views.Settings{
		StaffPage: base, NewKey: newKey, Facts: practiceFacts(about),
		Practice: views.Practice{Name: about.Name, Phone: about.Phone, Email: about.Email, Address: about.Address},
	}
	if err := p.addMembers(c, h, &page); err != nil {
		return err
	}
	if err := p.addKeys(c, h, &page); err != nil {
		return err
	}
	status := fiber.StatusOK
	if len(problems) > 0 {
		status = fiber.StatusUnprocessableEntity
	}
	return p.page(c, status, page)
}

func practiceFacts(about *practice.Practice) []views.Fact {
	return []views.Fact{
		{Label: "Address", Value: about.Address},
		{Label: "Website", Value: about.Website},
		{Label: "Country", Value: practice.CountryName(about.Country)},
		{Label: "Time zone", Value: about.Zone},
		{Label: "Days a link works", Value: strconv.Itoa(about.ExpiryDays)},
		{Label: "Days a client can fetch the signed copy", Value: strconv.Itoa(about.CopyDays)},
	}
}

var memberTones = map[string]views.Tone{"invited": views.Wait, "waiting": views.Warn, "active": views.Good, "removed": views.Stop}

func (p *Portal) addMembers(c *fiber.Ctx, h *store.Holder, page *views.Settings) error {
	if !h.May(access.ManageMembers) {
		return nil
	}
	members, err := p.Store.Members(c.UserContext(), h)
	if err != nil {
		return err
	}
	for _, m := range members {
		row := views.Member{Name: m.Name, Email: m.Email, Role: roleWords[m.Role], State: m.State, Tone: memberTones[m.State]}
		at := "/staff/settings/members/" + m.ID.String()
		if m.State == "waiting" {
			row.Approve = at + "/approve"
		}
		if m.State != "removed" && m.ID != h.ID {
			row.Remove = at + "/remove"
		}
		page.Members = append(page.Members, row)
	}
	page.Invite = "/staff/settings/members"
	for _, r := range access.Roles {
		page.Roles = append(page.Roles, views.Option{Value: string(r), Text: roleWords[r]})
	}
	return nil
}

func (p *Portal) addKeys(c *fiber.Ctx, h *store.Holder, page *views.Settings) error {
	if !h.May(access.ManageKeys) {
		page.KitState = "A director of your practice keeps it."
		return nil
	}
	confirmed, err := p.Store.KitConfirmed(c.UserContext(), h)
	if err != nil {
		return err
	}
	page.KitState = "The kit was printed, and not typed back yet."
	if confirmed {
		page.KitState = "The kit was printed and typed back."
	}
	keys, err := p.Store.APIKeys(c.UserContext(), h)
	if err != nil {
		return err
	}
	for _, k := range keys {
		if !k.RevokedAt.IsZero() {
			continue
		}
		scope := "create documents"
		if k.Reads {
			scope = "create documents and read answers"
		}
		page.Keys = append(page.Keys, views.APIKey{Name: k.Name, Scope: scope, Revoke: "/staff/settings/keys/" + k.ID.String() + "/revoke"})
	}
	page.MakeKey = "/staff/settings/keys"
	return nil
}

// staffInvite shows the invitation's link once; it is handed over like any
// other secret.
func (p *Portal) staffInvite(c *fiber.Ctx, h *store.Holder) error {
	in, err := form(c)
	if err != nil {
		return err
	}
	name, email, role := strings.TrimSpace(in.Get("member_name")), strings.TrimSpace(in.Get("member_email")), access.Role(in.Get("role"))
	var problems views.Problems
	if name == "" {
		problems = append(problems, views.Problem{Control: "member_name", Text: "Enter their name"})
	}
	if !strings.Contains(email, "@") {
		problems = append(problems, views.Problem{Control: "member_email", Text: "Enter their email address, such as name@example.org"})
	}
	if !role.Valid() {
		problems = append(problems, views.Problem{Control: "role", Text: "Choose a role"})
	}
	if problems != nil {
		return p.showSettings(c, h, "", problems)
	}
	token, err := p.Store.Invite(c.UserContext(), h, name, email, role)
	if kind := fault.KindOf(err); (kind == fault.Invalid || kind == fault.Conflict) && fault.Sentence(err) != "" {
		return p.showSettings(c, h, "", views.Problems{{Control: "member_email", Text: fault.Sentence(err)}})
	}
	if err != nil {
		return err
	}
	base, err := p.staffPage(c, h)
	if err != nil {
		return err
	}
	return p.page(c, fiber.StatusOK, views.StaffMessage{
		StaffPage: base, Heading: "Invitation for " + name,
		Sentence: fmt.Sprintf("Give %s this link. It is shown only once, and works once:", name),
		Advice:   p.site(c) + "/staff/invitation/" + token,
		Forward:  &views.Link{Text: "Settings", Href: "/staff/settings"},
	})
}

func (p *Portal) staffApprove(c *fiber.Ctx, h *store.Holder) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	if err := p.Store.Approve(c.UserContext(), h, id); err != nil {
		return err
	}
	return see(c, "/staff/settings?done=approved")
}

func (p *Portal) staffRemove(c *fiber.Ctx, h *store.Holder) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	if err := p.Store.RemoveMember(c.UserContext(), h, id); err != nil {
		return err
	}
	return see(c, "/staff/settings?done=removed")
}

func (p *Portal) staffMakeKey(c *fiber.Ctx, h *store.Holder) error {
	in, err := form(c)
	if err != nil {
		return err
	}
	name := strings.TrimSpace(in.Get("key_name"))
	if name == "" {
		return p.showSettings(c, h, "", views.Problems{{Control: "key_name", Text: "Enter what the key is for"}})
	}
	secret, err := p.Store.MakeAPIKey(c.UserContext(), h, name, in.Get("scope") == "read")
	if err != nil {
		return err
	}
	return p.showSettings(c, h, secret, nil)
}

func (p *Portal) staffRevokeKey(c *fiber.Ctx, h *store.Holder) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	if err := p.Store.RevokeAPIKey(c.UserContext(), h, id); err != nil {
		return err
	}
	return see(c, "/staff/settings?done=unkeyed")
}
