package portal

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
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
	file, err := uploadedPDF(c)
	if err != nil {
		if fault.Sentence(err) == "" {
			return err
		}
		page := views.Verify{Action: "/verify"}
		page.Problems = views.Problems{{Control: "file", Text: fault.Sentence(err)}}
		status, _, _ := statusOf(err)
		return p.page(c, status, page)
	}
	return p.page(c, fiber.StatusOK, views.Verify{Action: "/verify", Report: reportView(pdf.Verify(file, p.Store.Roots()))})
}

// uploadedPDF reads the field "file" of a multipart body.
func uploadedPDF(c *fiber.Ctx) ([]byte, error) {
	kind, params, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	if err != nil || kind != "multipart/form-data" || params["boundary"] == "" {
		return nil, fault.New(fault.Unsupported, "Choose a PDF file")
	}
	body, err := body(c)
	if err != nil {
		return nil, err
	}
	parts := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil, fault.New(fault.Invalid, "Choose a PDF file")
		}
		if err != nil {
			return nil, fault.New(fault.Invalid, "Send the file again: it did not arrive whole")
		}
		if part.FormName() != "file" {
			continue
		}
		file, err := io.ReadAll(io.LimitReader(part, verifyFile+1))
		switch {
		case err != nil:
			return nil, fault.New(fault.Invalid, "Send the file again: it did not arrive whole")
		case len(file) > verifyFile:
			return nil, fault.New(fault.TooLarge, "Choose a file of at most 25 MB")
		case len(file) == 0:
			return nil, fault.New(fault.Invalid, "Choose a PDF file")
		}
		return file, nil
	}
}

func reportView(r *pdf.Report) *views.Report {
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
			{Label: "Sealed by", Value: r.Signer}, {Label: "Issued by", Value: r.Issuer},
			{Label: "Sealed at", Value: r.SignedAt.UTC().Format(time.RFC3339)},
		}
		if r.Timestamped {
			v.Facts = append(v.Facts, views.Fact{Label: "Independent timestamp", Value: r.StampedAt.UTC().Format(time.RFC3339)})
		}
	}
	v.Facts = append(v.Facts, views.Fact{Label: "SHA-256 of the file", Value: r.SHA256})
	return v
}
