package practice

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/lazyregexp"
)

// A Colour is a practice's own, as 0xRRGGBB.
type Colour uint32

// readable is the least contrast of text (WCAG 2.2, 1.4.3).
const readable = 4.5

// The grounds of the style sheets, light and dark: text of the colour stands
// on each.
var (
	lightGrounds = []Colour{0xffffff, 0xf1f6f6}
	darkGrounds  = []Colour{0x111c1f, 0x18272b}
)

var sixDigits = lazyregexp.New(`^#?[0-9a-fA-F]{6}$`)

// ParseColour reads "#0a5c62", with or without the sign. A colour that cannot
// be read on white is fault.Invalid.
func ParseColour(text string) (Colour, error) {
	text = strings.TrimSpace(text)
	if !sixDigits().MatchString(text) {
		return 0, fault.New(fault.Invalid, "Write the colour as # and six digits or letters a to f, such as #0a5c62.")
	}
	n, err := strconv.ParseUint(strings.TrimPrefix(text, "#"), 16, 32)
	if err != nil {
		return 0, err
	}
	c := Colour(n)
	for _, ground := range lightGrounds {
		if Contrast(c, ground) < readable {
			return 0, fault.New(fault.Invalid, "This colour is too light to read on white. Choose a darker one.")
		}
	}
	return c, nil
}

// String is the colour as ParseColour reads it, and as style sheets do.
func (c Colour) String() string { return fmt.Sprintf("#%06x", uint32(c)) }

// Contrast is the ratio of two colours' luminances, from 1 to 21 (WCAG 2.2).
func Contrast(a, b Colour) float64 {
	x, y := a.luminance(), b.luminance()
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func (c Colour) luminance() float64 {
	linear := func(shift uint) float64 {
		v := float64(c>>shift&0xff) / 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(16) + 0.7152*linear(8) + 0.0722*linear(0)
}

// mix returns c with share parts in a hundred of other.
func (c Colour) mix(other Colour, share int) (mixed Colour) {
	for _, shift := range []uint{16, 8, 0} {
		a, b := int(c>>shift&0xff), int(other>>shift&0xff)
		mixed |= Colour((a*(100-share)+b*share)/100) << shift
	}
	return mixed
}

// Shades are what a style sheet makes of one colour.
type Shades struct{ Brand, Deep, OnBrand, Tint Colour }

// Light returns the shades for light pages.
func (c Colour) Light() Shades {
	return Shades{Brand: c, Deep: c.mix(0, 25), OnBrand: 0xffffff, Tint: c.mix(0xffffff, 90)}
}

// Dark returns the shades for dark pages: the colour made lighter until it can
// be read there.
func (c Colour) Dark() Shades {
	brand := c
	for share := 0; share <= 100; share += 2 {
		brand = c.mix(0xffffff, share)
		if Contrast(brand, darkGrounds[0]) >= readable+1 && Contrast(brand, darkGrounds[1]) >= readable+1 {
			break
		}
	}
	return Shades{Brand: brand, Deep: brand.mix(0xffffff, 30), OnBrand: darkGrounds[0], Tint: darkGrounds[0].mix(brand, 14)}
}

// Sheet is the style sheet that puts the colour in place of Sealform's own.
func (c Colour) Sheet() string {
	rule := func(s Shades) string {
		return fmt.Sprintf(":root{--brand:%s;--brand-deep:%s;--on-brand:%s;--tint:%s}", s.Brand, s.Deep, s.OnBrand, s.Tint)
	}
	return rule(c.Light()) + "\n@media (prefers-color-scheme:dark){" + rule(c.Dark()) + "}\n"
}
