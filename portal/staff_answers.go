package portal

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

// staffAnswers shows a submission as its client saw it on the review page,
// safety flags first.
func (p *Portal) staffAnswers(c *fiber.Ctx, h *store.Holder) error {
	d, err := p.documentOf(c, h)
	if err != nil {
		return err
	}
	sub, err := p.Store.Answers(c.UserContext(), h, d.ID)
	if err != nil {
		return err
	}
	base, where, err := p.staffPageIn(c, h)
	if err != nil {
		return err
	}
	page := views.Answers{
		StaffPage: base, Heading: clientName(d), Template: d.Title, Facts: documentFacts(d, where),
		Flags: flagWords(sub.Response), Scores: scoreViews(sub.Scores), Pages: answerPages(sub, "/staff/documents/"+d.ID.String()),
		Signature: signatureView(sub.Signature, where), Back: "/staff/documents/" + d.ID.String(),
		Files: fileLinks(sub.Files, "/staff/documents/"+d.ID.String()+"/attachments/"),
	}
	if page.Differs = differences(sub, d, where); page.Differs != nil {
		page.Client = "/staff/clients/" + d.ClientID.String()
	}
	if h.May(access.DownloadPDF) {
		page.PDF = pdfPath(d)
		page.Files = append(page.Files, answerFiles(page.Back)...)
	}
	return p.page(c, fiber.StatusOK, page)
}

// differences says where the form names its client otherwise than the record
// does: it may have been filled in by, or for, somebody else.
func differences(sub *store.Submission, d *store.Document, where place) []string {
	var differ []string
	for _, e := range sub.Response.Entries {
		said, _ := sub.Answers[e.Item.ID].(string)
		switch {
		case said == "" || e.Row > 0:
		case e.Item.Prefill == "full_name" && d.Client.FullName != "" && !practice.SameName(said, d.Client.FullName):
			differ = append(differ, "The form gives the name "+said+"; your record says "+d.Client.FullName+".")
		case e.Item.Prefill == "dob" && d.Client.BirthDate != "" && said != d.Client.BirthDate:
			differ = append(differ, "The form gives the date of birth "+where.isoDay(said)+"; your record says "+where.isoDay(d.Client.BirthDate)+".")
		}
	}
	return differ
}

func answerPages(sub *store.Submission, document string) []views.AnswerPage {
	pages := make([]views.AnswerPage, len(sub.Form.Pages()))
	for i, item := range sub.Form.Pages() {
		pages[i].Title, pages[i].Seen = item.Ask, seenPath(document, i)
	}
	for _, e := range sub.Response.Entries {
		if e.Level > 0 {
			pages[e.Page].Entries = append(pages[e.Page].Entries, e)
		}
	}
	return pages
}

// flagWords says each flagged answer with its question.
func flagWords(r *forms.Response) []string {
	var words []string
	for _, path := range r.Flags {
		for _, e := range r.Entries {
			if e.Path == path && e.Text != "" {
				words = append(words, e.Item.Label()+": "+e.Text)
			}
		}
	}
	return words
}

func scoreViews(results []forms.ScoreResult) []views.Score {
	var scores []views.Score
	for _, r := range results {
		s := views.Score{Label: r.Label, Band: r.Band}
		if r.Complete {
			s.Value = strconv.Itoa(r.Value) + " of " + strconv.Itoa(r.Max)
		}
		scores = append(scores, s)
	}
	return scores
}

var signerWords = map[string]string{"self": "For themselves", "guardian": "As parent or guardian", "representative": "As representative"}

func signatureView(s practice.Signature, where place) *views.SignatureFacts {
	facts := []views.Fact{
		{Label: "Signed by", Value: s.Name},
		{Label: "As", Value: signerWords[s.Role]},
		{Label: "How", Value: s.Method()},
		{Label: "When", Value: where.exactly(s.At)},
		{Label: "Words agreed to", Value: s.Statement},
	}
	if s.Relationship != "" {
		facts = append(facts, views.Fact{Label: "Relationship", Value: s.Relationship})
	}
	if s.Authority != "" {
		facts = append(facts, views.Fact{Label: "Authority", Value: s.Authority})
	}
	if s.Witness != "" {
		facts = append(facts, views.Fact{Label: "Witness", Value: s.Witness})
	}
	return &views.SignatureFacts{Facts: facts, Strokes: forms.StrokePath(s.Strokes), Witness: forms.StrokePath(s.WitnessStrokes)}
}
