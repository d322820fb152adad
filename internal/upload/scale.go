package upload

import (
	"image"
	"image/draw"
)

// fitted draws the picture on white, no side longer than maxSide.
func fitted(img image.Image) *image.RGBA {
	w, h := img.Bounds().Dx(), img.Bounds().Dy()
	if long := max(w, h); long > maxSide {
		w, h = max(1, w*maxSide/long), max(1, h*maxSide/long)
	}
	return shrunk(img, w, h)
}

// shrunk averages the picture down to w by h pixels, each the mean of exactly
// the area it stands for. It takes one line of the picture at a time, so that
// it needs no memory beside the result.
//
// Areas are counted in parts so small that they divide both pictures: a pixel
// of the large one is w parts wide, one of the small one as many as the large
// picture has pixels.
func shrunk(img image.Image, w, h int) *image.RGBA {
	from := img.Bounds()
	wide, tall := from.Dx(), from.Dy()
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	line := image.NewRGBA(image.Rect(0, 0, wide, 1))
	folded, sums := make([]uint64, 4*w), make([]uint64, 4*w)
	row, room := 0, tall // room: parts that the row of the result still lacks
	for y := range tall {
		draw.Draw(line, line.Rect, image.White, image.Point{}, draw.Src)
		draw.Draw(line, line.Rect, img, image.Pt(from.Min.X, from.Min.Y+y), draw.Over)
		fold(folded, line.Pix, w, wide)
		now := min(h, room)
		add(sums, folded, now)
		if room -= now; room > 0 {
			continue
		}
		for i, sum := range sums {
			out.Pix[row*out.Stride+i] = uint8((sum + uint64(wide*tall)/2) / uint64(wide*tall))
		}
		clear(sums)
		add(sums, folded, h-now)
		row, room = row+1, tall-(h-now)
	}
	return out
}

func add(sums, folded []uint64, parts int) {
	for i, v := range folded {
		sums[i] += v * uint64(parts)
	}
}

// fold adds the pixels of a line up to w of them.
func fold(folded []uint64, pixels []uint8, w, wide int) {
	clear(folded)
	to, room := 0, wide
	for at := 0; at < len(pixels); at += 4 {
		now := min(w, room)
		for c, v := range pixels[at : at+4] {
			folded[to+c] += uint64(v) * uint64(now)
		}
		if room -= now; room > 0 {
			continue
		}
		to, room = to+4, wide
		if rest := w - now; rest > 0 {
			for c, v := range pixels[at : at+4] {
				folded[to+c] += uint64(v) * uint64(rest)
			}
			room -= rest
		}
	}
}
