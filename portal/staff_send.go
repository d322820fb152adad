package portal

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

// staffNewForm asks for a new document, of the client ?client= names, or in
// place of the document ?again= names.
func (p *Portal) staffNewForm(c *fiber.Ctx, h *store.Holder) error {
	in := url.Values{"client": {c.Query("client")}}
	if template := c.Query("template"); template != "" {
		in.Set("template", template)
	}
	if again := c.Query("again"); again != "" {
		id, err := uuid.Parse(again)
		if err != nil {
			return fault.New(fault.NotFound, "There is no such document.")
		}
		d, err := p.Store.Document(c.UserContext(), h, id)
		if err != nil {
			return err
		}
		in = url.Values{"client": {d.ClientID.String()}, "template": {d.Template}, "again": {again}}
	}
	return p.showNew(c, h, fiber.StatusOK, in, nil)
}

// staffNew makes a delivery and shows its link and code, this once.
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
	if fault.Sentence(err) != "" && (fault.KindOf(err) == fault.Invalid || aboutSending[fault.CodeOf(err)]) {
		control := "template"
		if aboutSending[fault.CodeOf(err)] {
			control = "consent"
		}
		return p.showNew(c, h, fiber.StatusUnprocessableEntity, in, views.Problems{{Control: control, Text: fault.Sentence(err)}})
	}
	if err != nil {
		return err
	}
	page, err := p.sentPage(c, h, issued)
	if err != nil {
		return err
	}
	if order.Recipient != nil && page.Slip != nil {
		page.Slip.For = order.Recipient.FirstName
	}
	return p.page(c, fiber.StatusOK, page)
}

func (p *Portal) sentPage(c *fiber.Ctx, h *store.Holder, issued *store.Issued) (*views.Sent, error) {
	base, err := p.staffPage(c, h)
	if err != nil {
		return nil, err
	}
	shown, err := p.issuedView(c, h, issued)
	if err != nil {
		return nil, err
	}
	page := &views.Sent{
		StaffPage: base, Client: clientName(&issued.Document), Issued: *shown,
		Document: "/staff/documents/" + issued.ID.String(), Another: "/staff/documents/new",
	}
	packet, err := p.packet(c.UserContext(), h, &issued.Document)
	if err != nil {
		return nil, err
	}
	for _, d := range packet {
		page.Documents = append(page.Documents, d.Title)
	}
	page.Slip, err = p.slip(c, h, issued, shown)
	return page, err
}

// packet returns the documents of a document's delivery in order, or none when
// it stands alone.
func (p *Portal) packet(ctx context.Context, h *store.Holder, d *store.Document) ([]store.Document, error) {
	items, _, err := p.Store.Documents(ctx, h, store.DocumentFilter{Delivery: d.DeliveryID})
	if err != nil || len(items) < 2 {
		return nil, err
	}
	slices.Reverse(items) // lists are newest first, and ids grow
	return items, nil
}

// slip is what is printed for the client, when there is a link to print.
func (p *Portal) slip(c *fiber.Ctx, h *store.Holder, issued *store.Issued, shown *views.Issued) (*views.Slip, error) {
	if shown.Link == "" {
		return nil, nil
	}
	about, err := p.Store.Practice(c.UserContext(), h.Practice)
	if err != nil {
		return nil, err
	}
	return &views.Slip{Practice: views.Practice{Name: about.Name, Phone: about.Phone}, For: issued.FirstName, Link: shown.Link, Until: shown.Expires}, nil
}

// readNew reads what was posted. Each problem names the field to put right.
func readNew(in url.Values) (order store.NewDocument, problems views.Problems) {
	get := func(name string) string { return strings.TrimSpace(in.Get(name)) }
	add := func(control, text string) {
		problems = append(problems, views.Problem{Control: control, Text: text})
	}
	order.Deliver = "none"
	if get("deliver") == "send" {
		order.Deliver = "send"
	}
	order.Supersedes, _ = uuid.Parse(get("again"))
	if id, err := uuid.Parse(get("client")); err == nil {
		order.ClientID = id
	} else {
		var client store.NewClient
		client, problems = readClient(in)
		order.Client = &client
	}
	readSending(in, &order, add)
	order.Recipient = readRecipient(recipientFields(in), add)
	if chosen := in["template"]; len(chosen) == 0 {
		add("template", "Choose a document")
	} else {
		order.Template, order.Packet = chosen[0], chosen[1:]
	}
	if days := get("expires_in_days"); days != "" {
		n, err := strconv.Atoi(days)
		if err != nil || n < 1 {
			add("expires_in_days", "Enter a number of days, such as 14")
		}
		order.ExpiresInDays = n
	}
	return order, problems
}

func recipientFields(in url.Values) views.RecipientFields {
	get := func(name string) string { return strings.TrimSpace(in.Get("recipient_" + name)) }
	f := views.RecipientFields{FirstName: get("first_name"), Relationship: get("relationship"), Email: get("email"), Phone: get("phone"), Language: get("language")}
	if (f == views.RecipientFields{Language: f.Language}) {
		return views.RecipientFields{} // the list always posts a language
	}
	return f
}

