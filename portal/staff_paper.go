package portal

import (
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

const (
	scanFile = 20 << 20 // largest scan, bytes
	scanBody = scanFile + 1<<16
)

func (p *Portal) staffPaperForm(c *fiber.Ctx, h *store.Holder) error {
	r, err := p.clientOf(c, h)
	if err != nil {
		return err
	}
	return p.showPaper(c, h, r, url.Values{}, fiber.StatusOK, nil)
}

// staffPaper keeps a form that came on paper: its date and its scan.
func (p *Portal) staffPaper(c *fiber.Ctx, h *store.Holder) error {
	r, err := p.clientOf(c, h)
	if err != nil {
		return err
	}
	in, scan, err := fileForm(c)
	if err != nil {
		return err
	}
	id, err := p.Store.RecordPaper(c.UserContext(), h, store.PaperResult{Client: r.ID, Template: in.Get("template"), On: in.Get("on"), Outcome: in.Get("outcome"), Scan: scan})
	if kind := fault.KindOf(err); kind == fault.Invalid || kind == fault.NotFound {
		control := map[string]string{"scan": "file", "outcome": "outcome"}[fault.CodeOf(err)]
		switch {
		case kind == fault.NotFound:
			control = "template"
		case control == "":
			control = "on"
		}
		return p.showPaper(c, h, r, in, fiber.StatusUnprocessableEntity, views.Problems{{Control: control, Text: fault.Sentence(err)}})
	}
	if err != nil {
		return err
	}
	return see(c, documentHref(id)+"?done=recorded")
}

func (p *Portal) showPaper(c *fiber.Ctx, h *store.Holder, r *store.ClientRow, in url.Values, status int, problems views.Problems) error {
	base, where, err := p.staffPageIn(c, h)
	if err != nil {
		return err
	}
	base.Problems = problems
	page := views.Paper{
		StaffPage: base, Client: rowName(r), Action: clientHref(r.ID) + "/paper", Back: clientHref(r.ID), On: in.Get("on"), Outcome: in.Get("outcome"),
		Outcomes: []views.Option{{Value: "", Text: "It is filled in"}, {Value: forms.Agreed, Text: "The client agrees"}, {Value: forms.Declined, Text: "The client does not agree"}, {Value: forms.Acknowledged, Text: "The client acknowledges receipt"}},
	}
	if page.On == "" {
		page.On = p.Now().In(where.Location).Format(time.DateOnly)
	}
	if page.Templates, err = p.templateOptions(c, h, in["template"]); err != nil {
		return err
	}
	for _, t := range page.Templates {
		page.Blank = append(page.Blank, views.Link{Text: t.Title, Href: "/staff/blank/" + url.PathEscape(t.Value)})
	}
	return p.page(c, status, page)
}

// staffBlank prints a form without answers, for clients who prefer paper.
func (p *Portal) staffBlank(c *fiber.Ctx, h *store.Holder) error {
	base, err := p.staffPage(c, h)
	if err != nil {
		return err
	}
	name, err := url.PathUnescape(c.Params("name"))
	if err != nil {
		return fiber.ErrNotFound
	}
	t, err := p.Store.BlankForm(c.UserContext(), h, name)
	if err != nil {
		return err
	}
	about, err := p.Store.Practice(c.UserContext(), h.Practice)
	if err != nil {
		return err
	}
	page := views.Blank{
		StaffPage: base, Practice: views.Practice{Name: about.Name, Phone: about.Phone}, Heading: t.Title, Version: t.Version, Statement: t.Sign.Statement,
	}
	for _, item := range t.Items {
		page.Lines = blankLines(page.Lines, item)
	}
	return p.page(c, fiber.StatusOK, page)
}

// blankLines adds an item and those in it as they stand on paper.
func blankLines(lines []views.BlankLine, it *forms.Item) []views.BlankLine {
	if it.Hidden || it.Kind == forms.Score || it.Kind == forms.File {
		return lines
	}
	line := views.BlankLine{Words: forms.Markdown(it.MD), If: len(it.ShowIf) > 0}
	switch it.Kind {
	case forms.Note:
	case forms.Group, forms.Page, forms.Scale:
		line.Heading = it.Ask
	default:
		line.Ask = it.Label()
		for _, o := range it.Options {
			line.Boxes = append(line.Boxes, o.Text)
		}
		switch {
		case it.Kind == forms.YesNo || it.Kind == forms.Acknowledge:
			line.Boxes = []string{"Yes", "No"}
		case it.Kind == forms.Long:
			line.Rules = make([]struct{}, 4)
		case len(line.Boxes) == 0 || it.Kind == forms.PickOrType:
			line.Rules = make([]struct{}, 1)
		}
	}
	lines = append(lines, line)
	for _, inner := range it.Items {
		lines = blankLines(lines, inner)
		if it.Kind == forms.Scale && len(lines[len(lines)-1].Boxes) == 0 {
			for _, o := range it.Options {
				lines[len(lines)-1].Boxes = append(lines[len(lines)-1].Boxes, o.Text)
			}
			lines[len(lines)-1].Rules = nil
		}
	}
	return lines
}
