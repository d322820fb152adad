package portal

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

const team = "/staff/team"

var roleHints = map[access.Role]string{
	access.Director:       "everything, with team, keys and settings",
	access.Supervisor:     "reads and sends for all clients; templates and activity",
	access.Clinical:       "reads and sends for the clients assigned to them",
	access.Administrative: "sees names and outcomes, sends and hands out codes; cannot open answers",
}

func roleOptions() []views.RoleOption {
	var options []views.RoleOption
	for _, r := range access.Roles {
		options = append(options, views.RoleOption{Value: string(r), Text: roleWords[r], Hint: roleHints[r]})
	}
	return options
}

// memberStates are a member's state as staff say it.
var memberStates = map[string]struct {
	text string
	tone views.Tone
}{
	"invited": {"Invited", views.Wait},
	"waiting": {"Waiting for approval", views.Warn},
	"active":  {"Active", views.Good},
	"removed": {"Removed", views.Stop},
}

func (p *Portal) staffTeam(c *fiber.Ctx, h *store.Holder) error {
	return p.showTeam(c, h, fiber.StatusOK, views.Team{RoleValue: string(access.Clinical)})
}

func (p *Portal) showTeam(c *fiber.Ctx, h *store.Holder, status int, page views.Team) error {
	base, err := p.staffPage(c, h)
	if err != nil {
		return err
	}
	members, err := p.Store.Members(c.UserContext(), h)
	if err != nil {
		return err
	}
	base.Problems = page.Problems
	page.StaffPage, page.Invite, page.Roles = base, team, roleOptions()
	if h.May(access.ManageKeys) {
		page.Key = practiceKey
	}
	for _, m := range members {
		state := memberStates[m.State]
		row := views.Member{Href: team + "/" + m.ID.String(), Name: m.Name, Email: m.Email, Role: roleWords[m.Role], State: state.text, Tone: state.tone, TOTP: m.TOTP}
		if m.State == "waiting" {
			row.Approve = row.Href + "/approve"
		}
		page.Members = append(page.Members, row)
	}
	return p.page(c, status, page)
}

// staffInvite shows the invitation's link once; it is handed over like any
// other secret.
func (p *Portal) staffInvite(c *fiber.Ctx, h *store.Holder) error {
	in, err := form(c)
	if err != nil {
		return err
	}
	page := views.Team{Name: strings.TrimSpace(in.Get("member_name")), Email: strings.TrimSpace(in.Get("member_email")), RoleValue: in.Get("role")}
	if page.Name == "" {
		page.Problems = append(page.Problems, views.Problem{Control: "member_name", Text: "Enter their name"})
	}
	if !strings.Contains(page.Email, "@") {
		page.Problems = append(page.Problems, views.Problem{Control: "member_email", Text: "Enter their email address, such as name@example.org"})
	}
	if !access.Role(page.RoleValue).Valid() {
		page.Problems = append(page.Problems, views.Problem{Control: "role", Text: "Choose a role"})
	}
	if page.Problems != nil {
		return p.showTeam(c, h, fiber.StatusUnprocessableEntity, page)
	}
	token, err := p.Store.Invite(c.UserContext(), h, page.Name, page.Email, access.Role(page.RoleValue))
	if kind := fault.KindOf(err); (kind == fault.Invalid || kind == fault.Conflict) && fault.Sentence(err) != "" {
		page.Problems = views.Problems{{Control: "member_email", Text: fault.Sentence(err)}}
		return p.showTeam(c, h, fiber.StatusUnprocessableEntity, page)
	}
	if err != nil {
		return err
	}
	return p.showInvited(c, h, page.Name, token, false)
}

func (p *Portal) showInvited(c *fiber.Ctx, h *store.Holder, name, token string, reset bool) error {
	base, err := p.staffPage(c, h)
	if err != nil {
		return err
	}
	return p.page(c, fiber.StatusOK, views.Invited{StaffPage: base, Name: name, Link: p.site(c) + "/staff/invitation/" + token, Reset: reset, Back: team})
}

func (p *Portal) staffApprove(c *fiber.Ctx, h *store.Holder) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	if err := p.Store.Approve(c.UserContext(), h, id); err != nil {
		return err
	}
	return see(c, team+"?done=approved")
}
