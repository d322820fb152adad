package portal

import (
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/ulule/limiter/v3"

	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/pdf"
	"github.com/sealform/sealform/views"
)

const (
	verifyFile = 25 << 20           // largest PDF that is checked, bytes
	verifyBody = verifyFile + 1<<16 // with the form around it
)

// checking is how often one network may have a file checked: each is held in
// memory whole.
var checking = pace{"verify", limiter.Rate{Period: time.Minute, Limit: 20}}

func (p *Portal) verifyForm(c *fiber.Ctx) error {
	return p.page(c, fiber.StatusOK, views.Verify{Action: "/verify"})
}

// verify checks a PDF for anyone. The file is read in memory, never written
// and never logged.
func (p *Portal) verify(c *fiber.Ctx) error {
	if !p.within(c, checking) {
		return errTooFast
	}
	file, err := uploadedFile(c, verifyFile, "Choose a PDF file of at most 25 MB")
	if err != nil {
		if fault.Sentence(err) == "" {
			return err
		}
		page := views.Verify{Action: "/verify"}
		page.Problems = views.Problems{{Control: "file", Text: fault.Sentence(err)}}
		status, _, _ := statusOf(err)
		return p.page(c, status, page)
	}
	report := pdf.Verify(file, p.Store.Roots())
	made, err := p.Store.MadePaper(c.UserContext(), report.SHA256)
	if err != nil {
		return err
	}
	return p.page(c, fiber.StatusOK, views.Verify{Action: "/verify", Report: reportView(report, made)})
}

// rootCertificate hands out what a reader of PDFs needs to know whose seals
// these are.
func (p *Portal) rootCertificate(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentType, "application/x-pem-file")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="sealform-root.pem"`)
	return c.SendString(p.Store.RootPEM())
}

// reportView puts a report in plain words. made says whether this installation
// has the very file on record.
func reportView(r *pdf.Report, made bool) *views.Report {
	v := &views.Report{Genuine: r.Genuine, Problems: r.Problems, Headline: "Not genuine"}
	switch {
	case r.Genuine:
		v.Headline = "Genuine and unchanged"
	case r.Intact:
		v.Headline = "Unchanged, but sealed by another installation"
	}
	if r.Intact {
		v.Facts = []views.Fact{
			{Label: "Document", Value: r.Title}, {Label: "Practice", Value: r.Practice}, {Label: "Document id", Value: r.DocumentID},
			{Label: "Sealed at", Value: plainTime(r.SignedAt)}, {Label: "Sealed by", Value: r.Signer}, {Label: "Issued by", Value: r.Issuer},
			{Label: "Changed since", Value: "No. Every byte is as it was when it was sealed."},
		}
		if r.SignedBy != "" {
			v.Facts = append(v.Facts, views.Fact{Label: "Signed by", Value: r.SignedBy})
		}
		if r.Timestamped {
			v.Facts = append(v.Facts, views.Fact{Label: "Independent timestamp", Value: plainTime(r.StampedAt)})
		}
	}
	v.Facts = append(v.Facts, views.Fact{Label: "Our record", Value: record(made, r.Genuine)}, views.Fact{Label: "SHA-256 of the file", Value: r.SHA256})
	return v
}

func record(made, genuine bool) string {
	switch {
	case made:
		return "This installation's record agrees: this very file was sealed here."
	case genuine:
		return "This installation has no record of this file. Ask the practice before you rely on it."
	default:
		return "This installation has no record of this file."
	}
}

func plainTime(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04:05 UTC") }
