package portal

import (
	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/store"
)

type answersJSON struct {
	Template    string        `json:"template"`
	Version     string        `json:"version"`
	SHA256      string        `json:"sha256"`
	SubmittedAt *string       `json:"submitted_at"`
	Outcome     string        `json:"outcome,omitempty"`
	Items       forms.Answers `json:"items"`
	Flags       []string      `json:"flags"` // paths of the items
	Scores      []scoreJSON   `json:"scores"`
	Signature   signatureJSON `json:"signature"`
}

type scoreJSON struct {
	Item  string `json:"item"`
	Label string `json:"label"`
	Value *int   `json:"value"` // null without enough answers
	Max   int    `json:"max"`
	Band  string `json:"band,omitempty"`
}

type signatureJSON struct {
	Name         string  `json:"name"`
	Role         string  `json:"role"`
	Relationship string  `json:"relationship,omitempty"`
	Authority    string  `json:"authority,omitempty"`
	Method       string  `json:"method"` // drawn or typed
	Statement    string  `json:"statement"`
	At           *string `json:"at"`
}

func (p *Portal) apiAnswers(c *fiber.Ctx, h *store.Holder, _ []byte) (int, any, error) {
	sub, err := p.answersOf(c, h)
	if err != nil {
		return 0, nil, err
	}
	return fiber.StatusOK, answersOut(sub), nil
}

func answersOut(sub *store.Submission) answersJSON {
	s := sub.Signature
	out := answersJSON{
		Template: sub.Template, Version: sub.Version, SHA256: sub.SHA256, SubmittedAt: timeJSON(sub.SubmittedAt),
		Outcome: sub.Outcome, Items: sub.Answers, Flags: append([]string{}, sub.Flags...), Scores: []scoreJSON{},
		Signature: signatureJSON{
			Name: s.Name, Role: s.Role, Relationship: s.Relationship, Authority: s.Authority,
			Method: s.Method(), Statement: s.Statement, At: timeJSON(s.At),
		},
	}
	for _, r := range sub.Scores {
		one := scoreJSON{Item: r.Item, Label: r.Label, Max: r.Max, Band: r.Band}
		if r.Complete {
			one.Value = &r.Value
		}
		out.Scores = append(out.Scores, one)
	}
	return out
}

func (p *Portal) apiPDF(c *fiber.Ctx) error { return p.staffPDF(c, holding(c)) }
