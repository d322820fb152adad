package pdf_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/sealform/sealform/pdf"
)

// TestReaderThatTrustsTheRootTrustsTheSeal does what the help on /verify says,
// with the reader pdfsig.
func TestReaderThatTrustsTheRootTrustsTheSeal(t *testing.T) {
	a, err := pdf.NewAuthority("Lakeside", time.Now().Add(-24*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	d := sample(t, "overseas-storage-consent")
	d.At = time.Now()
	path := file(t, render(t, d, a.Seal()))
	nss := t.TempDir()
	root := filepath.Join(nss, "root.pem")
	if err := os.WriteFile(root, a.Root(), 0o600); err != nil {
		t.Fatal(err)
	}
	judge(t, "certutil", "-N", "--empty-password", "-d", "sql:"+nss)
	wants(t, judge(t, "pdfsig", "-nssdir", nss, path), "Signature is Valid.", "Total document signed", "Certificate issuer isn't Trusted.")
	judge(t, "certutil", "-A", "-d", "sql:"+nss, "-n", "Sealform", "-t", "CT,CT,CT", "-a", "-i", root)
	wants(t, judge(t, "pdfsig", "-nssdir", nss, path), "Signature is Valid.", "Total document signed", "Certificate is Trusted.")
}
