package portal

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/forms/fhir"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

const templatesPath = "/staff/templates"

// templatePath is the page of one version; more is what follows it.
func templatePath(t *store.TemplateInfo, more string) string {
	return templatesPath + "/" + url.PathEscape(t.Name) + "/" + url.PathEscape(t.Version) + more
}

func (p *Portal) staffTemplates(c *fiber.Ctx, h *store.Holder) error {
	return p.showTemplates(c, h, nil)
}

func (p *Portal) showTemplates(c *fiber.Ctx, h *store.Holder, problems views.Problems) error {
	base, err := p.staffPage(c, h)
	if err != nil {
		return err
	}
	base.Problems = problems
	own, err := p.Store.OwnTemplates(c.UserContext(), h)
	if err != nil {
		return err
	}
	page := views.Templates{StaffPage: base, Own: templateRows(own), New: templatesPath + "/edit", Import: templatesPath + "/import"}
	offered, err := p.Store.Templates(c.UserContext(), h)
	if err != nil {
		return err
	}
	for i := range offered {
		if offered[i].BuiltIn {
			row := templateRow(&offered[i])
			row.State = "" // all of them can be sent
			page.BuiltIn = append(page.BuiltIn, row)
		}
	}
	status := fiber.StatusOK
	if problems != nil {
		status = fiber.StatusUnprocessableEntity
	}
	return p.page(c, status, page)
}

func templateRows(infos []store.TemplateInfo) (rows views.TemplateRows) {
	for i := range infos {
		rows = append(rows, templateRow(&infos[i]))
	}
	return rows
}

var templateStates = map[string]string{"draft": "Draft", "published": "Published", "retired": "Retired"}

// templateKinds are the kinds of template as staff read them.
var templateKinds = map[string]string{"notice": "Notice", "acknowledgement": "Acknowledgement", "consent": "Consent", "intake": "Intake form", "measure": "Measure"}

var templateTones = map[string]views.Tone{"draft": views.Wait, "published": views.Good, "retired": views.Stop}

func templateRow(t *store.TemplateInfo) views.TemplateRow {
	return views.TemplateRow{
		Href: templatePath(t, ""), Title: t.Title, Name: t.Name, Version: t.Version, Type: templateKinds[t.Type],
		State: templateStates[t.State], Tone: templateTones[t.State],
	}
}

// template reads the version that the path names.
func (p *Portal) template(c *fiber.Ctx, h *store.Holder) ([]byte, *forms.Template, *store.TemplateInfo, error) {
	name, _ := url.PathUnescape(c.Params("name"))
	version, _ := url.PathUnescape(c.Params("version"))
	text, info, err := p.Store.TemplateText(c.UserContext(), h, name, version)
	if err != nil {
		return nil, nil, nil, err
	}
	t, err := forms.Parse("", text)
	return text, t, info, err
}

func (p *Portal) staffTemplate(c *fiber.Ctx, h *store.Holder) error {
	_, t, info, err := p.template(c, h)
	if err != nil {
		return err
	}
	base, where, err := p.staffPageIn(c, h)
	if err != nil {
		return err
	}
	page := views.Template{
		StaffPage: base, Heading: t.Title, State: templateStates[info.State], Tone: templateTones[info.State], Facts: templateFacts(t, info, where),
		Preview: templatePath(info, "/preview"), Files: []views.Link{{Text: "As YAML", Href: templatePath(info, "/"+t.Name+".yaml")}, {Text: "As a FHIR R4 Questionnaire", Href: templatePath(info, "/"+t.Name+".json")}},
		Edit: templatesPath + "/edit?from=" + url.QueryEscape(t.Name+"@"+t.Version),
	}
	switch {
	case info.State == "draft":
		page.Discard = templatePath(info, "/discard")
	case info.State == "published" && !info.BuiltIn:
		page.Retire = templatePath(info, "/retire")
	}
	if info.State == "published" {
		page.Send = "/staff/documents/new?template=" + url.QueryEscape(t.Name+"@"+t.Version)
	}
	for i, pageOf := range t.Pages() {
		page.Pages = append(page.Pages, views.Link{Text: strconv.Itoa(i+1) + ". " + pageOf.Ask, Href: fmt.Sprintf("%s?page=%d", page.Preview, i+1)})
	}
	for _, remark := range t.Lint() {
		page.Remarks = append(page.Remarks, remark.String())
	}
	for _, g := range t.Grades() {
		page.Grades = append(page.Grades, views.Fact{Label: g.Page, Value: fmt.Sprintf("%.1f", max(g.Years, 0))})
	}
	if page.Versions, err = p.otherVersions(c, h, info); err != nil {
		return err
	}
	framing(c)
	return p.page(c, fiber.StatusOK, page)
}

