package store

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/upload"
	"github.com/sealform/sealform/pdf"
)

// attach puts the files of a submission into its PDF: photos are drawn, other
// files travel inside.
func attach(d *pdf.Document, r *forms.Response, files [][]byte) {
	n := 0
	for _, e := range r.Entries {
		for _, a := range e.Files {
			n++
			if a.Type == upload.JPEG {
				d.Photos = append(d.Photos, pdf.Photo{Caption: e.Item.Label() + ": " + a.Name, JPEG: files[n-1]})
				continue
			}
			d.Attachments = append(d.Attachments, pdf.File{
				Name: fmt.Sprintf("attachment-%02d.pdf", n), Type: a.Type, Bytes: files[n-1],
				Description: e.Item.Label() + ": " + a.Name,
			})
		}
	}
	// The names of embedded files are a sorted tree (ISO 32000-1, 7.9.6).
	slices.SortFunc(d.Attachments, func(a, b pdf.File) int { return strings.Compare(a.Name, b.Name) })
}
