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

// Help says what no flag does: why other programs may not know the seal.
func (c *verifyCommand) Help() string {
	return `Print the certificates to check against with 'sealform keys root', where the PDF was sealed; the page /verify of that installation checks without them, and also compares the file with its record.

A PDF reader such as Acrobat says "identity unknown" or "not trusted" as long as it does not know this installation's own certificate authority. That says nothing against the document: the reader still tells whether it was changed. To have readers trust the seal, import the root certificate into their trusted certificates once, or seal with a certificate that they know already (SEALFORM_SEAL_CERT).`
}

var (
	errNotGenuine = errors.New("not a genuine sealed PDF")
	errNotProven  = errors.New("unchanged, but not shown to be genuine: give --roots with what 'sealform keys root' prints where it was sealed")
)

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
	switch {
	case err != nil || report.Genuine:
		return err
	case report.Intact:
		return errNotProven
	default:
		return errNotGenuine
	}
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
		fmt.Fprintln(w, "Unchanged since it was sealed, but by whom is not proven.")
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
