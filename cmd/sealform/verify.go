package main

import (
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/sealform/sealform/pdf"
)

type verifyCommand struct {
	File  string `arg:"" type:"existingfile" help:"PDF to check."`
	Roots string `own:"" type:"existingfile" help:"Certificates (PEM) to trust, as 'sealform keys root' prints them."`
	JSON  bool   `own:"" name:"json" help:"Print one line of JSON."`
}

var errNotGenuine = errors.New("not a genuine sealed PDF")

func (c *verifyCommand) Run(p *program) error {
	file, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	roots, err := readRoots(c.Roots)
	if err != nil {
		return err
	}
	report := pdf.Verify(file, roots)
	if c.JSON {
		err = printReportJSON(p.stdout, report)
	} else {
		err = printReport(p.stdout, report)
	}
	if err == nil && !report.Genuine {
		err = errNotGenuine
	}
	return err
}

func readRoots(name string) (*x509.CertPool, error) {
	if name == "" {
		return nil, nil
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("%s holds no certificate in PEM form", name)
	}
	return roots, nil
}

func printReport(w io.Writer, r *pdf.Report) error {
	switch {
	case r.Genuine:
		fmt.Fprintln(w, "Genuine: unchanged since it was sealed.")
	case r.Intact:
		fmt.Fprintln(w, "Unchanged since it was sealed, but by whom is not proven. Give --roots.")
	default:
		fmt.Fprintln(w, "Not as it was sealed, or never sealed here.")
	}
	for _, problem := range r.Problems {
		fmt.Fprintln(w, "-", problem)
	}
	if r.Intact {
		fmt.Fprintf(w, "title     %s\npractice  %s\ndocument  %s\nsigned    by %s\nsealed    %s by %s\nissuer    %s\n",
			r.Title, r.Practice, r.DocumentID, r.SignedBy, r.SignedAt.UTC().Format(time.RFC3339), r.Signer, r.Issuer)
	}
	_, err := fmt.Fprintf(w, "sha256    %s\n", r.SHA256)
	return err
}

func printReportJSON(w io.Writer, r *pdf.Report) error {
	return json.NewEncoder(w).Encode(map[string]any{
		"genuine": r.Genuine, "intact": r.Intact, "problems": r.Problems, "sha256": r.SHA256,
		"title": r.Title, "practice": r.Practice, "document": r.DocumentID,
		"signed_by": r.SignedBy, "signer": r.Signer, "issuer": r.Issuer, "signed_at": r.SignedAt, "timestamped": r.Timestamped,
	})
}
