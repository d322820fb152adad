package pdf_test

import (
	"os"
	"testing"
	"time"

	"github.com/sealform/sealform/pdf"
)

func TestLook(t *testing.T) {
	a, err := pdf.NewAuthority("Sealform Hosting Inc.", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"intake-adult", "overseas-storage-consent"} {
		d := sample(t, name)
		d.At = time.Now()
		b, err := pdf.New(fonts).Render(t.Context(), d, a.Seal())
		if err != nil {
			t.Fatal(err)
		}
		os.WriteFile("/tmp/pdfdev/"+name+".pdf", b, 0o644)
		r := pdf.Verify(b, a.Roots())
		r.Attachments = nil
		t.Logf("%d bytes %+v", len(b), r)
	}
}
