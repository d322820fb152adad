package forms

// A BlockKind says what a Block is.
type BlockKind string

// The kinds of block.
const (
	Paragraph BlockKind = "para"
	Heading   BlockKind = "heading"
	List      BlockKind = "list"
	Ordered   BlockKind = "ordered"
	Quote     BlockKind = "quote"
)

// A Block is a piece of rich text.
type Block struct {
	Kind  BlockKind
	Level int       // of a heading, 1 to 6; of an ordered list, its first number
	Spans []Span    // of a paragraph or heading
	Items [][]Block // of a list or quote (a quote has one)
}

// A Span is a run of text in one style. A hard line break is "\n".
type Span struct {
	Text         string
	Strong, Emph bool
	URL          string // http or https, "" for no link
}

// Markdown reads CommonMark without raw HTML and images.
func Markdown(md string) []Block { return nil }
