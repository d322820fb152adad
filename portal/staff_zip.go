package portal

import (
	"archive/zip"
	"bytes"
	"slices"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/store"
)

// maxZip bounds the documents of one download: all of them are in memory at once.
const maxZip = 50

// staffZip hands out the signed PDFs of several documents, opened within this
// request and each recorded as a download of its own.
func (p *Portal) staffZip(c *fiber.Ctx, h *store.Holder) error {
	in, err := form(c)
	if err != nil {
		return err
	}
	chosen := slices.Compact(slices.Sorted(slices.Values(in["document"])))
	if len(chosen) == 0 || len(chosen) > maxZip {
		return fault.Newf(fault.Invalid, "Choose 1 to %d completed documents.", maxZip)
	}
	var file bytes.Buffer
	archive := zip.NewWriter(&file)
	for _, text := range chosen {
		id, err := uuid.Parse(text)
		if err != nil {
			return fault.New(fault.NotFound, "There is no such document.")
		}
		signed, name, err := p.Store.PDF(c.UserContext(), h, id)
		if err != nil {
			return err
		}
		entry, err := archive.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store, Modified: p.Now()})
		if err != nil {
			return err
		}
		if _, err := entry.Write(signed); err != nil {
			return err
		}
	}
	if err := archive.Close(); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/zip")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="documents.zip"`)
	return c.Send(file.Bytes())
}
