package pdf

// A color is the PDF operator that sets it for text, and its parts for gofpdf.
type color struct {
	operator string
	r, g, b  int
}

// The palette: dark enough for WCAG AA on white wherever text uses it, and
// distinct when printed in grey.
var (
	ink    = color{"0.106 0.141 0.188 rg ", 27, 36, 48}
	soft   = color{"0.333 0.376 0.431 rg ", 85, 96, 110}
	accent = color{"0.106 0.318 0.412 rg ", 27, 81, 105}
	rule   = color{"0.835 0.855 0.882 rg ", 213, 218, 225}
	tint   = color{"0.953 0.965 0.976 rg ", 243, 246, 249}
	pencil = color{"0.063 0.125 0.361 rg ", 16, 32, 92}
)

// A style is how text is set; lengths are in points.
type style struct {
	weight weight
	size   float64
	lead   float64 // from line to line
	color  color
}

// The scale of type, from the title down.
var (
	titleStyle    = style{bold, 21, 26, ink}
	sectionStyle  = style{bold, 13, 18, accent}
	groupStyle    = style{bold, 9.5, 13, ink}
	bodyStyle     = style{regular, 9.5, 14, ink}
	strongStyle   = style{bold, 9.5, 14, ink}
	questionStyle = style{regular, 9, 12.5, soft}
	answerStyle   = style{regular, 9.5, 12.5, ink}
	absentStyle   = style{regular, 9.5, 12.5, soft}
	labelStyle    = style{regular, 7.5, 11, soft}
	valueStyle    = style{bold, 9.5, 13, ink}
	smallStyle    = style{regular, 8, 11.5, soft}
	nameStyle     = style{bold, 13, 17, accent}
	typedStyle    = style{regular, 20, 26, pencil}
)

// Margins of the body, in points.
const (
	sideMargin   = 58
	firstTop     = 50
	laterTop     = 78
	bottomMargin = 66
)
