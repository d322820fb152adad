package pdf

import (
	"fmt"
	"math"
)

// A color is the PDF operator that sets it for text, and its parts for gofpdf.
type color struct {
	operator string
	r, g, b  int
}

func rgb(r, g, b int) color {
	return color{fmt.Sprintf("%.3f %.3f %.3f rg ", float64(r)/255, float64(g)/255, float64(b)/255), r, g, b}
}

// The palette: dark enough for WCAG AA on white wherever text uses it, and
// distinct when printed in grey.
var (
	ink    = rgb(27, 36, 48)
	soft   = rgb(85, 96, 110)
	house  = rgb(27, 81, 105) // of headings, for a practice that names no colour
	rule   = rgb(213, 218, 225)
	tint   = rgb(243, 246, 249)
	pencil = rgb(16, 32, 92)
)

// accent returns the practice's colour, written as #rrggbb, darkened as far as
// text of it needs to be read on white; the usual one when there is none.
func accent(practice string) color {
	var r, g, b int
	if n, err := fmt.Sscanf(practice, "#%02x%02x%02x", &r, &g, &b); err != nil || n != 3 || len(practice) != len("#rrggbb") {
		return house
	}
	const least = 4.5 // WCAG 2.2, 1.4.3
	for contrastOnWhite(r, g, b) < least {
		r, g, b = r*9/10, g*9/10, b*9/10
	}
	return rgb(r, g, b)
}

// contrastOnWhite is the contrast ratio of WCAG 2.2.
func contrastOnWhite(r, g, b int) float64 {
	linear := func(part int) float64 {
		v := float64(part) / 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 1.05 / (0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b) + 0.05)
}
