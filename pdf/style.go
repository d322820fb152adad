package pdf

// A style is how text is set; lengths are in points.
type style struct {
	weight weight
	size   float64
	lead   float64 // from line to line
	color  color
}

// in returns the style in another colour.
func (s style) in(c color) style {
	s.color = c
	return s
}

// The scale of type, from the title down.
var (
	titleStyle    = style{bold, 21, 26, ink}
	sectionStyle  = style{bold, 13, 18, house}
	groupStyle    = style{bold, 9.5, 13, ink}
	bodyStyle     = style{regular, 9.5, 14, ink}
	strongStyle   = style{bold, 9.5, 14, ink}
	questionStyle = style{regular, 9, 12.5, soft}
	answerStyle   = style{regular, 9.5, 12.5, ink}
	absentStyle   = style{regular, 9.5, 12.5, soft}
	labelStyle    = style{regular, 7.5, 11, soft}
	valueStyle    = style{bold, 9.5, 13, ink}
	smallStyle    = style{regular, 8, 11.5, soft}
	nameStyle     = style{bold, 13, 17, house}
	typedStyle    = style{regular, 20, 26, pencil}
)

// Margins of the body, in points.
const (
	sideMargin   = 58
	firstTop     = 50
	laterTop     = 78
	bottomMargin = 66
)
