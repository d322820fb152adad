package pdf_test

import (
	"testing"
	"time"

	"github.com/sealform/sealform/pdf"
)

// The PDF/A-1 build differs from the one in use by its part number, its
// attachments and its object streams, which part 1 forbids; fonts, colours,
// tags, metadata and seal are the same.
func TestArchiveValidatorFindsNothing(t *testing.T) {
	authority, err := pdf.NewAuthority("Sealform Hosting", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"intake-adult", "overseas-storage-consent"} {
		b, err := pdf.New(fonts).RenderArchive1(t.Context(), sample(t, name), authority.Seal())
		if err != nil {
			t.Fatal(err)
		}
		wants(t, preflight(t, file(t, b)), "is a valid PDF/A-1b file")
	}
}
