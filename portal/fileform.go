package portal

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/internal/fault"
)

// fileForm reads the fields of an HTML form and its file, the field "file", in
// memory.
func fileForm(c *fiber.Ctx) (fields url.Values, file []byte, err error) {
	kind, params, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	if err != nil || kind != fiber.MIMEMultipartForm {
		return nil, nil, fault.New(fault.Unsupported, "This page takes an HTML form with a file.")
	}
	fields, err = parts(c, params["boundary"], func(c *fiber.Ctx, part *multipart.Part) (err error) {
		if part.FormName() != "file" {
			return nil
		}
		file, err = io.ReadAll(part)
		if errors.Is(err, errTooLarge) {
			return tooLarge(c)
		}
		if err != nil {
			return errDamaged
		}
		return nil
	})
	return fields, file, err
}

// uploadedFile is the file of a form that has nothing else, of at most most
// bytes. choose is the sentence for whoever sent none.
func uploadedFile(c *fiber.Ctx, most int, choose string) ([]byte, error) {
	_, file, err := fileForm(c)
	switch {
	case errors.Is(err, fault.Unsupported):
		return nil, fault.New(fault.Unsupported, choose)
	case err != nil:
		return nil, err
	case len(file) > most:
		return nil, fault.New(fault.TooLarge, choose)
	case len(file) == 0:
		return nil, fault.New(fault.Invalid, choose)
	}
	return file, nil
}
