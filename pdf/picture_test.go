package pdf_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"slices"
	"strings"
	"testing"

	"github.com/sealform/sealform/pdf"
)

func picture(w, h int) image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.Set(x, y, color.NRGBA{uint8(x), uint8(y), 140, uint8(255 - x/4)})
		}
	}
	return img
}

func jpegOf(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pngOf(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// jpegWithComment is a photo with text of the client's choice inside.
func jpegWithComment(t testing.TB, text string) []byte {
	b := jpegOf(t, picture(80, 60))
	comment := append([]byte{0xFF, 0xFE, byte((len(text) + 2) >> 8), byte(len(text) + 2)}, text...)
	return slices.Concat(b[:2], comment, b[2:])
}

func TestPicturesAreDrawnAndBrokenOnesSayso(t *testing.T) {
	d := sample(t, "overseas-storage-consent")
	d.Logo = pngOf(t, picture(300, 120))
	cut := jpegOf(t, picture(400, 300))
	d.Photos = []pdf.Photo{
		{Caption: "Front of the card", JPEG: jpegOf(t, picture(900, 600))},
		{Caption: "A picture in another format", JPEG: pngOf(t, picture(60, 90))},
		{Caption: "Not a picture", JPEG: []byte("GIF89a?")},
		{Caption: "Cut off", JPEG: cut[:40]},
		{Caption: "Huge", JPEG: hugeJPEG()},
	}
	path := file(t, render(t, d, newAuthority(t).Seal()))
	wants(t, judge(t, "pdftotext", "-layout", path, "-"),
		"Front of the card", "A picture in another format", "Not a picture", "Cut off", "Huge", "This picture could not be drawn here.")
	list := judge(t, "pdfimages", "-list", path)
	if got := strings.Count(list, "\n") - 2; got != 3 {
		t.Errorf("%d images drawn, want the logo and two photos:\n%s", got, list)
	}
	wants(t, judge(t, "qpdf", "--check", path), "No syntax or stream encoding errors found")
}

// hugeJPEG claims 60,000 by 60,000 pixels in a few bytes.
func hugeJPEG() []byte {
	return []byte{0xFF, 0xD8, 0xFF, 0xC0, 0, 17, 8, 0xEA, 0x60, 0xEA, 0x60, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1, 0xFF, 0xD9}
}

func TestBrokenLogoCostsNothingButItself(t *testing.T) {
	d := sample(t, "overseas-storage-consent")
	for _, logo := range [][]byte{[]byte("<svg/>"), pngOf(t, picture(9, 9))[:50], hugeJPEG()} {
		d.Logo = logo
		render(t, d, nil)
	}
}