func templateFacts(t *forms.Template, info *store.TemplateInfo, where place) []views.Fact {
	countries := make([]string, len(t.Countries))
	for i, code := range t.Countries {
		countries[i] = practice.CountryName(code)
	}
	from := "your practice"
	if info.BuiltIn {
		from = "built-in"
	}
	facts := []views.Fact{
		{Label: "Name", Value: t.Name}, {Label: "Version", Value: t.Version}, {Label: "From", Value: from}, {Label: "Kind", Value: templateKinds[t.Type]},
		{Label: "Countries", Value: orElse(strings.Join(countries, ", "), "everywhere")},
		{Label: "Last reviewed", Value: orElse(where.isoDay(t.Reviewed), "not said")},
		{Label: "SHA-256", Value: info.SHA256},
	}
	if len(t.Citations) > 0 {
		facts = append(facts, views.Fact{Label: "Based on", Value: strings.Join(t.Citations, "\n")})
	}
	return facts
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// otherVersions links to what changed between each other version and this one.
func (p *Portal) otherVersions(c *fiber.Ctx, h *store.Holder, of *store.TemplateInfo) (links []views.Link, err error) {
	own, err := p.Store.OwnTemplates(c.UserContext(), h)
	if err != nil {
		return nil, err
	}
	for _, t := range own {
		if t.Name == of.Name && t.SHA256 != of.SHA256 {
			links = append(links, views.Link{Text: fmt.Sprintf("version %s (%s)", t.Version, t.State), Href: templatePath(of, "/changes?since="+url.QueryEscape(t.Version))})
		}
	}
	if t, ok := forms.LibraryTemplate(of.Name); ok && t.SHA256() != of.SHA256 {
		links = append(links, views.Link{Text: "the built-in form", Href: templatePath(of, "/changes?since=built-in")})
	}
	return links, nil
}

// staffTemplateFile hands a version over, as it was written or in FHIR.
func (p *Portal) staffTemplateFile(c *fiber.Ctx, h *store.Holder) error {
	text, t, _, err := p.template(c, h)
	if err != nil {
		return err
	}
	kind := "application/yaml"
	switch c.Params("file") {
	case t.Name + ".yaml":
	case t.Name + ".json":
		kind, text = "application/fhir+json", fhir.Export(t)
	default:
		return fault.New(fault.NotFound, "There is no such file of this template.")
	}
	c.Set(fiber.HeaderContentType, kind)
	c.Set(fiber.HeaderContentDisposition, "attachment; filename="+c.Params("file"))
	return c.Send(text)
}

func (p *Portal) staffRetire(c *fiber.Ctx, h *store.Holder) error {
	_, _, info, err := p.template(c, h)
	if err != nil {
		return err
	}
	if err := p.Store.RetireTemplate(c.UserContext(), h, info.Name, info.Version); err != nil {
		return err
	}
	return see(c, templatesPath+"?done=retired")
}

func (p *Portal) staffDiscard(c *fiber.Ctx, h *store.Holder) error {
	_, _, info, err := p.template(c, h)
	if err != nil {
		return err
	}
	if err := p.Store.DiscardDraft(c.UserContext(), h, info.Name, info.Version); err != nil {
		return err
	}
	return see(c, templatesPath+"?done=discarded")
}
