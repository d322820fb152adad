package portal

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/forms/fhir"
	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/store"
)

const apiBase = "/api/v1"

func (p *Portal) apiRoutes() []route {
	const docs, doc = apiBase + "/documents", apiBase + "/documents/:id"
	return []route{
		{"GET", apiBase + "/openapi.json", anyone, 0, p.apiDescription},
		{"GET", docs, api(access.ReadDocuments), 0, p.forKey(p.apiDocuments)},
		{"POST", docs, api(access.SendDocuments), smallBody, p.forKey(p.once(p.apiCreate))},
		{"GET", doc, api(access.ReadDocuments), 0, p.forKey(p.apiDocument)},
		{"POST", doc + "/reissue", api(access.SendDocuments), smallBody, p.forKey(p.once(p.apiReissue))},
		{"POST", doc + "/revoke", api(access.RevokeDocuments), smallBody, p.forKey(p.once(p.apiRevoke))},
		{"POST", doc + "/extend", api(access.SendDocuments), smallBody, p.forKey(p.once(p.apiExtend))},
		{"GET", doc + "/answers", api(access.ReadAnswers), 0, p.forKey(p.apiAnswers)},
		{"GET", doc + "/attachments/:n", api(access.ReadAnswers), 0, p.apiAttachment},
		{"GET", doc + "/answers.csv", api(access.ReadAnswers), 0, p.apiCSV},
		{"GET", doc + "/pdf", api(access.DownloadPDF), 0, p.apiPDF},
		{"GET", doc + "/fhir", api(access.ReadAnswers), 0, p.apiBundle},
		{"GET", apiBase + "/templates", api(access.SendDocuments), 0, p.forKey(p.apiTemplates)},
		{"POST", apiBase + "/templates", api(access.ManageTemplates), formBody, p.forKey(p.once(p.apiPublish))},
		{"GET", apiBase + "/templates/:name", api(access.SendDocuments), 0, p.forKey(p.apiTemplate)},
		{"GET", apiBase + "/templates/:name/fhir", api(access.SendDocuments), 0, p.apiQuestionnaire},
		{"GET", apiBase + "/events", api(access.ReadActivity), 0, p.forKey(p.apiEvents)},
	}
}

// asKey runs next for a bearer key with the permission.
func (p *Portal) asKey(needed access.Permission, next fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		h, err := p.bearer(c)
		if errors.Is(err, fault.Unauthenticated) {
			c.Set(fiber.HeaderWWWAuthenticate, "Bearer")
		}
		if err != nil {
			return err
		}
		if err := h.Require(needed); err != nil {
			return fault.New(fault.Forbidden, "This key was not made for that. It needs the permission "+string(needed)+".")
		}
		c.Locals(holderKey{}, h)
		return next(c)
	}
}

func (p *Portal) bearer(c *fiber.Ctx) (*store.Holder, error) {
	kind, key, _ := strings.Cut(c.Get(fiber.HeaderAuthorization), " ")
	if !strings.EqualFold(kind, "Bearer") || key == "" {
		return nil, fault.New(fault.Unauthenticated, "Send your key as \"Authorization: Bearer KEY\".")
	}
	return p.Store.APIKey(c.UserContext(), key)
}

// An apiHandler returns the status and the value to answer with as JSON. body
// is the request's, nil for GET.
type apiHandler func(c *fiber.Ctx, h *store.Holder, body []byte) (status int, value any, err error)

// forKey answers with a handler's value, or with the problem it met.
func (p *Portal) forKey(handler apiHandler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		b, err := body(c)
		if err != nil {
			return err
		}
		status, value, err := handler(c, holding(c), b)
		if bad := (forms.Errors)(nil); errors.As(err, &bad) {
			return templateProblem(c, bad)
		}
		if bad := (fhir.Problems)(nil); errors.As(err, &bad) {
			return questionnaireProblem(c, bad)
		}
		if err != nil {
			return err
		}
		return c.Status(status).JSON(value)
	}
}

// longestKey is the longest Idempotency-Key, in bytes.
const longestKey = 255

// once gives a repeated request with the same Idempotency-Key the answer of
// the first, and refuses the key for another request, or while the first is
// being answered. What failed is not kept, so that it can be tried again.
func (p *Portal) once(handler apiHandler) apiHandler {
	return func(c *fiber.Ctx, h *store.Holder, body []byte) (int, any, error) {
		key := c.Get("Idempotency-Key")
		if key == "" {
			return handler(c, h, body)
		}
		if len(key) > longestKey {
			return 0, nil, fault.Code(fault.Invalid, "idempotency-key", "The Idempotency-Key is longer than 255 bytes.")
		}
		request := []byte(c.Method() + " " + c.OriginalURL() + "\n" + c.Get(fiber.HeaderContentType) + "\n" + string(body))
		status, kept, found, err := p.Store.Remembered(c.UserContext(), h, key, request)
		if err != nil {
			return 0, nil, err
		}
		if found {
			return status, json.RawMessage(kept), nil
		}
		kept = nil
		defer func() {
			if kept == nil { // also when the handler panics
				if err := p.Store.Forget(c.UserContext(), h, key); err != nil {
					p.Log.Error("idempotency key not given back", "id", of(c).id, "error", err)
				}
			}
		}()
		status, value, err := handler(c, h, body)
		if err != nil {
			return 0, nil, err
		}
		if kept, err = json.Marshal(value); err != nil {
			return 0, nil, err
		}
		return status, json.RawMessage(kept), p.Store.Remember(c.UserContext(), h, key, request, status, kept)
	}
}

// readJSON reads a body into value. A field it does not know is refused by
// name: a misspelt one would be silently left out. An empty body is {}.
func readJSON(c *fiber.Ctx, body []byte, value any) error {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil
	}
	if kind, _, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType)); err != nil || kind != fiber.MIMEApplicationJSON {
		return fault.Code(fault.Unsupported, "content-type", "Send the body as application/json.")
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	err := d.Decode(value)
	if err == nil {
		if _, err = d.Token(); err == io.EOF {
			return nil
		}
		return fault.Code(fault.Invalid, "malformed", "There is more in the body than one JSON object.")
	}
	return jsonFault(err)
}

// jsonFault says where a body is wrong, and never what was in it.
func jsonFault(err error) error {
	if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) {
		return fault.Code(fault.Invalid, "wrong-type", "The field \""+wrong.Field+"\" must not be a "+wrong.Value+".")
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return fault.Code(fault.Invalid, "unknown-field", "There is no field "+name+".")
	}
	return fault.Code(fault.Invalid, "malformed", "The body is not valid JSON.")
}

// templateProblem lists everything that is wrong with a template.
func templateProblem(c *fiber.Ctx, bad forms.Errors) error {
	type line struct {
		Line int    `json:"line,omitempty"`
		Item string `json:"item,omitempty"`
		Text string `json:"text"`
	}
	lines := make([]line, len(bad))
	for i, e := range bad {
		lines[i] = line{e.Line, e.Item, e.Text}
	}
	return problem(c, fiber.StatusUnprocessableEntity, "template", "The template has mistakes. Each is in \"errors\".", lines)
}

// listJSON is one page of a list; next is the cursor of the one after it.
func listJSON[T any](items []T, next string) map[string]any {
	if items == nil {
		items = []T{}
	}
	list := map[string]any{"items": items, "next": nil}
	if next != "" {
		list["next"] = next
	}
	return list
}

// timeJSON is RFC 3339 in UTC; nil, printed as null, for what has not happened.
func timeJSON(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	text := t.UTC().Format(time.RFC3339Nano)
	return &text
}
