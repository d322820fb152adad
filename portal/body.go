package portal

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/internal/fault"
)

// maxFields bounds the fields of one form, far above any page's.
const maxFields = 5000

// body reads the request's body up to the route's cap. The framework's own
// readers are never used: they decompress without limit and write uploads to
// temporary files in clear.
func body(c *fiber.Ctx) ([]byte, error) {
	in, err := stream(c)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(in)
	if errors.Is(err, errTooLarge) {
		return nil, tooLarge(c)
	}
	if err != nil {
		return nil, fault.Because(fault.Invalid, err, "Not everything arrived. Try again.")
	}
	return b, nil
}

var errTooLarge = errors.New("the body is larger than its route takes")

// stream returns the request's body, which fails with errTooLarge at the
// route's cap.
func stream(c *fiber.Ctx) (io.Reader, error) {
	if int64(c.Request().Header.ContentLength()) > of(c).cap {
		return nil, tooLarge(c)
	}
	if s := c.Context().RequestBodyStream(); s != nil {
		return &capped{c: c, from: s, left: of(c).cap}, nil
	}
	return &capped{c: c, from: bytes.NewReader(c.Request().Body()), left: of(c).cap}, nil
}

// capped reads a body up to a number of bytes. Whoever goes on sending is given
// more time, so that a large file may come over a slow line.
type capped struct {
	c     *fiber.Ctx
	from  io.Reader
	left  int64 // until the cap
	since int64 // bytes since more time was given
}

// earning is how many bytes buy another readTimeout.
const earning = 32 << 10

func (r *capped) Read(b []byte) (int, error) {
	n, err := r.from.Read(b)
	if r.left -= int64(n); r.left < 0 {
		return 0, errTooLarge
	}
	if r.since += int64(n); r.since >= earning {
		r.since = 0
		if c := r.c.Context().Conn(); c != nil {
			_ = c.SetReadDeadline(time.Now().Add(readTimeout))
		}
	}
	return n, err
}

// tooLarge also closes the connection, so that the rest is not read.
func tooLarge(c *fiber.Ctx) error {
	c.Context().SetConnectionClose()
	return fault.New(fault.TooLarge, "That is more than this page takes.")
}

// noBody is the length that the framework gives of a request that announces none.
const noBody = -2

// passOverRest reads what the handler left of a body, so that it is not taken
// for the connection's next request (request smuggling: RFC 9112, 11.2), and so
// that its sender gets to see the answer. Above the route's cap it closes the
// connection instead.
func passOverRest(c *fiber.Ctx) {
	n := c.Request().Header.ContentLength()
	if n == 0 || n == noBody || c.Response().ConnectionClose() {
		return
	}
	in, err := stream(c)
	if err == nil {
		_, err = io.Copy(io.Discard, in)
	}
	if err != nil {
		c.Context().SetConnectionClose()
	}
}

type formRead struct{}

// form reads the fields of an HTML form in either of its two encodings. Files
// are passed over where the route takes some, and refused everywhere else.
func form(c *fiber.Ctx) (url.Values, error) {
	if fields, ok := c.Locals(formRead{}).(url.Values); ok {
		return fields, nil
	}
	fields, err := formWithFiles(c, passOver)
	if err == nil {
		c.Locals(formRead{}, fields)
	}
	return fields, err
}

var (
	errNoFiles = fault.New(fault.Unsupported, "This page takes no files.")
	errNoForm  = fault.New(fault.Unsupported, "This page takes an HTML form.")
)

func passOver(c *fiber.Ctx, _ *multipart.Part) error {
	if of(c).cap == uploadBody {
		return nil
	}
	return errNoFiles
}

// formWithFiles reads the fields of an HTML form and hands each file to take as
// it comes. What take leaves of a file is passed over. An error of take ends it.
func formWithFiles(c *fiber.Ctx, take func(*fiber.Ctx, *multipart.Part) error) (url.Values, error) {
	kind, params, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	if err != nil && c.Get(fiber.HeaderContentType) != "" || kind != "" && kind != fiber.MIMEApplicationForm && kind != fiber.MIMEMultipartForm {
		return nil, errNoForm
	}
	if kind == fiber.MIMEMultipartForm {
		return parts(c, params["boundary"], take)
	}
	of(c).cap = fieldsCap(c)
	b, err := body(c)
	if err != nil {
		return nil, err
	}
	if kind == "" && len(b) > 0 {
		return nil, errNoForm
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

// fieldsCap is how many bytes of a form may be fields: all of them, but on
// routes that take files.
func fieldsCap(c *fiber.Ctx) int64 {
	if most := of(c).cap; most != uploadBody {
		return most
	}
	return formBody
}

var errDamaged = fault.New(fault.Invalid, "Not everything arrived. Try again.")

func parts(c *fiber.Ctx, boundary string, take func(*fiber.Ctx, *multipart.Part) error) (url.Values, error) {
	if boundary == "" {
		return nil, errDamaged
	}
	in, err := stream(c)
	if err != nil {
		return nil, err
	}
	fields, left := url.Values{}, fieldsCap(c)
	r := multipart.NewReader(in, boundary)
	for range maxFields {
		part, err := r.NextPart()
		if err == io.EOF {
			return fields, nil
		}
		if err == nil && part.FileName() != "" {
			if err := take(c, part); err != nil {
				return nil, err
			}
			continue
		}
		var value []byte
		if err == nil {
			value, err = io.ReadAll(io.LimitReader(part, left+1))
		}
		if left -= int64(len(value)); left < 0 || errors.Is(err, errTooLarge) {
			return nil, tooLarge(c)
		}
		if err != nil {
			return nil, errDamaged
		}
		fields.Add(part.FormName(), string(value))
	}
	return nil, tooLarge(c)
}
