package portal

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/forms/fhir"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

// firstTemplate is what an empty editor begins with.
const firstTemplate = `# A name of your own; lower-case letters, digits and hyphens.
form: my-form
version: "1.0.0"
title: My form
kind: intake
sign:
  role: author
  statement: "The answers I have given are true, as far as I know."
items:
- id: about
  type: group
  control: page
  ask: About you
  items:
  - id: about.how
    type: long
    ask: How are you today?
    hint: A few words are enough.
`

// staffEditTemplate opens the editor: on the version that ?from= names, or on
// a first form.
func (p *Portal) staffEditTemplate(c *fiber.Ctx, h *store.Holder) error {
	page := views.TemplateEditor{Heading: "New template", Text: firstTemplate}
	if name, version, ok := strings.Cut(c.Query("from"), "@"); ok {
		text, info, err := p.Store.TemplateText(c.UserContext(), h, name, version)
		if err != nil {
			return err
		}
		page = views.TemplateEditor{Heading: info.Title, Text: string(text), Shown: templatePath(info, "/preview")}
	}
	return p.showEditor(c, h, fiber.StatusOK, page)
}

func (p *Portal) showEditor(c *fiber.Ctx, h *store.Holder, status int, page views.TemplateEditor) (err error) {
	if page.StaffPage, err = p.staffPage(c, h); err != nil {
		return err
	}
	framing(c)
	page.Action, page.Preview = templatesPath+"/edit", templatesPath+"/preview"
	return p.page(c, status, page)
}

// staffSaveTemplate publishes what was typed, or keeps it as a draft. Text that
// is wrong comes back with each error at its line.
func (p *Portal) staffSaveTemplate(c *fiber.Ctx, h *store.Holder) error {
	in, err := form(c)
	if err != nil {
		return err
	}
	text := strings.ReplaceAll(in.Get("text"), "\r\n", "\n") // as browsers send it
	info, err := p.Store.PublishTemplate(c.UserContext(), h, []byte(text), in.Get("do") == "draft")
	if kind := fault.KindOf(err); (kind == fault.Invalid || kind == fault.Conflict) && fault.Sentence(err) != "" {
		return p.showEditor(c, h, fiber.StatusUnprocessableEntity, views.TemplateEditor{Heading: "Template", Text: text, Wrong: wrong(text, err)})
	}
	if err != nil {
		return err
	}
	return see(c, templatePath(info, "?done="+info.State))
}

// wrong lists the errors of a text with their lines.
func wrong(text string, err error) (problems []views.TemplateProblem) {
	var all forms.Errors
	if !errors.As(err, &all) {
		return []views.TemplateProblem{{Text: fault.Sentence(err)}}
	}
	lines := strings.Split(text, "\n")
	for _, e := range all {
		problem := views.TemplateProblem{Line: e.Line, Item: e.Item, Text: e.Text}
		if e.Line > 0 && e.Line <= len(lines) {
			problem.Source = strings.TrimSpace(lines[e.Line-1])
		}
		problems = append(problems, problem)
	}
	return problems
}

// firstWrong says what keeps a text from being shown.
func firstWrong(text string, err error) string {
	first := wrong(text, err)[0]
	if first.Line == 0 {
		return first.Text
	}
	return fmt.Sprintf("Line %d: %s.", first.Line, strings.TrimSuffix(first.Text, "."))
}

// previewPolicy is that of a page in the editor's frame: its form goes nowhere.
const previewPolicy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"

// framing lets a page show previews in a frame.
func framing(c *fiber.Ctx) {
	c.Set("Content-Security-Policy", contentPolicy+"; frame-src 'self'")
}

// staffPreviewText shows a page of what is being typed.
func (p *Portal) staffPreviewText(c *fiber.Ctx, h *store.Holder) error {
	in, err := form(c)
	if err != nil {
		return err
	}
	return p.preview(c, h, []byte(in.Get("text")), in.Get("page"))
}

// staffPreview shows a page of a version that is stored.
func (p *Portal) staffPreview(c *fiber.Ctx, h *store.Holder) error {
	text, _, _, err := p.template(c, h)
	if err != nil {
		return err
	}
	return p.preview(c, h, text, c.Query("page", "1"))
}

