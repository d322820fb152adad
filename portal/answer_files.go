package portal

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

// answerFiles are the forms in which staff may take the answers of the document
// at the address away.
func answerFiles(document string) []views.Link {
	return []views.Link{
		{Text: "Answers for a spreadsheet (CSV)", Href: document + "/answers.csv"},
		{Text: "Answers for a program (JSON)", Href: document + "/answers.json"},
		{Text: "Answers for a health record system (FHIR)", Href: document + "/bundle.json"},
	}
}

func (p *Portal) answersOf(c *fiber.Ctx, h *store.Holder) (*store.Submission, error) {
	id, err := pathID(c, "id")
	if err != nil {
		return nil, err
	}
	return p.Store.Answers(c.UserContext(), h, id)
}

func (p *Portal) staffAnswersJSON(c *fiber.Ctx, h *store.Holder) error {
	sub, err := p.answersOf(c, h)
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(answersOut(sub), "", "  ")
	if err != nil {
		return err
	}
	return sendFile(c, text, fiber.MIMEApplicationJSON, "answers.json")
}

func (p *Portal) staffBundle(c *fiber.Ctx, h *store.Holder) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	bundle, err := p.Store.Bundle(c.UserContext(), h, id)
	if err != nil {
		return err
	}
	return sendFile(c, bundle, fhirType, "bundle.json")
}

func (p *Portal) apiCSV(c *fiber.Ctx) error { return p.answersCSV(c, holding(c)) }

func (p *Portal) answersCSV(c *fiber.Ctx, h *store.Holder) error {
	sub, err := p.answersOf(c, h)
	if err != nil {
		return err
	}
	text, err := answersAsCSV(sub.Response.Entries)
	if err != nil {
		return err
	}
	return sendFile(c, text, "text/csv; charset=utf-8", "answers.csv")
}

// sendFile hands out a file by a name that tells nothing about its client.
func sendFile(c *fiber.Ctx, file []byte, kind, name string) error {
	c.Set(fiber.HeaderContentType, kind)
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+name+`"`)
	return c.Send(file)
}

// answersAsCSV writes one question a line (RFC 4180).
func answersAsCSV(entries []forms.Entry) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	lines := [][]string{{"item", "path", "row", "question", "answer"}}
	for _, e := range entries {
		if e.Static {
			continue
		}
		row := ""
		if e.Row > 0 {
			row = strconv.Itoa(e.Row)
		}
		lines = append(lines, []string{e.Item.ID, e.Path, row, e.Item.Label(), e.Text})
	}
	for _, line := range lines {
		for i := range line {
			line[i] = defused(line[i])
		}
		if err := w.Write(line); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// formulaStarts are what a spreadsheet begins a formula with, or drops before one
// (OWASP, CSV injection); the last four are full-width, which some take alike.
const formulaStarts = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"

// defused keeps a spreadsheet from taking a cell for a formula.
func defused(cell string) string {
	if first, _ := utf8.DecodeRuneInString(cell); cell != "" && strings.ContainsRune(formulaStarts, first) {
		return "'" + cell
	}
	return cell
}
