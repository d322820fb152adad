package store

import (
	"bytes"
	"image"
	"image/color"
	_ "image/gif"  // a logo may be one
	_ "image/jpeg" // likewise
	"image/png"

	"github.com/sealform/sealform/internal/fault"
)

// The bounds of a logo: how large a picture is taken, and the box it is fitted
// into, sharp on paper at 40 points high.
const (
	maxLogoPixels = 2500 * 2500
	logoWidth     = 900
	logoHeight    = 240
)

var errLogo = fault.Code(fault.Invalid, "logo", "Choose a PNG, JPEG or GIF picture.")

// redraw decodes a picture and writes it anew as a PNG that fits the box, so
// that nothing else in the file survives: no location, no second picture, no
// hidden bytes.
func redraw(file []byte) ([]byte, error) {
	config, _, err := image.DecodeConfig(bytes.NewReader(file))
	if err != nil {
		return nil, errLogo
	}
	if config.Width < 1 || config.Height < 1 || config.Width > maxLogoPixels/config.Height {
		return nil, fault.Code(fault.Invalid, "logo", "This picture is too large. Choose one of at most 2500 by 2500 points.")
	}
	picture, _, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		return nil, errLogo
	}
	var out bytes.Buffer
	if err := png.Encode(&out, fit(picture, logoWidth, logoHeight)); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// fit draws the picture anew, smaller where it does not fit the box: each new
// point is the mean of those it stands for.
func fit(p image.Image, width, height int) *image.NRGBA {
	from := p.Bounds()
	scale := max(float64(from.Dx())/float64(width), float64(from.Dy())/float64(height), 1)
	to := image.NewNRGBA(image.Rect(0, 0, max(int(float64(from.Dx())/scale), 1), max(int(float64(from.Dy())/scale), 1)))
	for y := range to.Rect.Dy() {
		for x := range to.Rect.Dx() {
			at := image.Rect(int(float64(x)*scale), int(float64(y)*scale), int(float64(x+1)*scale), int(float64(y+1)*scale))
			to.Set(x, y, mean(p, at.Add(from.Min).Intersect(from)))
		}
	}
	return to
}

func mean(p image.Image, at image.Rectangle) color.Color {
	if at.Empty() {
		return p.At(at.Min.X, at.Min.Y)
	}
	var r, g, b, a uint64
	for y := at.Min.Y; y < at.Max.Y; y++ {
		for x := at.Min.X; x < at.Max.X; x++ {
			pr, pg, pb, pa := p.At(x, y).RGBA()
			r, g, b, a = r+uint64(pr), g+uint64(pg), b+uint64(pb), a+uint64(pa)
		}
	}
	n := uint64(at.Dx() * at.Dy())
	return color.RGBA64{R: uint16(r / n), G: uint16(g / n), B: uint16(b / n), A: uint16(a / n)}
}
