package portal

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/internal/fault"
)

// maxFields bounds the fields of one form, far above any page's.
const maxFields = 5000

// body reads the request's body up to the route's cap. The framework's own
// readers are never used: they decompress without limit and write uploads to
// temporary files in clear.
func body(c *fiber.Ctx) ([]byte, error) {
	var in io.Reader = bytes.NewReader(nil)
	if s := c.Context().RequestBodyStream(); s != nil {
		in = s
	} else if b := c.Request().Body(); len(b) > 0 {
		in = bytes.NewReader(b)
	}
	most := of(c).cap
	if int64(c.Request().Header.ContentLength()) > most {
		return nil, tooLarge(c)
	}
	b, err := io.ReadAll(io.LimitReader(in, most+1))
	if err != nil {
		return nil, fault.Because(fault.Invalid, err, "Not everything arrived. Try again.")
	}
	if int64(len(b)) > most {
		return nil, tooLarge(c)
	}
	return b, nil
}

// tooLarge also closes the connection, so that the rest is not read.
func tooLarge(c *fiber.Ctx) error {
	c.Context().SetConnectionClose()
	return fault.New(fault.TooLarge, "That is more than this page takes.")
}

type formRead struct{}

// form reads the fields of an HTML form in either of its two encodings. Files
// are refused.
func form(c *fiber.Ctx) (url.Values, error) {
	if fields, ok := c.Locals(formRead{}).(url.Values); ok {
		return fields, nil
	}
	fields, err := readForm(c)
	if err == nil {
		c.Locals(formRead{}, fields)
	}
	return fields, err
}

func readForm(c *fiber.Ctx) (url.Values, error) {
	kind, params, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	if err != nil && c.Get(fiber.HeaderContentType) != "" || kind != "" && kind != fiber.MIMEApplicationForm && kind != fiber.MIMEMultipartForm {
		return nil, fault.New(fault.Unsupported, "This page takes an HTML form.")
	}
	b, err := body(c)
	if err != nil {
		return nil, err
	}
	if kind == "" && len(b) > 0 {
		return nil, fault.New(fault.Unsupported, "This page takes an HTML form.")
	}
	if kind == fiber.MIMEMultipartForm {
		return parts(b, params["boundary"])
	}
	if bytes.Count(b, []byte{'&'}) >= maxFields {
		return nil, fault.New(fault.TooLarge, "That is more than this page takes.")
	}
	fields, err := url.ParseQuery(string(b))
	if err != nil {
		return nil, fault.New(fault.Invalid, "The form arrived damaged. Try again.")
	}
	return fields, nil
}

func parts(b []byte, boundary string) (url.Values, error) {
	damaged := fault.New(fault.Invalid, "The form arrived damaged. Try again.")
	if boundary == "" {
		return nil, damaged
	}
	fields := url.Values{}
	r := multipart.NewReader(bytes.NewReader(b), boundary)
	for range maxFields {
		part, err := r.NextPart()
		if err == io.EOF {
			return fields, nil
		}
		if err != nil {
			return nil, damaged
		}
		if part.FileName() != "" {
			return nil, fault.New(fault.Unsupported, "This page takes no files.")
		}
		value, err := io.ReadAll(part)
		if err != nil {
			return nil, damaged
		}
		fields.Add(part.FormName(), string(value))
	}
	return nil, fault.New(fault.TooLarge, "That is more than this page takes.")
}
