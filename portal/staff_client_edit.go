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

func (p *Portal) staffAddForm(c *fiber.Ctx, h *store.Holder) error {
	return p.showClientForm(c, h, views.ClientForm{Heading: "Add a client", Action: "/staff/clients/new", Back: "/staff/clients"}, fiber.StatusOK)
}

// staffAdd adds a client, and asks first when one like them is there already.
func (p *Portal) staffAdd(c *fiber.Ctx, h *store.Holder) error {
	in, err := form(c)
	if err != nil {
		return err
	}
	about, err := p.Store.Practice(c.UserContext(), h.Practice)
	if err != nil {
		return err
	}
	page := clientFormOf(in)
	page.Heading, page.Action, page.Back = "Add a client", "/staff/clients/new", "/staff/clients"
	client, problems := readClient(in)
	page.Problems = problems
	if problems != nil {
		return p.showClientForm(c, h, page, fiber.StatusUnprocessableEntity)
	}
	if in.Get("anyway") != "yes" {
		alike, err := p.Store.Alike(c.UserContext(), h, client)
		if err != nil && fault.KindOf(err) != fault.Invalid {
			return err
		}
		for _, r := range alike {
			page.Alike = append(page.Alike, clientRow(&r, placeOf(about)))
		}
		if page.Alike != nil {
			return p.showClientForm(c, h, page, fiber.StatusConflict)
		}
	}
	id, err := p.Store.AddClient(c.UserContext(), h, client)
	if fault.KindOf(err) == fault.Invalid {
		page.Problems = views.Problems{{Control: "first_name", Text: fault.Sentence(err)}}
		return p.showClientForm(c, h, page, fiber.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return see(c, clientHref(id)+"?done=added")
}

func (p *Portal) staffEditForm(c *fiber.Ctx, h *store.Holder) error {
	r, err := p.clientOf(c, h)
	if err != nil {
		return err
	}
	about, err := p.Store.Practice(c.UserContext(), h.Practice)
	if err != nil {
		return err
	}
	return p.showClientForm(c, h, views.ClientForm{
		Heading: "Change " + rowName(r), Action: clientHref(r.ID) + "/edit", Back: clientHref(r.ID), Version: strconv.FormatInt(r.Version, 10),
		FirstName: r.FirstName, FullName: r.FullName, DateOfBirth: placeOf(about).isoDay(r.BirthDate), Reference: r.Reference, Email: r.Email, Phone: r.Phone,
	}, fiber.StatusOK)
}

// staffEdit changes a client, unless a colleague did so meanwhile.
func (p *Portal) staffEdit(c *fiber.Ctx, h *store.Holder) error {
	r, err := p.clientOf(c, h)
	if err != nil {
		return err
	}
	in, err := form(c)
	if err != nil {
		return err
	}
	page := clientFormOf(in)
	page.Heading, page.Action, page.Back = "Change "+rowName(r), clientHref(r.ID)+"/edit", clientHref(r.ID)
	client, problems := readClient(in)
	page.Problems = problems
	if problems != nil {
		return p.showClientForm(c, h, page, fiber.StatusUnprocessableEntity)
	}
	version, _ := strconv.ParseInt(in.Get("version"), 10, 64)
	err = p.Store.EditClient(c.UserContext(), h, r.ID, version, client)
	if fault.KindOf(err) == fault.Invalid || fault.CodeOf(err) == "edited" {
		status, _, _ := statusOf(err)
		page.Problems = views.Problems{{Control: "first_name", Text: fault.Sentence(err)}}
		return p.showClientForm(c, h, page, status)
	}
	if err != nil {
		return err
	}
	return see(c, clientHref(r.ID)+"?done=changed")
}

func (p *Portal) showClientForm(c *fiber.Ctx, h *store.Holder, page views.ClientForm, status int) error {
	base, err := p.staffPage(c, h)
	if err != nil {
		return err
	}
	base.Problems = page.Problems
	page.StaffPage = base
	return p.page(c, status, page)
}

func (p *Portal) clientOf(c *fiber.Ctx, h *store.Holder) (*store.ClientRow, error) {
	id, err := pathID(c, "id")
	if err != nil {
		return nil, err
	}
	return p.Store.Client(c.UserContext(), h, id)
}

func clientFormOf(in url.Values) views.ClientForm {
	return views.ClientForm{
		FirstName: in.Get("first_name"), FullName: in.Get("full_name"), DateOfBirth: in.Get("date_of_birth"), Reference: in.Get("reference"),
		Email: in.Get("email"), Phone: in.Get("phone"), Version: in.Get("version"),
	}
}

// readClient reads the fields of a client. A date of birth may be written in
// any way that can mean but one day.
func readClient(in url.Values) (c store.NewClient, problems views.Problems) {
	get := func(name string) string { return strings.TrimSpace(in.Get(name)) }
	add := func(control, text string) {
		problems = append(problems, views.Problem{Control: control, Text: text})
	}
	c = store.NewClient{
		Contact: practice.Contact{FirstName: get("first_name"), Email: get("email"), Phone: get("phone")},
		Label:   practice.Label{FullName: get("full_name"), BirthDate: get("date_of_birth"), Reference: get("reference")},
	}
	if c.FirstName == "" {
		add("first_name", "Enter the client's first name")
	}
	switch dates := practice.Dates(c.BirthDate); {
	case c.BirthDate == "":
	case len(dates) == 1:
		c.BirthDate = dates[0]
	case len(dates) > 1:
		add("date_of_birth", "Write the date of birth as year-month-day: it can mean two days")
	default:
		add("date_of_birth", "Enter a real date of birth, such as 1984-03-27")
	}
	if c.Email != "" && !strings.Contains(c.Email, "@") {
		add("email", "Enter an email address, such as name@example.org")
	}
	return c, problems
}

// staffArchive takes a client out of the lists, or puts them back.
func (p *Portal) staffArchive(c *fiber.Ctx, h *store.Holder) error {
	id, in, err := idAndForm(c)
	if err != nil {
		return err
	}
	archived := in.Get("archived") != "no"
	if err := p.Store.ArchiveClient(c.UserContext(), h, id, archived); err != nil {
		return err
	}
	if archived {
		return see(c, clientHref(id)+"?done=archived")
	}
	return see(c, clientHref(id)+"?done=unarchived")
}

// staffRestore gives a client the values of before a change again.
func (p *Portal) staffRestore(c *fiber.Ctx, h *store.Holder) error {
	r, err := p.clientOf(c, h)
	if err != nil {
		return err
	}
	in, err := form(c)
	if err != nil {
		return err
	}
	snapshot, _ := uuid.Parse(in.Get("snapshot"))
	version, _ := strconv.ParseInt(in.Get("version"), 10, 64)
	if err := p.Store.RestoreClient(c.UserContext(), h, r.ID, version, snapshot); err != nil {
		return err
	}
	return see(c, clientHref(r.ID)+"?done=restored")
}
