package views

import (
	"fmt"
	"strings"
)

// A node is a literal, a hole, or bodies to choose from or repeat.
type node struct {
	op       op
	literal  []byte
	deflated []byte // of the literal, up to where a stored block's length goes; nil: store it
	path     name
	codes    []string
	depth    int
	bodies   [][]node
}

// cut turns a marked page into nodes.
func (m *marks) cut(page string) ([]node, error) {
	pieces := strings.Split(page, m.stem)
	c := cutter{marks: m, pieces: pieces[1:]}
	nodes, err := c.nodes(addLiteral(nil, pieces[0]), nil)
	if err == nil && len(c.pieces) > 0 {
		err = fmt.Errorf("a body ends that never began")
	}
	if err != nil {
		return nil, err
	}
	return newPress().nodes(nodes), nil
}

type cutter struct {
	marks  *marks
	pieces []string // each begins with the number of its mark
}

// nodes reads up to the closing mark of the body that open begins, or to the
// end when open is nil.
func (c *cutter) nodes(nodes []node, open *sign) ([]node, error) {
	for len(c.pieces) > 0 {
		s, err := c.marks.sign(c.pieces[0])
		if err != nil {
			return nil, err
		}
		if s.close {
			if open == nil || s.op != open.op || s.number != open.number {
				return nil, fmt.Errorf("bodies overlap")
			}
			return nodes, nil
		}
		rest := c.pieces[0][signDigits:]
		c.pieces = c.pieces[1:]
		if !s.open {
			nodes = append(nodes, node{op: s.op, path: s.path, depth: s.depth})
			nodes = addLiteral(nodes, rest)
			continue
		}
		body, err := c.nodes(addLiteral(nil, rest), &s)
		if err != nil {
			return nil, err
		}
		if len(c.pieces) == 0 {
			return nil, fmt.Errorf("a body never ends")
		}
		if s.number == 0 {
			nodes = append(nodes, node{op: s.op, path: s.path, codes: s.codes})
		}
		last := &nodes[len(nodes)-1]
		last.bodies = append(last.bodies, body)
		rest = c.pieces[0][signDigits:]
		c.pieces = c.pieces[1:]
		nodes = addLiteral(nodes, rest)
	}
	return nodes, nil
}

func addLiteral(nodes []node, text string) []node {
	if text == "" {
		return nodes
	}
	return append(nodes, node{literal: []byte(text)})
}
