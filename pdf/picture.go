package pdf

import (
	"bytes"
	"encoding/hex"
	"image"
	stdcolor "image/color"
	"image/draw"
	"image/jpeg"
	"image/png"

	"github.com/jung-kurt/gofpdf"
)

// A picture is an image that gofpdf has taken.
type picture struct {
	p             *pen
	name, kind    string
	width, height float64 // pixels
}

// maxPixels bounds what is decoded: a small file may claim a huge picture.
const maxPixels = 50_000_000

// logo returns the practice's logo on white, nil when there is none or it
// cannot be drawn: a document must not fail for a picture of a letterhead.
func (p *pen) logo(file []byte) *picture {
	if !decodable(file) {
		return nil
	}
	img, _, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		return nil
	}
	// Transparency is flattened, because archives want none in PDF/A-1 and
	// gofpdf reads only simple PNG files.
	flat := image.NewRGBA(image.Rect(0, 0, img.Bounds().Dx(), img.Bounds().Dy()))
	draw.Draw(flat, flat.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(flat, flat.Bounds(), img, img.Bounds().Min, draw.Over)
	var b bytes.Buffer
	if png.Encode(&b, flat) != nil {
		return nil
	}
	return p.register("PNG", b.Bytes(), flat.Bounds().Dx(), flat.Bounds().Dy())
}

// photo returns an uploaded picture, nil when it cannot be drawn.
func (p *pen) photo(file []byte) *picture {
	if !decodable(file) {
		return nil
	}
	config, kind, err := image.DecodeConfig(bytes.NewReader(file))
	if err != nil {
		return nil
	}
	if kind != "jpeg" || config.ColorModel != stdcolor.YCbCrModel && config.ColorModel != stdcolor.GrayModel {
		if file = plainJPEG(file); file == nil {
			return nil
		}
	}
	return p.register("JPEG", file, config.Width, config.Height)
}

func decodable(file []byte) bool {
	c, _, err := image.DecodeConfig(bytes.NewReader(file))
	return err == nil && c.Width > 0 && c.Height > 0 && c.Width <= maxPixels/c.Height
}

// plainJPEG writes any picture as a JPEG in the colours that the file declares.
func plainJPEG(file []byte) []byte {
	img, _, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		return nil
	}
	var b bytes.Buffer
	if jpeg.Encode(&b, img, &jpeg.Options{Quality: 88}) != nil {
		return nil
	}
	return b.Bytes()
}

func (p *pen) register(kind string, file []byte, width, height int) *picture {
	name := hex.EncodeToString(hash(file)) // the same picture twice is one object
	p.sheet.RegisterImageOptionsReader(name, gofpdf.ImageOptions{ImageType: kind}, bytes.NewReader(file))
	if p.sheet.Err() {
		p.sheet.ClearError()
		return nil
	}
	return &picture{p: p, name: name, kind: kind, width: float64(width), height: float64(height)}
}

// fit returns the width at which the picture fits a box, in points. Pictures
// are not enlarged beyond 96 pixels to the inch.
func (i *picture) fit(w, h float64) float64 {
	return min(w, h*i.width/i.height, i.width*0.75)
}

// tall is the height of the picture at a width.
func (i *picture) tall(w float64) float64 { return w * i.height / i.width }

func (i *picture) draw(x, y, w float64) {
	i.p.sheet.ImageOptions(i.name, x, y, w, i.tall(w), false, gofpdf.ImageOptions{ImageType: i.kind}, 0, "")
}