func (p *Portal) preview(c *fiber.Ctx, h *store.Holder, text []byte, number string) error {
	c.Set("Content-Security-Policy", previewPolicy)
	c.Set("X-Frame-Options", "SAMEORIGIN")
	t, err := p.Store.TryTemplate(c.UserContext(), h, text)
	if fault.KindOf(err) == fault.Invalid && fault.Sentence(err) != "" {
		return p.page(c, fiber.StatusUnprocessableEntity, views.Message{Heading: "No preview yet", Sentence: firstWrong(string(text), err)})
	}
	if err != nil {
		return err
	}
	about, err := p.Store.Practice(c.UserContext(), h.Practice)
	if err != nil {
		return err
	}
	compiled, err := views.CompileForm(p.views, t, views.FormOptions{
		Practice: views.Practice{Name: about.Name, Phone: about.Phone, Email: about.Email, Address: about.Address},
		Language: t.Language, Country: about.Country,
	})
	if err != nil {
		return err
	}
	raw, _ := compiled.Page(within(number, compiled.Pages())).Blank()
	return html(c, fiber.StatusOK, raw)
}

// within reads the number of a page, from 1, and returns the nearest there is,
// from 0.
func within(number string, pages int) int {
	n := 0
	for _, digit := range strings.TrimSpace(number) {
		if digit < '0' || digit > '9' || n > pages {
			break
		}
		n = 10*n + int(digit-'0')
	}
	return min(max(n, 1), pages) - 1
}

const templateFile = 1 << 20 // largest template that is read, bytes

// staffImportTemplate opens the editor on a file, so that it can be looked at
// before it is kept.
func (p *Portal) staffImportTemplate(c *fiber.Ctx, h *store.Holder) error {
	file, err := uploadedFile(c, templateFile, "Choose a file of at most 1 MB")
	if err != nil {
		if fault.Sentence(err) == "" {
			return err
		}
		return p.showTemplates(c, h, views.Problems{{Control: "file", Text: fault.Sentence(err)}})
	}
	text, err := asYAML(file)
	if err != nil {
		return p.showTemplates(c, h, views.Problems{{Control: "file", Text: err.Error()}})
	}
	page := views.TemplateEditor{Heading: "Imported template", Text: string(text)}
	if _, err := p.Store.TryTemplate(c.UserContext(), h, text); fault.KindOf(err) == fault.Invalid {
		page.Wrong = wrong(page.Text, err)
	} else if err != nil {
		return err
	}
	return p.showEditor(c, h, fiber.StatusOK, page)
}

// asYAML returns a file's template as YAML. What begins like JSON is taken for
// a Questionnaire.
func asYAML(file []byte) ([]byte, error) {
	if !bytes.HasPrefix(bytes.TrimSpace(file), []byte("{")) {
		return file, nil
	}
	t, err := fhir.Import(file)
	if err != nil {
		return nil, err
	}
	return t.Canonical(), nil
}

// staffTemplateChanges tells what differs between the version ?since= names
// and this one.
func (p *Portal) staffTemplateChanges(c *fiber.Ctx, h *store.Holder) error {
	_, after, info, err := p.template(c, h)
	if err != nil {
		return err
	}
	before, ok := forms.LibraryTemplate(info.Name)
	lead := "The built-in form, and version " + info.Version + "."
	if since := c.Query("since"); since != "built-in" {
		text, _, err := p.Store.TemplateText(c.UserContext(), h, info.Name, since)
		if err != nil {
			return err
		}
		if before, err = forms.Parse("", text); err != nil {
			return err
		}
		ok, lead = true, "Version "+since+", and version "+info.Version+"."
	}
	if !ok {
		return fault.New(fault.NotFound, "There is no built-in form of that name.")
	}
	base, err := p.staffPage(c, h)
	if err != nil {
		return err
	}
	page := views.TemplateChanges{StaffPage: base, Heading: "What changed", Lead: lead, Back: templatePath(info, "")}
	for _, change := range forms.Changes(before, after) {
		page.Changes = append(page.Changes, change.String())
	}
	return p.page(c, fiber.StatusOK, page)
}
