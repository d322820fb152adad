package portal

import (
	"slices"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

// mayWords are the permissions of one person, as directors read them.
var mayWords = map[access.Permission][2]string{
	access.SeeAllClients:   {"See all clients", "otherwise only those assigned to them"},
	access.DownloadPDF:     {"Download signed PDFs", ""},
	access.Export:          {"Export", "lists as CSV, several documents as a ZIP"},
	access.RevokeDocuments: {"Revoke documents", ""},
	access.AssignClients:   {"Say who sees a client", ""},
	access.ManageTemplates: {"Change templates", ""},
	access.ReadActivity:    {"Read the activity log", ""},
}

func (p *Portal) staffMember(c *fiber.Ctx, h *store.Holder) error {
	return p.showMember(c, h, nil)
}

func (p *Portal) showMember(c *fiber.Ctx, h *store.Holder, problems views.Problems) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	m, err := p.Store.Member(c.UserContext(), h, id)
	if err != nil {
		return err
	}
	base, where, err := p.staffPageIn(c, h)
	if err != nil {
		return err
	}
	base.Title, base.Problems = m.Name, problems
	state, at := memberStates[m.State], team+"/"+m.ID.String()
	page := views.MemberPage{
		StaffPage: base, Name: m.Name, Email: m.Email, RoleName: roleWords[m.Role], State: state.text, Tone: state.tone, Own: m.ID == h.ID,
		Facts: []views.Fact{{Label: "Email address", Value: m.Email}, {Label: "Since", Value: where.day(m.CreatedAt)}, {Label: "Second factor", Value: onOff(m.TOTP)}},
	}
	if m.State == "waiting" {
		page.Approve = at + "/approve"
	}
	if m.State != "removed" && !page.Own {
		page.Save, page.RoleValue, page.Roles = at, string(m.Role), roleOptions()
		page.Reset, page.Remove = at+"/reset", at+"/remove"
		page.May = mayOptions(m)
	}
	page.SeesAll = access.Actor{Kind: access.Staff, Role: m.Role, Adjusted: m.Adjusted}.May(access.SeeAllClients)
	if err := p.fillMember(c, h, m, &page); err != nil {
		return err
	}
	status := fiber.StatusOK
	if len(problems) > 0 {
		status = fiber.StatusUnprocessableEntity
	}
	return p.page(c, status, page)
}

func onOff(on bool) string {
	if on {
		return "On"
	}
	return "Off"
}

func mayOptions(m *store.Member) []views.MayOption {
	person := access.Actor{Kind: access.Staff, Role: m.Role, Adjusted: m.Adjusted}
	var options []views.MayOption
	for _, may := range m.Role.Adjustable() {
		words := mayWords[may]
		options = append(options, views.MayOption{Value: string(may), Text: words[0], Hint: words[1], Chosen: person.May(may)})
	}
	return options
}

// fillMember adds what hangs on a member: clients, keys and sign-ins.
func (p *Portal) fillMember(c *fiber.Ctx, h *store.Holder, m *store.Member, page *views.MemberPage) error {
	if !page.SeesAll {
		clients, err := p.Store.AssignedClients(c.UserContext(), h, m.ID)
		if err != nil {
			return err
		}
		for _, cl := range clients {
			page.Clients = append(page.Clients, views.Link{Text: cl.FullName, Href: "/staff/clients/" + cl.ID.String()})
		}
	}
	keys, err := p.Store.APIKeys(c.UserContext(), h)
	if err != nil {
		return err
	}
	for _, k := range keys {
		if k.MadeBy == m.ID && k.RevokedAt.IsZero() {
			page.Keys = append(page.Keys, k.Name)
		}
	}
	page.History, err = p.signIns(c, h, m.ID)
	return err
}

func (p *Portal) staffChangeMember(c *fiber.Ctx, h *store.Holder) error {
	id, in, err := idAndForm(c)
	if err != nil {
		return err
	}
	m, err := p.Store.Member(c.UserContext(), h, id)
	if err != nil {
		return err
	}
	role, wanted := access.Role(in.Get("role")), make([]access.Permission, 0, len(in["may"]))
	for _, may := range in["may"] {
		wanted = append(wanted, access.Permission(may))
	}
	if role != m.Role { // the boxes on the page were those of the role before
		wanted = slices.DeleteFunc(role.Adjustable(), func(may access.Permission) bool { return !role.Has(may) })
	}
	if err := p.Store.ChangeMember(c.UserContext(), h, id, role, wanted); err != nil {
		return err
	}
	return see(c, team+"/"+id.String()+"?done=saved")
}

func (p *Portal) staffResetMember(c *fiber.Ctx, h *store.Holder) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	m, err := p.Store.Member(c.UserContext(), h, id)
	if err != nil {
		return err
	}
	token, err := p.Store.ResetColleague(c.UserContext(), h, id)
	if err != nil {
		return err
	}
	return p.showInvited(c, h, m.Name, token, true)
}

func (p *Portal) staffRemove(c *fiber.Ctx, h *store.Holder) error {
	id, in, err := idAndForm(c)
	if err != nil {
		return err
	}
	if in.Get("confirm") != "yes" {
		return p.showMember(c, h, views.Problems{{Control: "confirm", Text: "Tick the box to remove them"}})
	}
	if err := p.Store.RemoveMember(c.UserContext(), h, id); err != nil {
		return err
	}
	return see(c, team+"?done=removed")
}

// staffSeers shows which members see a client.
func (p *Portal) staffSeers(c *fiber.Ctx, h *store.Holder) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	base, err := p.staffPage(c, h)
	if err != nil {
		return err
	}
	client, err := p.Store.Client(c.UserContext(), h, id)
	if err != nil {
		return err
	}
	assigned, err := p.Store.AssignedTo(c.UserContext(), h, id)
	if err != nil {
		return err
	}
	members, err := p.Store.Assignable(c.UserContext(), h)
	if err != nil {
		return err
	}
	back := "/staff/clients/" + id.String()
	page := views.Seers{StaffPage: base, Client: client.FullName, Action: back + "/team", Back: back}
	for _, m := range members {
		if (access.Actor{Kind: access.Staff, Role: m.Role, Adjusted: m.Adjusted}).May(access.SeeAllClients) {
			page.Always = append(page.Always, m.Name)
			continue
		}
		page.Members = append(page.Members, views.MayOption{Value: m.ID.String(), Text: m.Name, Hint: roleWords[m.Role], Chosen: slices.Contains(assigned, m.ID)})
	}
	return p.page(c, fiber.StatusOK, page)
}

func (p *Portal) staffAssign(c *fiber.Ctx, h *store.Holder) error {
	id, in, err := idAndForm(c)
	if err != nil {
		return err
	}
	var members []uuid.UUID
	for _, text := range in["member"] {
		m, err := uuid.Parse(text)
		if err != nil {
			return fiber.ErrBadRequest
		}
		members = append(members, m)
	}
	if err := p.Store.Assign(c.UserContext(), h, id, members); err != nil {
		return err
	}
	return see(c, "/staff/clients/"+id.String()+"?done=saved")
}