// readRecipient returns nil when nobody but the client was entered.
func readRecipient(f views.RecipientFields, add func(control, text string)) *practice.Recipient {
	if !f.Typed() {
		return nil
	}
	if f.FirstName == "" {
		add("recipient_first_name", "Enter their first name")
	}
	if f.Relationship == "" {
		add("recipient_relationship", "Enter what they are to the client, such as mother")
	}
	if f.Email != "" && !strings.Contains(f.Email, "@") {
		add("recipient_email", "Enter an email address, such as name@example.org")
	}
	return &practice.Recipient{
		Contact:      practice.Contact{FirstName: f.FirstName, Email: f.Email, Phone: f.Phone},
		Relationship: f.Relationship, Language: f.Language,
	}
}

func (p *Portal) showNew(c *fiber.Ctx, h *store.Holder, status int, in url.Values, problems views.Problems) error {
	base, err := p.staffPage(c, h)
	if err != nil {
		return err
	}
	about, err := p.Store.Practice(c.UserContext(), h.Practice)
	if err != nil {
		return err
	}
	base.Problems = problems
	page := views.NewDocument{
		StaffPage: base, Action: "/staff/documents/new", Choose: "/staff/clients?for=document", Deliver: "none", CanSend: len(p.Store.Channels()) > 0,
		ClientID: in.Get("client"), FirstName: in.Get("first_name"), FullName: in.Get("full_name"), DateOfBirth: in.Get("date_of_birth"),
		Email: in.Get("email"), Phone: in.Get("phone"), Reference: in.Get("reference"), Days: in.Get("expires_in_days"),
		Recipient: recipientFields(in), Languages: languageOptions(),
		Until: "Without a change, until " + placeOf(about).day(p.Now().AddDate(0, 0, about.ExpiryDays)),
	}
	if in.Get("deliver") == "send" {
		page.Deliver = "send"
	}
	if err := p.fillSending(c, h, in, &page); err != nil {
		return err
	}
	if page.Days == "" {
		page.Days = strconv.Itoa(about.ExpiryDays)
	}
	if err := p.chosenClient(c, h, &page); err != nil {
		return err
	}
	if again, err := uuid.Parse(in.Get("again")); err == nil {
		d, err := p.Store.Document(c.UserContext(), h, again)
		if err != nil {
			return err
		}
		page.Again, page.AgainOf, page.Choose = again.String(), d.Title, ""
	}
	if page.Templates, err = p.templateOptions(c, h, in["template"]); err != nil {
		return err
	}
	return p.page(c, status, page)
}

// chosenClient names the client that the page is about already.
func (p *Portal) chosenClient(c *fiber.Ctx, h *store.Holder, page *views.NewDocument) error {
	id, err := uuid.Parse(page.ClientID)
	if err != nil {
		return nil
	}
	r, err := p.Store.Client(c.UserContext(), h, id)
	if err != nil {
		return err
	}
	page.Client = rowName(r)
	page.ClientFacts = []views.Fact{
		{Label: "Date of birth", Value: r.BirthDate}, {Label: "Reference", Value: r.Reference},
		{Label: "Email address", Value: r.Email}, {Label: "Phone", Value: r.Phone},
	}
	return nil
}

// languages that messages to a recipient may be asked for.
var languages = []string{"en", "es", "fr", "de", "it", "pt", "pl", "vi", "zh-Hans", "zh-Hant", "ar", "hi"}

// languageOptions names each language in itself, for whoever sits at the desk
// with them.
func languageOptions() []views.Option {
	var options []views.Option
	for _, tag := range languages {
		options = append(options, views.Option{Value: tag, Text: display.Self.Name(language.MustParse(tag))})
	}
	return options
}

// typeOrder is the order in which a visit asks: what must be known and agreed
// first, then the questions.
var typeOrder = []string{"notice", "acknowledgement", "consent", "intake", "measure"}

// kindGroups are the headings under which templates are offered.
var kindGroups = map[string]string{"notice": "Notices", "acknowledgement": "Notices", "consent": "Consents", "intake": "Questions about the client", "measure": "Measures"}

func (p *Portal) templateOptions(c *fiber.Ctx, h *store.Holder, chosen []string) ([]views.TemplateOption, error) {
	infos, err := p.Store.Templates(c.UserContext(), h)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(infos, func(a, b store.TemplateInfo) int {
		return cmp.Compare(slices.Index(typeOrder, a.Type), slices.Index(typeOrder, b.Type))
	})
	var options []views.TemplateOption
	for _, t := range infos {
		if t.State == "draft" || t.State == "retired" {
			continue
		}
		value := t.Name + "@" + t.Version
		detail := ""
		if !t.BuiltIn {
			detail = "your own, version " + t.Version
		}
		options = append(options, views.TemplateOption{Value: value, Title: t.Title, Group: kindGroups[t.Type], Detail: detail, Chosen: slices.Contains(chosen, value) || slices.Contains(chosen, t.Name)})
	}
	return options, nil
}
