package portal

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

// clientChoices is how many clients the form offers to choose from; others are
// reached from their own page.
const clientChoices = 200

func (p *Portal) staffNewForm(c *fiber.Ctx, h *store.Holder) error {
	return p.showNew(c, h, fiber.StatusOK, url.Values{"client": {c.Query("client")}}, nil)
}

// staffNew makes a document and shows its link and code, this once.
func (p *Portal) staffNew(c *fiber.Ctx, h *store.Holder) error {
	in, err := form(c)
	if err != nil {
		return err
	}
	order, problems := readNew(in)
	if problems != nil {
		return p.showNew(c, h, fiber.StatusUnprocessableEntity, in, problems)
	}
	issued, err := p.Store.Send(c.UserContext(), h, order)
	if fault.KindOf(err) == fault.Invalid && fault.Sentence(err) != "" {
		return p.showNew(c, h, fiber.StatusUnprocessableEntity, in, views.Problems{{Control: "template", Text: fault.Sentence(err)}})
	}
	if err != nil {
		return err
	}
	base, err := p.staffPage(c, h)
	if err != nil {
		return err
	}
	shown, err := p.issuedView(c, h, issued)
	if err != nil {
		return err
	}
	return p.page(c, fiber.StatusOK, views.Sent{
		StaffPage: base, Client: clientName(&issued.Document), Issued: *shown,
		Document: "/staff/documents/" + issued.ID.String(), Another: "/staff/documents/new",
	})
}

// readNew reads what was posted. Each problem names the field to put right.
func readNew(in url.Values) (order store.NewDocument, problems views.Problems) {
	get := func(name string) string { return strings.TrimSpace(in.Get(name)) }
	order.Deliver = "none"
	if id, err := uuid.Parse(get("client")); err == nil {
		order.ClientID = id
	} else {
		order.Client = &store.NewClient{
			Contact: practice.Contact{FirstName: get("first_name"), Email: get("email"), Phone: get("phone")},
			Label:   practice.Label{FullName: get("full_name"), BirthDate: get("date_of_birth"), Reference: get("reference")},
		}
		if order.Client.FirstName == "" {
			problems = append(problems, views.Problem{Control: "first_name", Text: "Enter the client's first name"})
		}
	}
	switch len(in["template"]) {
	case 0:
		problems = append(problems, views.Problem{Control: "template", Text: "Choose a document"})
	case 1:
		order.Template = in["template"][0]
	default:
		problems = append(problems, views.Problem{Control: "template", Text: "Choose one document at a time"})
	}
	if days := get("expires_in_days"); days != "" {
		n, err := strconv.Atoi(days)
		if err != nil || n < 1 {
			problems = append(problems, views.Problem{Control: "expires_in_days", Text: "Enter a number of days, such as 14"})
		}
		order.ExpiresInDays = n
	}
	return order, problems
}

func (p *Portal) showNew(c *fiber.Ctx, h *store.Holder, status int, in url.Values, problems views.Problems) error {
	base, err := p.staffPage(c, h)
	if err != nil {
		return err
	}
	base.Problems = problems
	page := views.NewDocument{
		StaffPage: base, Action: "/staff/documents/new", Deliver: "none",
		ClientID: in.Get("client"), FirstName: in.Get("first_name"), FullName: in.Get("full_name"), DateOfBirth: in.Get("date_of_birth"),
		Email: in.Get("email"), Phone: in.Get("phone"), Reference: in.Get("reference"), Days: in.Get("expires_in_days"),
	}
	if page.Clients, err = p.clientOptions(c, h, page.ClientID); err != nil {
		return err
	}
	if page.Templates, err = p.templateOptions(c, h, in["template"]); err != nil {
		return err
	}
	return p.page(c, status, page)
}

func (p *Portal) clientOptions(c *fiber.Ctx, h *store.Holder, chosen string) ([]views.Option, error) {
	rows, _, err := p.Store.Clients(c.UserContext(), h, "", clientChoices)
	if err != nil {
		return nil, err
	}
	var options []views.Option
	listed := false
	for _, r := range rows {
		options = append(options, views.Option{Value: r.ID.String(), Text: rowName(&r)})
		listed = listed || r.ID.String() == chosen
	}
	id, err := uuid.Parse(chosen)
	if listed || err != nil {
		return options, nil
	}
	r, err := p.Store.Client(c.UserContext(), h, id)
	if err != nil {
		return nil, err
	}
	return append(options, views.Option{Value: chosen, Text: rowName(r)}), nil
}

func rowName(r *store.ClientRow) string {
	name := r.FullName
	if name == "" {
		name = r.FirstName
	}
	if r.BirthDate != "" {
		name += ", born " + r.BirthDate
	}
	return name
}

func (p *Portal) templateOptions(c *fiber.Ctx, h *store.Holder, chosen []string) ([]views.TemplateOption, error) {
	infos, err := p.Store.Templates(c.UserContext(), h)
	if err != nil {
		return nil, err
	}
	var options []views.TemplateOption
	for _, t := range infos {
		if t.State == "draft" || t.State == "retired" {
			continue
		}
		value := t.Name + "@" + t.Version
		options = append(options, views.TemplateOption{Value: value, Title: t.Title, Detail: t.Type + ", version " + t.Version, Chosen: len(chosen) == 1 && (chosen[0] == value || chosen[0] == t.Name)})
	}
	return options, nil
}
