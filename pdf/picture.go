package pdf

import (
	"bytes"
	"fmt"
	"image"
	stdcolor "image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"strconv"

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
	p.pictures++
	name := "picture" + strconv.Itoa(p.pictures)
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

// figure draws a picture with words for those who cannot see it.
func (p *pen) figure(img *picture, alt string, x, top, w float64) {
	n := p.root.under("Figure")
	n.alt = clean(alt)
	n.attributes = p.figureBox(x, top, w, img.tall(w))
	p.tagged(n, func() { img.draw(x, top, w) })
}

// figureBox is the attribute that tells readers where a figure is.
func (p *pen) figureBox(x, top, w, h float64) string {
	return fmt.Sprintf("/A<</O/Layout/Placement/Block/BBox[%.1f %.1f %.1f %.1f]>>", x, p.height-top-h, x+w, p.height-top)
}

// photos draws the uploaded pictures, each with its caption.
func (p *pen) photos(photos []Photo) {
	if len(photos) == 0 {
		return
	}
	p.space(20)
	p.heading("H2", "Photos", sectionStyle, 200)
	for _, photo := range photos {
		p.space(8)
		p.onePhoto(photo)
	}
}

func (p *pen) onePhoto(photo Photo) {
	caption := p.sets(photo.Caption, smallStyle, p.right-p.left)
	img := p.photo(photo.JPEG)
	if img == nil {
		p.flow(p.root.under("P"), append(caption, p.sets("This picture could not be drawn here.", absentStyle, p.right-p.left)...), p.left)
		return
	}
	w := img.fit(p.right-p.left, (p.bottom-laterTop)*0.62)
	h := img.tall(w)
	p.need(h + 6 + height(caption))
	p.figure(img, "Photo: "+photo.Caption, p.left, p.y, w)
	p.y += h + 6
	p.flow(p.root.under("Caption"), caption, p.left)
}
