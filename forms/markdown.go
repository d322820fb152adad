package forms

import (
	"bufio"
	"html"
	"net/url"
	"strings"
	"sync"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	render "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
)

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
	Items [][]Block // of a list; a quote has one
}

// A Span is a run of text in one style. A hard line break is a span "\n".
type Span struct {
	Text         string
	Strong, Emph bool
	URL          string // http or https, "" for no link
}

// maxQuotes is how deep quotes and lists may stand in each other; what is
// deeper is left out.
const maxQuotes = 8

var markdown = sync.OnceValue(func() parser.Parser { return goldmark.New().Parser() })

// Markdown reads CommonMark. Raw HTML and rules are left out, images become
// their descriptions, code becomes text, and links that are not http or https
// keep only their words.
func Markdown(md string) []Block {
	src := []byte(md)
	return blocks(markdown().Parse(text.NewReader(src)), src, 0)
}

func blocks(parent ast.Node, src []byte, depth int) []Block {
	var out []Block
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		var b Block
		switch n := n.(type) {
		case *ast.Paragraph, *ast.TextBlock:
			b = Block{Kind: Paragraph, Spans: spans(n, src)}
		case *ast.Heading:
			b = Block{Kind: Heading, Level: n.Level, Spans: spans(n, src)}
		case *ast.CodeBlock, *ast.FencedCodeBlock:
			b = Block{Kind: Paragraph, Spans: codeLines(n, src)}
		case *ast.List:
			b = Block{Kind: List}
			if n.IsOrdered() {
				b.Kind, b.Level = Ordered, n.Start
			}
			for li := n.FirstChild(); li != nil && depth < maxQuotes; li = li.NextSibling() {
				b.Items = append(b.Items, blocks(li, src, depth+1))
			}
		case *ast.Blockquote:
			b = Block{Kind: Quote}
			if depth < maxQuotes {
				b.Items = [][]Block{blocks(n, src, depth+1)}
			}
		}
		if len(b.Spans) > 0 || len(b.Items) > 0 {
			out = append(out, b)
		}
	}
	return out
}

func codeLines(n ast.Node, src []byte) []Span {
	var out []Span
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		if i > 0 {
			out = append(out, Span{Text: "\n"})
		}
		out = append(out, Span{Text: strings.TrimRight(string(line.Value(src)), "\n")})
	}
	return out
}

// spans walks the inline nodes of a block.
func spans(block ast.Node, src []byte) []Span {
	s := &spanner{src: src}
	s.children(block, Span{})
	return s.out
}

type spanner struct {
	src   []byte
	out   []Span
	depth int
}

// add appends text, to the last span where the style is the same.
func (s *spanner) add(style Span, text string) {
	if text == "" {
		return
	}
	if i := len(s.out) - 1; i >= 0 && text != "\n" && s.out[i].Text != "\n" {
		last := s.out[i]
		if last.Strong == style.Strong && last.Emph == style.Emph && last.URL == style.URL {
			s.out[i].Text += text
			return
		}
	}
	style.Text = text
	s.out = append(s.out, style)
}

func (s *spanner) children(n ast.Node, style Span) {
	if s.depth++; s.depth <= maxNesting {
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			s.inline(c, style)
		}
	}
	s.depth--
}

func (s *spanner) inline(n ast.Node, style Span) {
	switch n := n.(type) {
	case *ast.Text:
		s.add(style, unescape(string(n.Segment.Value(s.src))))
		switch {
		case n.HardLineBreak():
			s.add(style, "\n")
		case n.SoftLineBreak():
			s.add(style, " ")
		}
		return
	case *ast.String:
		s.add(style, unescape(string(n.Value)))
		return
	case *ast.CodeSpan:
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			if t, ok := c.(*ast.Text); ok {
				s.add(style, strings.ReplaceAll(string(t.Segment.Value(s.src)), "\n", " "))
			}
		}
		return
	case *ast.AutoLink:
		style.URL = safeURL(string(n.URL(s.src)))
		s.add(style, string(n.Label(s.src)))
		return
	case *ast.RawHTML:
		return
	case *ast.Emphasis:
		style.Strong, style.Emph = style.Strong || n.Level > 1, style.Emph || n.Level == 1
	case *ast.Link:
		style.URL = safeURL(unescape(string(n.Destination)))
	}
	s.children(n, style)
}

// unescape resolves backslashes and entities as the HTML renderer does.
func unescape(s string) string {
	if !strings.ContainsAny(s, "\\&\x00") {
		return s
	}
	var b strings.Builder
	w := bufio.NewWriter(&b)
	render.DefaultWriter.Write(w, []byte(s))
	w.Flush()
	return strings.Map(func(c rune) rune {
		if forbidden(c) {
			return -1
		}
		return c
	}, html.UnescapeString(b.String()))
}

// safeURL returns the address if it leads to a web page, else "".
func safeURL(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return ""
	}
	return u.String()
}
