package portal

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/forms/fhir"
	"github.com/sealform/sealform/internal/fault"
)

// fhirType is the media type of FHIR in JSON.
const fhirType = "application/fhir+json"

// fromQuestionnaire makes a template's YAML of a FHIR Questionnaire. What only a
// terminology server could complete is kept in a draft, and refused otherwise.
func fromQuestionnaire(body []byte, draft bool) ([]byte, error) {
	t, err := fhir.Import(body)
	if err != nil {
		return nil, err
	}
	if problems := fhir.Unpublishable(t); len(problems) > 0 && !draft {
		return nil, problems
	}
	return t.Canonical(), nil
}

// apiQuestionnaire answers with "name" or "name@version" as a Questionnaire.
func (p *Portal) apiQuestionnaire(c *fiber.Ctx) error {
	name, err := url.PathUnescape(c.Params("name"))
	if err != nil {
		return fault.New(fault.NotFound, "There is no template of that name.")
	}
	t, _, err := p.Store.Template(c.UserContext(), holding(c), name)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, fhirType)
	return c.Send(fhir.Export(t))
}

// apiBundle answers with a completed document as a Bundle.
func (p *Portal) apiBundle(c *fiber.Ctx) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	bundle, err := p.Store.Bundle(c.UserContext(), holding(c), id)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, fhirType)
	return c.Send(bundle)
}

// questionnaireProblem lists everything that keeps a Questionnaire from being
// imported, by name.
func questionnaireProblem(c *fiber.Ctx, bad fhir.Problems) error {
	type line struct {
		Name string `json:"name"`
		Item string `json:"item,omitempty"` // linkId
		Line int    `json:"line,omitempty"`
		Text string `json:"text"`
	}
	lines := make([]line, len(bad))
	for i, e := range bad {
		lines[i] = line{e.Name, e.Item, e.Line, e.Text}
	}
	return problem(c, fiber.StatusUnprocessableEntity, bad[0].Name, bad[0].Sentence(), lines)
}
