package portal

import (
	"mime"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/store"
)

type templateJSON struct {
	Name      string   `json:"name"`
	Version   string   `json:"version"`
	Title     string   `json:"title"`
	Type      string   `json:"type"`
	State     string   `json:"state"`
	Language  string   `json:"language"`
	Countries []string `json:"countries"`
	SHA256    string   `json:"sha256"`
	BuiltIn   bool     `json:"built_in"`
	YAML      string   `json:"yaml,omitempty"` // of one template alone
}

func templateOut(t *store.TemplateInfo) templateJSON {
	return templateJSON{
		Name: t.Name, Version: t.Version, Title: t.Title, Type: t.Type, State: t.State, Language: t.Language,
		Countries: append([]string{}, t.Countries...), SHA256: t.SHA256, BuiltIn: t.BuiltIn,
	}
}

func (p *Portal) apiTemplates(c *fiber.Ctx, h *store.Holder, _ []byte) (int, any, error) {
	infos, err := p.Store.Templates(c.UserContext(), h)
	if err != nil {
		return 0, nil, err
	}
	out := make([]templateJSON, len(infos))
	for i := range infos {
		out[i] = templateOut(&infos[i])
	}
	return fiber.StatusOK, listJSON(out, ""), nil
}

// apiTemplate tells of "name" (its newest version) or "name@version".
func (p *Portal) apiTemplate(c *fiber.Ctx, h *store.Holder, _ []byte) (int, any, error) {
	name, err := url.PathUnescape(c.Params("name"))
	if err != nil {
		return 0, nil, fault.New(fault.NotFound, "There is no template of that name.")
	}
	t, info, err := p.Store.Template(c.UserContext(), h, name)
	if err != nil {
		return 0, nil, err
	}
	out := templateOut(info)
	out.YAML = string(t.Canonical())
	return fiber.StatusOK, out, nil
}

// yamlTypes are the media types of a template: RFC 9512 and what programs sent
// before it.
var yamlTypes = map[string]bool{"application/yaml": true, "application/x-yaml": true, "text/yaml": true, "text/x-yaml": true}

func (p *Portal) apiPublish(c *fiber.Ctx, h *store.Holder, body []byte) (int, any, error) {
	kind, _, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	if err != nil || !yamlTypes[kind] && kind != fhirType {
		return 0, nil, fault.Code(fault.Unsupported, "content-type", "Send the template as application/yaml, or a FHIR R4 Questionnaire as application/fhir+json.")
	}
	draft := c.Query("draft")
	if draft != "" && draft != "1" {
		return 0, nil, fault.Code(fault.Invalid, "draft", "\"draft\" is 1 or left out.")
	}
	if kind == fhirType {
		if body, err = fromQuestionnaire(body, draft == "1"); err != nil {
			return 0, nil, err
		}
	}
	info, err := p.Store.PublishTemplate(c.UserContext(), h, body, draft == "1")
	if err != nil {
		return 0, nil, err
	}
	return fiber.StatusCreated, templateOut(info), nil
}
