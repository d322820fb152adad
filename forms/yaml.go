package forms

import (
	"fmt"
	"maps"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Bounds of one template file. They keep a hostile file from taking more than
// a moment and some tens of megabytes.
const (
	maxBytes   = 2 << 20
	maxMarks   = 300_000 // YAML punctuation, which bounds the lexer's tokens; a Questionnaire of 2 MB in lines has as much
	maxTokens  = 150_000 // for the parser; 800 questions with five options each are 100,000
	maxNesting = 40      // the YAML parser is quadratic in it
	maxNodes   = 100_000 // after aliases are followed
	maxKeys    = 2500    // of one table, such as one translation: the parser is quadratic in them too
)

type nodeKind int

const (
	empty nodeKind = iota
	scalar
	list
	table
)

// A node is YAML without its spelling: anchors followed, scalars as written,
// so that 1.10 stays 1.10.
type node struct {
	kind   nodeKind
	line   int
	text   string // of a scalar
	quoted bool
	list   []*node
	keys   []pair // of a table, in file order, each key once
	size   int    // nodes within, itself included
}

type pair struct {
	key   string
	line  int
	value *node
}

func (n *node) get(key string) *node {
	for _, p := range n.keys {
		if p.key == key {
			return p.value
		}
	}
	return nil
}

// readYAML returns the root of the only document in src.
func readYAML(src string) (n *node, err *Error) {
	defer func() {
		if recover() != nil { // the YAML parser is not ours, and files come from outside
			n, err = nil, &Error{Text: "this is not YAML that can be read; check indentation and quotes"}
		}
	}()
	if len(src) > maxBytes {
		return nil, &Error{Text: "the file is larger than 2 MB; split the form"}
	}
	if marks := countMarks(src); marks > maxMarks {
		return nil, &Error{Text: fmt.Sprintf("the file holds %d YAML marks, more than %d; split the form", marks, maxMarks)}
	}
	tokens := lexer.Tokenize(src)
	if len(tokens) > maxTokens {
		return nil, &Error{Text: fmt.Sprintf("the file holds more than %d words and marks of YAML; split the form", maxTokens)}
	}
	if err := checkTokens(tokens); err != nil {
		return nil, err
	}
	if err := checkKeys(tokens); err != nil {
		return nil, err
	}
	file, bad := parser.Parse(tokens, 0)
	if bad != nil {
		return nil, yamlError(bad)
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return nil, &Error{Text: "the file is empty; begin with form: and a name"}
	}
	c := converter{anchors: map[string]*node{}}
	n = c.node(file.Docs[0].Body)
	if c.err != nil {
		return nil, c.err
	}
	return n, nil
}

func countMarks(src string) int {
	marks := 0
	for i := range len(src) {
		switch src[i] {
		case '[', ']', '{', '}', ',', ':', '&', '*', '?', '!', '-', '#', '"', '\'':
			marks++
		}
	}
	return marks
}

// checkTokens refuses what would cost the parser too much, or what a form has
// no use for.
func checkTokens(tokens token.Tokens) *Error {
	open, inline, line, documents := 0, 0, 0, 0
	for _, tk := range tokens {
		if tk.Position.Line != line {
			line, inline = tk.Position.Line, 0
		}
		switch tk.Type {
		case token.MappingStartType, token.SequenceStartType:
			open++
		case token.MappingEndType, token.SequenceEndType:
			open--
		case token.SequenceEntryType, token.MappingValueType:
			if open == 0 {
				inline++
			}
		case token.AnchorType, token.TagType, token.MappingKeyType:
			inline++
		case token.DocumentHeaderType, token.DocumentEndType:
			documents++
		}
		if tk.Type == token.TagType {
			return &Error{Line: line, Text: fmt.Sprintf("%s is a YAML tag; put text that begins with ! in quotes", tk.Value)}
		}
		if open > maxNesting || inline > maxNesting {
			return &Error{Line: line, Text: "brackets or lists are nested too deeply"}
		}
		if documents > 1 {
			return &Error{Line: line, Text: "a second document begins here; write one form a file"}
		}
	}
	return nil
}

// checkKeys refuses tables with more keys than any form has.
func checkKeys(tokens token.Tokens) *Error {
	var open []int            // keys so far of each bracket that is open
	indented := map[int]int{} // and of each table written in lines, by its column
	line := 0
	for _, tk := range tokens {
		if at := tk.Position; at.Line != line && len(open) == 0 {
			line = at.Line
			maps.DeleteFunc(indented, func(column, _ int) bool { return column > at.Column })
		}
		keys := 0
		switch tk.Type {
		case token.MappingStartType, token.SequenceStartType:
			open = append(open, 0)
		case token.MappingEndType, token.SequenceEndType:
			open = open[:max(len(open)-1, 0)]
		case token.MappingValueType:
			if n := len(open); n > 0 {
				open[n-1]++
				keys = open[n-1]
			} else if tk.Prev != nil {
				indented[tk.Prev.Position.Column]++
				keys = indented[tk.Prev.Position.Column]
			}
		}
		if keys > maxKeys {
			return &Error{Line: tk.Position.Line, Text: fmt.Sprintf("more than %d keys stand in one table; split the form", maxKeys)}
		}
	}
	return nil
}

// yamlError keeps the sentence and line of the parser's error, without its
// picture of the source.
func yamlError(err error) *Error {
	e := &Error{Text: err.Error()}
	if at, ok := err.(interface {
		GetToken() *token.Token
		GetMessage() string
	}); ok {
		e.Text = at.GetMessage()
		if tk := at.GetToken(); tk != nil && tk.Position != nil {
			e.Line = tk.Position.Line
		}
	}
	e.Text, _, _ = strings.Cut(e.Text, "\n")
	e.Text = "this is not YAML that can be read: " + e.Text + "; check indentation and quotes"
	return e
}

// A converter turns the parser's tree into nodes, following aliases.
type converter struct {
	anchors map[string]*node
	nodes   int
	err     *Error
}

func (c *converter) fail(n ast.Node, format string, args ...any) *node {
	if c.err == nil {
		c.err = &Error{Line: n.GetToken().Position.Line, Text: fmt.Sprintf(format, args...)}
	}
	return &node{size: 1}
}

func (c *converter) count(n ast.Node, size int) {
	if c.nodes += size; c.nodes > maxNodes {
		c.fail(n, "the form is larger than %d values once its aliases are followed", maxNodes)
	}
}

func (c *converter) node(n ast.Node) *node {
	if c.err != nil {
		return &node{size: 1}
	}
	switch n := n.(type) {
	case *ast.AnchorNode:
		name := n.Name.GetToken().Value
		v := c.node(n.Value)
		c.anchors[name] = v
		return v
	case *ast.AliasNode:
		v := c.anchors[n.Value.GetToken().Value]
		if v == nil {
			return c.fail(n, "*%s has no &%s before it", n.Value.GetToken().Value, n.Value.GetToken().Value)
		}
		c.count(n, v.size)
		return v
	}
	c.count(n, 1)
	out := &node{line: n.GetToken().Position.Line, size: 1}
	switch n := n.(type) {
	case *ast.MappingNode:
		out.kind = table
		for _, v := range n.Values {
			c.pair(out, v)
		}
	case *ast.MappingValueNode:
		out.kind = table
		c.pair(out, n)
	case *ast.SequenceNode:
		out.kind = list
		for _, v := range n.Values {
			item := c.node(v)
			out.list = append(out.list, item)
			out.size += item.size
		}
	case *ast.NullNode:
	case *ast.LiteralNode:
		out.kind, out.text, out.quoted = scalar, n.Value.Value, true
	case *ast.StringNode:
		out.kind, out.text = scalar, n.Value
		out.quoted = n.Token.Type == token.DoubleQuoteType || n.Token.Type == token.SingleQuoteType
	case *ast.BoolNode, *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		out.kind, out.text = scalar, n.GetToken().Value
	default:
		return c.fail(n, "%s is YAML that forms do not use; write it plainly", n.Type())
	}
	return out
}

func (c *converter) pair(out *node, v *ast.MappingValueNode) {
	switch v.Key.(type) {
	case *ast.MergeKeyNode, *ast.MappingKeyNode:
		c.fail(v, "forms use neither << nor ? as a key; write the keys out")
		return
	}
	key := c.node(v.Key)
	if key.kind != scalar {
		c.fail(v, "a key must be a word")
		return
	}
	value := c.node(v.Value)
	out.keys = append(out.keys, pair{key.text, v.Key.GetToken().Position.Line, value})
	out.size += value.size
}
