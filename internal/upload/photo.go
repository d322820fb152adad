package upload

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"time"

	"github.com/gen2brain/heic"
	"golang.org/x/image/webp"
	"golang.org/x/sync/semaphore"

	"github.com/sealform/sealform/internal/fault"
)

const (
	maxSide   = 2000 // of what is kept: a letter of A4 is readable at it
	maxPixels = 50_000_000
	quality   = 82

	// What all photos being decoded at once may take, and so also the most one
	// may: a small file can claim a huge picture.
	maxMemory = 256 << 20
	maxWait   = time.Minute
)

// memory is held by photos while they are decoded.
var memory = semaphore.NewWeighted(maxMemory)

// A format is one kind of photo. Cost is the bytes that decoding takes for each
// pixel, from its head.
type format struct {
	config  func([]byte) (image.Config, error)
	decode  func([]byte) (image.Image, error)
	cost    func(head []byte, c image.Config) int
	upright bool // the decoder turns the picture itself
}

var formats = map[string]format{
	JPEG: {
		config: func(b []byte) (image.Config, error) { return jpeg.DecodeConfig(bytes.NewReader(b)) },
		decode: func(b []byte) (image.Image, error) { return jpeg.Decode(bytes.NewReader(b)) },
		cost: func(b []byte, _ image.Config) int {
			if baseline(b) {
				return 4
			}
			return 16 // a progressive one keeps every coefficient until its last scan
		},
	},
	PNG: {
		config: func(b []byte) (image.Config, error) { return png.DecodeConfig(bytes.NewReader(b)) },
		decode: func(b []byte) (image.Image, error) { return png.Decode(bytes.NewReader(b)) },
		cost: func(_ []byte, c image.Config) int {
			switch c.ColorModel {
			case color.RGBA64Model, color.NRGBA64Model:
				return 8
			}
			return 4
		},
	},
	WebP: {
		config: func(b []byte) (image.Config, error) { return webp.DecodeConfig(bytes.NewReader(b)) },
		decode: func(b []byte) (image.Image, error) { return webp.Decode(bytes.NewReader(b)) },
		cost:   func([]byte, image.Config) int { return 8 },
	},
	HEIC: {
		config:  func(b []byte) (image.Config, error) { return heic.DecodeConfig(bytes.NewReader(b)) },
		decode:  func(b []byte) (image.Image, error) { return heic.Decode(bytes.NewReader(b)) },
		cost:    func([]byte, image.Config) int { return 10 },
		upright: true,
	},
}

// remake decodes a photo, turns it upright, makes it no larger than it need be
// and writes it as a JPEG, in which nothing else of the file is left.
func remake(ctx context.Context, kind string, file []byte) (_ []byte, err error) {
	// HEIC is read in a sandbox, or not at all: a library of the system would
	// read a stranger's file within this process.
	if kind == HEIC && heic.Dynamic() == nil {
		return nil, fault.New(fault.Unsupported, "Photos in HEIC cannot be used here. Send the photo as a JPEG.")
	}
	f := formats[kind]
	c, err := f.config(file)
	if err != nil || c.Width < 1 || c.Height < 1 {
		return nil, errBroken
	}
	need := int64(c.Width) * int64(c.Height) * int64(f.cost(file, c))
	if c.Width > maxPixels/c.Height || need > maxMemory {
		return nil, fault.New(fault.TooLarge, "That photo has too many pixels. Take it again with an ordinary setting of the camera, or make it smaller.")
	}
	ctx, cancel := context.WithTimeout(ctx, maxWait)
	defer cancel()
	if memory.Acquire(ctx, need) != nil {
		return nil, errBusy
	}
	defer memory.Release(need)
	defer func() {
		if recover() != nil { // a decoder that trips over a file refuses it
			err = errBroken
		}
	}()
	img, err := f.decode(file)
	if err != nil {
		return nil, errBroken
	}
	turn := 1
	if !f.upright {
		turn = orientation(kind, file)
	}
	var out bytes.Buffer
	err = jpeg.Encode(&out, upright(fitted(img), turn), &jpeg.Options{Quality: quality})
	return out.Bytes(), err
}

var errBroken = fault.New(fault.Invalid, "That photo is damaged and cannot be opened. Take it again, or choose another file.")

// baseline reports whether a JPEG is surely written in one scan (SOF0, SOF1).
func baseline(file []byte) bool {
	found := false
	segments(file, func(marker byte, _ []byte) bool {
		found = marker == 0xC0 || marker == 0xC1
		return !found && marker != 0xC2
	})
	return found
}

// upright turns and mirrors a picture by its orientation (Exif 3.0, 4.6.5).
func upright(in *image.RGBA, orientation int) *image.RGBA {
	if orientation < 2 || orientation > 8 {
		return in
	}
	w, h := in.Rect.Dx(), in.Rect.Dy()
	size := image.Rect(0, 0, w, h)
	if orientation >= 5 {
		size = image.Rect(0, 0, h, w)
	}
	out := image.NewRGBA(size)
	for y := range h {
		for x := range w {
			var tx, ty int
			switch orientation {
			case 2:
				tx, ty = w-1-x, y
			case 3:
				tx, ty = w-1-x, h-1-y
			case 4:
				tx, ty = x, h-1-y
			case 5:
				tx, ty = y, x
			case 6:
				tx, ty = h-1-y, x
			case 7:
				tx, ty = h-1-y, w-1-x
			case 8:
				tx, ty = y, w-1-x
			}
			from, to := in.PixOffset(x, y), out.PixOffset(tx, ty)
			copy(out.Pix[to:to+4], in.Pix[from:from+4])
		}
	}
	return out
}
