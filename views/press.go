package views

import (
	"bytes"
	"compress/flate"
)

// A press compresses beforehand whatever a page may have to send.
//
// Holes cut a page into short literals, and short literals compress badly. So
// neighbours are joined, two and two, up to the whole page: as long as nothing
// in a joined run has an answer, the run is sent as one piece, compressed as one.
type press struct {
	out      bytes.Buffer
	w        *flate.Writer
	literals map[string]node // the same markup comes again and again: keep it once
}

func newPress() *press {
	p := &press{literals: map[string]node{}}
	// The level is valid, so this cannot fail.
	p.w, _ = flate.NewWriter(&p.out, flate.BestCompression)
	return p
}

// deflate compresses b by itself and ends on a byte's border in the head of a
// stored block, whose length is left to the writer: the next hole goes there.
// It returns nil when storing b would be no longer.
func (p *press) deflate(b []byte) []byte {
	p.out.Reset()
	p.w.Reset(&p.out)
	// A Buffer never fails, so neither can these.
	_, _ = p.w.Write(b)
	_ = p.w.Flush()
	if p.out.Len() >= len(b) {
		return nil
	}
	return bytes.Clone(bytes.TrimSuffix(p.out.Bytes(), []byte{0, 0, 0xff, 0xff}))
}

func (p *press) literal(n node) node {
	same, ok := p.literals[string(n.literal)]
	if !ok {
		same = node{literal: n.literal, deflated: p.deflate(n.literal)}
		p.literals[string(n.literal)] = same
	}
	return same
}

// nodes compresses literals and joins neighbours into runs.
func (p *press) nodes(all []node) []node {
	var out, run []node
	for _, n := range all {
		if n.op == opLiteral {
			n = p.literal(n)
		}
		for i := range n.bodies {
			n.bodies[i] = p.nodes(n.bodies[i])
		}
		if _, ok := n.unanswered(nil); ok {
			run = append(run, n)
			continue
		}
		out = append(out, p.join(run)...)
		run = nil
		out = append(out, n)
	}
	return append(out, p.join(run)...)
}

// join makes a tree of runs of neighbours.
func (p *press) join(run []node) []node {
	if len(run) < 2 {
		return run
	}
	half := len(run) / 2
	joined := node{op: opRun, bodies: [][]node{p.join(run[:half:half]), p.join(run[half:])}}
	text, _ := joined.unanswered(nil)
	if joined.deflated = p.deflate(text); joined.deflated == nil {
		return run
	}
	return []node{joined}
}

// unanswered appends what the node writes where nothing was answered, and
// reports whether that is always the same.
func (n *node) unanswered(dst []byte) ([]byte, bool) {
	switch n.op {
	case opLiteral:
		return append(dst, n.literal...), true
	case opValue, opFocus, opFiles:
		return dst, true
	case opRun:
		dst, _ = unanswered(dst, n.bodies[0])
		return unanswered(dst, n.bodies[1])
	}
	if body := n.blankBody(); body != nil {
		return unanswered(dst, body)
	}
	return dst, false
}

func unanswered(dst []byte, nodes []node) ([]byte, bool) {
	for i := range nodes {
		var ok bool
		if dst, ok = nodes[i].unanswered(dst); !ok {
			return dst, false
		}
	}
	return dst, true
}

// blankBody is the body that is written where nothing was answered and nothing
// is wrong; nil for what is never the same.
func (n *node) blankBody() []node {
	switch n.op {
	case opProblemAt, opAnyProblem, opAnyNotice, opTicked, opAlert, opAlerted:
		return n.bodies[1]
	case opShown, opChoose, opHasRoom:
		return n.bodies[0]
	}
	return nil
}
