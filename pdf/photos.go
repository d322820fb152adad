package pdf

import "fmt"

// figure draws a picture with words for those who cannot see it.
func (p *pen) figure(img *picture, alt string, x, top, w float64) *node {
	n := p.root.under("Figure")
	n.alt = clean(alt)
	n.attributes = p.figureBox(x, top, w, img.tall(w))
	p.tagged(n, func() { img.draw(x, top, w) })
	return n
}

// figureBox is the attribute that tells readers where a figure is.
func (p *pen) figureBox(x, top, w, h float64) string {
	return fmt.Sprintf("/A<</O/Layout/Placement/Block/BBox[%.1f %.1f %.1f %.1f]>>", x, p.height-top-h, x+w, p.height-top)
}

// photos draws the uploaded pictures, each with its caption: side by side, but
// one that is tall and detailed, which is a letter more often than not, large
// enough to be read.
func (p *pen) photos(photos []Photo) {
	if len(photos) == 0 {
		return
	}
	all := make([]shot, len(photos))
	for i, photo := range photos {
		all[i] = p.shot(photo)
	}
	p.space(22)
	p.heading("H2", p.say.Word("Photos"), sectionStyle.in(p.accent), max(170, 13+all[0].h+height(all[0].caption)))
	p.y += 8
	var pair []shot
	for _, s := range all {
		if len(pair) == 2 || len(pair) == 1 && s.large {
			p.shots(pair)
			pair = nil
		}
		pair = append(pair, s)
		if s.large {
			p.shots(pair)
			pair = nil
		}
	}
	p.shots(pair)
}

const (
	photoGap    = 18
	photoHeight = 260 // the most that one of a pair is tall
)

// A shot is a photo ready to be drawn.
type shot struct {
	picture *picture // nil when it cannot be drawn
	alt     string
	w, h    float64
	caption []set
	large   bool
}

func (p *pen) shot(photo Photo) shot {
	const detailed, tall = 1000, 1.2
	width := p.right - p.left
	s := shot{picture: p.photo(photo.JPEG), alt: p.say.Say("Photo: %s", photo.Caption)}
	if i := s.picture; i != nil && i.height >= detailed && i.height > i.width*tall {
		s.large = true
		s.w = i.fit(width, (p.bottom-laterTop)*0.84)
	} else if width = (width - photoGap) / 2; i != nil {
		s.w = i.fit(width, photoHeight)
	}
	s.caption = p.sets(photo.Caption, smallStyle, width)
	if s.picture == nil {
		s.caption = append(s.caption, p.sets(p.say.Word("This picture could not be drawn here."), absentStyle, width)...)
		return s
	}
	s.h = s.picture.tall(s.w)
	return s
}

// shots draws photos side by side, their upper edges on one line.
func (p *pen) shots(row []shot) {
	const captionGap, rowGap = 5, 16
	tall := 0.0
	for _, s := range row {
		tall = max(tall, s.h+captionGap+height(s.caption))
	}
	p.need(tall)
	top := p.y
	for i, s := range row {
		x := p.left + float64(i)*(p.right-p.left+photoGap)/2
		owner := p.root
		if s.picture != nil {
			owner = p.figure(s.picture, s.alt, x, top, s.w)
			p.artifact(func() { p.frame(rule, x, top, s.w, s.h) })
		}
		p.stack(owner.under("Caption"), s.caption, x, top+s.h+captionGap)
	}
	p.y = top + tall + rowGap
}

// frame draws the border of a rectangle, without which a photo of white paper
// has no edge.
func (p *pen) frame(c color, x, y, w, h float64) {
	p.sheet.SetDrawColor(c.r, c.g, c.b)
	p.sheet.SetLineWidth(0.5)
	p.sheet.Rect(x, y, w, h, "D")
}
